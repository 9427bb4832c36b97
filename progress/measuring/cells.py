"""What amounts are read from: the sums of each place, measure and grade up to certain days.

As known now they come from the totals that the database keeps, those of months that are over and
those of the days since; as known at an earlier moment from the entries themselves. Both give the
same numbers for now.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, Sum, Value, When

from clusters.models import Cluster, Park
from clusters.vocabulary import Grade
from ledger.models import DailyTotal, Entry, MonthlyTotal

DAY = timedelta(days=1)
# Cluster, region, measure and grade.
Key = tuple[int, int, str, str]


@dataclass(frozen=True)
class Cell:
    """The amounts of one cluster, region, measure and grade at each day, in the order of days."""

    cluster_id: int
    region_id: int
    measure: str
    grade: str
    fen: list[int]
    entries: list[int]


class Piece(NamedTuple):
    """A stretch of days, both ends in it, that is read at once: of whole months, or day by day."""

    first: date
    last: date
    of_months: bool

    def counts(self, day: date) -> bool:
        """Whether what stood on `day` is summed from this piece among others."""
        return self.last <= day and (self.of_months or self.first > end_of_whole_months(day))


# A cell, a piece, and what it brought: fen and number of entries.
PieceSum = tuple[Key, Piece, int, int]


class Totals(NamedTuple):
    """Where amounts are read: the park, when it was known, and the grade if only one counts."""

    park: Park
    known_at: datetime | None
    only: Grade | None

    def rows(self) -> QuerySet[Any, Any]:
        """Return what each day brought, or entries, with `amount_fen`, `counted` and `graded`."""
        if self.known_at is None:
            return self._of_park(kept(DailyTotal))
        return self._of_park(Entry.objects.known_at(self.known_at).graded_at(self.known_at))

    def cells(self, days: Sequence[date]) -> list[Cell]:
        """Return the amounts up to each of `days`, which are sorted."""
        if self.known_at is None:
            read = list(self._kept_sums(days))
        else:
            stretches = zip((date.min, *(day + DAY for day in days)), days, strict=False)
            pieces = [Piece(first, last, of_months=True) for first, last in stretches]
            read = [*sums(self.rows(), "effective_on", pieces)]
        found: dict[Key, Cell] = {}
        for key, piece, fen, entries in read:
            if key not in found:
                found[key] = Cell(*key, fen=[0] * len(days), entries=[0] * len(days))
            for number, day in enumerate(days):
                if piece.counts(day):
                    found[key].fen[number] += fen
                    found[key].entries[number] += entries
        return list(found.values())

    def _kept_sums(self, days: Sequence[date]) -> Iterator[PieceSum]:
        """Yield the sums of months and days that the database keeps.

        Those of other parks are read with them and left out here, since SQLite would look for the
        few days among all of the park's.
        """
        clusters = set(Cluster.objects.filter(park=self.park).values_list("pk", flat=True))
        for totals, column, pieces in (
            (MonthlyTotal, "month", whole_months(days)),
            (DailyTotal, "effective_on", days_since(days)),
        ):
            for found in sums(self._graded(kept(totals)), column, pieces):
                if found[0][0] in clusters:
                    yield found

    def _of_park(self, rows: Any) -> QuerySet[Any, Any]:
        return self._graded(rows.filter(cluster__park=self.park))

    def _graded(self, rows: Any) -> QuerySet[Any, Any]:
        ordered: QuerySet[Any, Any] = rows.order_by()
        return ordered if self.only is None else ordered.filter(graded=self.only)


def kept(totals: Any) -> Any:
    """Return totals that the database keeps, in the words of entries."""
    return totals.objects.annotate(counted=F("entries"), graded=F("grade"))


def end_of_whole_months(day: date) -> date:
    """Return the last day of the last month that is over at the end of `day`."""
    following = day + DAY
    return following.replace(day=1) - DAY


def whole_months(days: Iterable[date]) -> list[Piece]:
    """Return the months from the beginning up to each of `days`."""
    pieces, first = [], date.min
    for last in sorted({end_of_whole_months(day) for day in days}):
        pieces.append(Piece(first, last, of_months=True))
        first = last + DAY
    return pieces


def days_since(days: Iterable[date]) -> list[Piece]:
    """Return the days between whole months and each of `days`, which are sorted."""
    pieces, before = [], date.min
    for day in days:
        first = max(end_of_whole_months(day), before) + DAY
        if first <= day:
            pieces.append(Piece(first, day, of_months=False))
            before = day
    return pieces


def sums(rows: QuerySet[Any, Any], column: str, pieces: Sequence[Piece]) -> Iterator[PieceSum]:
    """Yield fen and number of entries of each cell in each piece; the pieces do not overlap."""
    if not pieces:
        return
    within = Q()
    for first, last in joined(pieces):
        within |= Q(**{f"{column}__gte": first, f"{column}__lte": last})
    number = Case(
        *(When(**{f"{column}__lte": piece.last}, then=Value(n)) for n, piece in enumerate(pieces)),
        output_field=SmallIntegerField(),
    )
    for *key, piece, fen, entries in (
        rows.filter(within)
        .annotate(piece=number)
        .values_list("cluster", "region", "measure", "graded", "piece")
        .annotate(fen=Sum("amount_fen"), n=Sum("counted"))
    ):
        yield tuple(key), pieces[piece], int(fen), int(entries)


def joined(pieces: Iterable[Piece]) -> list[tuple[date, date]]:
    """Return the pieces with those that follow each other as one."""
    found: list[tuple[date, date]] = []
    for first, last, _ in pieces:
        if found and found[-1][1] + DAY == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
