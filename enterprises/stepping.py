"""The same step of many projects: what `recording.record_state()` does for one, in a few statements
for all of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.facts import one_moment
from clusters.models import Cluster, Sector
from clusters.vocabulary import Stage
from enterprises.exceptions import (
    LaterStateError,
    SectorOutsideClusterError,
    UnknownThenError,
)
from enterprises.gates import check_passed, gates_by_stage, passed_by
from enterprises.known import Past, known_of, past_of
from enterprises.locking import lock_enterprises
from enterprises.models import Project, ProjectState
from enterprises.recording import check_between, check_date
from lists.acts import Outcome

IN_ONE_GO = 1000
# The new state of a project, and its states of later days.
Taken = tuple[ProjectState, list[Past]]


@dataclass(frozen=True)
class Step:
    """What is true of projects from a day on; a stage of "" or a sector of None stays as it is."""

    effective_on: date
    stage: str = ""
    sector: Sector | None = None
    reason: str = ""
    source_url: str = ""


@transaction.atomic
def step_many(
    projects: Iterable[int],
    *,
    recorded_by: User,
    step: Step,
    seen_states: Mapping[int, int] | None = None,
    is_rehearsal: bool = False,
) -> Outcome:
    """Record the step of each project (by key) that it is possible for; the others are told why.

    Refused are projects that `recorded_by` may not change, those that `record_state()` would
    refuse, and those of `seen_states` (the key of the last state that was seen, by project) of
    which a state was recorded since. With `is_rehearsal` nothing is written. Raises ValidationError
    for what is wrong with the step itself.
    """
    check_date(step.effective_on)
    keys = sorted(set(projects))
    if not is_rehearsal:
        # In their order, so that two at once wait for each other and do not lock crosswise.
        rows = Project.objects.select_for_update().filter(pk__among=keys).order_by("pk")
        lock_enterprises(list(rows.values_list("pk", flat=True)))
    outcome = Outcome()
    taken = list(Steps(keys, recorded_by, step).decide(outcome, seen_states or {}))
    if taken and not is_rehearsal:
        write(taken, step)
    return outcome


def last_states(keys: Collection[int]) -> dict[int, int]:
    """Return the key of the last state that was recorded of each project."""
    found = ProjectState.objects.filter(project__among=keys).order_by("pk")
    return dict(found.values_list("project", "pk"))


class Steps:
    """The step of some of the projects: all that it asks for read at once, decided one by one."""

    def __init__(self, keys: Sequence[int], recorded_by: User, step: Step) -> None:
        self.step = step
        self.recorded_by = recorded_by
        projects = Project.objects.filter(pk__among=keys)
        places = projects.order_by("pk").values_list("pk", "cluster", "sector")
        self.places = {pk: place for pk, *place in places}
        editable = projects.editable_by(recorded_by).order_by()
        self.editable = set(editable.values_list("pk", flat=True))
        self.clusters = Cluster.objects.in_bulk() if step.sector else {}
        self.sectors = Sector.objects.in_bulk() if step.sector else {}
        self.states = past_of(keys)
        gates = gates_by_stage() if step.stage else []
        # By the stage that a step begins at; one that keeps it passes none.
        self.passed = {stage: passed_by(gates, stage, step.stage or stage) for stage in Stage}
        self.known = known_of(keys) if gates else {}
        # Looked up once: a label is translated each time that it is asked for.
        self.labels = {stage.value: str(stage.label) for stage in Stage}

    def decide(self, outcome: Outcome, seen_states: Mapping[int, int]) -> Iterator[Taken]:
        """Yield the new state of each project that takes the step, and the states after it."""
        day = self.step.effective_on
        newer: list[int] = []
        for pk in self.places:
            states = self.states[pk]
            before = next((one for one in reversed(states) if one.effective_on <= day), None)
            after = [one for one in states if one.effective_on > day]
            if pk not in self.editable:
                outcome.refused[pk] = _("It lies outside of what you may change.")
            elif before is not None and self.is_so(before):
                outcome.same.append(pk)
            elif (last := max((one.pk for one in states), default=0)) > seen_states.get(pk, last):
                newer.append(last)
            else:
                try:
                    state = self.state_of(pk, before, after)
                except ValidationError as refusal:
                    outcome.refused[pk] = " ".join(refusal.messages)
                else:
                    outcome.changed[pk] = self.changes(before, state)
                    yield state, after
        found = ProjectState.objects.filter(pk__among=newer).select_related("recorded_by")
        for state in found if newer else ():
            outcome.refused[state.project_id] = met(state)

    def is_so(self, state: Past) -> bool:
        """Whether a state says all that the step does."""
        sector = self.step.sector
        return self.step.stage in {"", state.stage} and (
            sector is None or sector.pk == state.sector_id
        )

    def state_of(self, pk: int, before: Past | None, after: Sequence[Past]) -> ProjectState:
        """Return the project's state by the step; raises ValidationError when it is refused."""
        step = self.step
        if before is None:
            raise UnknownThenError
        if step.sector is not None:
            if step.sector.cluster_id != before.cluster_id:
                raise SectorOutsideClusterError(step.sector, self.clusters[before.cluster_id])
            if other := next((one for one in after if one.sector_id != step.sector.pk), None):
                raise LaterStateError(other)
        stage = step.stage or before.stage
        check_between(
            before,
            after[0] if after else None,
            effective_on=step.effective_on,
            stage=stage,
            standing=before.standing,
            reason=step.reason,
        )
        if passed := self.passed[Stage(before.stage)]:
            cluster, sector = self.places[pk]
            check_passed(
                passed,
                self.known[pk],
                stage=stage,
                # A sector that was told of a later day is known, but not after a change of cluster.
                has_sector=before.sector_id is not None
                or (sector is not None and cluster == before.cluster_id),
                source_url=step.source_url,
                reason=step.reason,
            )
        return ProjectState(
            project_id=pk,
            effective_on=step.effective_on,
            stage=stage,
            standing=before.standing,
            cluster_id=before.cluster_id,
            region_id=before.region_id,
            sector_id=step.sector.pk if step.sector else before.sector_id,
            reason=step.reason,
            source_url=step.source_url,
            recorded_by=self.recorded_by,
        )

    def changes(self, before: Past | None, state: ProjectState) -> dict[str, list[str]]:
        """Return what the step changes, in words."""
        found = {}
        if before is not None and self.step.stage:
            found["stage"] = [self.labels[before.stage], self.labels[state.stage]]
        if before is not None and self.step.sector:
            found["sector"] = [self.sector_words(before.sector_id), str(self.step.sector)]
        return found

    def sector_words(self, pk: int | None) -> str:
        return str(self.sectors[pk]) if pk else ""


