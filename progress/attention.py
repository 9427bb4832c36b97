"""What needs attention today: how much of it waits, and the worst three.

unverified   contracted amounts of at least LARGE_FEN that wait for a second person; where none is
             that large, all that wait
returned     entries that a second person returned and nobody has answered
silent       projects of which nothing was heard for longer than their stage allows
overdue      projects that have not reached a stage by the day they were last expected there
stalled      active projects, heard of within a year, at the same stage before production for two
unsupported  contracted amounts that stand without any evidence

Everything is counted of what the reader may see, so that a number is that of the list it opens.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scopes import may, scope_of
from clusters.models import Park
from clusters.vocabulary import Grade, Measure, Stage, Standing
from enterprises import conditions
from enterprises.models import Project
from ledger.models import Entry, MonthlyTotal
from ledger.querysets import PENDING_WORDS
from ledger.subjects import Subject
from progress.knowledge import remembered, seen_by, versions
from progress.moments import months_before
from progress.named import Named
from progress.waiting import LARGE_FEN, Query, Waiting

LARGE = "1bn"
NAMED = 3
# Of so many of the largest entries the first that stand are named.
LOOKED_AT = 30
NOT_YET_PRODUCING = [stage.value for stage in Stage if stage.rank < Stage.PRODUCTION.rank]
STALLED_MONTHS, HEARD_MONTHS = 24, 12


def attention(park: Park, user: User | AnonymousUser) -> list[Waiting]:
    """Return what waits today of what `user` may see; kinds of which nothing waits are left out."""
    known, today = versions(), timezone.localdate()
    key = (
        park.pk,
        today,
        seen_by(user),
    )
    looked = Looked(park, user, today)
    named = (Subject.PLANS, Subject.NAMES)
    of_entries: list[Waiting] = remembered(
        "attention-entries",
        *key,
        compute=looked.entries,
        subjects=(Subject.ENTRIES, *named),
        known=known,
    )
    # An amount is news of a project, too.
    of_projects: list[Waiting] = remembered(
        "attention-projects",
        *key,
        compute=looked.projects,
        subjects=(Subject.ENTRIES, Subject.PROJECTS, *named),
        known=known,
    )
    unverified = [one for one in of_entries if one.kind == "unverified"]
    return [*unverified, *of_projects, *(one for one in of_entries if one not in unverified)]


class Looked:
    """The reading of what waits; it asks as often however much there is."""

    def __init__(self, park: Park, user: User | AnonymousUser, today: date) -> None:
        self.user = user
        self.today = today
        # As the lists have it: of one park only where there are several.
        several = Park.objects.exclude(pk=park.pk).exists()
        self.of_park = Q(cluster__park=park) if several else Q()
        self.query: Query = {"park": park.slug} if several else {}

    def entries(self) -> list[Waiting]:
        """Return what waits of entries."""
        visible: Any = Entry.objects.visible_to(self.user).filter(self.of_park).order_by()
        contracted = Q(measure=Measure.CONTRACTED)
        of_measure = {"measure": Measure.CONTRACTED.value}
        large = contracted & Q(amount_fen__gte=LARGE_FEN)
        waits = {**of_measure, "verdict": "pending"}
        found = [
            self.of_verdict(
                "unverified", visible, PENDING_WORDS, large, {**waits, "amount_min": LARGE}
            )
            or self.of_verdict("unverified", visible, PENDING_WORDS, contracted, waits),
            self.of_verdict("returned", visible, ("returned",), Q(), {"verdict": "returned"}),
            self.unsupported(visible.filter(contracted), of_measure),
        ]
        return [one for one in found if one is not None]

    def of_verdict(
        self, kind: str, visible: Any, verdicts: tuple[str, ...], condition: Q, query: Query
    ) -> Waiting | None:
        """Count the standing entries of which this was said last, and name the largest."""
        near = visible.filter(condition, assessment__verdict__in=verdicts)
        rows = near.standing()
        of_contracted = Sum("amount_fen", filter=Q(measure=Measure.CONTRACTED), default=0)
        counted = rows.aggregate(n=Count("pk"), fen=of_contracted)
        return self.waiting(kind, counted, lambda: largest_entries(rows, near), query)

    def unsupported(self, visible: Any, query: Query) -> Waiting | None:
        """Count the contracted amounts without evidence by the totals that the database keeps,
        which count an entry and its reversal as none."""
        if not may(self.user, "view", Entry):
            return None
        kept = MonthlyTotal.objects.filter(
            self.of_park,
            scope_of(self.user).q(),
            measure=Measure.CONTRACTED,
            grade=Grade.UNSUPPORTED,
        ).aggregate(n=Sum("entries", default=0), fen=Sum("amount_fen", default=0))
        near = visible.filter(assessment__grade=Grade.UNSUPPORTED)
        query = {**query, "grade": Grade.UNSUPPORTED.value, "stands": "yes"}
        return self.waiting(
            "unsupported", kept, lambda: largest_entries(near.standing(), near), query
        )

    def projects(self) -> list[Waiting]:
        """Return what waits of projects."""
        visible: Any = Project.objects.visible_to(self.user).filter(self.of_park).order_by()
        since = months_before(self.today, STALLED_MONTHS)
        heard = months_before(self.today, HEARD_MONTHS)
        stalled = visible.filter(
            standing=Standing.ACTIVE,
            stage__in=NOT_YET_PRODUCING,
            stage_on__lte=since,
            heard_on__gte=heard,
        )
        found = [
            self.of_projects("silent", visible.stale(self.today), {"stale": "yes"}),
            self.of_projects(
                "overdue", visible.filter(conditions.overdue(self.today)), {"overdue": "yes"}
            ),
            self.of_projects(
                "stalled",
                stalled,
                {
                    "standing": Standing.ACTIVE.value,
                    "stage": NOT_YET_PRODUCING,
                    "stage_until": since.isoformat(),
                    "heard_since": heard.isoformat(),
                },
            ),
        ]
        return [one for one in found if one is not None]

    def of_projects(self, kind: str, rows: Any, query: Query) -> Waiting | None:
        """Count some projects and name the largest."""
        counted = rows.aggregate(n=Count("pk"), fen=Sum("contracted_fen", default=0))
        return self.waiting(kind, counted, lambda: largest_projects(rows), query)

    def waiting(
        self, kind: str, counted: Query, named: Callable[[], Iterator[Named]], query: Query
    ) -> Waiting | None:
        """Return what was counted, with the names; None for nothing."""
        if not counted["n"]:
            return None
        number, fen = int(counted["n"]), int(counted["fen"])
        return Waiting(kind, number, fen, tuple(named()), {**self.query, **query})


def largest_entries(rows: Any, near: Any) -> Iterator[Named]:
    """Yield the largest of `rows`, as far as they are among the largest of `near`, which an index
    finds: those that were taken back, too."""
    keys = list(near.order_by("-amount_fen", "pk").values_list("pk", flat=True)[:LOOKED_AT])
    columns = ("pk", "amount_fen", "measure", "project__name_zh", "project__name_en")
    found = rows.filter(pk__in=keys).order_by("-amount_fen", "pk")
    for pk, fen, measure, zh, en in found.values_list(*columns)[:NAMED]:
        yield Named(zh, en, reverse("ledger:entry-detail", args=[pk]), fen, measure)


def largest_projects(rows: Any) -> Iterator[Named]:
    """Yield the projects with the most contracted, those without an amount last."""
    largest = rows.order_by(F("contracted_fen").desc(nulls_last=True), "pk")
    columns = ("pk", "contracted_fen", "name_zh", "name_en")
    for pk, fen, zh, en in largest.values_list(*columns)[:NAMED]:
        yield Named(zh, en, reverse("ledger:project-detail", args=[pk]), fen)
