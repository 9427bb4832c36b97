"""Leading enterprises at any date: who has a basis, and how far their projects are where.

An enterprise counts in a scope and from a stage on when it holds a leading basis and has a project
in the scope that is not withdrawn and is at the stage or past it. Read once, two queries, from the
dated facts known at one moment; every date is then answered in memory. When only what is verified
counts, a project counts from the day of its first verified entry (`Proven`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Min, QuerySet, Sum

from clusters.models import Park
from clusters.vocabulary import Grade, LeadingBasis, Stage, Standing
from enterprises.models import LeadingClaim, ProjectState, Shareholding
from ledger.models import Entry


@dataclass(frozen=True)
class Place:
    """Where a project stands and how far it is."""

    cluster_id: int
    region_id: int
    stage: Stage


@dataclass(frozen=True)
class Scope:
    """The park (both None), one cluster or one region, by primary key."""

    cluster_id: int | None = None
    region_id: int | None = None

    def holds(self, place: Place) -> bool:
        return self.cluster_id in {None, place.cluster_id} and self.region_id in {
            None,
            place.region_id,
        }


@dataclass(frozen=True)
class Presence:
    """A leading enterprise at one date: its bases and the places of its running projects."""

    enterprise_id: int
    bases: frozenset[str]
    places: tuple[Place, ...]

    def counts(self, scope: Scope, stage: Stage) -> bool:
        """Whether a project in `scope` stands at `stage` or past it."""
        return any(place.stage.rank >= stage.rank and scope.holds(place) for place in self.places)


class Proven:
    """From which day on a project has a verified entry, as known at one moment."""

    def __init__(self, park: Park, *, as_of: date, known_at: datetime | None) -> None:
        entries = Entry.objects.filter(cluster__park=park).known_at(known_at).in_force(as_of)
        graded: Any = entries.graded() if known_at is None else entries.graded_at(known_at)
        days = (
            graded.filter(graded=Grade.VERIFIED)
            .order_by()
            .values("project_id", "effective_on")
            .annotate(standing=Sum("counted"))
            .filter(standing__gt=0)
        )
        # The projects that are proven at `as_of`, for a subquery.
        self.projects = days.values("project_id")
        self._since: dict[int, date] = {}
        for project_id, day in days.order_by("effective_on").values_list("project", "effective_on"):
            self._since.setdefault(project_id, day)

    def by(self, project_id: int, day: date) -> bool:
        """Whether a verified entry of the project stands on `day`."""
        return project_id in self._since and self._since[project_id] <= day

    def days(self, project_ids: Iterable[int]) -> Iterator[date]:
        """Yield the days on which one of the projects became proven."""
        yield from (self._since[pk] for pk in project_ids if pk in self._since)


class LeadingHistory:
    """The leading enterprises of one park, at any date up to `as_of`."""

    def __init__(
        self, park: Park, *, as_of: date, known_at: datetime | None, proven: Proven | None = None
    ) -> None:
        # None: every project counts, whatever is proven of it.
        self._proven = proven
        # Sorted by date, then by recording: of two facts of one day the later recorded one counts.
        self._claims: dict[int, list[tuple[date, str, bool]]] = defaultdict(list)
        for enterprise_id, day, basis, holds in (
            LeadingClaim.objects.known_at(known_at)
            .in_force(as_of)
            .order_by("effective_on", "recorded_at", "pk")
            .values_list("enterprise_id", "effective_on", "basis", "holds")
        ):
            self._claims[enterprise_id].append((day, basis, holds))
        self._states: dict[int, dict[int, list[tuple[date, Place | None]]]] = defaultdict(dict)
        for project_id, enterprise_id, day, standing, park_id, cluster_id, region_id, stage in (
            ProjectState.objects.known_at(known_at)
            .in_force(as_of)
            .filter(project__enterprise__in=LeadingClaim.objects.order_by().values("enterprise"))
            .order_by("effective_on", "recorded_at", "pk")
            .values_list(
                "project_id",
                "project__enterprise_id",
                "effective_on",
                "standing",
                "cluster__park_id",
                "cluster_id",
                "region_id",
                "stage",
            )
        ):
            # A project that moved to another park is read too, since it then counts here no more.
            runs = standing != Standing.WITHDRAWN and park_id == park.pk
            place = Place(cluster_id, region_id, Stage(stage)) if runs else None
            self._states[enterprise_id].setdefault(project_id, []).append((day, place))
        self._known: dict[date, list[Presence]] = {}

    def at(self, day: date) -> list[Presence]:
        """Return every enterprise that holds a basis and has a running project on `day`."""
        if day not in self._known:
            self._known[day] = list(self._presences(day))
        return self._known[day]

    def _presences(self, day: date) -> Iterator[Presence]:
        for enterprise_id in self._states:
            presence = self._presence(enterprise_id, day)
            if presence is not None:
                yield presence

    def _presence(self, enterprise_id: int, day: date) -> Presence | None:
        held: dict[str, bool] = {}
        for since, basis, holds in self._claims.get(enterprise_id, ()):
            if since <= day:
                held[basis] = holds
        bases = frozenset(basis for basis, holds in held.items() if holds)
        if not bases:
            return None
        latest = [
            [place for since, place in states if since <= day][-1:]
            for project_id, states in self._states[enterprise_id].items()
            if self._proven is None or self._proven.by(project_id, day)
        ]
        places = tuple(state[0] for state in latest if state and state[0] is not None)
        return Presence(enterprise_id, bases, places) if places else None

    def counted(
        self, day: date, scope: Scope, stage: Stage, basis: LeadingBasis | None = None
    ) -> set[int]:
        """Return the enterprises that count on `day` in `scope` from `stage` on."""
        return {
            presence.enterprise_id
            for presence in self.at(day)
            if (basis is None or basis in presence.bases) and presence.counts(scope, stage)
        }

    def projects(self, day: date, scope: Scope, stage: Stage) -> int:
        """Return how many projects of leading enterprises count on `day`."""
        return sum(
            place.stage.rank >= stage.rank and scope.holds(place)
            for presence in self.at(day)
            for place in presence.places
        )

    def in_several_clusters(self, day: date, stage: Stage) -> int:
        """Return how many enterprises count in more than one cluster."""
        return sum(
            len({place.cluster_id for place in presence.places if place.stage.rank >= stage.rank})
            > 1
            for presence in self.at(day)
        )

    def reached_on(self, scope: Scope, stage: Stage, target: int) -> date | None:
        """Return the first day on which at least `target` enterprises counted.

        One walk through all changes in the order of time; of each only its enterprise is looked at
        again.
        """
        changes = sorted(
            {
                (day, enterprise_id)
                for enterprise_id, projects in self._states.items()
                for day in (
                    *(day for states in projects.values() for day, _ in states),
                    *(self._proven.days(projects) if self._proven else ()),
                    *(day for day, _, _ in self._claims.get(enterprise_id, ())),
                )
            }
        )
        counting: set[int] = set()
        for day, same_day in groupby(changes, key=lambda change: change[0]):
            for _, enterprise_id in same_day:
                presence = self._presence(enterprise_id, day)
                if presence is not None and presence.counts(scope, stage):
                    counting.add(enterprise_id)
                else:
                    counting.discard(enterprise_id)
            if len(counting) >= target:
                return day  # type: ignore[no-any-return]  # groupby forgets what it groups by
        return None


class Reported:
    """From which day on anything was reported of a scope at all; before it, silence is not zero."""

    def __init__(
        self, park: Park, *, as_of: date, known_at: datetime | None, proven: Proven | None = None
    ) -> None:
        states: QuerySet[ProjectState] = ProjectState.objects.known_at(known_at).in_force(as_of)
        if proven is not None:
            states = states.filter(project__in=proven.projects)
        self._first = list(
            states.filter(cluster__park=park)
            .order_by()
            .values_list("cluster_id", "region_id")
            .annotate(first=Min("effective_on"))
        )

    def by(self, scope: Scope, day: date) -> bool:
        """Whether any project of the scope was known by `day`, a withdrawn one too."""
        return any(
            first <= day
            and scope.cluster_id in {None, cluster_id}
            and scope.region_id in {None, region_id}
            for cluster_id, region_id, first in self._first
        )


def leading_groups(enterprises: Iterable[int]) -> int:
    """Return how many investor groups lead `enterprises`; one without a group stands for itself."""
    wanted = set(enterprises)
    first: dict[int, int] = {}
    for enterprise_id, group_id in (
        Shareholding.objects.filter(enterprise__in=wanted)
        .order_by("-position", "-pk")
        .values_list("enterprise_id", "group_id")
    ):
        first[enterprise_id] = group_id
    return len(set(first.values())) + len(wanted - first.keys())
