"""What is known of projects, as far as a step asks for it.

Plain rows, since a bulk act reads them of ten thousand projects: objects of the models would take
longer than all the rest.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from clusters.vocabulary import Measure, Stage, Standing
from enterprises.models import ExpectedDate, Project, ProjectState, Shareholding

PROVEN = ("verified_fen", "documented_fen", "sourced_fen")
OF_ENTERPRISE = ("name_zh", "credit_code", "leading_basis")


class Known(NamedTuple):
    """What is known of a project, as far as gates ask for it.

    `rank` is that of the stage it has reached, or is said to reach by the step in question;
    `sourced_rank` that of the furthest state that names its source, -1 for none.
    """

    has_left: bool
    rank: int
    sourced_rank: int
    has_name_zh: bool
    has_credit_code: bool
    has_leading_basis: bool
    has_group: bool
    has_sector: bool
    expects_production: bool
    measures: Collection[str]
    has_evidence: bool


class Past(NamedTuple):
    """A state of a project that was recorded, as ProjectState has it."""

    pk: int
    effective_on: date
    stage: str
    standing: str
    cluster_id: int
    region_id: int
    sector_id: int | None

    def get_stage_display(self) -> str:
        return str(Stage(self.stage).label)


def known_of(keys: Collection[int]) -> dict[int, Known]:
    """Read what is known of each project by its key, in three queries for however many."""
    projects = Project.objects.filter(pk__among=keys).order_by()
    sourced: dict[int, int] = {}
    states = ProjectState.objects.filter(project__among=keys).exclude(source_url="").order_by()
    for pk, stage in states.values_list("project", "stage").distinct():
        sourced[pk] = max(sourced.get(pk, -1), Stage(stage).rank)
    measures: dict[int, set[str]] = defaultdict(set)
    proven = set()
    totals = projects.filter(totals__entries__gt=0)
    parts = [f"totals__{part}" for part in PROVEN]
    for pk, measure, *fen in totals.values_list("pk", "totals__measure", *parts):
        measures[pk].add(measure)
        # What a second person verified is proven, whatever is attached.
        if measure == Measure.CONTRACTED and any(fen):
            proven.add(pk)
    found = projects.values_list(
        "pk",
        "standing",
        "stage",
        "sector",
        *(f"enterprise__{name}" for name in OF_ENTERPRISE),
        Exists(Shareholding.objects.filter(enterprise=OuterRef("enterprise"))),
        Exists(ExpectedDate.objects.filter(project=OuterRef("pk"), stage=Stage.PRODUCTION)),
    )
    return {
        pk: Known(
            # Nothing more is asked of what is withdrawn.
            has_left=standing == Standing.WITHDRAWN,
            rank=Stage(stage).rank,
            sourced_rank=sourced.get(pk, -1),
            has_name_zh=bool(name_zh),
            has_credit_code=bool(credit_code),
            has_leading_basis=bool(basis),
            has_group=has_group,
            has_sector=sector is not None,
            expects_production=expects_production,
            measures=measures[pk],
            has_evidence=pk in proven,
        )
        for (
            pk,
            standing,
            stage,
            sector,
            name_zh,
            credit_code,
            basis,
            has_group,
            expects_production,
        ) in found
    }


def past_of(keys: Collection[int]) -> dict[int, list[Past]]:
    """Read the states of each project by its key, in the order of their days."""
    found: dict[int, list[Past]] = {key: [] for key in keys}
    states = ProjectState.objects.filter(project__among=keys)
    columns = ("pk", "effective_on", "stage", "standing", "cluster_id", "region_id", "sector_id")
    rows = states.order_by("effective_on", "recorded_at", "pk").values_list("project_id", *columns)
    for project, *state in rows:
        found[project].append(Past(*state))
    return found
