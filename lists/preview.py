"""What a bulk act comes to, as its page shows it: counts for all rows, names for the first."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Self

from lists.acts import Act, Outcome

# So many rows are named of each kind, and so many reasons told.
NAMED = 20


class Shown(NamedTuple):
    """A row as a page names it."""

    name: str
    address: str


class Told(NamedTuple):
    """What changes of a row: the field, and what it says before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Rows:
    """So many rows, the first of which are named."""

    number: int
    first: list[Shown]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.first)


@dataclass(frozen=True)
class Group:
    """Rows that are refused for the same reason."""

    why: str
    rows: Rows


@dataclass(frozen=True)
class Preview:
    """What becomes of the rows; `number` would change, of which `changed` are the first."""

    number: int
    changed: list[tuple[Shown, list[Told]]]
    same: Rows
    refused: int
    groups: list[Group]
    more_reasons: int

    @property
    def more(self) -> int:
        """How many would change that are not named."""
        return self.number - len(self.changed)

    @classmethod
    def of(
        cls, outcome: Outcome, act: Act, named: Callable[[Collection[int]], Mapping[int, Shown]]
    ) -> Self:
        """Put all in order, with the names that are shown looked up in one query."""
        reasons = Counter(outcome.refused.values()).most_common()
        refused = {
            why: first(key for key, one in outcome.refused.items() if one == why)
            for why, _number in reasons[:NAMED]
        }
        changed, same = first(outcome.changed), first(outcome.same)
        names = named({*changed, *same, *(key for keys in refused.values() for key in keys)})

        def rows(number: int, keys: Iterable[int]) -> Rows:
            return Rows(number, [names[key] for key in keys if key in names])

        return cls(
            number=len(outcome.changed),
            changed=[
                (names[key], [*told(act, outcome.changed[key])]) for key in changed if key in names
            ],
            same=rows(len(outcome.same), same),
            refused=len(outcome.refused),
            groups=[Group(why, rows(number, refused[why])) for why, number in reasons[:NAMED]],
            more_reasons=max(0, len(reasons) - NAMED),
        )


def first(keys: Iterable[int]) -> list[int]:
    """Return the first of the keys, as many as are named."""
    return list(islice(keys, NAMED))


def told(act: Act, changes: Mapping[str, list[str]]) -> Iterator[Told]:
    """Yield what changes of a row."""
    for name, (before, after) in changes.items():
        yield Told(act.label_of(name), act.words(name, before), act.words(name, after))
