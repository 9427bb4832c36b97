"""The targets, each in one place, and whether a figure meets its own."""

from dataclasses import dataclass
from enum import Enum

MOST_QUERIES = 6
# What an engine may take of the time of PostgreSQL.
ALLOWED = {"PostgreSQL": 1, "SQLite": 2}
BULK_ROWS_A_SECOND = 2000
SEARCH_IN_DATABASE_MS = 50
# How many times longer the overview of the largest park may take than that of the smallest.
OVERVIEW_GROWS = 1.3


@dataclass(frozen=True)
class Target:
    """Milliseconds of the median, up to 100,000 enterprises and above; and how many times what the
    bare SQL takes may come to that."""

    label: str
    ms: float
    above_ms: float
    times_bare: float = 0


class Kind(Enum):
    """What a page is, as far as its target goes; None for none."""

    LIST = Target("list page of 50", 40, 60)
    SORT = Target("sorted by value", 60, 60)
    PARTIAL = Target("partial", 25, 25)
    FACETS = Target("facet counts", 60, 60)
    AUTOCOMPLETE = Target("autocomplete", 15, 15)
    OVERVIEW = Target("overview", 15, 15, times_bare=3)
    OTHER = None

    @property
    def counts_queries(self) -> bool:
        """Whether such a page is held to a number of queries."""
        return self is not Kind.OVERVIEW

    def ms(self, engine: str, enterprises: int, bare_ms: float = 0) -> float | None:
        """Return how many milliseconds such a page may take, whose bare SQL takes `bare_ms`."""
        if self.value is None:
            return None
        target: Target = self.value
        own = target.ms if enterprises <= 100_000 else target.above_ms
        return ALLOWED[engine] * (own + target.times_bare * bare_ms)


def verdict(has: float, allowed: float | None, queries: int) -> str:
    """Return "met" or by what a page misses its target; "" when it has none."""
    if allowed is None:
        return ""
    missed = []
    if has > allowed:
        missed.append(f"{has - allowed:,.1f} ms over")
    if queries > MOST_QUERIES:
        missed.append(f"{queries - MOST_QUERIES} queries too many")
    return f"missed: {', '.join(missed)}" if missed else "met"
