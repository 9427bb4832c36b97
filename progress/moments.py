"""The two clocks as people write them: `as_of` a date, `known_at` a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

FIRST_YEAR = 1900
LAST_YEAR = 2999
VERIFIED = "verified"


@dataclass(frozen=True)
class Moment:
    """What date the world is described at, and whose knowledge is used; None is now.

    `verified_only` leaves out what no second person has verified.
    """

    as_of: date
    known_at: datetime | None
    verified_only: bool = False

    @property
    def is_now(self) -> bool:
        return self.known_at is None and self.as_of == timezone.localdate()


def read_as_of(text: str) -> date:
    """Read a date; raises ValidationError that says what is accepted."""
    try:
        day = parse_date(text.strip())
    except ValueError:  # of the right form, but no such day
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("as_of “%(text)s” is not a date; write it like 2025-12-31.") % {"text": text[:40]}
        )
    return day


def read_known_at(text: str) -> datetime:
    """Read a moment; without a time the end of that day, without an offset Asia/Shanghai."""
    # A plus sign that was not escaped in an address arrives as a space.
    cleaned = (
        text.strip().replace(" ", "+") if text.count(" ") == 1 and "T" in text else text.strip()
    )
    try:
        moment = parse_datetime(cleaned)
        if moment is not None and len(cleaned) <= len("2025-12-31"):
            moment = None
        if moment is None:
            day = parse_date(cleaned)
            moment = None if day is None else datetime.combine(day, time.max)
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(
            _("known_at “%(text)s” is not a moment; write it like 2025-12-31 or 2025-12-31T18:00.")
            % {"text": text[:40]}
        )
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def read_moment(query: Mapping[str, str]) -> tuple[Moment, list[str]]:
    """Read them from a query string; what cannot be read is today, now or all, with its problem."""
    problems: list[str] = []
    as_of, known_at = timezone.localdate(), None
    try:
        as_of = read_as_of(query["as_of"]) if query.get("as_of") else as_of
    except ValidationError as error:
        problems += error.messages
    try:
        known_at = read_known_at(query["known_at"]) if query.get("known_at") else None
    except ValidationError as error:
        problems += error.messages
    evidence = query.get("evidence", "")
    if evidence not in {"", VERIFIED}:
        problems.append(
            _("evidence “%(text)s” is not known. Accepted: %(known)s.")
            % {"text": evidence[:40], "known": VERIFIED}
        )
    return Moment(as_of, known_at, evidence == VERIFIED), problems


def read_since(query: Mapping[str, str], as_of: date) -> tuple[date, list[str]]:
    """Read after which day changes are asked for, three months before `as_of` without one."""
    text = query.get("since", "")
    try:
        day = parse_date(text.strip()) if text else months_before(as_of)
    except ValueError:  # of the right form, but no such day
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        told = _("since “%(text)s” is not a date; write it like 2025-12-31.") % {"text": text[:40]}
        return months_before(as_of), [told]
    if day > as_of:
        told = _(
            "since %(since)s is after the day that the page describes, %(as_of)s. Choose a day "
            "before it, or a later as_of."
        ) % {"since": date_format(day), "as_of": date_format(as_of)}
        return months_before(as_of), [told]
    return day, []


def months_before(day: date, months: int = 3) -> date:
    """Return the day so many months before; of the last day of a month the last of that month.

    Never before the first day that an address may name.
    """
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    last = month_end(date(year, month, 1))
    found = last if day == month_end(day) else last.replace(day=min(day.day, last.day))
    return max(found, date(FIRST_YEAR, 1, 1))


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)
