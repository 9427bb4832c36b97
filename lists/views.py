"""The list page of every app: a queryset, a table and a filterset, and the address as the state.

A list names its permission, table, filterset and rows; what is here reads the query string, says
what is wrong with it, pages, exports, and answers htmx with the result region alone. Anything in
the query that cannot be used gives a message and status 400 and no rows at all: rows that ignore a
filter would be read as if they met it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import django_tables2 as tables
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from clusters.amounts import written
from lists.acts import Act, Bulk
from lists.address import PER_PAGE_CHOICES, Address
from lists.choices import Chosen
from lists.columns import ParkTable
from lists.exports import KINDS, file_response
from lists.facets import Counts, Facet, Option, count_by
from lists.filter_kinds import NOT
from lists.filters import ParkFilterSet, problems_of
from lists.frame import Frame
from lists.tabs import Tabs
from lists.totals import Totals

# What of the page `?_part=` asks for.
FACETS, FACETS_AND_TABS = "facets-alone", "facets"


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


class FilteredListView(PermissionRequiredMixin, TemplateView):
    """A list; subclasses set the attributes and `get_rows()`."""

    template_name = "generic/list.html"
    heading: ClassVar[Any] = ""
    table_class: ClassVar[type[ParkTable]]
    filterset_class: ClassVar[type[ParkFilterSet]]
    # The filters that are shown with their values, each with the column that it looks at.
    facets: ClassVar[dict[str, Any]] = {}
    # The order when the address names none, as the address would name it.
    default_order: ClassVar[tuple[str, ...]] = ()
    export_name: ClassVar[str] = "list"
    empty_title: ClassVar[Any] = gettext_lazy("Nothing matches these filters")
    none_title: ClassVar[Any] = gettext_lazy("Nothing is recorded yet")
    # Whether the list says that its figures are press reports.
    rests_on_press: ClassVar[bool] = True
    # What can be done to many rows at once, and the address that does it (lists.bulk_views).
    acts: ClassVar[tuple[type[Act], ...]] = ()
    bulk_name: ClassVar[str] = ""
    # The address that edits a row, and the right that it takes.
    edit_name: ClassVar[str] = ""
    edit_permission: ClassVar[str] = ""
    raise_exception = False

    # What a list says of itself.

    def get_rows(self) -> QuerySet[Any]:
        """Return the rows that this user may see, unfiltered and not yet decorated."""
        raise NotImplementedError

    def filtered_rows(self) -> QuerySet[Any]:
        """Return the rows that meet the filters."""
        found: QuerySet[Any] = self.filterset.qs
        return found

    def decorate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add to the filtered rows what the table shows; not counted, so it may be costly."""
        return rows

    def totals(self, rows: QuerySet[Any]) -> Totals:
        """Return the number of rows and the sums of the whole filter."""
        return Totals(rows.count())

    def whole(self) -> tuple[Any, Any]:
        """Return all rows that this user may see and the aggregate that counts them, or kept
        numbers of them and the one that adds these up."""
        return self.get_rows(), Count("pk")

    def facet_counts(self, names: list[str]) -> Counts:
        """Return, for each of these facets, how many rows each of its values would leave."""
        return count_by({name: self.rows_without(name) for name in names}, self.facets)

    def scope_note(self) -> str:
        """Say to what the user's scope limits the list; "" if to nothing."""
        return ""

    def add_actions(self) -> list[tuple[str, str, bool]]:
        """Return (label, address, is primary) of what adds rows: beside the heading, and when
        there are none."""
        return []

    def offered_acts(self) -> list[type[Act]]:
        """Return what this user may do to many rows at once."""
        return [act for act in self.acts if act.is_open_to(self.request.user)]

    def bulk(self) -> Bulk | None:
        """Return what the bar below the table offers; None when nothing."""
        acts = self.offered_acts()
        if not acts:
            return None
        query = self.request.GET.urlencode()
        address = reverse(self.bulk_name)
        return Bulk(f"{address}?{query}" if query else address, acts)

    def for_naming(self, rows: Any) -> QuerySet[Any]:
        """Return rows with what their names need, where few of them are only named."""
        named: QuerySet[Any] = rows
        return named

    # The answer.

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        match = request.resolver_match
        self.take_choices(match.view_name if match else "")

    def take_choices(self, list_name: str) -> None:
        """Take what the reader has chosen for the list of that name."""
        self.list_name = list_name
        self.chosen = Chosen.of(self.request.user, list_name)
        self.address = Address(self.request, leads_on=self.chosen.begins_with is not None)
        # The columns that are shown; only these are read.
        self.shown = self.table_class.shown(self.chosen.columns)

    def read_address(self, *, are_offered: bool) -> list[str]:
        """Read what the address asks for, and say what of it cannot be used.

        With `are_offered` the filters know all values that they offer to choose from.
        """
        request = self.request
        names = self.filterset_class.name_rows(request.GET, request.user, are_offered=are_offered)
        self.frame = Frame.load(request.user, self.list_name, names)
        self.places = self.frame.places
        self.tabs = Tabs.of(self.frame.saved, self.address, self.chosen.begins_with)
        self.filterset = self.filtered_by(request.GET)
        problems = [
            *self.address.problems(set(self.filterset.filters)),
            *problems_of(self.filterset, request.GET),
            *self.address.order_problems(self.table_class(data=[], **self.columns())),
        ]
        return [*problems, *self.tabs.told()] if problems else []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        part = request.GET.get("_part")
        is_facets = part in {FACETS, FACETS_AND_TABS}
        problems = self.read_address(are_offered=is_facets or not self.is_partial())
        if is_facets:
            if part == FACETS_AND_TABS:
                self.tabs = self.tabs.counted(self)
            return self.answer(
                "generic/_facet_answer.html",
                problems,
                facets=self.facet_list(problems),
                are_tabs_counted=part == FACETS_AND_TABS,
            )
        if self.tabs.first and not self.is_partial() and not request.META.get("QUERY_STRING"):
            return HttpResponseRedirect(f"{request.path}?{self.tabs.first.query}")
        rows = self.get_rows().none() if problems else self.filtered_rows()
        export = request.GET.get("_export")
        if export and not problems:
            name = f"{self.export_name}-{timezone.localdate():%Y%m%d}"
            # A file has every column, whatever the page shows.
            self.shown = list(self.table_class.base_columns)
            # Any: a streamed response is no HttpResponse, which the base class names.
            file: Any = file_response(export, self.table(rows), name)
            return file  # type: ignore[no-any-return]
        totals = Totals() if problems else self.totals(rows)
        per_page = self.address.per_page(self.chosen.per_page)
        page = 1 if problems else self.address.page(per_page, totals.rows, problems)
        if problems:
            rows, totals = rows.none(), Totals()
        table = self.table(rows)
        table.paginate(page=page, per_page=per_page, paginator_class=counted(totals.rows))
        return self.answer(
            "generic/_list_region.html" if self.is_partial() else self.template_name,
            problems,
            table=table,
            total_rows=totals.rows,
            totals=totals.sums,
            facets=[] if self.is_partial() else self.facet_list(problems, are_counted=False),
            chips=self.chips(),
            per_page_choices=PER_PAGE_CHOICES,
            export_urls={kind: self.address.with_changes(_export=kind) for kind in KINDS},
            empty=None if totals.rows else self.empty(),
            add_actions=self.add_actions(),
            scope_note=self.scope_note(),
            bulk=self.bulk(),
        )

    def answer(self, template: str, problems: list[str], **context: Any) -> HttpResponse:
        """Return a page, or the part of it that was asked for."""
        response = self.response_class(
            self.request,
            template,
            self.get_context_data(
                filter=self.filterset, heading=self.heading, problems=problems, **context
            ),
            using=self.template_engine,
            status=400 if problems else 200,
        )
        # One address answers whole pages and regions; a cache must not mix them up.
        response.headers["Vary"] = "HX-Request, Cookie"
        return response

    def filtered_by(self, query: Any) -> ParkFilterSet:
        """Return the filterset of the list for a query string."""
        return self.filterset_class(
            query, queryset=self.get_rows(), request=self.request, places=self.places
        )

    def filtered_without(self, *names: str) -> ParkFilterSet:
        """Return the filterset of the list as if these filters were not used."""
        query = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
            query.pop(f"{NOT}{name}", None)
        filterset = self.filtered_by(query)
        filterset.is_valid()
        return filterset

    def rows_without(self, *names: str) -> QuerySet[Any]:
        """Return the rows that meet all filters but these."""
        found: QuerySet[Any] = self.filtered_without(*names).qs
        return found

    def columns(self) -> dict[str, Any]:
        """Return which columns the table shows, in what order, as its own arguments."""
        return {
            "sequence": [*self.shown, "..."],
            "exclude": [name for name in self.table_class.base_columns if name not in self.shown],
        }

    def table(self, rows: QuerySet[Any]) -> tables.Table:
        """Return the table of `rows` in the order asked for."""
        decorated = self.decorate(rows)
        if read := self.table_class.read_for(self.shown):
            decorated = decorated.only(*read)
        table = self.table_class(
            data=decorated,
            order_by=self.address.order() or self.default_order,
            places=self.places,
            **self.columns(),
        )
        table.edits_at = self.edit_address()
        table.has_ticks = bool(self.offered_acts())
        found = table.data.data
        # Rows that are equal in the sorted column would else change places between two pages.
        order = found.query.order_by or found.model._meta.ordering
        table.data.data = found.order_by(*order, "pk")
        return table

    def edit_address(self) -> str:
        """Return where a row is edited, with 0 for its key; "" for who may not."""
        if not self.edit_name or not self.request.user.has_perm(self.edit_permission):
            return ""
        return reverse(self.edit_name, args=[0])

    def column_choices(self) -> list[tuple[str, str, bool]]:
        """Return (name, label, is shown) of all columns, the shown ones first, in their order."""
        every = self.table_class.base_columns
        others = [name for name in every if name not in self.shown]
        table = self.table_class(data=[])
        return [
            (name, str(table.columns[name].header), name in self.shown)
            for name in [*self.shown, *others]
        ]

    def is_partial(self) -> bool:
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx) and not htmx.history_restore_request

    # What the page shows of the filters.

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
            return Empty(str(self.none_title), "", self.add_actions(), "database")
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


def counted(total: int) -> type[Paginator[Any]]:
    """Return a paginator that takes the count that the totals brought already."""

    class CountedPaginator(Paginator[Any]):
        count = total

    return CountedPaginator
