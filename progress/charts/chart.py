"""A chart as one object: the drawing, its table, its file and its words show the same numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clusters.amounts import NBSP, format_table, page_unit, plain_yuan, written
from clusters.templatetags.numbers import percent

Value = str | int | Decimal | date | None
# So many decimals of a share stand in a file.
SHARE_PLACES = Decimal("0.000001")
MISSING = "–"
# The kinds that the server draws, and what of a drawing only its page needs.
DRAWN_HERE = {"tiles", "map", "treemap"}
OF_PAGE = {"css", "isScope", "phone", "spoken", "url"}


class Kind(StrEnum):
    """What the values of a column are: text, a day, fen, a whole number, a ratio (0.879), days."""

    TEXT = "text"
    DAY = "day"
    FEN = "fen"
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True)
class Column:
    """A column of a chart's table; `is_derived` tells that its numbers are computed."""

    head: str
    kind: Kind = Kind.TEXT
    is_derived: bool = False

    @property
    def has_lists(self) -> bool:
        """Whether its numbers are sums or counts of what a list can show."""
        return self.kind in {Kind.FEN, Kind.COUNT} and not self.is_derived

    @property
    def unit(self) -> str:
        """The unit under the head on a page; "" where the values say it themselves."""
        if self.kind == Kind.FEN:
            return page_unit()
        return _("days") if self.kind == Kind.DAYS else ""

    @property
    def file_head(self) -> str:
        """The head in a file, whose amounts are in yuan and whose shares are ratios."""
        words = {"head": self.head}
        if self.kind == Kind.FEN:
            return _("%(head)s, yuan") % words
        if self.kind == Kind.SHARE:
            return _("%(head)s, ratio") % words
        return _("%(head)s, days") % words if self.kind == Kind.DAYS else self.head

    @property
    def is_number(self) -> bool:
        return self.kind not in {Kind.TEXT, Kind.DAY}

    def cell(self, value: Value) -> "Cell":
        """Return a value with the text that a page shows for it."""
        return Cell(value, self.text(value))

    def text(self, value: Value) -> str:
        """Write a value as tables of this site do."""
        if value is None:
            return MISSING
        if self.kind == Kind.FEN:
            return format_table(int(value))  # type: ignore[arg-type]
        if self.kind == Kind.SHARE:
            return percent(value)  # type: ignore[arg-type]
        if isinstance(value, date):
            return date_format(value)
        return written(Decimal(value), 0) if self.is_number else str(value)

    def exact(self, value: Value) -> Value:
        """Return a value as a file has it: yuan with two decimals, ISO days, ratios."""
        if value is None:
            return ""
        if self.kind == Kind.FEN:
            return Decimal(plain_yuan(int(value)))  # type: ignore[arg-type]
        if isinstance(value, date):
            return value.isoformat()
        if self.kind == Kind.SHARE:
            return Decimal(value).quantize(SHARE_PLACES)
        return value


