"""What verify_ledger finds about grades, cuts, acts and verdicts that went past the program."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from enterprises.models import ProjectState
from ledger import triggers, verifying
from ledger.models import (
    Assessment,
    Change,
    DailyTotal,
    Entry,
    MonthlyTotal,
    PlaceTotal,
    ProjectTotal,
    Verification,
)
from ledger.posting import reverse
from ledger.verdicts import verify
from ledger.withdrawal import withdraw
from tests.make import make_entry, make_evidence, make_project, make_recorder, make_user

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [line for line in verifying.problems() if not line.startswith("trigger ")]


def by_hand(entry: Entry, **other: Any) -> Entry:
    """A cut of an entry that went past the one way in."""
    values = {
        "project": entry.project,
        "cluster": entry.cluster,
        "region": entry.region,
        "measure": entry.measure,
        "effective_on": entry.effective_on,
        "amount_fen": -100,
        "lowers": entry,
        "reason": "By hand",
        "recorded_by": make_recorder(),
        "idempotency_key": "by-hand",
    }
    return Entry.objects.create(**values | other)


def test_a_tampered_grade_or_word_is_found() -> None:
    entry = make_entry(evidence=make_evidence())
    Assessment.objects.update(verdict="verified")
    assert found() == [
        f"entry {entry.pk} is kept as sourced, last word verified; "
        "what was said and added makes it sourced, last word none"
    ]
    # Moved everywhere, so that all totals agree with it.
    Assessment.objects.update(verdict="", grade="verified")
    DailyTotal.objects.update(grade="verified")
    MonthlyTotal.objects.update(grade="verified")
    PlaceTotal.objects.update(grade="verified")
    ProjectTotal.objects.update(verified_fen=F("sourced_fen"), sourced_fen=0)
    (line,) = found()
    assert line.startswith(f"entry {entry.pk} is kept as verified")


def test_a_missing_assessment_is_found() -> None:
    entry = make_entry()
    Assessment.objects.all().delete()
    assert any(line.startswith(f"entry {entry.pk} is kept as none") for line in found())


def test_a_tampered_part_of_a_project_total_is_found() -> None:
    entry = make_entry(amount_fen=300)
    ProjectTotal.objects.update(verified_fen=100, unsupported_fen=200)
    assert found() == [
        f"project total project={entry.project_id}, measure=contracted: kept {kept} yuan {grade}, "
        f"the ledger has {has} yuan"
        for grade, kept, has in (("verified", "1.00", "0.00"), ("unsupported", "2.00", "3.00"))
    ]


@pytest.mark.parametrize(
    "other",
    [
        lambda: {"project": make_project()},
        lambda: {"measure": "paid_in"},
        lambda: {"effective_on": date(2020, 1, 1)},
    ],
)
def test_a_cut_that_does_not_fit_its_entry_is_found(other: Callable[[], dict[str, Any]]) -> None:
    entry = make_entry(amount_fen=300)
    cut = by_hand(entry, **other())
    assert f"entry {cut.pk} does not fit entry {entry.pk}, which it cuts" in found()


def test_a_cut_that_is_too_deep_or_of_what_is_gone_is_found() -> None:
    entry = make_entry(amount_fen=300)
    by_hand(entry, amount_fen=-301)
    assert found() == [f"entry {entry.pk} is cut by more than it is: -0.01 yuan are left"]
    gone = make_entry(amount_fen=300)
    reverse(entry=gone, recorded_by=make_recorder(), reason="Signed twice")
    cut = by_hand(gone, idempotency_key="another")
    assert f"entry {cut.pk} cuts entry {gone.pk}, which is reversed" in found()


def withdrawal() -> Change:
    return withdraw(
        project=make_entry().project,
        withdrawn_on=date(2022, 1, 1),
        recorded_by=make_recorder(),
        reason="The investor left",
    )


def test_rows_of_another_project_in_an_act_are_found() -> None:
    change, other = withdrawal(), make_project()
    entry = by_hand(make_entry(other), lowers=None, amount_fen=5, change=change)
    state = ProjectState.objects.get(project=other)
    change.states.add(state)
    assert found() == [
        f"entry {entry.pk} is of another project than act {change.pk}, which posted it",
        f"state {state.pk} is of another project than act {change.pk}, which recorded it",
    ]


def test_an_undoing_that_leaves_something_is_found() -> None:
    change = withdrawal()
    Change.objects.create(
        kind=Change.Kind.UNDOING,
        project=change.project,
        undoes=change,
        effective_on=change.effective_on,
        recorded_by=make_recorder(),
        reason="By hand",
        idempotency_key="by-hand",
    )
    assert found() == [
        f"act {change.pk} is undone, but with what undid it does not come to nothing"
    ]


def test_a_verdict_on_ones_own_entry_is_found() -> None:
    entry = make_entry(evidence=make_evidence())
    triggers.remove(connection)
    word = Verification.objects.create(entry=entry, verdict="verified", recorded_by=make_recorder())
    assert f"verdict {word.pk} on entry {entry.pk} is by who recorded the entry" in found()


def test_what_the_program_did_is_not_complained_of() -> None:
    verify(entry=make_entry(evidence=make_evidence()), recorded_by=make_user())
    withdrawal()
    assert found() == []
