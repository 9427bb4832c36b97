"""Four eyes: who may say what of an entry, and where its amount counts then."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import VERIFIER
from clusters.vocabulary import Grade
from ledger import verifying
from ledger.correcting import correct
from ledger.exceptions import (
    AttachedBeforeError,
    NothingProvesItError,
    NotStandingError,
    OwnEntryError,
    SaidBeforeError,
    VerdictNeedsNoteError,
)
from ledger.models import DailyTotal, Entry, ProjectTotal, Verification
from ledger.money import Money
from ledger.posting import reverse
from ledger.verdicts import Verdict, attach, defend, say_of_all, send_back, verify
from progress.figures import measure_progress
from tests.make import (
    make_document,
    make_entry,
    make_evidence,
    make_plan,
    make_project,
    make_recorder,
    make_user,
)

pytestmark = pytest.mark.django_db


def second() -> User:
    """Somebody who recorded nothing."""
    return User.objects.filter(username="second").first() or make_user(username="second")


def grades(entry: Entry) -> dict[str, int]:
    """What the totals of its project and of its days hold by grade, which must agree."""
    assert list(verifying.problems()) == []
    by_day: dict[str, int] = {}
    for day in DailyTotal.objects.all():
        by_day[day.grade] = by_day.get(day.grade, 0) + day.amount_fen
    total = ProjectTotal.objects.get(project=entry.project, measure=entry.measure)
    parts = {
        "verified": total.verified_fen,
        "documented": total.documented_fen,
        "sourced": total.sourced_fen,
        "unsupported": total.unsupported_fen,
    }
    assert min(parts.values()) >= 0
    assert sum(parts.values()) == total.amount_fen
    found = {grade: fen for grade, fen in parts.items() if fen}
    assert found == {grade: fen for grade, fen in by_day.items() if fen}
    return found


def test_nobody_verifies_or_returns_their_own() -> None:
    entry = make_entry(evidence=make_evidence())
    with pytest.raises(OwnEntryError):
        verify(entry=entry, recorded_by=make_recorder())
    with pytest.raises(OwnEntryError):
        send_back(entry=entry, recorded_by=make_recorder(), note="Mine")
    other = make_entry(evidence=make_evidence(), recorded_by=second())
    judged = say_of_all(
        entries=[entry, other], verdict=Verdict.VERIFIED, recorded_by=make_recorder()
    )
    assert [word.entry_id for word in judged.said] == [other.pk]
    assert [(e.pk, type(why)) for e, why in judged.refused] == [(entry.pk, OwnEntryError)]


def test_the_database_refuses_it_too() -> None:
    entry = make_entry(evidence=make_evidence())
    own = {"entry": entry, "verdict": "verified", "recorded_by": make_recorder()}
    with pytest.raises(DatabaseError, match="nobody verifies"), transaction.atomic():
        Verification.objects.create(**own)
    with pytest.raises(DatabaseError, match="nobody verifies"), transaction.atomic():
        Verification.objects.bulk_create([Verification(**own)])
    for verdict in ("verified", "returned"):
        with (
            pytest.raises(DatabaseError, match="nobody verifies"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO ledger_verification (entry_id, verdict, note, recorded_by_id, "
                "recorded_at) VALUES (%s, %s, 'x', %s, CURRENT_TIMESTAMP)",
                [entry.pk, verdict, entry.recorded_by_id],
            )
    assert not Verification.objects.exists()


def test_a_verdict_moves_the_amount_to_its_grade_and_back() -> None:
    entry = make_entry(amount_fen=300, evidence=make_evidence())
    assert grades(entry) == {"sourced": 300}
    verify(entry=entry, recorded_by=second())
    assert grades(entry) == {"verified": 300}
    send_back(entry=entry, recorded_by=second(), note="Another year")
    assert grades(entry) == {"sourced": 300}
    assert list(Entry.objects.returned()) == [entry]
    defend(entry=entry, recorded_by=make_recorder(), note="See page 3")
    assert list(Entry.objects.pending()) == [entry]
    verify(entry=entry, recorded_by=second())
    assert (grades(entry), list(Entry.objects.pending())) == ({"verified": 300}, [])


def test_words_that_say_nothing_are_refused() -> None:
    entry = make_entry(evidence=make_evidence())
    with pytest.raises(VerdictNeedsNoteError):
        send_back(entry=entry, recorded_by=second(), note=" ")
    with pytest.raises(SaidBeforeError):
        defend(entry=entry, recorded_by=make_recorder(), note="It stands")
    verify(entry=entry, recorded_by=second())
    with pytest.raises(SaidBeforeError):
        verify(entry=entry, recorded_by=make_user())
    with pytest.raises(NothingProvesItError):
        verify(entry=make_entry(), recorded_by=second())
    reversal = reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    for gone in (entry, reversal):
        with pytest.raises(NotStandingError):
            verify(entry=gone, recorded_by=make_user())


def test_evidence_that_is_added_moves_the_amount_up() -> None:
    entry = make_entry(amount_fen=300)
    assert grades(entry) == {"unsupported": 300}
    attach(entry=entry, evidence=make_evidence(), recorded_by=make_recorder())
    assert grades(entry) == {"sourced": 300}
    attach(entry=entry, evidence=make_document(), recorded_by=make_recorder())
    assert grades(entry) == {"documented": 300}
    with pytest.raises(AttachedBeforeError):
        attach(entry=entry, evidence=make_evidence(), recorded_by=make_recorder())


def test_a_cut_and_a_reversal_count_in_the_grade_of_their_entry() -> None:
    project = make_project()
    entry = make_entry(project, amount_fen=1000, evidence=make_evidence())
    cut = make_entry(project, amount_fen=-400, lowers=entry, reason="Cut", on=date(2022, 1, 1))
    assert grades(entry) == {"sourced": 600}
    verify(entry=entry, recorded_by=second())
    assert grades(entry) == {"verified": 600}
    reverse(entry=cut, recorded_by=make_recorder(), reason="Not cut")
    assert grades(entry) == {"verified": 1000}
    reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    assert grades(entry) == {}


def test_what_replaces_a_verified_entry_has_to_be_verified_anew() -> None:
    entry = make_entry(amount_fen=300, evidence=make_evidence())
    verify(entry=entry, recorded_by=second())
    correct(
        entry=entry,
        measure=entry.measure,
        effective_on=entry.effective_on,
        money=Money(400),
        evidence=entry.evidence,
        recorded_by=second(),
        reason="Misread",
    )
    assert grades(entry) == {"sourced": 400}
    (replacement,) = Entry.objects.pending()
    # It is the corrector's now, and still the first recorder's too.
    for person in (second(), make_recorder()):
        with pytest.raises(OwnEntryError):
            verify(entry=replacement, recorded_by=person)
        assert not Entry.objects.verifiable_by(person).filter(pk=replacement.pk).exists()
        with pytest.raises(IntegrityError, match="nobody verifies"), transaction.atomic():
            Verification.objects.bulk_create(
                [Verification(entry=replacement, verdict="verified", recorded_by=person)]
            )
    verify(entry=replacement, recorded_by=make_user(VERIFIER))
    assert grades(entry) == {"verified": 400}


def test_the_figures_move_and_an_earlier_moment_keeps_its_grades() -> None:
    plan = make_plan()
    entry = make_entry(amount_fen=300, evidence=make_evidence())
    entry.refresh_from_db()

    def verified(known_at: object = None) -> int:
        figures = measure_progress(plan, plan.ends_on, known_at)  # type: ignore[arg-type]
        return figures.park.contracted.evidence_fen[Grade.VERIFIED]

    before = timezone.now()
    word = verify(entry=entry, recorded_by=second())
    word.refresh_from_db()
    assert (verified(), verified(word.recorded_at)) == (300, 300)
    assert verified(min(before, entry.recorded_at)) == 0


def test_a_refused_word_among_many_keeps_no_other_from_being_recorded() -> None:
    entries = [make_entry(evidence=make_evidence()) for _ in range(5)] + [make_entry()]
    judged = say_of_all(entries=entries, verdict=Verdict.VERIFIED, recorded_by=second())
    assert (len(judged.said), len(judged.refused)) == (5, 1)
    assert isinstance(judged.refused[0][1], ValidationError)
    assert list(verifying.problems()) == []