@dataclass(frozen=True)
class Cell:
    """An exact value (fen, a number, a ratio, a day, text) and how a page writes it.

    `url` is the page of what a text names, or the list that a number is the sum or count of; ""
    where there is none.
    """

    value: Value
    text: str
    url: str = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """One chart.

    `title` states what was found, `sub` the measure, how it is added up and its unit, `source`
    where the numbers come from, as of when and as known when. `drawing` is plain JSON: numbers in
    the unit of the page and the words that stand in the picture. `total` is the row that adds up
    to the figure on the page; None where the last row is that already.
    """

    key: str
    title: str
    sub: str
    source: str
    as_of: date
    known_at: datetime | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    notes: tuple[str, ...] = ()
    drawing: dict[str, Any] = field(default_factory=dict)
    # What follows "?" in the address of the file: scope and clocks.
    query: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.drawing

    @property
    def script_id(self) -> str:
        """The id of the drawing in the page."""
        return f"chart-{self.key}-drawing"

    @property
    def spoken(self) -> str:
        """What a screen reader says of the drawing."""
        return _("Chart: %(title)s. %(sub)s") % {"title": self.title, "sub": self.sub}

    @property
    def is_by_day(self) -> bool:
        """Whether each row is of a day; the file then has more of them than a page."""
        return self.columns[0].kind == Kind.DAY

    @property
    def quarter_rows(self) -> tuple[Row, ...]:
        """All rows; of days the ends of quarters and the last."""
        return self._each(3)

    @property
    def year_rows(self) -> tuple[Row, ...]:
        """All rows; of days the ends of years and the last."""
        return self._each(12)

    def _each(self, months: int) -> tuple[Row, ...]:
        if not self.is_by_day:
            return self.rows
        days = [(row, row[0].value) for row in self.rows]
        return tuple(
            row
            for row, day in days
            if row is self.rows[-1] or (isinstance(day, date) and day.month % months == 0)
        )

    @property
    def all_rows(self) -> tuple[Row, ...]:
        return self.rows if self.total is None else (*self.rows, self.total)

    def points(self) -> dict[str, Any]:
        """Return what is told of each row when somebody moves along the chart.

        Heads and units stand once for all rows: a page has hundreds of cells. None: not reported.
        """
        return {
            "heads": [[column.head, told_unit(column)] for column in self.columns[1:]],
            "colon": _(": "),
            "comma": pgettext("before a detail", ", "),
            "missing": _("not reported"),
            "rows": [
                [row[0].text, *(None if cell.value is None else cell.text for cell in row[1:])]
                for row in self.rows
            ],
        }

    @property
    def picture(self) -> dict[str, Any]:
        """The drawing with the words around it, as the page hands it to the script."""
        return {
            **without_page(self.drawing),
            "title": self.title,
            "sub": self.sub,
            "source": " ".join([self.source, *self.notes]),
            **({} if self.is_drawn_here else {"points": self.points()}),
        }

    @property
    def is_drawn_here(self) -> bool:
        """Whether the server draws it; a script then makes no more than its files."""
        return self.drawing.get("kind") in DRAWN_HERE

    def file_rows(self) -> Iterable[list[Value]]:
        """Yield the head and each row as a file has them."""
        yield [column.file_head for column in self.columns]
        for row in self.all_rows:
            yield [column.exact(cell.value) for column, cell in zip(self.columns, row, strict=True)]


def without_page(part: Any) -> Any:
    """Return a part of a drawing without what only its page needs."""
    if isinstance(part, list):
        return [without_page(one) for one in part]
    if isinstance(part, dict):
        return {name: without_page(one) for name, one in part.items() if name not in OF_PAGE}
    return part


def told_unit(column: Column) -> str:
    """Return what follows a value where it is told."""
    return f"{NBSP}{column.unit}" if column.unit else ""


def row_of(columns: Sequence[Column], values: Sequence[Value]) -> Row:
    """Return a row of cells."""
    return tuple(column.cell(value) for column, value in zip(columns, values, strict=True))


def rows_of(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> tuple[Row, ...]:
    """Return rows of cells."""
    return tuple(row_of(columns, values) for values in rows)


def linked(row: Row, urls: Sequence[str]) -> Row:
    """Return a row whose cells lead to `urls`; those beyond them, and of "", lead nowhere."""
    return (
        *(replace(cell, url=url) for cell, url in zip(row, urls, strict=False)),
        *row[len(urls) :],
    )


def all_linked(rows: Iterable[Row], urls: Iterable[Sequence[str]]) -> tuple[Row, ...]:
    """Return rows whose cells lead to `urls`, row by row; those beyond them lead nowhere."""
    return tuple(linked(row, of_row) for row, of_row in zip_longest(rows, urls, fillvalue=()))


def missing_note() -> str:
    """Return the line under a table with cells that nothing was reported for."""
    return _("– means not reported, not zero.")
