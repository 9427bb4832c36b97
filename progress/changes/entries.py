"""What was recorded, taken back and said of amounts between two days."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Window
from django.db.models.functions import Abs, RowNumber
from django.urls import reverse

from clusters.vocabulary import Grade
from enterprises.models import ProjectState
from ledger.filters import said_within
from ledger.models import Entry, Verification
from lists.filter_kinds import start_of
from progress.changes.projects import NAMES, Between
from progress.changes.results import DAY, NAMED, Found
from progress.named import Named

# Of so many of the largest entries the first that stand are named.
LOOKED_AT = 12


class EntryChanges(Between):
    """The reading of entries; it asks as often however much there is."""

    def found(self) -> dict[str, Found]:
        """Return what was recorded, taken back and said of amounts."""
        verdict, visible = Verification.Verdict, self.visible
        return {
            "dated": self.entries(Entry.objects.all(), self.dated),
            "late": self.entries(visible, self.late),
            "taken_back": self.entries(visible, self.taken_back),
            "verified": self.entries(visible, self.told(verdict.VERIFIED)),
            "returned": self.entries(visible, self.told(verdict.RETURNED)),
        }

    @property
    def visible(self) -> Any:
        """The entries that the reader may see."""
        return Entry.objects.visible_to(self.reading.viewer)

    def of_scope(self, rows: Any) -> Any:
        """Narrow entries to the scope and to what is known, and counts."""
        known = rows.known_at(self.known_at).in_force(self.as_of)
        found: Any = self.reading.of_entries(known.filter(self.where, cluster__park=self.park))
        if not self.verified_only:
            return found
        graded = found.graded() if self.known_at is None else found.graded_at(self.known_at)
        return graded.filter(graded=Grade.VERIFIED)

    @property
    def dated(self) -> Q:
        return Q(effective_on__gt=self.since)

    @property
    def recorded(self) -> Q:
        """The condition that something was recorded in the days."""
        first_moment, end = start_of(self.since + DAY), start_of(self.as_of + DAY)
        return Q(recorded_at__gte=first_moment, recorded_at__lt=end)

    @property
    def late(self) -> Q:
        return self.recorded & Q(effective_on__lte=self.since)

    @property
    def taken_back(self) -> Q:
        known = Q(reverses__recorded_at__lt=start_of(self.since + DAY))
        # Said apart, the few reversals are found first, and not the ledger before they are.
        return self.recorded & Q(reverses__isnull=False) & known

    def told(self, verdict: str) -> Q:
        return said_within([verdict], self.since + DAY, self.as_of, self.known_at)

    def entries(self, counted: Any, condition: Q) -> Found:
        """Return how many entries of the `counted` meet `condition`, what they come to, and the
        largest."""
        alike = self.of_scope(counted).filter(condition).order_by().values("measure")
        rows, fen = {}, {}
        for measure, number, total in alike.annotate(
            n=Count("pk"), fen=Sum("amount_fen")
        ).values_list("measure", "n", "fen"):
            rows[measure], fen[measure] = number, int(total)
        if not rows:
            return Found()
        return Found(sum(rows.values()), fen, rows, self.largest(condition))

    def largest(self, condition: Q) -> tuple[Named, ...]:
        """Return the largest entries of each measure that meet `condition`, that the reader may see
        and that stand; the first are found before anything more is asked of them."""
        size = Abs("amount_fen").desc()
        place = Window(RowNumber(), partition_by=F("measure"), order_by=[size, "pk"])
        keys = (
            self.of_scope(self.visible)
            .filter(condition)
            .order_by()
            .annotate(place=place)
            .filter(place__lte=LOOKED_AT)
            .values_list("pk", flat=True)
        )
        reversals = Entry.objects.known_at(self.known_at).filter(reverses=OuterRef("pk"))
        rows = Entry.objects.filter(~Exists(reversals), pk__in=list(keys)).order_by(size, "pk")
        if condition != self.taken_back:
            rows = rows.filter(reverses=None)
        named: dict[str, list[Named]] = defaultdict(list)
        for pk, amount, measure, zh, en in rows.values_list(
            "pk", "amount_fen", "measure", *(f"project__{one}" for one in NAMES)
        ):
            address = reverse("ledger:entry-detail", args=[pk])
            named[measure].append(Named(zh, en, address, amount, measure))
        return tuple(one for of_measure in named.values() for one in of_measure[:NAMED])

    def last_on(self) -> date | None:
        """Return the last day by then that an entry or a state is dated."""
        reading, of_park = self.reading, {"cluster__park": self.park}
        last = [
            narrowed(rows.order_by().known_at(self.known_at).filter(**of_park))
            .filter(effective_on__lte=self.as_of)
            .order_by("-effective_on")
            .values_list("effective_on", flat=True)
            .first()
            for narrowed, rows in (
                (reading.of_states, ProjectState.objects),
                (reading.of_entries, Entry.objects),
            )
        ]
        return max((day for day in last if day is not None), default=None)
