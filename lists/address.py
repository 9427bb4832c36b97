"""What the query string of a list says besides its filters: page, rows per page, order, file."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from lists.exports import KINDS

PER_PAGE_CHOICES = (25, 50, 100, 200)
DEFAULT_PER_PAGE = 50
# All rows, where the bare address leads to the filter that the reader's list begins with.
ALL_ROWS = "all"
OWN_PARAMETERS = {"page", "per_page", "sort", "view", "_export", "_part"}
# Of one answer; no link within the list keeps them.
PASSING = ("page", "view", "_part")
# Named in no message: the page itself sends them.
SILENT_PARAMETERS = {"_export", "_part"}


@dataclass(frozen=True)
class Address:
    """The address of a list as the reader sent it.

    With `leads_on` the bare address leads to the filter that the reader's list begins with.
    """

    request: HttpRequest
    leads_on: bool = False

    @property
    def home(self) -> str:
        """The address of all rows."""
        return f"{self.request.path}?view={ALL_ROWS}" if self.leads_on else self.request.path

    @property
    def query(self) -> str:
        """The query string, as the forms of the list send it along."""
        return self.request.GET.urlencode()

    def problems(self, filters: set[str]) -> list[str]:
        """Say which parameters are not known, and which of the list's own have unusable values."""
        known = filters | OWN_PARAMETERS
        unknown = [name for name in self.request.GET if name not in known]
        problems = [
            _("There is no filter “%(name)s”. Accepted: %(known)s.")
            % {"name": name[:40], "known": ", ".join(sorted(known - SILENT_PARAMETERS))}
            for name in unknown[:1]
        ]
        if len(unknown) > 1:
            problems.append(
                _("There are no filters %(names)s either.")
                % {"names": ", ".join(f"“{name[:40]}”" for name in unknown[1:6])}
            )
        per_page = self.request.GET.get("per_page", "")
        if per_page and per_page not in map(str, PER_PAGE_CHOICES):
            problems.append(
                _("Rows per page: “%(value)s” cannot be used. Accepted: %(choices)s.")
                % {
                    "value": per_page[:40],
                    "choices": ", ".join(map(str, PER_PAGE_CHOICES)),
                }
            )
        view = self.request.GET.get("view", "")
        if view not in {"", ALL_ROWS}:
            problems.append(
                _("There is no view “%(value)s”. Accepted: %(known)s.")
                % {"value": view[:40], "known": ALL_ROWS}
            )
        export = self.request.GET.get("_export", "")
        if export not in {"", *KINDS}:
            problems.append(
                _("“%(value)s” is not a kind of file. Accepted: csv, xlsx.")
                % {"value": export[:40]}
            )
        return problems

    def per_page(self, usual: int = DEFAULT_PER_PAGE) -> int:
        """Return the rows per page, `usual` when the address names no usable number."""
        given = self.request.GET.get("per_page", "")
        return int(given) if given in map(str, PER_PAGE_CHOICES) else usual

    def page(self, per_page: int, total: int, problems: list[str]) -> int:
        """Return the page; one that there is not is added to `problems`, and is 1."""
        pages = max(1, -(-total // per_page))
        text = self.request.GET.get("page", "1") or "1"
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if 1 <= number <= pages:
            return number
        problems.append(
            _("There is no page “%(page)s”: pages run from 1 to %(pages)s.")
            % {"page": text[:40], "pages": pages}
        )
        return 1

    def order(self) -> list[str]:
        """Return the columns to sort by, as the address has them."""
        return [name for name in self.request.GET.get("sort", "").split(",") if name]

    def order_problems(self, table: Any) -> list[str]:
        """Say which sort columns there are not, or are not shown."""
        sortable = [column.name for column in table.columns if column.orderable]
        return [
            _("The list cannot be sorted by “%(name)s”. Accepted: %(known)s.")
            % {"name": name[:40], "known": ", ".join(sortable)}
            for name in self.order()[:5]
            if name.removeprefix("-") not in sortable
        ]

    def with_changes(self, **changes: str | None) -> str:
        """Return the address with other parameters, on its first page."""
        query = self._lasting()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return self._with(query)

    def without(self, name: str, value: str) -> str:
        """Return the address without one value of a filter, on its first page."""
        query = self._lasting()
        query.setlist(name, [kept for kept in query.getlist(name) if kept != value])
        return self._with(query)

    def _lasting(self) -> QueryDict:
        query = self.request.GET.copy()
        for name in PASSING:
            query.pop(name, None)
        return query

    def _with(self, query: QueryDict) -> str:
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.home
