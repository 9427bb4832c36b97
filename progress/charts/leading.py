"""Leading enterprises, month by month, against the straight path and the goals."""

from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.charts import trajectory_words
from progress.charts.chart import Chart, Column, Kind, all_linked, rows_of
from progress.charts.paths import Frame, Path
from progress.charts.reading import Reading
from progress.charts.trajectory_drawing import before_plan
from progress.choosing import Counted

KEY = "leading"
YEAR = timedelta(days=365)


def leading(reading: Reading) -> Chart:
    """Make the chart; its last row has the count of the page."""
    goals = sorted(reading.scope.leading_goals, key=lambda goal: goal.goal.due_on)
    path = Path.to(goals[-1]) if goals and goals[-1].target else None
    is_reported = reading.scope.leading is not None
    due_on = path.span.due_on if path else reading.plan.ends_on
    frame = Frame.around(
        reading.plan.starts_on,
        due_on,
        reading.plan.starts_on.replace(month=1, day=1) - YEAR if is_reported else None,
        None,
        reading.as_of,
    )
    values = [(day, reading.leading_number(day)) for day in (frame.days if is_reported else ())]
    columns = (
        Column(_("Day"), Kind.DAY),
        Column(COLUMNS[reading.progress.choice.counted](), Kind.COUNT),
        *([Column(_("Straight path"), Kind.COUNT, is_derived=True)] if path else []),
    )
    rows = [(day, count, *([path.at(day)] if path else [])) for day, count in values]
    urls = [("", reading.links.leading(reading.scope, day)) for day, _count in values]
    stage = {"stage": reading.stage.label}
    return Chart(
        key=KEY,
        title=reading.told(title(reading, path, values), found=bool(values)),
        sub=(
            _("Leading enterprises at the end of each quarter, counted from the stage “%(stage)s”")
            if frame.is_quarterly
            else _(
                "Leading enterprises at the end of each month, counted from the stage “%(stage)s”"
            )
        )
        % stage,
        source=reading.state_source(reading.scope.projects),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(rows_of(columns, rows), urls),
        notes=notes(path),
        drawing=drawing(reading, path, frame, values) if values else {},
        query=reading.query,
    )


def enterprises(count: int) -> str:
    """Write a number of enterprises with its unit."""
    return ngettext("%(n)s enterprise", "%(n)s enterprises", count) % {"n": f"{count:,}"}


def groups(count: int) -> str:
    """Write a number of groups with its unit."""
    return ngettext("%(n)s group", "%(n)s groups", count) % {"n": f"{count:,}"}


def projects(count: int) -> str:
    """Write a number of projects with its unit."""
    return ngettext("%(n)s project", "%(n)s projects", count) % {"n": f"{count:,}"}


WORDS = {
    Counted.ENTERPRISES: enterprises,
    Counted.GROUPS: groups,
    Counted.PROJECTS: projects,
}
COLUMNS = {
    Counted.ENTERPRISES: lambda: _("Leading enterprises"),
    Counted.GROUPS: lambda: _("Groups of leading enterprises"),
    Counted.PROJECTS: lambda: _("Projects of leading enterprises"),
}


def title(reading: Reading, path: Path | None, values: list[tuple[date, int]]) -> str:
    """State what the line did."""
    if not values:
        return _("No project has been reported yet, so no enterprise counts")
    if path is not None:
        words = WORDS[reading.progress.choice.counted]
        return trajectory_words.against_path(path, values, reading.as_of, words)
    count = values[-1][1]
    return ngettext(
        "%(n)s leading enterprise, no goal published",
        "%(n)s leading enterprises, no goal published",
        count,
    ) % {"n": f"{count:,}"}


def notes(path: Path | None) -> tuple[str, ...]:
    """Say by which rule the path is drawn."""
    if path is None:
        return ()
    return (
        _("Straight path: 0 on %(start)s to %(target)s on %(due)s.")
        % {
            "start": date_format(path.span.starts_on),
            "target": f"{path.target:,}",
            "due": date_format(path.span.due_on),
        },
    )


def drawing(
    reading: Reading, path: Path | None, frame: Frame, values: list[tuple[date, int]]
) -> dict[str, Any]:
    """Return what is drawn; the same parts as of the trajectory of amounts."""
    over = path.goal if path is not None and path.goal.is_over else None
    until = min(reading.as_of, frame.ends_on)
    return {
        "kind": "trajectory",
        "unit": "",
        "from": frame.starts_on.isoformat(),
        "to": frame.ends_on.isoformat(),
        "years": frame.years,
        "planFrom": reading.plan.starts_on.isoformat(),
        "cursor": [[frame.within(day), count] for day, count in values],
        "lines": [
            {
                "key": "leading",
                "name": _("leading"),
                "isMain": True,
                "points": [[min(day, until).isoformat(), count] for day, count in values],
                "until": until.isoformat(),
                "end": f"{values[-1][1]:,}",
            }
        ],
        "bars": [],
        "before": before_plan(reading, frame),
        "path": [
            [path.span.starts_on.isoformat(), 0],
            [path.span.due_on.isoformat(), path.target],
        ]
        if path
        else [],
        "pathName": _("Straight path"),
        "goals": [
            {
                "on": goal.goal.due_on.isoformat(),
                "value": goal.target,
                "text": _("Goal: at least %(target)s by %(due)s")
                % {"target": f"{goal.target:,}", "due": date_format(goal.goal.due_on)},
                "brief": _("Goal %(target)s") % {"target": f"{goal.target:,}"},
            }
            for goal in reading.scope.leading_goals
            if goal.target
        ],
        "short": {
            "on": over.goal.due_on.isoformat(),
            "from": over.outcome or 0,
            "to": over.target,
            "text": _("%(short)s short") % {"short": f"{over.short:,}"},
        }
        if over and over.short is not None
        else None,
        "events": [],
    }
