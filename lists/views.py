"""The list page of every app: a queryset, a table and a filterset, and the address as the state.

A list names its permission, table, filterset and rows; what is here reads the query string, says
what is wrong with it, pages, exports, and answers htmx with the result region alone. Anything in
the query that cannot be used gives a message and status 400 and no rows at all: rows that ignore a
filter would be read as if they met it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import django_tables2 as tables
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from clusters.amounts import format_table, written
from clusters.choices import Places
from clusters.templatetags.park import whole_percent
from lists.exports import KINDS, file_response
from lists.filters import ParkFilterSet, problems_of

PER_PAGE_CHOICES = (25, 50, 100, 200)
DEFAULT_PER_PAGE = 50
OWN_PARAMETERS = {"page", "per_page", "sort", "_export"}


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Option:
    """One value of a facet; unpacks in templates."""

    value: str
    label: str
    count: int | None
    checked: bool

    def __iter__(self) -> Iterator[Any]:
        return iter((self.value, self.label, self.count, self.checked))


@dataclass(frozen=True)
class Facet:
    """A filter whose values are few enough to be shown."""

    name: str
    label: str
    options: list[Option]


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
    table_class: ClassVar[type[tables.Table]]
    filterset_class: ClassVar[type[ParkFilterSet]]
    facets: ClassVar[tuple[str, ...]] = ()
    # The order when the address names none, as the address would name it.
    default_order: ClassVar[tuple[str, ...]] = ()
    export_name: ClassVar[str] = "list"
    empty_title: ClassVar[Any] = gettext_lazy("Nothing matches these filters")
    none_title: ClassVar[Any] = gettext_lazy("Nothing is recorded yet")
    # Whether the list says that its figures are press reports.
    rests_on_press: ClassVar[bool] = True
    raise_exception = False

    def get_rows(self) -> QuerySet[Any]:
        """Return the rows that this user may see, unfiltered and not yet decorated."""
        raise NotImplementedError

    def decorate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add to the filtered rows what the table shows; not counted, so it may be costly."""
        return rows

    def totals(self, rows: QuerySet[Any]) -> tuple[int, list[tuple[str, str]]]:
        """Return the number of rows and the labelled sums of the whole filter."""
        return rows.count(), []

    def scope_note(self) -> str:
        """Say to what the user's scope limits the list; "" if to nothing."""
        return ""

    def add_actions(self) -> list[tuple[str, str, bool]]:
        """Return (label, address, is primary) of what adds rows: beside the heading, and when
        there are none."""
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.places = Places.load()
        self.filterset = self.filterset_class(
            request.GET, queryset=self.get_rows(), request=request, places=self.places
        )
        problems = [*self.query_problems(), *problems_of(self.filterset, request.GET)]
        rows = self.get_rows().none() if problems else self.filterset.qs
        problems += self.sort_problems(self.table_class(data=[]))
        export = request.GET.get("_export")
        if export and not problems:
            name = f"{self.export_name}-{timezone.localdate():%Y%m%d}"
            # Any: a streamed response is no HttpResponse, which the base class names.
            file: Any = file_response(export, self.table(rows), name)
            return file  # type: ignore[no-any-return]
        total, totals = (0, []) if problems else self.totals(rows)
        page, per_page = self.page(problems, total)
        if problems:
            rows, total, totals = rows.none(), 0, []
        table = self.table(rows)
        table.paginate(page=page, per_page=per_page, paginator_class=counted_paginator(total))
        context = self.get_context_data(
            filter=self.filterset,
            table=table,
            heading=self.heading,
            problems=problems,
            total_rows=total,
            totals=totals,
            facets=self.facet_list(),
            chips=self.chips(),
            per_page_choices=PER_PAGE_CHOICES,
            export_urls={kind: self.address(_export=kind) for kind in KINDS},
            empty=None if total else self.empty(),
            add_actions=self.add_actions(),
            scope_note=self.scope_note(),
        )
        template = "generic/_list_region.html" if self.is_partial() else self.template_name
        response = self.response_class(
            request, template, context, using=self.template_engine, status=400 if problems else 200
        )
        # One address answers whole pages and regions; a cache must not mix them up.
        response.headers["Vary"] = "HX-Request, Cookie"
        return response

    def table(self, rows: QuerySet[Any]) -> tables.Table:
        """Return the table of `rows` in the order asked for."""
        table = self.table_class(
            data=self.decorate(rows),
            order_by=self.order_by() or self.default_order,
            places=self.places,
        )
        found = table.data.data
        # Rows that are equal in the sorted column would else change places between two pages.
        order = found.query.order_by or found.model._meta.ordering
        table.data.data = found.order_by(*order, "pk")
        return table

    def is_partial(self) -> bool:
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx) and not htmx.history_restore_request

    # What the query string says.

    def query_problems(self) -> list[str]:
        """Say which parameters are not known, and which of the list's own have unusable values."""
        known = {*self.filterset.filters, *OWN_PARAMETERS}
        problems = [
            _("There is no filter “%(name)s”. Accepted: %(known)s.")
            % {"name": name[:40], "known": ", ".join(sorted(known - {"_export"}))}
            for name in self.request.GET
            if name not in known
        ]
        per_page = self.request.GET.get("per_page", "")
        if per_page and per_page not in map(str, PER_PAGE_CHOICES):
            problems.append(
                _("Rows per page: “%(value)s” cannot be used. Accepted: %(choices)s.")
                % {
                    "value": per_page[:40],
                    "choices": ", ".join(map(str, PER_PAGE_CHOICES)),
                }
            )
        export = self.request.GET.get("_export", "")
        if export not in {"", *KINDS}:
            problems.append(
                _("“%(value)s” is not a kind of file. Accepted: csv, xlsx.")
                % {"value": export[:40]}
            )
        return problems

    def order_by(self) -> list[str]:
        """Return the columns to sort by, as the address has them."""
        return [name for name in self.request.GET.get("sort", "").split(",") if name]

    def sort_problems(self, table: tables.Table) -> list[str]:
        """Say which sort columns there are not."""
        sortable = [column.name for column in table.columns if column.orderable]
        return [
            _("The list cannot be sorted by “%(name)s”. Accepted: %(known)s.")
            % {"name": name[:40], "known": ", ".join(sortable)}
            for name in self.order_by()
            if name.removeprefix("-") not in sortable
        ]

    def page(self, problems: list[str], total: int) -> tuple[int, int]:
        """Return page and rows per page; a page that there is not is added to `problems`."""
        given = self.request.GET.get("per_page", "")
        per_page = int(given) if given in map(str, PER_PAGE_CHOICES) else DEFAULT_PER_PAGE
        pages = max(1, -(-total // per_page))
        text = self.request.GET.get("page", "1") or "1"
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not problems and not 1 <= number <= pages:
            problems.append(
                _("There is no page “%(page)s”: pages run from 1 to %(pages)s.")
                % {"page": text[:40], "pages": pages}
            )
        return (1 if problems else number), per_page

    def address(self, **changes: str | None) -> str:
        """Return the address of this list with other parameters, on its first page."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    # What the page shows of the filters.

    def facet_list(self) -> list[Facet]:
        found = []
        for name in self.facets:
            field = self.filterset.form.fields[name]
            chosen = set(self.request.GET.getlist(name))
            options = [
                Option(str(value), str(label), None, str(value) in chosen)
                for value, label in getattr(field, "choices", [])
            ]
            found.append(Facet(name, str(field.label), options))
        return found

    def chips(self) -> list[Chip]:
        found = []
        for name in self.filterset.filters:
            field = self.filterset.form.fields[name]
            labels = {str(value): str(label) for value, label in getattr(field, "choices", [])}
            for value in self.request.GET.getlist(name):
                if value == "":
                    continue
                query = self.request.GET.copy()
                query.pop("page", None)
                query.setlist(name, [v for v in query.getlist(name) if v != value])
                found.append(
                    Chip(
                        label=str(field.label),
                        value=labels.get(value, value)[:80],
                        remove_url=f"{self.request.path}?{query.urlencode()}",
                    )
                )
        return found

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
        clear = (_("Clear all filters"), self.request.path, True)
        if not words or self.filterset.errors:
            return _("Remove a filter, or look without any."), [clear]
        query = self.request.GET.copy()
        query["q"] = ""
        others = self.filterset_class(
            query, queryset=self.get_rows(), request=self.request, places=self.places
        )
        found = others.qs.count()
        hint = ngettext(
            "Without “%(words)s” there is %(n)s.", "Without “%(words)s” there are %(n)s.", found
        ) % {"words": words[:80], "n": written(Decimal(found), 0)}
        label = _("Search without “%(words)s”") % {"words": words[:40]}
        return hint, [(label, self.address(q=None), True)]


def counted_paginator(total: int) -> type[Paginator[Any]]:
    """Return a paginator that takes the count that the totals brought already."""

    class CountedPaginator(Paginator[Any]):
        count = total

    return CountedPaginator


def sum_and_share(fen: int, verified_fen: int | None) -> str:
    """Write the sum of a list with the share of it that is verified."""
    if not fen:
        return format_table(fen)
    share = whole_percent(Decimal(verified_fen or 0) / fen)
    return _("%(sum)s, %(share)s verified") % {"sum": format_table(fen), "share": share}
