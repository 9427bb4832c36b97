"""What lists show of the ledger on projects and enterprises follows every write."""

from datetime import date

import pytest

from clusters.vocabulary import Measure, Stage, Standing
from enterprises.models import Enterprise, Project, Shareholding, Tally
from enterprises.recording import record_state
from ledger import verifying
from ledger.models import Entry
from ledger.posting import reverse
from tests.make import (
    make_confirmation,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_project,
    make_recorder,
    make_verdict,
)

pytestmark = pytest.mark.django_db
LATER = date(2023, 6, 1)


@pytest.fixture(autouse=True)
def _all_is_well() -> object:
    """After each test, nothing that is kept differs from what it is kept of."""
    yield
    assert list(verifying.problems()) == []


def test_an_amount_shows_on_its_project_and_its_enterprise() -> None:
    first = make_project()
    make_entry(first, amount_fen=300)
    make_entry(make_project(first.enterprise), amount_fen=500)
    make_entry(first, measure=Measure.PAID_IN, amount_fen=20)
    first.refresh_from_db()
    assert (first.contracted_fen, first.paid_in_fen) == (300, 20)
    firm = Enterprise.objects.get()
    assert (firm.contracted_fen, firm.paid_in_fen) == (800, 20)


def test_what_was_taken_back_is_not_reported_any_more() -> None:
    entry = make_entry(on=LATER)
    reverse(entry=entry, recorded_by=make_recorder(), reason="Typed twice.")
    project = Project.objects.get()
    assert project.contracted_fen is None
    assert project.enterprise.contracted_fen is None
    assert project.heard_on == date(2021, 3, 1)


def test_a_verdict_shows_as_the_verified_part() -> None:
    entry = make_entry(amount_fen=300, evidence=make_evidence())
    make_entry(entry.project, amount_fen=500)
    make_verdict(entry)
    project = Project.objects.get()
    assert (project.contracted_fen, project.contracted_verified_fen) == (800, 300)
    assert project.enterprise.contracted_verified_fen == 300


def test_a_verdict_that_is_taken_back_takes_the_verified_part_along() -> None:
    entry = make_entry(amount_fen=300, evidence=make_evidence())
    make_verdict(entry)
    make_verdict(entry, verdict="returned", note="Another amount is in the paper.")
    project = Project.objects.get()
    assert (project.contracted_fen, project.contracted_verified_fen) == (300, 0)


def test_of_a_day_that_is_put_right_in_one_statement_the_right_one_counts() -> None:
    wrong = make_entry(on=LATER)
    alike = {name: getattr(wrong, name) for name in ("project", "measure", "cluster", "region")}
    alike["recorded_by"] = wrong.recorded_by
    fen = wrong.amount_fen
    Entry.objects.bulk_create(
        [
            Entry(**alike, reverses=wrong, effective_on=LATER, amount_fen=-fen, reason="Day"),
            Entry(**alike, effective_on=date(2022, 1, 1), amount_fen=fen, idempotency_key="2"),
        ]
    )
    project = Project.objects.get()
    assert (project.contracted_fen, project.heard_on) == (fen, date(2022, 1, 1))


def test_a_project_was_last_heard_of_by_its_latest_fact() -> None:
    project = make_project(on=date(2020, 1, 1))
    project.refresh_from_db()
    assert project.heard_on == date(2020, 1, 1)
    make_entry(project, on=date(2021, 1, 1))
    make_confirmation(project, on=date(2022, 1, 1))
    make_entry(project, on=date(2020, 6, 1), measure=Measure.PAID_IN)
    project.refresh_from_db()
    assert project.heard_on == date(2022, 1, 1)


def test_the_furthest_stage_leaves_out_what_was_withdrawn() -> None:
    project = make_project(stage=Stage.PRODUCTION)
    make_project(project.enterprise, stage=Stage.SIGNED)
    firm = Enterprise.objects.get()
    assert firm.stage_rank == Stage.PRODUCTION.rank
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=LATER,
        stage=Stage.PRODUCTION,
        standing=Standing.WITHDRAWN,
        reason="The investor left",
    )
    firm.refresh_from_db()
    assert firm.stage_rank == Stage.SIGNED.rank


def test_the_first_group_leads() -> None:
    first, second = make_group("First"), make_group("Second")
    firm = make_enterprise(groups=[first, second])
    firm.refresh_from_db()
    assert firm.lead_group == first
    Shareholding.objects.filter(group=second).update(position=0)
    Shareholding.objects.filter(group=first).delete()
    firm.refresh_from_db()
    assert firm.lead_group == second


def test_a_move_of_many_at_once_is_counted() -> None:
    for number in range(3):
        make_project(cluster=None, stage=Stage.SIGNED if number else Stage.NEGOTIATING)
    assert Enterprise.objects.count() == 3
    signed = Tally.objects.filter(stage=Stage.SIGNED).get()
    assert signed.rows == 2


def test_nothing_is_counted_of_what_is_gone() -> None:
    make_enterprise().delete()
    tally = Tally.objects.filter(Tally.ENTERPRISES)
    assert sum(one.rows for one in tally) == 0
