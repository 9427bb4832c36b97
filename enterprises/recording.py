"""How dated facts about enterprises and projects are recorded: checked, added, made current.

Pages, admin, import and commands all end here. The `check_` functions refuse without writing, so
that a form can show the refusal beside its field; the `record_` functions lock, check again and
write. `add_states()` and `add_claims()` write many at once for an import, which has locked and
checked before.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, takewhile
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from clusters.models import Cluster, Region, Sector
from clusters.vocabulary import LeadingBasis, Measure, Stage, Standing
from enterprises.exceptions import (
    BackwardStepError,
    ContractOutstandingError,
    FutureDateError,
    MoveNeedsRepostingError,
    ParkMismatchError,
    RevivalNeedsReasonError,
    SectorOutsideClusterError,
    StandingNeedsReasonError,
    TooEarlyDateError,
)
from enterprises.gates import check_gates
from enterprises.known import Past
from enterprises.models import Enterprise, LeadingClaim, Project, ProjectState
from enterprises.searching import keep_projects

NEWEST_FIRST = ("-effective_on", "-recorded_at", "-pk")
IN_ONE_QUERY = 500
FIRST_DAY = date(1900, 1, 1)


def check_date(effective_on: date) -> None:
    """Refuse a fact dated after today in the park's time zone, or before all that can be meant.

    Before a plan's first day is no mistake: what stood then counts, and is shown apart.
    """
    today = timezone.localdate()
    if effective_on > today:
        raise FutureDateError(effective_on, today)
    if effective_on < FIRST_DAY:
        raise TooEarlyDateError(effective_on, FIRST_DAY)


def check_place(*, cluster: Cluster, region: Region, sector: Sector | None) -> None:
    """Refuse a sector of another cluster, and a region of another park."""
    if sector is not None and sector.cluster_id != cluster.pk:
        raise SectorOutsideClusterError(sector, cluster)
    if region.park_id != cluster.park_id:
        raise ParkMismatchError


def check_state(
    *,
    project: Project,
    effective_on: date,
    stage: str,
    standing: str,
    cluster: Cluster,
    region: Region,
    sector: Sector | None,
    reason: str,
    amounts_follow: bool = False,
) -> None:
    """Refuse a state that its place, date or neighbours in time do not allow.

    Back needs a reason, and so does a state that is dated before a lower stage that was recorded
    earlier; what is asked on the way forward is for `gates.check_gates()`. With `amounts_follow`
    the caller sees to the ledger in the same transaction.
    """
    check_date(effective_on)
    check_place(cluster=cluster, region=region, sector=sector)
    by_date = project.states.order_by("effective_on", "recorded_at", "pk")
    before = by_date.filter(effective_on__lte=effective_on).last()
    after = by_date.filter(effective_on__gt=effective_on).first()
    check_between(
        before, after, effective_on=effective_on, stage=stage, standing=standing, reason=reason
    )
    if before is not None and not amounts_follow:
        check_amounts(
            project,
            moved=(cluster.pk, region.pk) != (before.cluster_id, before.region_id),
            withdrawn=standing == Standing.WITHDRAWN,
        )


def check_between(
    before: ProjectState | Past | None,
    after: ProjectState | Past | None,
    *,
    effective_on: date,
    stage: str,
    standing: str,
    reason: str,
) -> None:
    """Refuse a state without a reason that its neighbours in time ask for, or its standing."""
    if reason:
        return
    if standing != Standing.ACTIVE:
        raise StandingNeedsReasonError
    rank = Stage(stage).rank
    if before is not None and standing != before.standing:
        raise RevivalNeedsReasonError
    if before is not None and rank < Stage(before.stage).rank:
        raise BackwardStepError(before, str(Stage(stage).label), effective_on)
    if after is not None and Stage(after.stage).rank < rank:
        stated = ProjectState(stage=stage, effective_on=effective_on)
        raise BackwardStepError(stated, after.get_stage_display(), after.effective_on)


def check_amounts(project: Project, *, moved: bool, withdrawn: bool) -> None:
    """Refuse a state that would leave amounts behind in the ledger."""
    if not moved and not withdrawn:
        return
    totals = {total.measure: total for total in project.totals.all()}
    if moved and any(total.entries for total in totals.values()):
        raise MoveNeedsRepostingError(project)
    if withdrawn:
        fen = {measure: total.amount_fen for measure, total in totals.items()}
        if fen.get(Measure.CONTRACTED, 0) > max(fen.get(Measure.PAID_IN, 0), 0):
            raise ContractOutstandingError


@transaction.atomic
def record_state(
    *,
    project: Project,
    recorded_by: User,
    effective_on: date,
    stage: str,
    standing: str = Standing.ACTIVE,
    cluster: Cluster | None = None,
    region: Region | None = None,
    sector: Sector | None = None,
    reason: str = "",
    source_url: str = "",
    source_on: date | None = None,
    note: str = "",
    amounts_follow: bool = False,
    is_reported: bool = False,
) -> ProjectState:
    """Add the state that `project` is in from `effective_on` on.

    A cluster, region or sector of None stays as it is. A step forward passes the gates of the
    stages on its way (enterprises.gates), unless the step is reported from elsewhere, as in an
    imported file, or the amounts follow it: then it has happened, whatever is missing here. Raises
    a ValidationError of enterprises.exceptions, or of the model's fields, and writes nothing then.
    """
    # Locked, so that of two steps at once the second is checked against the first.
    locked = Project.objects.select_for_update().get(pk=project.pk)
    # What was so on that day: a step that is dated back keeps the place of its own time.
    then: ProjectState | Project = (
        locked.states.filter(effective_on__lte=effective_on).order_by(*NEWEST_FIRST).first()
        or locked
    )
    place: dict[str, Any] = {
        "cluster": cluster or then.cluster,
        "region": region or then.region,
        # A sector belongs to its cluster, so a new cluster does not inherit the old one's.
        "sector": sector or (then.sector if cluster in {None, then.cluster} else None),
    }
    step: dict[str, Any] = {"effective_on": effective_on, "stage": stage, "standing": standing}
    check_state(project=locked, reason=reason, amounts_follow=amounts_follow, **step, **place)
    if not amounts_follow and not is_reported:
        check_gates(
            project=locked,
            before=then if isinstance(then, ProjectState) else None,
            stage=stage,
            # A sector that was told of a later day is known, but not after a change of cluster.
            has_sector=place["sector"] is not None
            or (locked.sector_id is not None and locked.cluster_id == place["cluster"].pk),
            source_url=source_url,
            reason=reason,
        )
    state = ProjectState(
        project=locked,
        recorded_by=recorded_by,
        reason=reason,
        source_url=source_url,
        source_on=source_on,
        note=note,
        **step,
        **place,
    )
    state.full_clean(exclude=["recorded_at"])
    state.save()
    keep_current(locked)
    project.refresh_from_db()
    return state


def keep_current(project: Project) -> None:
    """Copy the latest state to the project, where lists and filters look."""
    make_current(project, [*project.states.order_by(*NEWEST_FIRST)])


def make_current(project: Project, states: Sequence[ProjectState]) -> None:
    """Copy the first of a project's `states`, which are all of them, the newest first."""
    if not states:
        return
    latest = states[0]
    for name in ("stage", "standing", "cluster_id", "region_id", "sector_id"):
        setattr(project, name, getattr(latest, name))
    # A pause or a move is a new state, but the stage goes on.
    same_stage = takewhile(lambda state: state.stage == latest.stage, states)
    project.stage_on = min(state.effective_on for state in same_stage)
    project.save(update_fields=["stage", "standing", "cluster", "region", "sector", "stage_on"])


