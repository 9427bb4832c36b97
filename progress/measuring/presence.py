"""Where leading enterprises are at one date, and how far."""

from collections import defaultdict
from dataclasses import dataclass

from clusters.vocabulary import LeadingBasis, Stage

RANKS = {stage: stage.rank for stage in Stage}


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
        return any(
            RANKS[place.stage] >= RANKS[stage] and scope.holds(place) for place in self.places
        )


class Furthest:
    """How far each leading enterprise is in each scope on one day."""

    def __init__(self, presences: list[Presence]) -> None:
        self._bases = {presence.enterprise_id: presence.bases for presence in presences}
        self._ranks: dict[tuple[int | None, int | None], dict[int, int]] = defaultdict(dict)
        for presence in presences:
            enterprise_id = presence.enterprise_id
            for place in presence.places:
                rank = RANKS[place.stage]
                for cluster_id in (None, place.cluster_id):
                    for region_id in (None, place.region_id):
                        ranks = self._ranks[cluster_id, region_id]
                        if ranks.get(enterprise_id, -1) < rank:
                            ranks[enterprise_id] = rank

    def counted(self, scope: Scope, stage: Stage, basis: LeadingBasis | None) -> set[int]:
        """Return the enterprises that are at `stage` in `scope`, or past it."""
        least = RANKS[stage]
        ranks = self._ranks.get((scope.cluster_id, scope.region_id), {})
        return {
            enterprise_id
            for enterprise_id, rank in ranks.items()
            if rank >= least and (basis is None or basis in self._bases[enterprise_id])
        }
