"""Columns and the table that the lists of every app share."""

from collections.abc import Callable, Iterable
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clusters.amounts import format_exact, format_table, page_unit, plain_yuan
from clusters.choices import Named, Places
from clusters.names import Bilingual, name_columns
from clusters.templatetags.park import bilingual, dash, stage_blocks

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
# Left out on phones.
WIDE = {"th": {"class": "wide"}, "td": {"class": "wide"}}


class LazyText:
    """Text that is made when it is shown, in the language of that page."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()


class ParkTable(tables.Table):
    """A table that is told the clusters, regions and sectors, so that no cell asks for them."""

    def __init__(self, *args: Any, places: Places | None = None, **kwargs: Any) -> None:
        self.places = places or Places([], [], [])
        super().__init__(*args, **kwargs)


    def cluster_marks(self, clusters: Iterable[Named]) -> SafeString:
        """Draw clusters, each with its colour; a fourth one begins the three colours again."""
        marks = (
            (self.places.clusters.index(named) % 3 + 1, named.short) for named in clusters
        )
        return format_html_join(" ", '<span class="cluster-mark cluster-mark-{}">{}</span>', marks)


def stage_markup(stage: str, standing: str = "active") -> SafeString:
    """Draw a stage in a cell as pages draw it."""
    return render_to_string("partials/stage_blocks.html", stage_blocks(stage, standing))


class FenColumn(tables.Column):
    """Fen, shown in billions of yuan or 亿元; exact on hover and, in yuan, in files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {**NUMBER, "unit": LazyText(page_unit)})
        # A dash to see, the words to hear: "not reported" in each cell would drown the figures.
        kwargs.setdefault("default", dash)
        super().__init__(*args, **kwargs)

    def render(self, value: int) -> SafeString:
        return format_html('<span title="{}">{}</span>', format_exact(value), format_table(value))

    def value(self, value: int | None) -> str:
        return "" if value is None else plain_yuan(value)

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """Put what was not reported last either way; the engines differ on where NULL stands."""
        column = F(str(self.accessor))
        by = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
        return queryset.order_by(by), True


class NamesColumn(tables.Column):
    """Both names, linked: the page's language first, the other one below.

    `prefix` names the relation whose names are shown, such as "enterprise__".
    """

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        self._prefix = prefix
        kwargs.setdefault("empty_values", ())
        super().__init__(*args, **kwargs)

    def _named(self, record: Any) -> Bilingual:
        named = record
        for part in filter(None, self._prefix.split("__")):
            named = getattr(named, part)
        return named  # type: ignore[no-any-return]

    def render(self, record: Any) -> SafeString:
        named: Any = self._named(record)
        return format_html('<a href="{}">{}</a>', named.get_absolute_url(), bilingual(named))

    def value(self, record: Any) -> str:
        return self._named(record).name

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        sign = "-" if is_descending else ""
        return queryset.order_by(*(sign + name for name in name_columns(self._prefix))), True
