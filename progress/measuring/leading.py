"""Leading enterprises at any date: who has a basis, and how far their projects are where.

An enterprise counts in a scope and from a stage on when it holds a leading basis and has a project
in the scope that is not withdrawn and is at the stage or past it. When only what is verified
counts, a project counts from the day of its first verified entry (`Proven`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Min, OuterRef, Subquery

from clusters.models import Cluster, Park, Region
from clusters.vocabulary import LeadingBasis, Stage
from enterprises.models import Enterprise, LeadingClaim, ProjectState
from ledger.subjects import Subject
from progress.choosing import Counted
from progress.knowledge import remembered
from progress.measuring.presence import RANKS, Furthest, Place, Presence, Scope
from progress.measuring.timelines import Proven, Timeline, leading_facts, timelines

__all__ = ["LeadingHistory", "Place", "Presence", "Proven", "Reported", "Scope"]


class LeadingHistory:
    """The leading enterprises of one park, at any date up to `as_of`."""

    def __init__(
        self,
        park: Park,
        *,
        as_of: date,
        known_at: datetime | None,
        proven: Proven | None = None,
        sites: Collection[tuple[int, int]] | None = None,
    ) -> None:
        self._park = park
        # Cluster and region of the places that count; None: all.
        self._sites = sites
        self._as_of = as_of
        self._known_at = known_at
        # None: every project counts, whatever is proven of it.
        self._proven = proven
        self._known: dict[date, list[Presence]] = {}
        self._furthest: dict[date, Furthest] = {}

    @cached_property
    def _timelines(self) -> list[Timeline]:
        claims, states = remembered(
            "leading",
            self._park.pk,
            self._as_of,
            self._known_at,
            subjects=(Subject.PROJECTS, Subject.PLANS),
            compute=lambda: leading_facts(self._park, as_of=self._as_of, known_at=self._known_at),
        )
        return list(timelines(claims, states, self._proven, self._sites))

    def at(self, day: date) -> list[Presence]:
        """Return every enterprise that holds a basis and has a running project on `day`."""
        if day not in self._known:
            found = (timeline.on(day) for timeline in self._timelines)
            self._known[day] = [presence for presence in found if presence is not None]
        return self._known[day]

    def counted(
        self, day: date, scope: Scope, stage: Stage, basis: LeadingBasis | None = None
    ) -> set[int]:
        """Return the enterprises that count on `day` in `scope` from `stage` on."""
        if day not in self._furthest:
            self._furthest[day] = Furthest(self.at(day))
        return self._furthest[day].counted(scope, stage, basis)

    def projects(self, day: date, scope: Scope, stage: Stage) -> int:
        """Return how many projects of leading enterprises count on `day`."""
        return sum(
            RANKS[place.stage] >= RANKS[stage] and scope.holds(place)
            for presence in self.at(day)
            for place in presence.places
        )

    def number(self, day: date, scope: Scope, stage: Stage, unit: Counted) -> int:
        """Return how many enterprises count on `day`, or groups that lead them, or projects."""
        if unit == Counted.PROJECTS:
            return self.projects(day, scope, stage)
        counted = self.counted(day, scope, stage)
        return self.groups(counted) if unit == Counted.GROUPS else len(counted)

    def in_several_clusters(self, day: date, stage: Stage) -> int:
        """Return how many enterprises count in more than one cluster."""
        return sum(
            len({p.cluster_id for p in presence.places if RANKS[p.stage] >= RANKS[stage]}) > 1
            for presence in self.at(day)
        )

    def reached_on(self, scope: Scope, stage: Stage, target: int) -> date | None:
        """Return the first day on which at least `target` enterprises counted."""
        changes: dict[date, int] = defaultdict(int)
        for timeline in self._timelines:
            did = False
            for day, presence in zip(timeline.days, timeline.presences, strict=True):
                does = presence is not None and presence.counts(scope, stage)
                changes[day] += does - did
                did = does
        counting = 0
        for day in sorted(changes):
            counting += changes[day]
            if counting >= target:
                return day
        return None

    def groups(self, enterprises: Collection[int]) -> int:
        """Return how many investor groups lead `enterprises`; one without a group stands for
        itself."""
        leads = {pk: self._lead_groups[pk] for pk in enterprises if pk in self._lead_groups}
        return len(set(leads.values())) + len(enterprises) - len(leads)

    @cached_property
    def _lead_groups(self) -> dict[int, int]:
        """The first group of each enterprise that a claim was ever made of."""
        claimed = LeadingClaim.objects.order_by().values_list("enterprise", flat=True).distinct()
        rows = Enterprise.objects.order_by().filter(pk__in=list(claimed))
        return dict(rows.exclude(lead_group=None).values_list("pk", "lead_group_id"))


class Reported:
    """From which day on anything was reported of a scope at all; before it, silence is not zero."""

    def __init__(
        self,
        park: Park,
        *,
        as_of: date,
        known_at: datetime | None,
        proven: Proven | None = None,
        sites: Collection[tuple[int, int]] | None = None,
    ) -> None:
        # Cluster and region of the places that count; None: all.
        self._sites = sites
        states: Any = ProjectState.objects.known_at(known_at).in_force(as_of)
        if proven is None:
            self._first = list(first_days(park, states))
            return
        days = states.filter(cluster__park=park).order_by()
        rows = days.values_list("project", "cluster", "region").annotate(first=Min("effective_on"))
        firsts: dict[tuple[int, int], date] = {}
        for project_id, cluster_id, region_id, day in rows:
            if project_id in proven:
                place = (cluster_id, region_id)
                firsts[place] = min(firsts.get(place, day), day)
        self._first = [(*place, day) for place, day in firsts.items()]

    def by(self, scope: Scope, day: date) -> bool:
        """Whether any project of the scope was known by `day`, a withdrawn one too."""
        return any(
            first <= day
            and (self._sites is None or (cluster_id, region_id) in self._sites)
            and scope.cluster_id in {None, cluster_id}
            and scope.region_id in {None, region_id}
            for cluster_id, region_id, first in self._first
        )


def first_days(park: Park, states: Any) -> Iterator[tuple[int, int, date]]:
    """Yield each cluster and region with the first day that one of `states` tells of them.

    Asked place by place, which an index answers however many states there are.
    """
    clusters = list(Cluster.objects.order_by().filter(park=park).values_list("pk", flat=True))
    firsts = {
        f"first_{cluster_id}": Subquery(
            states.filter(cluster=cluster_id, region=OuterRef("pk"))
            .order_by("effective_on")
            .values("effective_on")[:1]
        )
        for cluster_id in clusters
    }
    for region_id, *days in Region.objects.order_by().annotate(**firsts).values_list("pk", *firsts):
        for cluster_id, day in zip(clusters, days, strict=True):
            if day is not None:
                yield cluster_id, region_id, day
