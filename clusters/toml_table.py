"""Reading a TOML table key by key, so that all that is wrong in a file is told at once."""

import json
import re
from collections.abc import Hashable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
SLUG = re.compile(r"[a-z0-9_-]{1,50}")
# Control characters but tab and line feed; PostgreSQL cannot hold NUL at all.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
is_web_address = URLValidator(schemes=["http", "https"])


class Table:
    """One table of a file, with the path of its keys, such as `clusters[1].sites[0]`.

    The readers never raise: what is wrong is added to `problems`, which all tables of a file share,
    and an empty value of the right type is returned. So a file with problems can be read to its
    end, and its values must not be used. The keys that were read are those that are accepted;
    `close` refuses the others.
    """

    def __init__(self, values: dict[str, Any], path: str, problems: list[tuple[str, str]]) -> None:
        self.values = values
        self.path = path
        self.problems = problems
        self.accepted: list[str] = []
        self.refused: set[str] = set()

    def key(self, name: str) -> str:
        """Return the full path of a key, quoted where TOML asks for it."""
        quoted = name if BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        return f"{self.path}.{quoted}" if self.path else quoted

    def refuse(self, name: str, reason: str) -> None:
        """Add a problem of one key."""
        self.refused.add(name)
        self.problems.append((self.key(name), reason))

    def is_sound(self, *names: str) -> bool:
        """Whether the keys are there and nothing was refused in them, so they can be compared."""
        return all(name in self.values and name not in self.refused for name in names)

    def close(self) -> None:
        """Refuse the keys that nobody read."""
        for name in self.values:
            if name not in self.accepted:
                accepted = ", ".join(self.accepted)
                self.refuse(name, _("not a key here; accepted are %(keys)s") % {"keys": accepted})

    def text(self, name: str, *, needed: bool = False, most: int | None = None) -> str:
        """Read a text of at most `most` characters; white space around it is dropped."""
        value = self._value(name, needed=needed)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._refused(name, _("must be a text in quotes, not %(value)s"), value)
        if CONTROL.search(value):
            return self._refused(name, _("has a control character"), value)
        cleaned = value.strip()
        if needed and not cleaned:
            return self._refused(name, _("must not be empty"), value)
        if most is not None and len(cleaned) > most:
            self.refuse(
                name,
                _("has %(length)s characters; %(most)s are accepted")
                % {"length": len(cleaned), "most": most},
            )
            return ""
        return cleaned

    def line(self, name: str, *, needed: bool = False, most: int | None = None) -> str:
        """Read a text of one line; runs of white space become one space."""
        return " ".join(self.text(name, needed=needed, most=most).split())

    def slug(self, name: str) -> str:
        """Read a short name as addresses have it; it is needed."""
        value = self.text(name, needed=True)
        if value and not SLUG.fullmatch(value):
            return self._refused(
                name, _("%(value)s is refused; use up to 50 small letters, digits, - and _"), value
            )
        return value

    def choice(self, name: str, accepted: list[str], *, needed: bool = True) -> str:
        """Read one of the accepted words; "" when it is left out."""
        value = self.text(name, needed=needed)
        if (value or self.is_sound(name)) and value not in filter(None, accepted):
            words = ", ".join(filter(None, accepted))
            self.refuse(
                name,
                _("%(value)s is not known; accepted are %(words)s")
                % {"value": shown(value), "words": words},
            )
            return ""
        return value

    def url(self, name: str, *, most: int | None = None) -> str:
        """Read a web address."""
        value = self.line(name, most=most)
        if not value:
            return ""
        try:
            is_web_address(value)
        except ValidationError:
            return self._refused(
                name, _("%(value)s is no web address; it begins with http:// or https://"), value
            )
        return value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """Read a date; None when it is left out or wrong."""
        value = self._value(name, needed=needed)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self._refused(
                name, _("%(value)s is not a date; write it without quotes, as 2020-12-31"), value
            )
        return None

    def needed_day(self, name: str) -> date:
        """Read a date that must be there."""
        return self.day(name, needed=True) or date.min

    def flag(self, name: str) -> bool:
        """Read true or false; false when left out."""
        value = self._value(name)
        if value is not None and not isinstance(value, bool):
            self._refused(name, _("must be true or false, not %(value)s"), value)
        return value is True

    def number(
        self, name: str, *, decimals: int, most: Decimal, needed: bool = False
    ) -> Decimal | None:
        """Read a number above 0, up to `most`, with at most so many decimals."""
        value = self._value(name, needed=needed)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._refused(name, _("must be a number without quotes, not %(value)s"), value)
            return None
        number = Decimal(value)
        # The bound first: a number of any size compares, but not each can be rounded.
        if not number.is_finite() or not 0 < number <= most:
            self.refuse(
                name,
                _("%(value)s is refused; a number above 0 and up to %(most)s is accepted")
                % {"value": shown(value), "most": f"{most:,}"},
            )
            return None
        if number != round(number, decimals):
            reason = (
                _("%(value)s is refused; at most %(decimals)s decimals are accepted")
                if decimals
                else _("%(value)s is refused; a whole number is accepted")
            )
            self.refuse(name, reason % {"value": shown(value), "decimals": decimals})
            return None
        return number

    def table(self, name: str, *, needed: bool = True) -> "Table":
        """Read a table inside this one; an empty one when it is missing."""
        value = self._value(name, needed=needed)
        if value is not None and not isinstance(value, dict):
            self._refused(
                name, _("must be a table, [%(key)s], not %(value)s"), value, key=self.key(name)
            )
        return Table(value if isinstance(value, dict) else {}, self.key(name), self.problems)

    def tables(self, name: str, *, needed: bool = False) -> list["Table"]:
        """Read a list of tables, counted from 0 in their paths."""
        value = self._value(name, needed=needed)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._refused(
                name,
                _("must be a list of tables, [[%(key)s]], not %(value)s"),
                value,
                key=re.sub(r"\[\d+\]", "", self.key(name)),
            )
            return []
        if needed and not value:
            self.refuse(name, _("must not be empty"))
        return [
            Table(item, f"{self.key(name)}[{position}]", self.problems)
            for position, item in enumerate(value)
        ]

    def refuse_repeats(self, name: str, key: str, values: Sequence[Hashable]) -> None:
        """Refuse each value of a list of tables that an earlier table has; an empty one never."""
        first: dict[Hashable, str] = {}
        for position, value in enumerate(values):
            path = f"{self.key(name)}[{position}]"
            if value and value in first:
                reason = _("repeats %(first)s") % {"first": first[value]}
                self.problems.append((f"{path}.{key}", reason))
            first.setdefault(value, path)

    def _value(self, name: str, *, needed: bool = False) -> Any:
        self.accepted.append(name)
        if needed and name not in self.values:
            self.refuse(name, _("is missing"))
        return self.values.get(name)

    def _refused(self, name: str, reason: str, value: Any, **more: str) -> str:
        self.refuse(name, reason % {"value": shown(value), **more})
        return ""


def shown(value: Any) -> str:
    """Return a value as a message quotes it: as TOML has it, and short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return _("a table") if isinstance(value, dict) else _("a list")
    if isinstance(value, int) and value.bit_length() > 200:  # Python refuses to write it out
        return _("a number of over 60 digits")
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
