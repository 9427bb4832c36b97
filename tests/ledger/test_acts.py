"""Correct, move, withdraw, revive and undo: what each posts, refuses and leaves on every day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clusters.models import Region
from clusters.vocabulary import Measure, Standing
from enterprises.exceptions import FutureDateError
from enterprises.models import Project
from ledger import verifying
from ledger.correcting import correct
from ledger.exceptions import (
    AlreadyReversedError,
    AmountGoneError,
    CannotUndoError,
    ChangeNeedsReasonError,
    CorrectedPastCutError,
    CutsRemainError,
    KeyReusedError,
    LaterStepError,
    NothingCorrectedError,
    NothingToWithdrawError,
    NotWithdrawnError,
    NowhereToMoveError,
    PartOfChangeError,
    RevivedTooEarlyError,
    WithdrawnError,
)
from ledger.models import Change, DailyTotal, Entry, ProjectTotal
from ledger.money import Money
from ledger.moving import move
from ledger.posting import reverse
from ledger.undoing import undo
from ledger.verdicts import attach, verify
from ledger.withdrawal import revive, withdraw
from tests.make import (
    make_entry,
    make_evidence,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db
SIGNED = date(2021, 3, 1)
CUT = date(2021, 9, 1)
MOVED = date(2022, 6, 1)
LATER = date(2023, 6, 1)


def act(**other: Any) -> dict[str, Any]:
    return {"recorded_by": make_recorder(), "reason": "As the register says"} | other


def corrected(entry: Entry, **other: Any) -> Change:
    """Correct an entry in what `other` names."""
    said: dict[str, Any] = {
        "entry": entry,
        "measure": entry.measure,
        "effective_on": entry.effective_on,
        "money": entry.money,
        "evidence": entry.evidence,
        "note": entry.note,
    }
    return correct(**said | act() | other)


def by_day(*names: str) -> dict[tuple[Any, ...], int]:
    """What the ledger comes to by day and `names`; nothing is left out but zeros."""
    assert list(verifying.problems()) == []
    sums: dict[tuple[Any, ...], int] = {}
    for total in DailyTotal.objects.all():
        key = (total.effective_on, total.measure, *(getattr(total, name) for name in names))
        sums[key] = sums.get(key, 0) + total.amount_fen
    return {key: fen for key, fen in sums.items() if fen}


def in_region(region: Region, measure: str, day: date) -> int:
    rows = DailyTotal.objects.filter(region=region, measure=measure, effective_on__lte=day)
    return sum(total.amount_fen for total in rows)


def make_story() -> Project:
    """A project with a contract that was cut, a payment, and the output of two years."""
    project = make_project(on=SIGNED)
    contract = make_entry(project, amount_fen=1000, on=SIGNED, evidence=make_evidence())
    make_entry(project, amount_fen=-100, lowers=contract, on=CUT, reason="The contract was cut")
    make_entry(project, amount_fen=300, measure=Measure.PAID_IN, on=CUT)
    for year, fen in ((2021, 50), (2022, 70)):
        make_entry(project, amount_fen=fen, measure=Measure.ANNUAL_OUTPUT, on=date(year, 12, 31))
    return project


def contract_of(project: Project) -> Entry:
    return project.entries.standing().get(measure=Measure.CONTRACTED, lowers=None, amount_fen=1000)


# --- correct --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        {"money": Money(1200)},
        {"money": Money(400)},
        {"measure": Measure.PAID_IN},
        {"effective_on": date(2021, 2, 1)},
        {"evidence": None},
        {"note": "Page 3"},
    ],
)
def test_a_correction_says_the_new_and_keeps_the_rest_with_its_cuts(other: dict[str, Any]) -> None:
    project = make_story()
    entry = contract_of(project)
    before = by_day("grade")
    change = corrected(entry, **other)
    (replacement,) = change.entries.filter(reverses=None, lowers=None)
    (cut,) = change.entries.filter(reverses=None, lowers=replacement)
    for name in ("measure", "effective_on", "money", "evidence", "note"):
        assert getattr(replacement, name) == other.get(name, getattr(entry, name))
    assert (cut.amount_fen, cut.reason, cut.effective_on) == (-100, "The contract was cut", CUT)
    assert cut.measure == replacement.measure
    undo(change=change, **act())
    assert by_day("grade") == before


def test_a_correction_of_nothing_or_without_a_reason_is_refused() -> None:
    entry = make_entry()
    with pytest.raises(NothingCorrectedError):
        corrected(entry)
    with pytest.raises(ChangeNeedsReasonError):
        corrected(entry, money=Money(5), reason="  ")
    with pytest.raises(FutureDateError):
        corrected(entry, effective_on=timezone.localdate() + timedelta(days=1))
    assert Entry.objects.count() == 1


def test_the_second_of_two_corrections_is_told_which_one_won() -> None:
    entry = make_entry(amount_fen=1000)
    corrected(entry, money=Money(900), recorded_by=make_user(username="first"))
    reversal = Entry.objects.get(reverses=entry)
    with pytest.raises(AlreadyReversedError) as refused:
        corrected(entry, money=Money(800))
    assert f"by entry {reversal.pk} of first" in refused.value.messages[0]
    assert Entry.objects.count() == 3


def test_a_correction_sent_twice_happens_once_and_not_for_another_entry() -> None:
    project = make_project()
    entry, other = make_entry(project, amount_fen=5), make_entry(project, amount_fen=7)
    change = corrected(entry, money=Money(6), idempotency_key="form")
    assert corrected(entry, money=Money(6), idempotency_key="form") == change
    with pytest.raises(KeyReusedError):
        corrected(other, money=Money(8), idempotency_key="form")


def test_the_key_of_the_first_form_still_finds_its_entry() -> None:
    project = make_project()
    entry = make_entry(project, amount_fen=5, idempotency_key="form-1")
    corrected(entry, money=Money(6))
    assert make_entry(project, amount_fen=5, idempotency_key="form-1") == entry
    assert ProjectTotal.objects.get().amount_fen == 6


def test_a_correction_does_not_come_below_or_after_the_cuts() -> None:
    entry = contract_of(make_story())
    with pytest.raises(CutsRemainError):
        corrected(entry, money=Money(99))
    with pytest.raises(CorrectedPastCutError):
        corrected(entry, effective_on=CUT + timedelta(days=1))


def test_added_evidence_goes_along() -> None:
    entry = make_entry(amount_fen=5)
    attach(entry=entry, evidence=make_evidence(), recorded_by=make_recorder())
    corrected(entry, money=Money(6))
    assert by_day("grade") == {(SIGNED, "contracted", "sourced"): 6}


def test_what_is_left_of_a_withdrawn_contract_keeps_its_amount() -> None:
    project = make_story()
    withdraw(project=project, withdrawn_on=LATER, **act())
    entry = contract_of(project)
    for fen in (900, 1100):
        with pytest.raises(AmountGoneError):
            corrected(entry, money=Money(fen))
    before = by_day()
    corrected(entry, evidence=None)
    assert by_day() == before
    (cut,) = Entry.objects.standing().filter(amount_fen=-600)
    for mend in (
        lambda: reverse(entry=cut, **act()),
        lambda: corrected(cut, money=Money(-500)),
    ):
        with pytest.raises((PartOfChangeError, WithdrawnError)):
            mend()


# --- move -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("moved_on", [None, SIGNED, CUT, MOVED, LATER])
def test_a_move_changes_places_and_no_total_of_the_park(moved_on: date | None) -> None:
    project = make_story()
    old, new = project.region, make_region("370211")
    park, places = by_day(), by_day("region_id", "cluster_id", "grade")
    change = move(project=project, region=new, moved_on=moved_on, **act())
    start = moved_on or SIGNED

    def total(day: date) -> dict[str, int]:
        sums: dict[str, int] = {}
        for (on, measure), fen in by_day().items():
            if on <= day:
                sums[measure] = sums.get(measure, 0) + fen
        return sums

    for day in (SIGNED, CUT, date(2021, 12, 31), MOVED, date(2022, 12, 31), LATER):
        assert total(day) == {
            measure: sum(fen for (on, m), fen in park.items() if m == measure and on <= day)
            for measure in {m for (on, m) in park if on <= day}
        }
        for measure in (Measure.CONTRACTED, Measure.PAID_IN):
            there = new if day >= start else old
            assert in_region(there, measure, day) == total(day).get(measure, 0)
    # What was produced before stays where it was produced.
    assert in_region(new, Measure.ANNUAL_OUTPUT, LATER) == sum(
        fen
        for (on, measure), fen in park.items()
        if measure == Measure.ANNUAL_OUTPUT and on >= start
    )
    assert project.region == new
    undo(change=change, **act())
    project.refresh_from_db()
    assert project.region == old
    assert by_day("region_id", "cluster_id", "grade") == places


def test_what_a_move_posts_has_to_be_verified_anew() -> None:
    entry = make_entry(amount_fen=5, evidence=make_evidence())
    verify(entry=entry, recorded_by=make_user())
    move(project=entry.project, region=make_region("370211"), moved_on=MOVED, **act())
    assert by_day("grade") == {
        (SIGNED, "contracted", "verified"): 5,
        (MOVED, "contracted", "verified"): -5,
        (MOVED, "contracted", "sourced"): 5,
    }


def test_a_move_to_where_it_is_or_before_a_step_is_refused() -> None:
    project = make_story()
    with pytest.raises(NowhereToMoveError):
        move(project=project, region=project.region, moved_on=None, **act())
    move(project=project, region=make_region("370211"), moved_on=MOVED, **act())
    with pytest.raises(LaterStepError):
        move(project=project, region=make_region("370214"), moved_on=CUT, **act())
    # It is there now, and can still be said to have been there from the start.
    move(project=project, region=make_region("370211"), moved_on=None, **act())
    assert {total.region.code for total in DailyTotal.objects.all() if total.amount_fen} == {
        "370211"
    }


def test_an_output_that_is_recorded_after_a_move_counts_where_it_was_produced() -> None:
    project = make_story()
    old, new = project.region, make_region("370211")
    move(project=project, region=new, moved_on=MOVED, **act())
    late = make_entry(project, measure=Measure.ANNUAL_OUTPUT, on=date(2021, 6, 30))
    now = make_entry(project, measure=Measure.ANNUAL_OUTPUT, on=date(2023, 12, 31))
    assert (late.region, now.region) == (old, new)


def test_a_correction_after_a_move_stays_in_its_place() -> None:
    project = make_story()
    old = project.region
    move(project=project, region=make_region("370211"), moved_on=MOVED, **act())
    output = project.entries.get(measure=Measure.ANNUAL_OUTPUT, effective_on=date(2021, 12, 31))
    corrected(output, money=Money(55))
    assert in_region(old, Measure.ANNUAL_OUTPUT, LATER) == 55
    with pytest.raises(AmountGoneError):
        corrected(contract_of(project), money=Money(2000))
    assert list(verifying.problems()) == []


def test_a_move_is_not_undone_over_what_was_recorded_there_since() -> None:
    project = make_story()
    change = move(project=project, region=make_region("370211"), moved_on=MOVED, **act())
    make_entry(project, on=LATER)
    with pytest.raises(CannotUndoError):
        undo(change=change, **act())


# --- withdraw and revive --------------------------------------------------------------------------


def test_a_withdrawal_and_a_revival_are_each_the_opposite_of_the_other() -> None:
    project = make_story()
    before = by_day("grade")
    withdrawal = withdraw(project=project, withdrawn_on=MOVED, **act())
    # 1000 less the cut of 100 and the 300 that were paid in.
    assert by_day("grade")[MOVED, "contracted", "sourced"] == -600
    with pytest.raises(NothingToWithdrawError):
        withdraw(project=project, withdrawn_on=LATER, **act())
    with pytest.raises(RevivedTooEarlyError):
        revive(project=project, revived_on=MOVED, **act())
    with pytest.raises(WithdrawnError):
        make_entry(project, on=LATER)
    revival = revive(project=project, revived_on=LATER, **act())
    assert by_day("grade")[LATER, "contracted", "sourced"] == 600
    with pytest.raises(NotWithdrawnError):
        revive(project=project, revived_on=LATER, **act())
    with pytest.raises(CannotUndoError):  # the revival first
        undo(change=withdrawal, **act())
    undo(change=revival, **act())
    project.refresh_from_db()
    assert project.standing == Standing.WITHDRAWN
    undo(change=withdrawal, **act())
    project.refresh_from_db()
    assert (project.standing, by_day("grade")) == (Standing.ACTIVE, before)


@pytest.mark.parametrize("moved_on", [None, MOVED, LATER])
def test_a_project_that_moved_while_it_was_withdrawn_comes_back_whole(
    moved_on: date | None,
) -> None:
    project = make_story()
    withdraw(project=project, withdrawn_on=MOVED, **act())
    new = make_region("370211")
    # For the same reason, so that only the act tells their cuts apart.
    move(project=project, region=new, moved_on=moved_on, **act())
    assert in_region(new, Measure.CONTRACTED, LATER) == 300
    revive(project=project, revived_on=LATER + timedelta(days=1), **act())
    assert in_region(new, Measure.CONTRACTED, date(2024, 1, 1)) == 900
    assert list(verifying.problems()) == []


def test_an_act_is_undone_once_and_an_undoing_never() -> None:
    project = make_story()
    changes: list[Callable[[], Change]] = [
        lambda: corrected(contract_of(project), money=Money(1200)),
        lambda: move(project=project, region=make_region("370211"), moved_on=LATER, **act()),
        lambda: withdraw(project=project, withdrawn_on=LATER, **act()),
    ]
    for make in changes:
        before = by_day("region_id", "grade")
        change = make()
        undoing = undo(change=change, idempotency_key=f"undo-{change.pk}", **act())
        assert undo(change=change, idempotency_key=f"undo-{change.pk}", **act()) == undoing
        for again in (change, undoing):
            with pytest.raises(CannotUndoError):
                undo(change=again, **act())
        assert by_day("region_id", "grade") == before


def test_an_undone_later_act_does_not_hold_up_the_undoing_of_an_earlier_one() -> None:
    project = make_story()
    old = project.region
    first = move(project=project, region=make_region("370211"), moved_on=MOVED, **act())
    second = withdraw(project=project, withdrawn_on=LATER, **act())
    undo(change=second, **act())
    undo(change=first, **act())
    project.refresh_from_db()
    assert (project.region, project.standing) == (old, Standing.ACTIVE)
    assert in_region(old, Measure.CONTRACTED, LATER) == 900
    assert list(verifying.problems()) == []


def test_an_act_is_not_undone_after_something_of_it_was_put_right() -> None:
    entry = make_entry(amount_fen=5)
    change = corrected(entry, money=Money(6))
    (replacement,) = change.entries.filter(reverses=None)
    reverse(entry=replacement, **act())
    with pytest.raises(CannotUndoError):
        undo(change=change, **act())


def test_a_refused_act_leaves_no_trace() -> None:
    project = make_story()
    rows = Entry.objects.count()
    with pytest.raises(ValidationError):
        move(
            project=project,
            region=make_region("370211"),
            moved_on=timezone.localdate() + timedelta(days=1),
            **act(),
        )
    assert (Entry.objects.count(), Change.objects.count()) == (rows, 0)


def test_a_key_is_of_one_content_for_every_act() -> None:
    entry = make_entry(amount_fen=100)
    told: dict[str, Any] = {
        "entry": entry,
        "measure": entry.measure,
        "effective_on": entry.effective_on,
    }
    correct(**told, money=Money(200), idempotency_key="once", **act())
    assert correct(**told, money=Money(200), idempotency_key="once", **act())
    with pytest.raises(KeyReusedError):
        correct(**told, money=Money(300), idempotency_key="once", **act())
    gone: dict[str, Any] = {
        "project": entry.project,
        "withdrawn_on": LATER,
        "idempotency_key": "gone",
    }
    withdraw(**gone, **act())
    with pytest.raises(KeyReusedError):
        withdraw(**gone, **act(reason="Another one"))
    back: dict[str, Any] = {"project": entry.project, "revived_on": LATER + timedelta(days=1)}
    revive(**back, idempotency_key="back", **act())
    with pytest.raises(KeyReusedError):
        revive(**back, with_contract=False, idempotency_key="back", **act())


def test_a_revival_with_a_contract_since_is_not_undone() -> None:
    project = make_project()
    make_entry(project, amount_fen=500, on=SIGNED)
    withdraw(project=project, withdrawn_on=MOVED, **act())
    revival = revive(project=project, revived_on=LATER, with_contract=False, **act())
    make_entry(project, amount_fen=700, on=LATER)
    with pytest.raises(CannotUndoError, match="withdraw the project instead"):
        undo(change=revival, **act())
    assert list(verifying.problems()) == []
