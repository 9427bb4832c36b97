"""The control and the banner of pages that can be seen as of any day, as known at any moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.templatetags.numbers import date_short
from ledger.models import Entry
from progress.moments import FIRST_YEAR, Moment
from progress.results import Progress

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class TimeMachine:
    """The moment of a page, and the quarter ends to step to; None where no step leads on.

    After the last full quarter comes today, and after today nothing; from a day to come the first
    step back that would pass today stops there.
    """

    moment: Moment
    now: datetime
    earlier: date | None
    later: date | None

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def is_now(self) -> bool:
        return self.moment.is_now

    @property
    def is_ahead(self) -> bool:
        """Whether the day is still to come."""
        return self.moment.as_of > self.today

    @property
    def is_known_ahead(self) -> bool:
        """Whether the moment of knowledge is still to come, so that it has only that of now."""
        return self.moment.known_at is not None and self.moment.known_at > self.now

    @property
    def known(self) -> str:
        """The moment of knowledge in words, the day alone when it is the day's end; "" for now."""
        return moment_words(self.moment.known_at)

    @property
    def known_input(self) -> str:
        """The moment as a browser's input for date and time has it."""
        moment = self.moment.known_at
        return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"

    @property
    def title(self) -> str:
        """What stands before the title of a page that does not show all of now; else ""."""
        if self.is_now:
            return _("Verified only") if self.moment.verified_only else ""
        words = {"day": date_short(self.moment.as_of), "moment": self.known}
        if self.known:
            return _("%(day)s as known on %(moment)s") % words
        return str(words["day"])

    @property
    def told(self) -> str:
        """What the banner says first: which day is seen with whose knowledge."""
        words = {"day": date_short(self.moment.as_of), "moment": self.known}
        if self.is_known_ahead:
            return (
                _(
                    "You see %(day)s as it is known now: %(moment)s, the moment asked for, is "
                    "still to come."
                )
                % words
            )
        if self.known and self.is_ahead:
            return _("You see %(day)s, a day still to come, as it was known on %(moment)s.") % words
        if self.known:
            return _("You see %(day)s as it was known on %(moment)s.") % words
        if self.is_ahead:
            return _("You see %(day)s, a day still to come, as it is known now.") % words
        return _("You see %(day)s as it is known now.") % words


def moment_words(moment: datetime | None) -> str:
    """Write a moment in the park's time, the day alone when it is its end; "" for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if local.time() >= LAST_SECOND:
        return date_short(local.date())
    return date_format(local, "DATETIME_FORMAT")


def time_machine(moment: Moment) -> TimeMachine:
    """Return the control for a page at `moment`."""
    now = timezone.now()
    today = timezone.localdate(now)
    earlier: date | None = quarter_end_before(moment.as_of)
    if earlier is not None and moment.as_of > today:
        earlier = max(earlier, today)
    if earlier is not None and earlier.year < FIRST_YEAR:
        earlier = None
    later = None if moment.as_of >= today else min(quarter_end_after(moment.as_of), today)
    return TimeMachine(moment, now, earlier, later)


def notes(machine: TimeMachine, progress: Progress | None) -> dict[str, Any]:
    """Return what a page that looks empty says of why: `first_known` is the moment at which
    anything was first recorded, when that is after the moment asked for, and `starts_on` the first
    day of the plan, when that is after the day asked for."""
    if progress is None:
        return {}
    found: dict[str, Any] = {}
    plan = progress.plan
    if machine.moment.as_of < plan.starts_on:
        found["starts_on"] = plan.starts_on
    if machine.moment.known_at is not None and not progress.entries:
        first = Entry.objects.filter(cluster__park=plan.park_id).order_by("recorded_at")
        recorded_at = first.values_list("recorded_at", flat=True).first()
        if recorded_at is not None and recorded_at > machine.moment.known_at:
            found["first_known"] = moment_words(recorded_at)
            found["first_known_at"] = timezone.localtime(recorded_at).isoformat()
    return found


def quarter_end_before(day: date) -> date:
    """Return the last day of the quarter before that of `day`."""
    first_month = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first_month, 1) - timedelta(days=1)


def quarter_end_after(day: date) -> date:
    """Return the next quarter end after `day`."""
    month = ((day + timedelta(days=1)).month - 1) // 3 * 3 + 3
    year = (day + timedelta(days=1)).year
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
