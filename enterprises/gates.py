"""What should be known before a project is said to have reached a stage, and what is missing.

The rules are rows (`Gate`): a stage, what it asks for, and whether that binds. What each
requirement means is written here once, as a predicate over `Known` (enterprises.known).

Only a step that somebody records through `recording.record_state()` is held up. What is reported to
have happened has happened: an import, a project's first state, and the acts that the ledger follows
(move, withdrawal, undoing) are recorded as they are. The checklist then shows what is missing, and
the inbox asks for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from clusters.vocabulary import Measure, Stage
from enterprises.exceptions import GateClosedError, GateNeedsReasonError
from enterprises.known import Known, known_of
from enterprises.models import Gate, Project, ProjectState, Requirement

MET: Mapping[Requirement, Callable[[Known, Stage], bool]] = {
    Requirement.NAME_ZH: lambda known, stage: known.has_name_zh,
    Requirement.CREDIT_CODE: lambda known, stage: known.has_credit_code,
    Requirement.GROUP: lambda known, stage: known.has_group,
    Requirement.LEADING_BASIS: lambda known, stage: known.has_leading_basis,
    Requirement.SECTOR: lambda known, stage: known.has_sector,
    Requirement.CONTRACTED: lambda known, stage: Measure.CONTRACTED in known.measures,
    Requirement.CONTRACT_EVIDENCE: lambda known, stage: known.has_evidence,
    Requirement.PAID_IN: lambda known, stage: Measure.PAID_IN in known.measures,
    Requirement.ANNUAL_OUTPUT: lambda known, stage: Measure.ANNUAL_OUTPUT in known.measures,
    # A plant that runs is not expected to any more.
    Requirement.EXPECTED_PRODUCTION: lambda known, stage: (
        known.expects_production or known.rank >= Stage.PRODUCTION.rank
    ),
    # A report of a later stage says of the earlier ones that they are passed.
    Requirement.STEP_SOURCE: lambda known, stage: known.sourced_rank >= stage.rank,
}


def meets(known: Known, gate: Gate) -> bool:
    """Whether what a gate asks for is known."""
    return MET[Requirement(gate.requirement)](known, Stage(gate.stage))


ENTERPRISE = "enterprises:enterprise-edit"
CLAIMS = "admin:enterprises_enterprise_change"
STEP = "ledger:project-step"
AMOUNT = "progress:amount"
# Where each is filled in; the rest is told on the page of the project itself.
PLACES = {
    Requirement.NAME_ZH: ENTERPRISE,
    Requirement.CREDIT_CODE: ENTERPRISE,
    Requirement.GROUP: ENTERPRISE,
    Requirement.LEADING_BASIS: CLAIMS,
    Requirement.SECTOR: STEP,
    Requirement.STEP_SOURCE: STEP,
    Requirement.CONTRACTED: AMOUNT,
    Requirement.PAID_IN: AMOUNT,
    Requirement.ANNUAL_OUTPUT: AMOUNT,
}


@dataclass(frozen=True)
class Item:
    """One line of a project's checklist.

    `is_due` tells that the project stands at the stage or past it, and has not left, so that what
    is missing here is missing from the record and not only from the next step. `address` is where
    it is filled in.
    """

    stage: Stage
    requirement: Requirement
    is_met: bool
    is_binding: bool
    is_due: bool
    address: str

    @property
    def is_open(self) -> bool:
        """Whether this asks for something now: not met, and the stage reached."""
        return self.is_due and not self.is_met


def checklist(project: Project) -> list[Item]:
    """Return what the gates ask of `project`, by stage; the number of queries is fixed."""
    return checklists([project])[project.pk]


def checklists(projects: Iterable[Project]) -> dict[int, list[Item]]:
    """Return the checklist of each project by its key, in as many queries as for one."""
    gates = gates_by_stage()
    found = {project.pk: project for project in projects}
    return {
        pk: [
            Item(
                stage=Stage(gate.stage),
                requirement=Requirement(gate.requirement),
                is_met=meets(known, gate),
                is_binding=gate.is_binding,
                is_due=Stage(gate.stage).rank <= known.rank and not known.has_left,
                address=address(found[pk], Requirement(gate.requirement)),
            )
            for gate in gates
        ]
        for pk, known in known_of(found).items()
    }


def missing(project: Project, stage: str) -> list[Item]:
    """Return what the gates of `stage`, and of no other, ask for and `project` lacks."""
    return [item for item in checklist(project) if item.stage == stage and not item.is_met]


def check_gates(
    *,
    project: Project,
    before: ProjectState | None,
    stage: str,
    has_sector: bool,
    source_url: str,
    reason: str,
) -> None:
    """Refuse a step forward past a gate that is not met.

    `before` is the state that stands on the day of the step, None for a project's first one;
    `has_sector` tells whether a sector is known of the place that the step leaves it in. Asked
    are the gates of each stage that the step passes, and those of the one it ends at. A binding one
    closes the way; of the others a `reason` does. Steps back, a pause and whatever stays at the
    stage pass no gate.
    """
    if before is None or Stage(stage).rank <= Stage(before.stage).rank:
        return
    if passed := passed_by(gates_by_stage(), before.stage, stage):
        check_passed(
            passed,
            known_of([project.pk])[project.pk],
            stage=stage,
            has_sector=has_sector,
            source_url=source_url,
            reason=reason,
        )


def passed_by(gates: Iterable[Gate], before: str, stage: str) -> list[Gate]:
    """Return those of the gates that a step from one stage to another passes."""
    first, last = Stage(before).rank, Stage(stage).rank
    return [gate for gate in gates if first < Stage(gate.stage).rank <= last]


def check_passed(
    passed: Iterable[Gate],
    known: Known,
    *,
    stage: str,
    has_sector: bool,
    source_url: str,
    reason: str,
) -> None:
    """Refuse a step to `stage` past gates of which one is not met."""
    rank = Stage(stage).rank
    # What the step itself brings is known with it.
    known = known._replace(
        rank=max(known.rank, rank),
        sourced_rank=max(known.sourced_rank, rank if source_url else -1),
        has_sector=has_sector,
    )
    unmet = [gate for gate in passed if not meets(known, gate)]
    if binding := [gate for gate in unmet if gate.is_binding]:
        raise GateClosedError(stage, binding)
    if unmet and not reason:
        raise GateNeedsReasonError(stage, unmet)


def gates_by_stage() -> list[Gate]:
    """Return all gates in the order of the stages, and in each of the requirements."""
    order = list(Requirement)
    return sorted(
        Gate.objects.all(),
        key=lambda gate: (Stage(gate.stage).rank, order.index(Requirement(gate.requirement))),
    )


def address(project: Project, requirement: Requirement) -> str:
    """Return the page on which what is asked for can be filled in."""
    if requirement == Requirement.EXPECTED_PRODUCTION:
        page = reverse("enterprises:project-expect", args=[project.pk])
        return f"{page}?stage={Stage.PRODUCTION}"
    name = PLACES.get(requirement)
    if name is None:
        return project.get_absolute_url()
    key = project.enterprise_id if name in {ENTERPRISE, CLAIMS} else project.pk
    page = reverse(name, args=[key])
    return f"{page}?measure={requirement}" if name == AMOUNT else page
