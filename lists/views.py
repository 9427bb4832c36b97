"""The list page of every app: a queryset, a table and a filterset, and the address as the state.

A list names its permission, table, filterset and rows; what is here reads the query string, says
what is wrong with it, pages, exports, and answers htmx with the result region alone. Anything in
the query that cannot be used gives a message and status 400 and no rows at all: rows that ignore a
filter would be read as if they met it.
"""

from typing import Any, ClassVar

import django_tables2 as tables
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from lists.acts import Act, Bulk
from lists.address import PER_PAGE_CHOICES, Address
from lists.choices import Chosen
from lists.columns import ParkTable
from lists.exports import KINDS, file_response
from lists.facets import Counts, count_by
from lists.filter_kinds import NOT
from lists.filters import ParkFilterSet, problems_of
from lists.frame import Frame
from lists.shown import ShowsFilters
from lists.tabs import Tabs
from lists.totals import Totals

# What of the page `?_part=` asks for.
FACETS, FACETS_AND_TABS = "facets-alone", "facets"


class FilteredListView(ShowsFilters, PermissionRequiredMixin, TemplateView):
    """A list; subclasses set the attributes and `get_rows()`."""

    template_name = "generic/list.html"
    heading: ClassVar[Any] = ""
    table_class: ClassVar[type[ParkTable]]
    filterset_class: ClassVar[type[ParkFilterSet]]
    # The order when the address names none, as the address would name it.
    default_order: ClassVar[tuple[str, ...]] = ()
    export_name: ClassVar[str] = "list"
    # Whether the list says that its figures are press reports.
    rests_on_press: ClassVar[bool] = True
    # What can be done to many rows at once, and the address that does it (lists.bulk_views).
    acts: ClassVar[tuple[type[Act], ...]] = ()
    bulk_name: ClassVar[str] = ""
    # The address that edits a row, and the right that it takes.
    edit_name: ClassVar[str] = ""
    edit_permission: ClassVar[str] = ""
    # Whether the search of the list knows which rows match best.
    finds_best: ClassVar[bool] = False
    # Whether a row is joined of so many tables that PostgreSQL would join all before it sorts.
    joins_many: ClassVar[bool] = False
    raise_exception = False

    # What a list says of itself.

    def seen_projects(self) -> Q:
        """Return the condition on the projects by whose names a row may be found."""
        return Q()

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
        ]
        if self.address.order():
            problems += self.address.order_problems(self.table_class(data=[], **self.columns()))
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
        window = slice((page - 1) * per_page, page * per_page)
        table = self.table(rows, window, totals.rows)
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

    def best_keys(self, window: slice, total: int) -> list[int] | None:
        """Return the keys of the rows of a page that match the search best, the best first.

        None when nothing is looked for, or the address names another order.
        """
        words = self.request.GET.get("q", "").strip()
        if not words or not total or not self.finds_best or self.address.order():
            return None
        rows: Any = self.filtered_without("q").qs
        keys: list[int] = rows.best_keys(
            words, window.start, window.stop, total=total, projects=self.seen_projects()
        )
        return keys

    def table(
        self, rows: QuerySet[Any], window: slice | None = None, total: int = 0
    ) -> tables.Table:
        """Return the table of `rows` in the order asked for.

        With a `window` it has those of one page only, of `total` in all.
        """
        table = self.table_class(
            data=self.read(self.decorate(rows)),
            order_by=self.address.order() or self.default_order,
            places=self.places,
            **self.columns(),
        )
        table.edits_at = self.edit_address()
        table.has_ticks = bool(self.offered_acts())
        found = table.data.data
        # Rows that are equal in the sorted column would else change places between two pages.
        order = found.query.order_by or found.model._meta.ordering
        ordered = found.order_by(*order, "pk")
        if window is None:
            table.data.data = ordered
            return table
        keys = self.best_keys(window, total)
        if keys is not None:
            table.order_by = ()
        else:
            keys = self.keys_on_page(ordered, window, total)
        if keys is None:
            table.data.data = ordered[window]
            return table
        places = (When(pk=key, then=place) for place, key in enumerate(keys))
        place = Case(*places, default=len(keys), output_field=IntegerField())
        table.data.data = self.read(self.rows_with(keys)).order_by(place)
        return table

    def read(self, decorated: QuerySet[Any]) -> QuerySet[Any]:
        """Return rows with no more of their columns than the table shows."""
        read = self.table_class.read_for(self.shown)
        return decorated.only(*read) if read else decorated

    def keys_on_page(self, ordered: QuerySet[Any], window: slice, total: int) -> list[int] | None:
        """Return the keys of the rows of a page, of `total` in all; None to read the rows at once.

        To reach a later page only keys are passed over: what else is shown is asked of its rows
        alone. Not in one statement, which PostgreSQL is prone to begin at the wrong end.
        """
        if not window.start and not self.joins_many:
            return None
        return list(ordered.values_list("pk", flat=True)[window])

    def rows_with(self, keys: list[int]) -> QuerySet[Any]:
        """Return the rows of these keys, which meet the filters, with what the table shows."""
        return self.decorate(self.get_rows().filter(pk__in=keys))

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


def counted(total: int) -> type[Paginator[Any]]:
    """Return a paginator of that many rows that is given those of one page alone."""

    class CountedPaginator(Paginator[Any]):
        count = total

        def page(self, number: Any) -> Any:
            return Page(self.object_list, self.validate_number(number), self)

    return CountedPaginator
