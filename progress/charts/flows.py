"""What came when: amounts by day in one scope, and by place and year, each in one query.

The same rows as `progress.measuring.investment` adds up, in another order: with `known_at` None the
totals that the database keeps, else the entries as they were known then.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from clusters.models import Park
from clusters.vocabulary import Grade
from ledger.models import Entry
from progress.measuring.investment import Amount
from progress.measuring.leading import Scope

Rows = QuerySet[Any, Any]


def within(rows: Rows, scope: Scope) -> Rows:
    """Narrow rows that have a cluster and a region to a scope."""
    if scope.cluster_id is not None:
        rows = rows.filter(cluster=scope.cluster_id)
    if scope.region_id is not None:
        rows = rows.filter(region=scope.region_id)
    return rows


def entry_rows(park: Park, *, as_of: date, known_at: datetime | None, verified_only: bool) -> Rows:
    """Return the entries themselves, with `counted`: by project the totals do not tell."""
    entries: Any = Entry.objects.filter(cluster__park=park).in_force(as_of).known_at(known_at)
    graded = entries.graded() if known_at is None else entries.graded_at(known_at)
    found: Rows = graded.order_by()
    return found.filter(graded=Grade.VERIFIED) if verified_only else found


@dataclass(frozen=True)
class Flow:
    """What one day brought: fen, and entries less those taken back."""

    on: date
    fen: int
    entries: int


class Flows:
    """One measure in one scope, day by day up to `as_of`."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self.days = sorted(flows, key=lambda flow: flow.on)
        self._on = [flow.on for flow in self.days]
        self._sums = list(
            accumulate(
                (Amount(flow.fen, flow.entries) for flow in self.days),
                initial=Amount(),
            )
        )

    def total(self, day: date) -> Amount:
        """Return the sum up to `day`."""
        return self._sums[bisect_right(self._on, day)]

    @property
    def first_on(self) -> date | None:
        """The day of the first entry; None if nothing was reported."""
        return self._on[0] if self._on else None

    @property
    def last_on(self) -> date | None:
        """The day of the last entry."""
        return self._on[-1] if self._on else None


def daily(rows: Rows) -> dict[str, Flows]:
    """Return the flows of each measure; a day on which all was taken back is left out."""
    found: dict[str, list[Flow]] = {}
    for measure, on, fen, entries in rows.values_list("measure", "effective_on").annotate(
        fen=Sum("amount_fen"), n=Sum("counted")
    ):
        if fen or entries:
            found.setdefault(measure, []).append(Flow(on, int(fen), int(entries)))
    return {measure: Flows(flows) for measure, flows in found.items()}


@dataclass(frozen=True)
class PlaceYear:
    """What one year brought to one cluster in one region."""

    cluster_id: int
    region_id: int
    year: int
    amount: Amount


def by_place_and_year(rows: Rows, measure: str) -> list[PlaceYear]:
    """Return what each year brought to each place."""
    return [
        PlaceYear(cluster_id, region_id, year, Amount(int(fen), int(entries)))
        for cluster_id, region_id, year, fen, entries in rows.filter(measure=measure)
        .annotate(year=ExtractYear("effective_on"))
        .values_list("cluster", "region", "year")
        .annotate(fen=Sum("amount_fen"), n=Sum("counted"))
        .order_by("year")
    ]