@transaction.atomic
def record_project(
    *,
    enterprise: Enterprise,
    recorded_by: User,
    effective_on: date,
    stage: str,
    cluster: Cluster,
    region: Region,
    sector: Sector | None = None,
    name_zh: str = "",
    name_en: str = "",
    source_url: str = "",
    source_on: date | None = None,
    note: str = "",
) -> Project:
    """Add a project with its first state; raises ValidationError and writes nothing then."""
    check_date(effective_on)
    check_place(cluster=cluster, region=region, sector=sector)
    project = Project(
        enterprise=enterprise,
        name_zh=name_zh,
        name_en=name_en,
        cluster=cluster,
        region=region,
        sector=sector,
        stage=stage,
        stage_on=effective_on,
    )
    project.full_clean()
    project.save()
    record_state(
        project=project,
        recorded_by=recorded_by,
        effective_on=effective_on,
        stage=stage,
        cluster=cluster,
        region=region,
        sector=sector,
        source_url=source_url,
        source_on=source_on,
        note=note,
    )
    keep_projects([project.pk])
    return project


@transaction.atomic
def record_claim(
    *,
    enterprise: Enterprise,
    recorded_by: User,
    effective_on: date,
    basis: str,
    list_year: int | None = None,
    said_by: str = "",
    holds: bool = True,
    reason: str = "",
    source_url: str = "",
    source_on: date | None = None,
    note: str = "",
) -> LeadingClaim:
    """Add that `enterprise` is leading on `basis` from a date on; `holds` off: no longer is."""
    check_date(effective_on)
    locked = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    claim = LeadingClaim(
        enterprise=locked,
        recorded_by=recorded_by,
        effective_on=effective_on,
        basis=basis,
        list_year=list_year,
        said_by=said_by,
        holds=holds,
        reason=reason,
        source_url=source_url,
        source_on=source_on,
        note=note,
    )
    claim.full_clean(exclude=["recorded_at"])
    claim.save()
    bases = LeadingClaim.objects.filter(enterprise=locked).standing(timezone.localdate(), None)
    keep_basis(locked, {standing.basis for standing in bases})
    enterprise.leading_basis = locked.leading_basis
    return claim


