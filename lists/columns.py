"""Columns and the table that the lists of every app share."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from html import escape
from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.amounts import format_exact, format_table, page_unit, plain_yuan
from clusters.choices import Named, Places
from clusters.names import Bilingual, first_name, name_columns
from clusters.templatetags.marks import stage_blocks
from clusters.templatetags.numbers import dash, date_short
from clusters.templatetags.park import bilingual
from lists.rows import lines

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
# Left out on phones.
WIDE = {"th": {"class": "wide"}, "td": {"class": "wide"}}
WIDE_NUMBER = {"th": {"class": "num wide"}, "td": {"class": "num wide"}}
# Dates and set words, which read badly in two lines.
ONE_LINE = {"td": {"class": "nowrap"}}
WIDE_ONE_LINE = {"th": {"class": "wide"}, "td": {"class": "wide nowrap"}}


class LazyText:
    """Text that is made when it is shown, in the language of that page."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()


class ParkTable(tables.Table):
    """A table that is told the clusters, regions and sectors, so that no cell asks for them.

    `optional` columns show only to who has chosen them; `reads` names for each column the fields of
    the model that its cells need, and empty means all.
    """

    optional: ClassVar[frozenset[str]] = frozenset()
    reads: ClassVar[dict[str, tuple[str, ...]]] = {}
    # Whether each row begins with a box that chooses it.
    has_ticks = False
    # Where a row is edited, with 0 for its key; "" where the reader may edit none.
    edits_at = ""

    def lines(self) -> Iterator[SafeString]:
        """Yield the rows of the page as HTML."""
        return lines(self)

    def edit_url(self, record: Any) -> str:
        """Return where the row is edited; "" where it is not."""
        return self.edits_at.replace("/0/", f"/{int(record.pk)}/")

    @classmethod
    def shown(cls, chosen: Iterable[str]) -> list[str]:
        """Return the columns to show: the chosen ones, without any the usual ones.

        The first column names the row and always shows.
        """
        every = list(cls.base_columns)
        found = [name for name in dict.fromkeys(chosen) if name in every]
        found = found or [name for name in every if name not in cls.optional]
        return [every[0], *(name for name in found if name != every[0])]

    @classmethod
    def read_for(cls, shown: Iterable[str]) -> list[str]:
        """Return the fields that these columns need; [] for all."""
        return list(dict.fromkeys(field for name in shown for field in cls.reads.get(name, ())))

    def __init__(self, *args: Any, places: Places | None = None, **kwargs: Any) -> None:
        self.places = places or Places([], [], [])
        super().__init__(*args, **kwargs)

    def cluster_marks(self, clusters: Iterable[Named]) -> SafeString:
        """Draw clusters, each with its colour; a fourth one begins the three colours again."""
        marks = ((self.places.clusters.index(named) % 3 + 1, named.short) for named in clusters)
        return format_html_join(" ", '<span class="cluster-mark cluster-mark-{}">{}</span>', marks)


Ordered = tuple[QuerySet[Any], bool]


def in_order(queryset: QuerySet[Any], by: Any, is_descending: bool) -> Ordered:
    """Sort by an expression, what is missing last either way; engines differ on where NULL is."""
    order = by.desc(nulls_last=True) if is_descending else by.asc(nulls_last=True)
    return queryset.order_by(order), True


def in_name_order(queryset: QuerySet[Any], columns: Iterable[str], is_descending: bool) -> Ordered:
    """Sort by the first of some text columns that is not empty, as pages show it."""
    return in_order(queryset, first_name(columns), is_descending)


def stage_markup(stage: str, standing: str = "active") -> SafeString:
    """Draw a stage in a cell as pages draw it."""
    return _stage_markup(stage, standing, get_language())


@cache
def _stage_markup(stage: str, standing: str, language: str) -> SafeString:
    # There are few of them, and each row has one.
    return render_to_string("partials/stage_blocks.html", stage_blocks(stage, standing))


@lru_cache(maxsize=10_000)
def _fen_markup(fen: int, language: str) -> SafeString:
    # A page has a hundred of them, and shows most of them to the next reader again. Digits and
    # words of our own.
    return mark_safe(f'<span title="{format_exact(fen)}">{format_table(fen)}</span>')  # noqa: S308


class DayColumn(tables.Column):
    """A day; in files as ISO 8601 has it."""

    def render(self, value: date) -> str:
        return date_short(value)

    def value(self, value: date) -> str:
        return value.isoformat()


class MomentColumn(tables.Column):
    """A moment in the park's time zone; in files as ISO 8601 has it."""

    def render(self, value: datetime) -> str:
        return date_format(localtime(value), "DATETIME_FORMAT")

    def value(self, value: datetime) -> str:
        return value.isoformat()


class FenColumn(tables.Column):
    """Fen, shown in billions of yuan or 亿元; exact on hover and, in yuan, in files.

    A file has `file_heads` and `file_values` of a column instead of its one cell.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["attrs"] = {**kwargs.get("attrs", NUMBER), "unit": LazyText(page_unit)}
        # A dash to see, the words to hear: "not reported" in each cell would drown the figures.
        kwargs.setdefault("default", dash)
        super().__init__(*args, **kwargs)

    def render(self, value: int) -> SafeString:
        return _fen_markup(value, get_language())

    def file_heads(self, header: str) -> list[str]:
        return [_("%(column)s, yuan") % {"column": header}]

    def file_values(self, record: Any) -> list[Decimal | str]:
        fen = getattr(record, str(self.accessor))
        return ["" if fen is None else Decimal(plain_yuan(fen))]

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F(str(self.accessor)), is_descending)


class NamesColumn(tables.Column):
    """Both names, linked: the page's language first, the other one below.

    `prefix` names the relation whose names are shown, such as "enterprise__".
    """

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        self._prefix = prefix
        self._way: tuple[str, str] | None = None
        kwargs.setdefault("empty_values", ())
        super().__init__(*args, **kwargs)

    def _named(self, record: Any) -> Bilingual:
        named = record
        for part in filter(None, self._prefix.split("__")):
            named = getattr(named, part)
        return named  # type: ignore[no-any-return]

    def render(self, record: Any) -> SafeString:
        named: Any = self._named(record)
        return mark_safe(f'<a href="{self._address(named)}">{bilingual(named)}</a>')  # noqa: S308

    def _address(self, named: Any) -> str:
        # Looked up once for each table: the addresses of a column's rows differ in the key alone.
        if self._way is None:
            way, _key, end = named.get_absolute_url().rpartition(str(named.pk))
            self._way = escape(way), escape(end)
        way, end = self._way
        return f"{way}{int(named.pk)}{end}"

    def file_heads(self, header: str) -> list[str]:
        return [
            _("%(column)s, Chinese name") % {"column": header},
            _("%(column)s, English name") % {"column": header},
        ]

    def file_values(self, record: Any) -> list[str]:
        named = self._named(record)
        return [named.name_zh, named.name_en]

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, name_columns(self._prefix), is_descending)
