"""What is drawn of a trajectory, in the unit of the page: lines, bars, path, goals, shortfall."""

from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import (
    format_dashboard_number,
    format_goal,
    format_goal_number,
    in_page_unit,
    page_unit,
)
from clusters.vocabulary import Measure
from progress.charts.events import largest
from progress.charts.paths import DAY, Frame, Path
from progress.charts.reading import ADDED_UP, Reading
from progress.results import GoalFigures

# After so long without an entry the chart says so.
QUIET_AFTER = timedelta(days=92)


def number(fen: int) -> float:
    """Return an amount in the unit of the page, for drawing alone."""
    return float(in_page_unit(fen))


def drawing(
    reading: Reading, path: Path | None, goals: list[GoalFigures], frame: Frame
) -> dict[str, Any]:
    """Return what is drawn, in the unit of the page."""
    main = reading.flow(reading.measure)
    due_on = path.span.due_on if path else reading.plan.ends_on
    return {
        "kind": "trajectory",
        "unit": page_unit(),
        "from": frame.starts_on.isoformat(),
        "to": frame.ends_on.isoformat(),
        "years": frame.years,
        "planFrom": reading.plan.starts_on.isoformat(),
        "cursor": [
            [frame.within(day), number(main.total(day).fen) if main.total(day).entries else None]
            for day in frame.days
        ],
        "lines": [line(reading, measure, frame, due_on) for measure in ADDED_UP],
        "bars": bars(reading, frame),
        "barsName": _("Added per quarter"),
        "emptyName": _("no entry in the quarter"),
        "before": before_plan(reading, frame),
        "quiet": quiet(reading, frame),
        "path": path_drawing(path),
        "pathName": _("Straight path"),
        "goals": [goal_drawing(goal) for goal in goals if goal.target],
        "short": shortfall(path),
        "events": largest(reading, frame),
    }


def line(reading: Reading, measure: Measure, frame: Frame, due_on: date) -> dict[str, Any]:
    """Return one line: it ends at the measure's last entry, and is dotted up to the due date."""
    flow = reading.flow(measure)
    points: list[list[Any]] = []
    if flow.last_on is not None:
        days = [day for day in frame.days if day < flow.last_on]
        if flow.last_on >= frame.starts_on:
            days.append(flow.last_on)
        points = [
            [frame.within(day), number(flow.total(day).fen)]
            # What stood before the frame begins on its edge.
            for day in (frame.starts_on - DAY, *days)
            if flow.total(day).entries
        ]
    total = flow.total(reading.as_of)
    return {
        "key": measure.value,
        "name": str(measure.label),
        "isMain": measure == reading.measure,
        "points": points,
        "until": min(reading.as_of, due_on).isoformat(),
        "end": format_dashboard_number(total.fen) if total.entries else "",
    }


def bars(reading: Reading, frame: Frame) -> list[dict[str, Any]]:
    """Return what each quarter added of the plan's measure; one without an entry says so."""
    flow = reading.flow(reading.measure)
    found: dict[date, list[int]] = {}
    for one in flow.days:
        first = date(one.on.year, (one.on.month - 1) // 3 * 3 + 1, 1)
        fen, entries = found.get(first, [0, 0])
        found[first] = [fen + one.fen, entries + one.entries]
    until = min(reading.as_of, frame.ends_on)
    quarters = [
        date(year, month, 1)
        for year in range(frame.starts_on.year, until.year + 1)
        for month in (1, 4, 7, 10)
        if frame.starts_on <= date(year, month, 1) <= until
    ]
    return [
        {
            "on": quarter.isoformat(),
            "value": number(found[quarter][0]) if quarter in found else 0,
            "empty": quarter not in found,
        }
        for quarter in quarters
    ]


def before_plan(reading: Reading, frame: Frame) -> dict[str, str] | None:
    """Return the time before the plan, as far as it is drawn."""
    if frame.starts_on >= reading.plan.starts_on:
        return None
    return {
        "from": frame.starts_on.isoformat(),
        "to": reading.plan.starts_on.isoformat(),
        "text": _("before the plan"),
    }


def quiet(reading: Reading, frame: Frame) -> dict[str, str] | None:
    """Return the time since the last entry, when it is long and not still to come."""
    last_on = reading.flow(reading.measure).last_on
    until = min(reading.as_of, frame.ends_on)
    if last_on is None or until - last_on < QUIET_AFTER:
        return None
    return {
        "from": last_on.isoformat(),
        "to": until.isoformat(),
        # A line break, as the zone is narrow.
        "text": _("no entries\nsince\n%(day)s") % {"day": date_format(last_on)},
    }


def path_drawing(path: Path | None) -> list[list[Any]]:
    """Return both ends of the straight path."""
    if path is None:
        return []
    return [
        [path.span.starts_on.isoformat(), 0],
        [path.span.due_on.isoformat(), number(path.target)],
    ]


def goal_drawing(goal: GoalFigures) -> dict[str, Any]:
    """Return a goal with the words at its line."""
    return {
        "on": goal.goal.due_on.isoformat(),
        "value": number(goal.target),
        "text": _("Goal %(target)s by %(due)s")
        % {"target": format_goal(goal.target), "due": date_format(goal.goal.due_on)},
        "brief": _("Goal %(target)s") % {"target": format_goal_number(goal.target)},
    }


def shortfall(path: Path | None) -> dict[str, Any] | None:
    """Return what was missing on the due date."""
    if path is None or not path.goal.is_over or path.goal.short is None:
        return None
    return {
        "on": path.span.due_on.isoformat(),
        "from": number(path.goal.outcome or 0),
        "to": number(path.target),
        "text": _("%(short)s short") % {"short": format_dashboard_number(path.goal.short)},
    }
