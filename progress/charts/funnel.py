"""How many projects came as far as each stage, and how long the way there took.

A project reached each stage up to the one that it stands at; withdrawn ones stay in, or the way
would look easier than it is. Days between two stages are counted where both were recorded with a
date of their own.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.amounts import NBSP, written
from clusters.templatetags.numbers import lag, percent
from clusters.vocabulary import Stage, Standing
from enterprises.models import ProjectState
from progress.charts.chart import Chart, Column, Kind, all_linked, rows_of
from progress.charts.reading import Reading
from progress.statuses import completion

KEY = "funnel"


@dataclass(frozen=True)
class Step:
    """One stage: how many reached it, how many of them are withdrawn, how long it took."""

    stage: Stage
    reached: int
    withdrawn: int
    conversion: Decimal | None
    days: int | None
    dated: int


def funnel(reading: Reading) -> Chart:
    """Make the chart; reached less withdrawn at the first stage are the page's projects."""
    steps = steps_of(reading)
    columns = (
        Column(_("Stage")),
        Column(_("Projects that reached it"), Kind.COUNT),
        Column(_("of the stage before"), Kind.SHARE),
        Column(_("of them withdrawn by now"), Kind.COUNT),
        Column(_("Median time from the stage before"), Kind.DAYS),
        # How many the median is of.
        Column(_("Projects with both dates"), Kind.COUNT, is_derived=True),
    )
    total = steps[0].reached
    return Chart(
        key=KEY,
        title=reading.told(title(steps), found=bool(total)),
        sub=_(
            "Projects by the furthest stage that they reached, number and share of the stage before"
        ),
        source=reading.state_source(total),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(
            rows_of(
                columns,
                [
                    (str(s.stage.label), s.reached, s.conversion, s.withdrawn, s.days, s.dated)
                    for s in steps
                ],
            ),
            (urls_of(reading, s.stage) for s in steps),
        ),
        notes=(_("Withdrawn projects stay in. – means that no share or time can be given."),),
        drawing={
            "kind": "bars",
            "unit": "",
            "bars": [
                {"name": str(s.stage.label), "value": s.reached, "text": bar_text(s)} for s in steps
            ],
        }
        if total
        else {},
        query=reading.query,
    )


def urls_of(reading: Reading, stage: Stage) -> tuple[str, ...]:
    """Return the projects that reached a stage, and those of them that are withdrawn."""
    links, scope = reading.links, reading.scope
    return (
        "",
        links.reached(scope, stage),
        "",
        links.reached(scope, stage, was_standing=Standing.WITHDRAWN.value),
    )


def steps_of(reading: Reading) -> list[Step]:
    """Count the stages, in three queries."""
    at: Counter[tuple[str, str]] = Counter()
    for rows in (reading.projects, reading.states):
        for stage, standing, projects in rows.values_list("stage", "standing").annotate(
            n=Count("pk")
        ):
            at[stage, standing] += projects
    waits = waits_of(reading)
    steps: list[Step] = []
    for stage in Stage:
        here = {key: n for key, n in at.items() if Stage(key[0]).rank >= stage.rank}
        reached = sum(here.values())
        days = waits.get(stage, [])
        steps.append(
            Step(
                stage=stage,
                reached=reached,
                withdrawn=sum(n for key, n in here.items() if key[1] == Standing.WITHDRAWN),
                conversion=completion(reached, steps[-1].reached) if steps else None,
                days=round(median(days)) if days else None,
                dated=len(days),
            )
        )
    return steps


def waits_of(reading: Reading) -> dict[Stage, list[int]]:
    """Return, for each stage, the days from the stage before of the projects with both dates."""
    first_days = {stage.value: Min("effective_on", filter=Q(stage=stage.value)) for stage in Stage}
    rows = (
        ProjectState.objects.known_at(reading.known_at)
        .in_force(reading.as_of)
        .filter(
            Q(project__in=reading.projects.values("pk"))
            | Q(project__in=reading.states.values("project"))
        )
        .order_by()
        .values("project")
        .annotate(**first_days, stages=Count("stage", distinct=True))
        .filter(stages__gt=1)
        .values_list(*first_days)
    )
    waits: dict[Stage, list[int]] = {}
    stages = list(Stage)
    for days in rows:
        for stage, begun, done in zip(stages[1:], days, days[1:], strict=False):
            # A stage that was dated before the one it follows was put right; it took no time.
            if isinstance(begun, date) and isinstance(done, date) and done >= begun:
                waits.setdefault(stage, []).append((done - begun).days)
    return waits


def title(steps: list[Step]) -> str:
    """State how many of the signed projects came to production."""
    signed = next(s for s in steps if s.stage == Stage.SIGNED).reached
    produce = next(s for s in steps if s.stage == Stage.PRODUCTION).reached
    if not steps[0].reached:
        return _("No project has been reported yet")
    if not signed:
        return _("No project has been signed yet")
    return ngettext(
        "%(produce)s of %(signed)s signed project reached production",
        "%(produce)s of %(signed)s signed projects reached production",
        signed,
    ) % {"produce": f"{produce:,}", "signed": f"{signed:,}"}


def bar_text(step: Step) -> str:
    """Return what stands at a bar: number, share of the stage before, median time."""
    words = {"n": written(Decimal(step.reached), 0)}
    if step.conversion is None:
        return words["n"]
    words["share"] = percent(step.conversion)
    if step.days is None:
        return _("%(n)s, %(share)s") % words
    words["time"] = lag(step.days).replace(" ", NBSP)
    return _("%(n)s, %(share)s, median %(time)s") % words
