"""The straight path to a goal, and the period ends at which a line is drawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from clusters.names import reads_chinese
from progress.results import GoalFigures
from progress.statuses import Span

DAY = timedelta(days=1)
# A line of more months than this is drawn by quarter.
MOST_MONTHS = 132
# So much of the time before the plan is drawn, and of the time after its due date.
YEARS_BEFORE = 2
AFTER_DUE = timedelta(days=366)


@dataclass(frozen=True)
class Path:
    """The way from 0 on the plan's first day to the target on the due date."""

    goal: GoalFigures
    span: Span

    @classmethod
    def to(cls, goal: GoalFigures) -> "Path":
        return cls(goal, Span(goal.goal.plan.starts_on, goal.goal.due_on))

    @property
    def target(self) -> int:
        return self.goal.target

    def at(self, day: date) -> int | None:
        """Return where the path stands on a day, half up; None outside of its span."""
        if not self.span.starts_on <= day <= self.span.due_on:
            return None
        return int(self.target * self.span.elapsed(day) + Decimal("0.5"))


@dataclass(frozen=True)
class Frame:
    """The time that a chart of a plan shows, and the days of its points."""

    starts_on: date
    ends_on: date
    days: tuple[date, ...]
    is_quarterly: bool

    @classmethod
    def around(
        cls,
        plan_starts_on: date,
        due_on: date,
        first_on: date | None,
        last_on: date | None,
        as_of: date,
    ) -> "Frame":
        """Frame a plan: from the first entry, but not long before the plan, to what came last.

        The points are ends of months, or of quarters, and `as_of`, whose value is the figure.
        """
        earliest = date(max(plan_starts_on.year - YEARS_BEFORE, 1), 1, 1)
        begun = min(date(first_on.year, 1, 1), plan_starts_on) if first_on else plan_starts_on
        starts_on = max(earliest, begun)
        ends_on = max(due_on, last_on or due_on, min(as_of, due_on + AFTER_DUE))
        until = min(as_of, ends_on)
        months = (until.year - starts_on.year) * 12 + until.month - starts_on.month + 1
        quarterly = months > MOST_MONTHS
        days = [day for day in period_ends(starts_on, until, 3 if quarterly else 1) if day < until]
        return cls(starts_on, ends_on, (*days, as_of), quarterly)

    @property
    def years(self) -> list[dict[str, str]]:
        """The first days of the years, and how the axis names them."""
        return [
            {
                "on": date(year, 1, 1).isoformat(),
                "text": f"{year}年" if reads_chinese() else str(year),
            }
            for year in range(self.starts_on.year, self.ends_on.year + 1)
            if date(year, 1, 1) >= self.starts_on
        ]

    def within(self, day: date) -> str:
        """Return where the point of a day stands, which may lie beyond what is drawn."""
        return min(max(day, self.starts_on), self.ends_on).isoformat()


def period_ends(starts_on: date, until: date, months: int) -> list[date]:
    """Return the last days of the months, or of each third month, from one day up to another."""
    ends: list[date] = []
    number = starts_on.year * 12 + (starts_on.month - 1) // months * months + months
    while True:
        end = date(number // 12, number % 12 + 1, 1) - DAY if number < 9999 * 12 else until
        if end > until or number >= 9999 * 12:
            return ends
        ends.append(end)
        number += months


def last_ahead(values: list[tuple[date, int]], path: Path) -> tuple[date | None, bool]:
    """Return the last day on which a line was on its path or ahead of it, and whether it is still.

    `values` are days with what stood on them; None where it never was ahead.
    """
    ahead: date | None = None
    still = False
    for day, value in values:
        expected = path.at(day)
        if expected is None:
            continue
        still = value >= expected
        if still:
            ahead = day
    return ahead, still
