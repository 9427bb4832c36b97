"""Amounts of each measure by cluster, region and grade, at a handful of dates."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import Sum

from clusters.models import Park
from clusters.vocabulary import Grade, Measure
from enterprises.conditions import INSIDE, in_planned_site
from ledger.subjects import Subject
from progress.knowledge import remembered
from progress.measuring.cells import Totals
from progress.measuring.leading import Scope

T = TypeVar("T")
RESTS_ON = (Subject.ENTRIES, Subject.PLANS)
# Cluster and region of a scope.
Place = tuple[int | None, int | None]


@dataclass(frozen=True)
class Amount:
    """A sum in fen and how many entries stand in it; with none, nothing was reported."""

    fen: int = 0
    entries: int = 0

    @property
    def reported_fen(self) -> int | None:
        """The sum, or None: silence is not zero."""
        return self.fen if self.entries else None

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.fen + other.fen, self.entries + other.entries)


class Daily(NamedTuple):
    """What one day brought to one cluster."""

    on: date
    cluster_id: int
    fen: int


class Amounts:
    """The amounts of one park at certain `days`."""

    def __init__(
        self,
        park: Park,
        *,
        days: Iterable[date],
        known_at: datetime | None,
        only: Grade | None = None,
        sites: Collection[tuple[int, int]] | None = None,
    ) -> None:
        # The one grade that counts, as when only what is verified is asked for; None: all.
        self._totals = Totals(park, known_at, only)
        self._days = sorted(set(days))
        self._number = {day: number for number, day in enumerate(self._days)}
        # Cluster and region of the places that count; None: all.
        self._sites = sites
        cells = self._remembered(
            "cells", self._days, compute=lambda: self._totals.cells(self._days)
        )
        self._cells = [cell for cell in cells if self._counts(cell.cluster_id, cell.region_id)]
        self._sums: dict[tuple[Place, str, str | None], list[Amount]] = {}
        self._days_of: dict[tuple[str, int | None], list[Daily]] = {}

    def _remembered(self, what: str, *key: Any, compute: Callable[[], T]) -> T:
        """Return what is read of these amounts, as long as no entry comes."""
        park, *clocks = self._totals
        return remembered(
            f"amounts-{what}", park.pk, *clocks, *key, compute=compute, subjects=RESTS_ON
        )

    def _counts(self, cluster_id: int, region_id: int) -> bool:
        return self._sites is None or (cluster_id, region_id) in self._sites

    def total(
        self,
        scope: Scope,
        measure: str,
        day: date,
        *,
        grade: str | None = None,
        place: Callable[[int, int], bool] | None = None,
    ) -> Amount:
        """Return the sum of `measure` in `scope` up to `day`, of one grade if given.

        `place` narrows to cells by their cluster and region.
        """
        number = self._number[day]
        if place is not None:
            return self._sum(scope, measure, grade, place)[number]
        key = ((scope.cluster_id, scope.region_id), measure, grade)
        if key not in self._sums:
            self._sums[key] = self._sum(scope, measure, grade)
        return self._sums[key][number]

    def _sum(
        self,
        scope: Scope,
        measure: str,
        grade: str | None,
        place: Callable[[int, int], bool] | None = None,
    ) -> list[Amount]:
        """Return the sums of certain cells at each day."""
        cells = [
            cell
            for cell in self._cells
            if cell.measure == measure
            and scope.cluster_id in {None, cell.cluster_id}
            and scope.region_id in {None, cell.region_id}
            and grade in {None, cell.grade}
            and (place is None or place(cell.cluster_id, cell.region_id))
        ]
        return [
            Amount(sum(cell.fen[number] for cell in cells), sum(c.entries[number] for c in cells))
            for number in range(len(self._days))
        ]

    def entries(self, day: date) -> int:
        """Return how many entries stand up to `day`, of whatever measure."""
        return sum(cell.entries[self._number[day]] for cell in self._cells)

    def reached_on(self, scope: Scope, measure: str, target_fen: int) -> date | None:
        """Return the first day on which the sum of `measure` was at least `target_fen`."""
        here = (
            row for row in self._daily(measure, scope) if scope.cluster_id in {None, row.cluster_id}
        )
        total_fen = 0
        for day, same_day in groupby(here, key=attrgetter("on")):
            total_fen += sum(row.fen for row in same_day)
            if total_fen >= target_fen:
                return day  # type: ignore[no-any-return]
        return None

    def _daily(self, measure: str, scope: Scope) -> list[Daily]:
        """Return what each day brought to each cluster, of the region of a scope if it has one."""
        key = (measure, scope.region_id)
        if key not in self._days_of:
            rows = self._totals.rows().filter(measure=measure)
            if scope.region_id is not None:
                rows = rows.filter(region=scope.region_id)
            if self._sites is not None:
                rows = rows.filter(in_planned_site([INSIDE]))
            by_day = rows.values_list("effective_on", "cluster").annotate(fen=Sum("amount_fen"))
            self._days_of[key] = self._remembered(
                "daily",
                *key,
                self._sites is not None,
                compute=lambda: [
                    Daily(day, cluster_id, int(fen))
                    for day, cluster_id, fen in by_day.order_by("effective_on")
                ],
            )
        return self._days_of[key]

    def output(self, as_of: date) -> "Output":
        """Return the annual output up to `as_of`, which is summed in its own way."""
        rows = (
            self._totals.rows()
            .filter(measure=Measure.ANNUAL_OUTPUT, effective_on__lte=as_of)
            .values_list("cluster", "region", "graded", "effective_on")
            .annotate(fen=Sum("amount_fen"), n=Sum("counted"))
        )
        produced = self._remembered(
            "output",
            as_of,
            compute=lambda: [
                Produced(cluster_id, region_id, grade, day, Amount(int(fen), int(n)))
                for cluster_id, region_id, grade, day, fen, n in rows
            ],
        )
        return Output([row for row in produced if self._counts(row.cluster_id, row.region_id)])


@dataclass(frozen=True)
class Produced:
    """The output of one cluster, region and grade that was recorded for one day."""

    cluster_id: int
    region_id: int
    grade: str
    on: date
    amount: Amount


class Output:
    """Annual output: a yearly figure, so of all years only the latest one counts."""

    def __init__(self, rows: list[Produced]) -> None:
        self._rows = rows

    def latest(
        self, scope: Scope, day: date, *, grade: str | None = None
    ) -> tuple[int | None, Amount]:
        """Return the latest calendar year with output in `scope` up to `day`, and its amount.

        `grade` narrows the amount, not the year.
        """
        years: dict[int, Amount] = {}
        of_grade: dict[int, Amount] = {}
        for row in self._rows:
            if (
                row.on > day
                or scope.cluster_id not in {None, row.cluster_id}
                or scope.region_id not in {None, row.region_id}
            ):
                continue
            year = row.on.year
            years[year] = years.get(year, Amount()) + row.amount
            if grade in {None, row.grade}:
                of_grade[year] = of_grade.get(year, Amount()) + row.amount
        latest = max((year for year, amount in years.items() if amount.entries), default=None)
        if latest is None:
            return None, Amount()
        return latest, of_grade.get(latest, Amount())
