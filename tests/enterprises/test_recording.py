"""How steps and leading claims are recorded."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clusters.exceptions import InsertOnlyError
from clusters.models import Region
from clusters.vocabulary import LeadingBasis, Stage, Standing
from enterprises.exceptions import (
    BackwardStepError,
    ContractOutstandingError,
    FutureDateError,
    MoveNeedsRepostingError,
    ParkMismatchError,
    SectorOutsideClusterError,
    StandingNeedsReasonError,
)
from enterprises.models import Project, ProjectState
from enterprises.recording import record_claim, record_state
from tests.make import (
    make_claim,
    make_cluster,
    make_enterprise,
    make_entry,
    make_park,
    make_project,
    make_ready,
    make_recorder,
    make_region,
    make_sector,
)

pytestmark = pytest.mark.django_db


def step(project: Project, stage: str, on: date = date(2022, 1, 1), **facts: Any) -> ProjectState:
    """Record a step of `project`."""
    return record_state(
        project=project, recorded_by=make_recorder(), effective_on=on, stage=stage, **facts
    )


def test_a_project_begins_with_its_first_state() -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2021, 3, 1))
    (state,) = project.states.all()
    assert (state.stage, state.effective_on) == (Stage.SIGNED, date(2021, 3, 1))
    assert (state.cluster, state.region) == (project.cluster, project.region)
    assert (project.stage, project.stage_on) == (Stage.SIGNED, date(2021, 3, 1))


def test_forward_goes_over_several_stages_when_nothing_is_missing() -> None:
    project = make_ready(make_project(stage=Stage.NEGOTIATING))
    step(project, Stage.FULL_CAPACITY)
    assert project.stage == Stage.FULL_CAPACITY


def test_back_needs_a_reason() -> None:
    project = make_project(stage=Stage.PRODUCTION)
    with pytest.raises(BackwardStepError):
        step(project, Stage.SIGNED)
    assert project.states.count() == 1
    step(project, Stage.SIGNED, reason="Announced too early")
    assert project.stage == Stage.SIGNED


def test_a_state_dated_before_a_lower_one_needs_a_reason() -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2022, 1, 1))
    with pytest.raises(BackwardStepError):
        step(project, Stage.PRODUCTION, on=date(2021, 1, 1))
    step(project, Stage.NEGOTIATING, on=date(2021, 1, 1))
    assert (project.stage, project.stage_on) == (Stage.SIGNED, date(2022, 1, 1))


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.WITHDRAWN])
def test_to_pause_or_withdraw_needs_a_reason(standing: str) -> None:
    project = make_project()
    with pytest.raises(StandingNeedsReasonError):
        step(project, Stage.SIGNED, standing=standing)
    step(project, Stage.SIGNED, standing=standing, reason="No permit")
    assert (project.stage, project.standing) == (Stage.SIGNED, standing)


def test_tomorrow_is_refused() -> None:
    with pytest.raises(FutureDateError):
        step(make_project(), Stage.PRODUCTION, on=timezone.localdate() + timedelta(days=1))


def test_a_sector_belongs_to_its_cluster() -> None:
    project = make_project()
    with pytest.raises(SectorOutsideClusterError):
        step(project, Stage.SIGNED, sector=make_sector(cluster=make_cluster("digital")))


def test_a_move_to_another_cluster_leaves_the_old_sector() -> None:
    project = make_project(sector=make_sector())
    digital = make_cluster("digital")
    step(project, Stage.SIGNED, cluster=digital)
    assert (project.cluster, project.sector) == (digital, None)


def test_region_and_cluster_are_of_one_park() -> None:
    elsewhere = Region.objects.create(park=make_park("inland"), code="410100", name_en="Inland")
    with pytest.raises(ParkMismatchError):
        step(make_project(), Stage.SIGNED, region=elsewhere)


def test_a_project_with_amounts_is_not_moved() -> None:
    project = make_project()
    make_entry(project)
    with pytest.raises(MoveNeedsRepostingError):
        step(project, Stage.SIGNED, region=make_region("370215"))
    assert project.states.count() == 1


def test_a_project_with_an_open_contract_is_not_withdrawn_past_the_ledger() -> None:
    project = make_project()
    make_entry(project)
    with pytest.raises(ContractOutstandingError):
        step(project, Stage.SIGNED, standing=Standing.WITHDRAWN, reason="Left")


def test_a_refusal_is_told_in_the_words_of_its_field() -> None:
    with pytest.raises(ValidationError) as refused:
        step(make_project(stage=Stage.PRODUCTION), Stage.SIGNED)
    assert list(refused.value.message_dict) == ["reason"]
    assert "would go back to “Signed”" in refused.value.messages[0]


def test_a_state_is_never_changed_or_deleted() -> None:
    state = make_project().states.get()
    with pytest.raises(InsertOnlyError):
        state.save()
    with pytest.raises(InsertOnlyError):
        state.delete()
    with pytest.raises(InsertOnlyError):
        ProjectState.objects.update(stage=Stage.SIGNED)
    table = ProjectState._meta.db_table
    for statement in (
        f"UPDATE {table} SET stage = 'signed'",
        f"DELETE FROM {table}",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_claim_makes_leading_and_another_ends_it() -> None:
    enterprise = make_enterprise()
    make_claim(enterprise, on=date(2021, 1, 1))
    assert enterprise.leading_basis == LeadingBasis.INDUSTRY_LEADER
    make_claim(enterprise, on=date(2021, 8, 1), basis=LeadingBasis.FORTUNE_GLOBAL_500)
    assert enterprise.leading_basis == LeadingBasis.FORTUNE_GLOBAL_500
    for basis, left in (
        (LeadingBasis.FORTUNE_GLOBAL_500, LeadingBasis.INDUSTRY_LEADER),
        (LeadingBasis.INDUSTRY_LEADER, ""),
    ):
        record_claim(
            enterprise=enterprise,
            recorded_by=make_recorder(),
            effective_on=date(2022, 8, 1),
            basis=basis,
            holds=False,
        )
        enterprise.refresh_from_db()
        assert enterprise.leading_basis == left
    assert enterprise.leading_claims.count() == 4


def test_a_claim_of_tomorrow_is_refused() -> None:
    with pytest.raises(FutureDateError):
        make_claim(make_enterprise(), on=timezone.localdate() + timedelta(days=1))
