"""Saved filters as the tabs of a list, and how many rows each has for who looks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from django.db.models import CharField, Count, Value
from django.http import QueryDict
from django.utils.translation import gettext as _

from lists.address import OWN_PARAMETERS, Address
from lists.filters import problems_of
from lists.frame import Saved
from lists.queries import meaning

if TYPE_CHECKING:
    from lists.views import FilteredListView

ALL = "all"
# So many saved filters stand as tabs and are counted; the others are in a menu.
MOST_TABS = 7


@dataclass(frozen=True)
class Tab:
    """A way to look at the list: all rows, or a saved filter; `count` is None where not counted."""

    key: str
    label: str
    url: str
    is_current: bool
    saved: Saved | None = None
    count: int | None = None


@dataclass(frozen=True)
class Tabs:
    """The tabs of a list, and the saved filter that its address asks for.

    `first` is the one that the reader's bare address leads to.
    """

    row: list[Tab]
    more: list[Tab]
    current: Saved | None
    first: Saved | None
    own_names: list[str]
    # Whether the address asks for something that is not saved yet.
    is_worth_keeping: bool

    @classmethod
    def of(cls, saved: Sequence[Saved], address: Address, begins_with: int | None) -> Self:
        asked = meaning(address.request.GET.urlencode())
        current = next((one for one in saved if meaning(one.query) == asked), None)
        in_row = list(saved[:MOST_TABS])
        if current is not None and current not in in_row:
            in_row[-1] = current
        path = address.request.path
        tabs = [
            Tab(str(one.pk), one.name, f"{path}?{one.query}", one == current, one) for one in saved
        ]
        is_all = current is None and all(name == "sort" for name, _value in asked)
        return cls(
            row=[
                Tab(ALL, _("All"), address.home, is_all),
                *(tab for tab in tabs if tab.saved in in_row),
            ],
            more=[tab for tab in tabs if tab.saved not in in_row],
            current=current,
            first=next((one for one in saved if one.pk == begins_with), None),
            own_names=[one.name for one in saved if one.is_own],
            is_worth_keeping=current is None and bool(asked),
        )

    @property
    def is_first(self) -> bool:
        """Whether the list begins with what it shows."""
        return self.current is not None and self.current == self.first

    def told(self) -> list[str]:
        """Say whose the filter is that cannot be used; nothing when it was never saved."""
        if self.current is None:
            return []
        if self.current.is_own:
            told = _("This filter was saved as “%(name)s”: mend or delete it.")
        else:
            told = _("This filter was saved as “%(name)s” by %(owner)s, who can mend or delete it.")
        return [told % {"name": self.current.name, "owner": self.current.owner}]

    def counted(self, view: "FilteredListView") -> Self:
        """Return the same with counts, read in one query, each with the rights of the reader."""
        queries = {}
        for tab in self.row:
            number: Any = Count("pk")
            if tab.saved is None:
                rows, number = view.whole()
            else:
                rows = rows_of(tab.saved, view)
            if rows is not None:
                queries[tab.key] = (
                    rows.order_by()
                    .values(tab=Value(tab.key, output_field=CharField()))
                    .annotate(n=number)
                    .values_list("tab", "n")
                )
        first, *others = queries.values()
        counts = dict(first.union(*others, all=True) if others else first)
        return replace(
            self,
            row=[
                replace(tab, count=int(counts.get(tab.key) or 0)) if tab.key in queries else tab
                for tab in self.row
            ],
        )


def rows_of(saved: Saved, view: "FilteredListView") -> Any:
    """Return the rows of a saved filter for the reader of `view`; None when it cannot be used.

    So it is too for one that names rows by number, which only its own page looks up.
    """
    query = QueryDict(saved.query)
    filterset = view.filtered_by(query)
    is_known = all(name in filterset.filters or name in OWN_PARAMETERS for name in query)
    if not is_known or problems_of(filterset, query):
        return None
    return filterset.qs
