"""The title of a trajectory: what the line did, against its path where there is one."""

from collections.abc import Callable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.templatetags.numbers import quarter
from progress.charts.paths import Path, last_ahead
from progress.statuses import Status

Write = Callable[[int], str]


def against_path(path: Path, values: list[tuple[date, int]], as_of: date, write: Write) -> str:
    """Say how a line with a goal went; `write` writes an amount or a count with its unit."""
    goal = path.goal
    if as_of < path.span.starts_on:
        return _("%(amount)s stood before the plan begins") % {"amount": write(goal.actual or 0)}
    if goal.status in {Status.MET, Status.MET_LATE, Status.ACHIEVED}:
        return reached(path, write)
    ahead, still = last_ahead(values, path)
    if goal.is_over:
        words = {"short": write(goal.short or 0), "quarter": quarter(ahead)}
        if ahead is None:
            return _("Below the straight path throughout, %(short)s short at the end") % words
        return _("Ahead of the straight path until %(quarter)s, %(short)s short at the end") % words
    expected, actual = path.at(as_of) or 0, goal.actual or 0
    words = {"gap": write(abs(actual - expected)), "quarter": quarter(ahead)}
    if still:
        return _("%(gap)s ahead of the straight path") % words
    if ahead is None:
        return _("%(gap)s behind the straight path, and never ahead of it") % words
    return _("%(gap)s behind the straight path, ahead of it until %(quarter)s") % words


def reached(path: Path, write: Write) -> str:
    """Say when a goal was reached."""
    goal = path.goal
    words = {"target": write(goal.target)}
    if goal.reached_on is None:
        return _("The goal of %(target)s was reached") % words
    words["day"] = date_format(goal.reached_on)
    if goal.status == Status.MET_LATE:
        return _("The goal of %(target)s was reached late, on %(day)s") % words
    return _("The goal of %(target)s was reached on %(day)s") % words


def without_path(total: str, recent: str) -> str:
    """Say what stands and what of it is recent, where no goal is published; "" for nothing."""
    if not recent:
        return _("%(total)s so far, nothing in the last 12 months") % {"total": total}
    return _("%(total)s so far, %(recent)s of it in the last 12 months") % {
        "total": total,
        "recent": recent,
    }
