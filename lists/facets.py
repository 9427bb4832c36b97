"""The filters whose values are few enough to be shown, each with how many rows it would leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Cast

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Option:
    """One value of a filter as a box to tick; `count` is None where it was not counted."""

    value: str
    label: str
    count: int | None
    checked: bool


@dataclass(frozen=True)
class Facet:
    """A filter with its values."""

    name: str
    label: str
    options: list[Option]


# Of whatever column: to look at one takes more than the index.
ROWS = Count("*")


def count_by(
    rows: Mapping[str, QuerySet[Any]], columns: Mapping[str, Any], number: Any = ROWS
) -> dict[str, dict[str, int]]:
    """Count, in one query, each facet's rows by the value of its column.

    `rows` has for each facet those that meet all filters but its own; `number` is what counts them,
    or what they belong to.
    """
    queries = [
        queryset.order_by()
        .values(facet=Value(name, output_field=CharField()), value=Cast(columns[name], CharField()))
        .annotate(n=number)
        .values_list("facet", "value", "n")
        for name, queryset in rows.items()
    ]
    counts: dict[str, dict[str, int]] = {name: {} for name in rows}
    if not queries:
        return counts
    first, *others = queries
    for name, value, found in first.union(*others, all=True) if others else first:
        counts[name][value or ""] = int(found)
    return counts
