"""What is contracted and paid in, month by month, against the straight path and the goals."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import (
    format_dashboard,
    format_goal,
    page_unit,
)
from clusters.vocabulary import Measure
from progress.charts import trajectory_words
from progress.charts.chart import Chart, Column, Kind, all_linked, missing_note, rows_of
from progress.charts.paths import Frame, Path
from progress.charts.reading import ADDED_UP, Reading
from progress.charts.trajectory_drawing import drawing
from progress.results import GoalFigures

KEY = "trajectory"
YEAR = timedelta(days=365)


def trajectory(reading: Reading) -> Chart:
    """Make the chart; its last row has the figures of the page."""
    goals = goals_of(reading)
    path = Path.to(goals[-1]) if goals and goals[-1].target else None
    days = [flow for measure in ADDED_UP if (flow := reading.flow(measure)).days]
    due_on = path.span.due_on if path else reading.plan.ends_on
    frame = Frame.around(
        reading.plan.starts_on,
        due_on,
        min((flow.first_on for flow in days if flow.first_on), default=None),
        max((flow.last_on for flow in days if flow.last_on), default=None),
        reading.as_of,
    )
    columns = (
        Column(_("Day"), Kind.DAY),
        Column(_("Contracted"), Kind.FEN),
        Column(_("Paid in"), Kind.FEN),
        *([Column(_("Straight path"), Kind.FEN, is_derived=True)] if path else []),
    )
    rows = [
        (
            day,
            *(reading.flow(measure).total(day).reported_fen for measure in ADDED_UP),
            *([path.at(day)] if path else []),
        )
        for day in frame.days
    ]
    urls = [
        ("", *(reading.links.entries(reading.scope, measure, day) for measure in ADDED_UP))
        for day in frame.days
    ]
    unit = {"unit": page_unit()}
    return Chart(
        key=KEY,
        title=reading.told(
            title(reading, path, frame), found=bool(reading.flow(reading.measure).days)
        ),
        sub=(
            _("Contracted and paid in, cumulative at the end of each quarter, %(unit)s")
            if frame.is_quarterly
            else _("Contracted and paid in, cumulative at the end of each month, %(unit)s")
        )
        % unit,
        source=reading.source(sum(flow.total(reading.as_of).entries for flow in days)),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(rows_of(columns, rows), urls),
        notes=notes(reading, path),
        drawing=drawing(reading, path, goals, frame) if days or path else {},
        query=reading.query,
    )


def goals_of(reading: Reading) -> list[GoalFigures]:
    """Return the goals that a line of the chart leads to, the last due at the end."""
    scope = reading.scope
    goals = [
        goal
        for goal in (*scope.investment_goals, *scope.other_goals)
        if goal.ledger_measure == reading.measure
    ]
    return sorted(goals, key=lambda goal: goal.goal.due_on)


def title(reading: Reading, path: Path | None, frame: Frame) -> str:
    """State what the line of the plan's measure did."""
    flow = reading.flow(reading.measure)
    total = flow.total(reading.as_of)
    if not total.entries:
        if reading.measure == Measure.PAID_IN:
            return _("No paid-in amount has been reported yet")
        return _("No contracted amount has been reported yet")
    if path is not None:
        values = [(day, flow.total(day).fen) for day in frame.days]
        return trajectory_words.against_path(path, values, reading.as_of, format_dashboard)
    before = flow.total(max(reading.as_of - YEAR, date(1, 1, 2)))
    recent = total.fen - before.fen
    return trajectory_words.without_path(
        format_dashboard(total.fen), format_dashboard(recent) if recent else ""
    )


def notes(reading: Reading, path: Path | None) -> tuple[str, ...]:
    """Say by which rule the path is drawn, and what a dash means."""
    told = []
    if path is not None:
        told.append(
            _("Straight path: 0 on %(start)s to %(target)s on %(due)s.")
            % {
                "start": date_format(path.span.starts_on),
                "target": format_goal(path.target),
                "due": date_format(path.span.due_on),
            }
        )
    if any(not reading.flow(measure).days for measure in ADDED_UP):
        told.append(missing_note())
    return tuple(told)
