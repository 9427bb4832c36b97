"""What reading of changes returns, and what became of a project from one day to another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from clusters.vocabulary import Stage, Standing
from progress.named import Named

NAMED = 3
DAY = timedelta(days=1)
RUNNING = (Standing.ACTIVE, Standing.PAUSED)


@dataclass(frozen=True)
class Found:
    """How much of one kind changed: `count` rows, of entries what they come to by measure, and the
    largest of those that the reader may see."""

    count: int = 0
    fen: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    named: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What changed after `since`; `last_on` is the last day of which anything is known by then.

    `found` has what there is of each kind, as the readings name them.
    """

    since: date
    found: dict[str, Found]
    last_on: date | None

    def of(self, kind: str) -> Found:
        return self.found.get(kind, Found())

    @property
    def has_happened(self) -> bool:
        """Whether anything is dated within the days."""
        late = {"late", "taken_back", "verified", "returned"}
        return any(found.count for kind, found in self.found.items() if kind not in late)


def kinds_of(was_stage: str, was_standing: str, stage: str, standing: str) -> Iterator[str]:
    """Yield what became of a project, from its state before, "" for none, and its state now."""
    if not was_stage:
        yield "new" if standing in RUNNING else "withdrawn"
        return
    if standing == Standing.WITHDRAWN:
        if was_standing in RUNNING:
            yield "withdrawn"
        return
    if was_standing in RUNNING and Stage(stage).rank > Stage(was_stage).rank:
        yield f"moved:{stage}"
    if standing == Standing.PAUSED and was_standing == Standing.ACTIVE:
        yield "paused"
    if standing == Standing.ACTIVE and was_standing != Standing.ACTIVE:
        yield "resumed"


def first(named: Iterable[tuple[int, Named]]) -> tuple[Named, ...]:
    """Return the largest of some rows that are named."""
    by_size = sorted(named, key=lambda pair: (-pair[0], pair[1].url))
    return tuple(one for _fen, one in by_size[:NAMED])
