"""Reading a file of officially reported totals: all rows are checked, then all are kept."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Park
from progress.models import ReportedTotal

COLUMNS = (
    "scope",
    "scope_name",
    "measure",
    "period",
    "as_of",
    "value",
    "unit",
    "source_url",
    "source_date",
    "note",
)
MAX_VALUE = 2**63 - 1
MAX_BYTES = 5_000_000
is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell; column and value are empty where the whole line is meant."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = _("line %(line)s") % {"line": self.line}
        if not self.column:
            return f"{where}: {self.reason}"
        value = self.value if len(self.value) <= 60 else f"{self.value[:59]}…"
        return f"{where}, {self.column}, “{value}”: {self.reason}"


class ReportedTotalsError(Exception):
    """A file of reported totals cannot be loaded; nothing of it was."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """How many rows were new, differed from what was known, or were known."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def load(path: Path, park: Park) -> Loaded:
    """Keep the totals of a file for a park; raises ReportedTotalsError with every bad cell.

    A row is known by its scope, measure, period, date and source; one that is known and differs
    otherwise is changed, so that a second load changes nothing.
    """
    rows = Rows(park)
    totals = [rows.read(line, cells) for line, cells in cells_of(path)]
    if rows.problems:
        raise ReportedTotalsError(rows.problems)
    known = {identity(total): total for total in ReportedTotal.objects.filter(park=park)}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for total in totals:
        before = known.get(identity(total))
        if before is None:
            total.save()
            counts["added"] += 1
        elif says(before) == says(total):
            counts["unchanged"] += 1
        else:
            total.pk = before.pk
            total.save(force_update=True)
            counts["changed"] += 1
    return Loaded(**counts)


def identity(total: ReportedTotal) -> tuple[Any, ...]:
    """Return what tells one total from another."""
    place = (total.scope, total.cluster_id, total.region_id)
    return (*place, total.measure, total.period, total.as_of, total.source_url)


def says(total: ReportedTotal) -> tuple[Any, ...]:
    """Return what a total says."""
    return (total.value, total.unit, total.source_on, total.note)


class Rows:
    """Turns the cells of lines into totals of one park and gathers what is wrong with them."""

    def __init__(self, park: Park) -> None:
        self.park = park
        self.problems: list[Problem] = []
        self.clusters = {cluster.slug: cluster for cluster in park.clusters.all()}
        self.regions = {region.name_en: region for region in park.regions.all()}
        self.today = timezone.localdate()
        self.lines: dict[tuple[Any, ...], int] = {}

    def read(self, line: int, cells: dict[str, str]) -> ReportedTotal:
        """Return the total of a line; it must not be used when the line has problems."""
        before = len(self.problems)
        row = Row(line, cells, self.problems)
        total = ReportedTotal(
            park=self.park,
            scope=row.choice("scope", ReportedTotal.Scope.values),
            measure=row.choice("measure", ReportedTotal.Measure.values),
            period=row.text("period", most=40),
            as_of=row.day("as_of", latest=self.today, needed=True) or date.min,
            value=row.whole_number("value"),
            unit=row.choice("unit", ReportedTotal.Unit.values),
            source_url=row.url("source_url"),
            source_on=row.day("source_date", latest=self.today),
            note=row.text("note"),
        )
        if total.scope == ReportedTotal.Scope.CLUSTER:
            total.cluster = self.clusters.get(row.choice("scope_name", list(self.clusters)))
        elif total.scope == ReportedTotal.Scope.REGION:
            total.region = self.regions.get(row.choice("scope_name", list(self.regions)))
        if len(self.problems) == before:
            first = self.lines.setdefault(identity(total), line)
            if first != line:
                row.refuse("", _("repeats line %(line)s") % {"line": first})
        return total


class Row:
    """The cells of one line; the readers add to `problems` and return an empty value instead."""

    def __init__(self, line: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.line = line
        self.cells = cells
        self.problems = problems

    def refuse(self, column: str, reason: str) -> None:
        self.problems.append(Problem(self.line, column, self.cells.get(column, ""), reason))

    def text(self, column: str, *, most: int | None = None) -> str:
        value = self.cells[column]
        if most is not None and len(value) > most:
            self.refuse(column, _("has more than %(most)s characters") % {"most": most})
            return ""
        return value

    def choice(self, column: str, accepted: list[str]) -> str:
        value = self.cells[column]
        if value not in accepted:
            self.refuse(column, _("accepted are %(words)s") % {"words": ", ".join(accepted)})
            return ""
        return value

    def day(self, column: str, *, latest: date, needed: bool = False) -> date | None:
        value = self.cells[column]
        if not value and not needed:
            return None
        try:
            # Only this form: fromisoformat also takes week dates and dates without hyphens.
            day = date.fromisoformat(value) if re.fullmatch(r"[0-9-]{10}", value) else None
        except ValueError:
            day = None
        if day is None:
            self.refuse(column, _("is not a date; write it as 2025-12-31"))
        elif day > latest:
            self.refuse(column, _("is later than today"))
        return day

    def whole_number(self, column: str) -> int:
        value = self.cells[column]
        if not re.fullmatch(r"[0-9]{1,19}", value) or int(value) > MAX_VALUE:
            self.refuse(column, _("is not a whole number; write digits only, as 14600000000"))
            return 0
        return int(value)

    def url(self, column: str) -> str:
        value = self.text(column, most=1000)
        try:
            is_web_address(value)
        except ValidationError:
            self.refuse(column, _("is no web address; it begins with http:// or https://"))
        return value


def cells_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that is not empty, with the line it begins in; the header is line 1."""
    reader = csv.reader(StringIO(text_of(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        check_header(header)
        line = reader.line_num + 1
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not cells:
                continue
            if len(cells) != len(header):
                reason = _("has %(found)s cells; the header has %(expected)s")
                raise unreadable(reason % {"found": len(cells), "expected": len(header)}, begins)
            yield begins, dict(zip(header, map(str.strip, cells), strict=True))
    except csv.Error as error:
        raise unreadable(_("is not CSV: %s") % error, reader.line_num) from error


def check_header(header: list[str]) -> None:
    """Refuse a header that lacks a column, or has another or one twice; the order is free."""
    wrong = [
        *(_("has no column %s") % name for name in COLUMNS if name not in header),
        *(
            _("has an unknown column “%(name)s”; accepted are %(columns)s")
            % {"name": name, "columns": ", ".join(COLUMNS)}
            for name in header
            if name not in COLUMNS
        ),
        *(_("has the column %s twice") % name for name in COLUMNS if header.count(name) > 1),
    ]
    if wrong:
        raise ReportedTotalsError([Problem(1, "", "", reason) for reason in wrong])


def text_of(path: Path) -> str:
    """Read a file as UTF-8, with or without the mark that spreadsheets put in front."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise unreadable(_("the file is larger than 5 MB"))
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(_("the file cannot be read: %s") % error.strerror) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise unreadable(_("is not UTF-8; save the file as UTF-8"), line) from error
    if "\x00" in text:
        raise unreadable(_("has a NUL character"), text.count("\n", 0, text.index("\x00")) + 1)
    return text


def unreadable(reason: str, line: int = 1) -> ReportedTotalsError:
    """Return the error of a file that cannot be read past a line."""
    return ReportedTotalsError([Problem(line, "", "", reason)])
