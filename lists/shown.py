"""What a list shows of its filters: facets, chips, and what would help when nothing is left."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.amounts import written
from lists.address import Address
from lists.facets import Counts, Facet, Option
from lists.filters import ParkFilterSet


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what is missing, and what would help."""

    title: str
    hint: str
    actions: list[tuple[str, str, bool]]
    icon_name: str = "filter-off"


class ShowsFilters:
    """The part of a list view that speaks of its filters."""

    request: HttpRequest
    address: Address
    filterset: ParkFilterSet
    # The filters that are shown with their values, each with the column that it looks at.
    facets: ClassVar[dict[str, Any]] = {}
    empty_title: ClassVar[Any] = gettext_lazy("Nothing matches these filters")
    none_title: ClassVar[Any] = gettext_lazy("Nothing is recorded yet")
    # How rows come about, where that is not said by what adds them.
    none_hint: ClassVar[Any] = ""

    def facet_counts(self, names: list[str]) -> Counts:
        """Return, for each of these facets, how many rows each of its values would leave."""
        raise NotImplementedError

    def rows_without(self, *names: str) -> QuerySet[Any]:
        """Return the rows that meet all filters but these."""
        raise NotImplementedError

    def add_actions(self) -> list[tuple[str, str, bool]]:
        """Return (label, address, is primary) of what adds rows: beside the heading, and when
        there are none."""
        return []

    def facet_list(self, problems: list[str], *, are_counted: bool = True) -> list[Facet]:
        """Return the facets; their counts cost, so the page asks for them after the table."""
        names = list(self.facets)
        counts = self.facet_counts(names) if are_counted and not problems else {}
        found = []
        for name in names:
            field = self.filterset.form.fields[name]
            chosen = set(self.request.GET.getlist(name))
            of_facet = counts.get(name)
            options = [
                Option(
                    str(value),
                    str(label),
                    None if of_facet is None else of_facet.get(str(value), 0),
                    str(value) in chosen,
                )
                for value, label in getattr(field, "choices", [])
            ]
            found.append(Facet(name, str(field.label), options))
        return found

    def chips(self) -> list[Chip]:
        return [
            Chip(told.label, told.value, self.address.without(told.name, told.raw))
            for told in self.filterset.told()
        ]

    def empty(self) -> Empty:
        filtered = any(
            value for name in self.filterset.filters for value in self.request.GET.getlist(name)
        )
        if not filtered:
            return Empty(str(self.none_title), str(self.none_hint), self.add_actions(), "database")
        return Empty(str(self.empty_title), *self.what_would_help())

    def what_would_help(self) -> tuple[str, list[tuple[str, str, bool]]]:
        """Return what there is without the search, or without any filter, and how to get there."""
        words = self.request.GET.get("q", "").strip()
        clear = (_("Clear all filters"), self.address.home, True)
        if not words or self.filterset.errors:
            return _("Remove a filter, or look without any."), [clear]
        found = self.rows_without("q").count()
        hint = ngettext(
            "Without “%(words)s” there is %(n)s.", "Without “%(words)s” there are %(n)s.", found
        ) % {"words": words[:80], "n": written(Decimal(found), 0)}
        label = _("Search without “%(words)s”") % {"words": words[:40]}
        return hint, [(label, self.address.with_changes(q=None), True)]
