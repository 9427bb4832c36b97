"""Days as numbers, from the first of the plan on; as text only where a row is written."""

from datetime import date, timedelta
from random import Random

FIRST = date(2020, 1, 1)
# The last day that anything happens on, and the last that anything is recorded on.
LAST = (date(2025, 12, 31) - FIRST).days
HORIZON = (date(2026, 10, 31) - FIRST).days
TEXTS = [(FIRST + timedelta(days=number)).isoformat() for number in range(HORIZON + 1)]
MONTHS = [(int(text[:4]) - FIRST.year) * 12 + int(text[5:7]) - 1 for text in TEXTS]
YEAR_ENDS = [(date(year, 12, 31) - FIRST).days for year in range(2020, 2026)]

# The moments of the working hours, in UTC, as a database has them.
HOURS = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(3600, 36000)]


def moment(day: int, random: Random) -> str:
    """Return a moment in the working hours of a day."""
    return f"{TEXTS[day]} {HOURS[int(random.random() * len(HOURS))]}"


def recorded(day: int, within: int, random: Random) -> int:
    """Return the day that something of a day is recorded on, some days later."""
    return min(day + int(random.random() * within), HORIZON)
