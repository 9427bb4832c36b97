"""What happened to each leading enterprise, in the order of time.

Read once from the dated facts known at one moment; every date is then answered in memory.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Sum

from clusters.models import Cluster, Park
from clusters.vocabulary import Grade, Stage, Standing
from enterprises.models import LeadingClaim, ProjectState
from ledger.models import Entry
from progress.measuring.presence import Place, Presence

# A claim: from which day on which basis holds, or holds no more. A state of a project: from which
# day on it is where; None for nowhere in the park.
Claimed = tuple[date, str, bool]
Stood = tuple[date, int, tuple[int, int, str] | None]
CLAIM, STATE, PROOF = range(3)


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
        self.projects = days.values_list("project_id")
        self._since: dict[int, date] = {}
        for project_id, day in days.order_by("effective_on").values_list("project", "effective_on"):
            self._since.setdefault(project_id, day)

    def __contains__(self, project_id: int) -> bool:
        """Whether a verified entry of the project stands at the end."""
        return project_id in self._since

    def by(self, project_id: int, day: date) -> bool:
        """Whether a verified entry of the project stands on `day`."""
        return project_id in self._since and self._since[project_id] <= day

    def days(self, project_ids: Iterable[int]) -> Iterator[tuple[int, date]]:
        """Yield each of the projects that is proven, with the day from which on it is."""
        yield from ((pk, self._since[pk]) for pk in project_ids if pk in self._since)


@dataclass(frozen=True)
class Timeline:
    """What an enterprise came to: from each of the `days`, in order, on, as the presence beside it;
    None while it holds no basis or has no running project."""

    days: tuple[date, ...]
    presences: tuple[Presence | None, ...]

    def on(self, day: date) -> Presence | None:
        """Return what the enterprise came to on a day."""
        number = bisect_right(self.days, day)
        return self.presences[number - 1] if number else None


def leading_facts(
    park: Park, *, as_of: date, known_at: datetime | None
) -> tuple[dict[int, list[Claimed]], dict[int, list[Stood]]]:
    """Return the claims of each enterprise, and the states of the projects of those with a claim.

    Sorted by date, then by recording: of two facts of one day the later recorded one counts.
    """
    claims: dict[int, list[Claimed]] = defaultdict(list)
    for enterprise_id, since, basis, holds in (
        LeadingClaim.objects.known_at(known_at)
        .in_force(as_of)
        .order_by("effective_on", "recorded_at", "pk")
        .values_list("enterprise_id", "effective_on", "basis", "holds")
    ):
        claims[enterprise_id].append((since, basis, holds))
    parks = dict(Cluster.objects.order_by().values_list("pk", "park_id"))
    states: dict[int, list[Stood]] = defaultdict(list)
    # The keys themselves: PostgreSQL takes a subquery of few for one of many, and reads all states.
    leading = list(LeadingClaim.objects.order_by().values_list("enterprise", flat=True).distinct())
    for enterprise_id, project_id, day, standing, cluster_id, region_id, stage in (
        ProjectState.objects.known_at(known_at)
        .in_force(as_of)
        .filter(project__enterprise__in=leading)
        .order_by("effective_on", "recorded_at", "pk")
        .values_list(
            "project__enterprise_id",
            "project_id",
            "effective_on",
            "standing",
            "cluster_id",
            "region_id",
            "stage",
        )
    ):
        # A project that moved to another park is read too, since it then counts here no more.
        runs = standing != Standing.WITHDRAWN and parks[cluster_id] == park.pk
        place = (cluster_id, region_id, stage) if runs else None
        states[enterprise_id].append((day, project_id, place))
    return dict(claims), dict(states)


def timelines(
    claims: dict[int, list[Claimed]],
    states: dict[int, list[Stood]],
    proven: Proven | None,
    sites: Collection[tuple[int, int]] | None = None,
) -> Iterator[Timeline]:
    """Yield what each enterprise came to, by one walk through all that happened to it.

    With `sites` only projects in these pairs of cluster and region count.
    """
    places: dict[tuple[int, int, str], Place] = {}
    for enterprise_id, stood in states.items():
        events: list[tuple[date, int, Any, Any]] = [
            *((day, CLAIM, basis, holds) for day, basis, holds in claims.get(enterprise_id, ())),
            *((day, STATE, project_id, place) for day, project_id, place in stood),
        ]
        if proven is not None:
            projects = {project_id for _, project_id, _ in stood}
            events += [(day, PROOF, pk, None) for pk, day in proven.days(projects)]
        events.sort(key=itemgetter(0))
        held: set[str] = set()
        standing: dict[int, Place | None] = {}
        proved: set[int] = set()
        days: list[date] = []
        presences: list[Presence | None] = []
        for day, same_day in groupby(events, key=itemgetter(0)):
            for _, kind, what, value in same_day:
                if kind == PROOF:
                    proved.add(what)
                elif kind == CLAIM:
                    (held.add if value else held.discard)(what)
                elif value is None:
                    standing[what] = None
                else:
                    cluster_id, region_id, stage = value
                    if value not in places:
                        places[value] = Place(cluster_id, region_id, Stage(stage))
                    standing[what] = places[value]
            running = tuple(
                place
                for project_id, place in standing.items()
                if place is not None
                and (proven is None or project_id in proved)
                and (sites is None or (place.cluster_id, place.region_id) in sites)
            )
            days.append(day)
            presences.append(
                Presence(enterprise_id, frozenset(held), running) if held and running else None
            )
        yield Timeline(tuple(days), tuple(presences))
