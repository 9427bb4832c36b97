"""The cells of one row, read one by one; each reader names what is wrong with its cell."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clusters.addresses import validate_public_address
from enterprises.recording import FIRST_DAY
from imports.reports import Problem
from imports.tables import TableRow

MAX_NAME = 200
MAX_URL = 1000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass
class Cells:
    """One row of the file; a reader returns "" or None for a cell that is empty or refused."""

    source: TableRow
    today: date
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Return the cell as it stands."""
        return self.source.cells.get(column, "")

    def refuse(self, column: str, reason: str) -> None:
        """Note a bad cell."""
        self.problems.append(Problem(self.source.line, column, self.text(column), reason))

    def read_name(self, column: str) -> str:
        name = " ".join(self.text(column).split())
        if len(name) > MAX_NAME:
            self.refuse(
                column,
                _("The name has %(signs)s characters; %(limit)s are possible.")
                % {"signs": len(name), "limit": MAX_NAME},
            )
            return ""
        return name

    def read_choice(self, column: str, values: list[str]) -> str:
        """Read one of a closed set; "" if the cell is empty or refused."""
        value = self.text(column)
        if value and value not in values:
            self.refuse(column, one_of(values))
            return ""
        return value

    def read_day(self, column: str) -> date | None:
        """Read a day up to today."""
        text = self.text(column)
        if not text:
            return None
        try:
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:  # 2020-02-30
            day = None
        if day is None:
            self.refuse(column, _("This is no day; write YYYY-MM-DD, as in 2020-07-20."))
        elif day > self.today:
            self.refuse(
                column,
                _("The day lies in the future; record what has happened, up to %(today)s.")
                % {"today": self.today.isoformat()},
            )
            return None
        elif day < FIRST_DAY:
            self.refuse(column, _("The year cannot be right; write YYYY-MM-DD, as in 2020-07-20."))
            return None
        return day

    def read_url(self) -> str:
        """Read the address of the source."""
        url = self.text("source_url")
        if not url:
            return ""
        if len(url) > MAX_URL:
            self.refuse(
                "source_url",
                _("The address has %(signs)s characters; %(limit)s are possible.")
                % {"signs": len(url), "limit": MAX_URL},
            )
            return ""
        try:
            validate_public_address(url)
        except ValidationError:
            self.refuse(
                "source_url", _("Write a whole address that begins with http:// or https://.")
            )
            return ""
        return url


def one_of(accepted: list[str]) -> str:
    """Say what is accepted in a column."""
    if not accepted:
        return _("Nothing can stand here yet; load a plan first.")
    return _("Write one of: %(accepted)s.") % {"accepted": ", ".join(accepted)}
