"""Which enterprises have most in the projects that meet a condition: the keys of one page."""

from typing import Any

from django.db.models import BigIntegerField, Exists, F, Func, Q, QuerySet, Subquery, Sum
from django_cte import CTE, with_cte

from enterprises.models import Enterprise, Project

# Fewer enterprises than these are all added up as quickly.
MANY = 5_000
# So many of the largest enterprises are looked at for each row up to the end of the page, and so
# many at most.
LOOKED_AT = 20
MOST_LOOKED_AT = 4000


def keys_by_sum(
    projects: Q, column: str, window: slice, *, total: int, largest_first: bool, has_others: bool
) -> list[int] | None:
    """Return the keys of the enterprises on a page in the order of what their projects come to.

    `column` is an amount that is kept of projects and of enterprises; `total` is how many there
    are. With `has_others` enterprises without such a project belong to the list too: None then
    when the page may have some, which stand among those of which nothing was reported.
    """
    if largest_first and total > MANY:
        largest = list(largest_keys(projects, column, window.stop))
        if len(largest) == window.stop:
            return largest[window]
    amount = F("fen")
    way = amount.desc(nulls_last=True) if largest_first else amount.asc(nulls_last=True)
    summed = sums(projects, column).order_by(way, "enterprise")
    rows = list(summed.values_list("enterprise", "fen")[window])
    if has_others and (len(rows) < window.stop - window.start or rows[-1][1] is None):
        return None
    return [key for key, _fen in rows]


def sums(projects: Q, column: str) -> QuerySet[Any, Any]:
    """Return what the projects of each enterprise come to, as `fen`."""
    found: QuerySet[Any, Any] = (
        Project.objects.filter(projects).order_by().values("enterprise").annotate(fen=Sum(column))
    )
    return found


def largest_keys(projects: Q, column: str, number: int) -> QuerySet[Any, Any]:
    """Return the keys of that many enterprises with the largest sums, the largest first.

    Or of fewer, when these cannot be told from the largest enterprises alone: a part is no more
    than the whole, so who has more here than the last that was looked at has on the whole comes
    before all the others. That does not hold where an amount is below zero.
    """
    by_whole = Enterprise.objects.order_by(F(column).desc(nulls_last=True), "pk")
    looked_at = min(number * LOOKED_AT, MOST_LOOKED_AT)
    first = CTE(
        by_whole.values("pk", whole=F(column))[:looked_at], name="largest", materialized=True
    )
    least = Func("whole", function="MIN", output_field=BigIntegerField())
    last = first.queryset().order_by().annotate(least=least).values("least")
    below_zero = Exists(Project.objects.filter(**{f"{column}__lt": 0}))
    found = first.join(sums(projects, column), enterprise=first.col.pk)
    largest: QuerySet[Any, Any] = with_cte(first, select=found).filter(
        ~below_zero, fen__gt=Subquery(last)
    )
    return largest.order_by("-fen", "enterprise").values_list("enterprise", flat=True)[:number]
