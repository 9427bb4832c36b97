"""Amounts of each measure by cluster, region and grade, at a handful of dates in one query.

With `known_at` None the totals that the database keeps are read, else the entries themselves as
they were known then; both give the same numbers for now.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from clusters.models import Park
from clusters.vocabulary import Grade, Measure
from ledger.models import DailyTotal, Entry
from progress.leading import Scope


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


@dataclass(frozen=True)
class Cell:
    """The amounts of one cluster, region, measure and grade, by date."""

    cluster_id: int
    region_id: int
    measure: str
    grade: str
    by_day: dict[date, Amount]


class Amounts:
    """The amounts of one park at certain `days`."""

    def __init__(
        self,
        park: Park,
        *,
        days: Iterable[date],
        known_at: datetime | None,
        only: Grade | None = None,
    ) -> None:
        self._park = park
        self._known_at = known_at
        # The one grade that counts, as when only what is verified is asked for; None: all.
        self._only = only
        days = sorted(set(days))
        sums: dict[str, Sum] = {}
        for number, day in enumerate(days):
            until = Q(effective_on__lte=day)
            sums[f"fen_{number}"] = Sum("amount_fen", filter=until, default=0)
            sums[f"entries_{number}"] = Sum("counted", filter=until, default=0)
        self._cells = [
            Cell(
                cluster_id=row["cluster"],
                region_id=row["region"],
                measure=row["measure"],
                grade=row["graded"],
                by_day={
                    day: Amount(int(row[f"fen_{number}"]), int(row[f"entries_{number}"]))
                    for number, day in enumerate(days)
                },
            )
            for row in self._rows()
            .values("cluster", "region", "measure", "graded")
            .annotate(**sums)
        ]

    def _rows(self) -> QuerySet[Any, Any]:
        """Return rows with `amount_fen`, `counted` and `graded`, of totals or of entries."""
        rows: Any
        if self._known_at is None:
            rows = DailyTotal.objects.annotate(counted=F("entries"), graded=F("grade"))
        else:
            rows = Entry.objects.known_at(self._known_at).graded_at(self._known_at)
        of_park: QuerySet[Any, Any] = rows.filter(cluster__park=self._park).order_by()
        return of_park if self._only is None else of_park.filter(graded=self._only)

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
        return sum(
            (
                cell.by_day[day]
                for cell in self._cells
                if cell.measure == measure
                and scope.cluster_id in {None, cell.cluster_id}
                and scope.region_id in {None, cell.region_id}
                and grade in {None, cell.grade}
                and (place is None or place(cell.cluster_id, cell.region_id))
            ),
            Amount(),
        )

    def entries(self, day: date) -> int:
        """Return how many entries stand up to `day`, of whatever measure."""
        return sum(cell.by_day[day].entries for cell in self._cells)

    def reached_on(self, scope: Scope, measure: str, target_fen: int) -> date | None:
        """Return the first day on which the sum of `measure` was at least `target_fen`."""
        rows = self._rows().filter(measure=measure)
        if scope.cluster_id is not None:
            rows = rows.filter(cluster=scope.cluster_id)
        if scope.region_id is not None:
            rows = rows.filter(region=scope.region_id)
        total_fen = 0
        for day, fen in (
            rows.values_list("effective_on")
            .annotate(fen=Sum("amount_fen"))
            .order_by("effective_on")
        ):
            total_fen += int(fen)
            if total_fen >= target_fen:
                return day  # type: ignore[no-any-return]
        return None

    def output(self, as_of: date) -> "Output":
        """Return the annual output up to `as_of`, which is summed in its own way."""
        rows = (
            self._rows()
            .filter(measure=Measure.ANNUAL_OUTPUT, effective_on__lte=as_of)
            .values_list("cluster", "region", "graded", "effective_on")
            .annotate(fen=Sum("amount_fen"), n=Sum("counted"))
        )
        return Output(
            [
                Produced(cluster_id, region_id, grade, day, Amount(int(fen), int(n)))
                for cluster_id, region_id, grade, day, fen, n in rows
            ]
        )


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