def met(state: ProjectState) -> str:
    """Say who recorded a state meanwhile."""
    return _(
        "%(who)s recorded “%(stage)s” from %(day)s on, on %(when)s, after this was shown to you."
    ) % {
        "who": state.recorded_by,
        "stage": state.get_stage_display(),
        "day": date_format(state.effective_on),
        "when": date_format(timezone.localtime(state.recorded_at), "DATETIME_FORMAT"),
    }


def write(taken: Sequence[Taken], step: Step) -> None:
    """Add the states, and copy what of them is the latest to the projects."""
    states = [state for state, _after in taken]
    # They differ in their project and place only, which the database checks.
    states[0].clean_fields(exclude=["project", "cluster", "region", "sector", "recorded_by"])
    recorder = User.objects.filter(pk=states[0].recorded_by_id)
    moment = one_moment(ProjectState._meta.db_table, recorder)
    for state in states:
        state.recorded_at = moment
    latest = [state.project_id for state, after in taken if not after]
    # Before the states: the trigger that keeps the day then finds it so already, and does not write
    # each project a second time.
    values: dict[str, Any] = {"heard_on": Greatest("heard_on", Value(step.effective_on))}
    if step.stage:
        values |= {"stage": step.stage, "stage_on": step.effective_on}
    if step.sector is not None:
        values["sector"] = step.sector
    Project.objects.filter(pk__among=latest).update(**values)
    if step.stage:
        # Of what is dated back only the day can change from which on the stage stands.
        longer = [
            state.project_id
            for state, after in taken
            if after and all(one.stage == step.stage for one in after)
        ]
        if longer:
            Project.objects.filter(pk__among=longer).update(stage_on=step.effective_on)
    ProjectState.objects.bulk_create(states, batch_size=IN_ONE_GO)