def keep_basis(enterprise: Enterprise, standing: set[str]) -> None:
    """Copy the strongest of the standing bases to the enterprise, where lists and filters look."""
    # The list of the 500 is the stronger statement, so it is the one that lists show.
    enterprise.leading_basis = next((b for b in LeadingBasis.values if b in standing), "")
    enterprise.save(update_fields=["leading_basis"])


@transaction.atomic
def add_states(states: Sequence[ProjectState]) -> None:
    """Add many states, and make the latest of each project current.

    Only dates are checked: the caller has locked the projects and checked places, amounts and
    steps, as `check_state()` does for one. No gate holds up what was reported to have happened.
    """
    for state in states:
        check_date(state.effective_on)
    ProjectState.objects.bulk_create(states, batch_size=IN_ONE_QUERY)
    projects = {state.project_id: state.project for state in states}
    for keys in in_batches([*projects]):
        found = ProjectState.objects.filter(project__in=keys).order_by("project_id", *NEWEST_FIRST)
        for key, of_project in groupby(found, key=lambda state: state.project_id):
            make_current(projects[key], [*of_project])


@transaction.atomic
def add_claims(claims: Sequence[LeadingClaim]) -> None:
    """Add many leading claims of enterprises that the caller works on alone."""
    for claim in claims:
        check_date(claim.effective_on)
    LeadingClaim.objects.bulk_create(claims, batch_size=IN_ONE_QUERY)
    enterprises = {claim.enterprise_id: claim.enterprise for claim in claims}
    for keys in in_batches([*enterprises]):
        bases: dict[int, set[str]] = {key: set() for key in keys}
        found = LeadingClaim.objects.filter(enterprise__in=keys)
        for standing in found.standing(timezone.localdate(), None):
            bases[standing.enterprise_id].add(standing.basis)
        for key, standing_bases in bases.items():
            keep_basis(enterprises[key], standing_bases)


def in_batches(keys: list[int]) -> Iterator[list[int]]:
    """Yield the keys, as many at a time as go into one query."""
    for start in range(0, len(keys), IN_ONE_QUERY):
        yield keys[start : start + IN_ONE_QUERY]
