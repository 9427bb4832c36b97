"""Posting and reversing."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from clusters.vocabulary import Measure
from enterprises.exceptions import FutureDateError
from ledger.exceptions import (
    AlreadyReversedError,
    BelowZeroError,
    KeyReusedError,
    PossibleDoubleError,
    ReductionNeedsReasonError,
    ReversalOfReversalError,
)
from ledger.models import DailyTotal, Entry, ProjectTotal
from ledger.money import Money
from ledger.posting import post, reverse
from tests.make import FEN_PER_BN, make_entry, make_evidence, make_project, make_recorder

pytestmark = pytest.mark.django_db


def test_an_entry_takes_cluster_and_region_from_its_project() -> None:
    project = make_project()
    entry = make_entry(project)
    assert (entry.cluster, entry.region) == (project.cluster, project.region)


def test_an_entry_moves_both_totals_in_the_same_transaction() -> None:
    entry = make_entry(amount_fen=300)
    assert [(t.amount_fen, t.entries) for t in DailyTotal.objects.all()] == [(300, 1)]
    assert [(t.amount_fen, t.entries) for t in ProjectTotal.objects.all()] == [(300, 1)]
    assert entry.recorded_at is not None


def test_a_reversal_is_the_exact_opposite_and_leaves_nothing_standing() -> None:
    entry = make_entry(amount_fen=300)
    reversal = reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    assert (reversal.amount_fen, reversal.effective_on) == (-300, entry.effective_on)
    assert [(t.amount_fen, t.entries) for t in ProjectTotal.objects.all()] == [(0, 0)]
    assert not Entry.objects.standing().exists()


def test_an_entry_is_reversed_once() -> None:
    entry = make_entry()
    reversal = reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    with pytest.raises(AlreadyReversedError):
        reverse(entry=entry, recorded_by=make_recorder(), reason="Again")
    with pytest.raises(ReversalOfReversalError):
        reverse(entry=reversal, recorded_by=make_recorder(), reason="Back")


def test_the_same_key_posts_once_and_refuses_other_figures() -> None:
    project = make_project()
    first = make_entry(project, amount_fen=500, idempotency_key="form-1")
    assert make_entry(project, amount_fen=500, idempotency_key="form-1") == first
    with pytest.raises(KeyReusedError):
        make_entry(project, amount_fen=501, idempotency_key="form-1")
    assert Entry.objects.count() == 1


def test_an_amount_that_stands_is_not_posted_from_a_second_source() -> None:
    project = make_project()
    make_entry(project, evidence=make_evidence("https://a.example.org/1"))
    other = make_evidence("https://b.example.org/1")
    with pytest.raises(PossibleDoubleError):
        make_entry(project, evidence=other, allow_double=False, on=date(2021, 4, 1))
    make_entry(project, evidence=other, allow_double=True)
    assert Entry.objects.count() == 2


def test_a_reversed_amount_can_be_posted_again() -> None:
    project = make_project()
    entry = make_entry(project)
    reverse(entry=entry, recorded_by=make_recorder(), reason="Wrong day")
    assert make_entry(project, allow_double=False, on=date(2021, 3, 5)).pk != entry.pk


def test_a_reduction_needs_a_reason_and_stays_above_zero() -> None:
    project = make_project()
    make_entry(project, amount_fen=10 * FEN_PER_BN)
    with pytest.raises(ReductionNeedsReasonError):
        make_entry(project, amount_fen=-FEN_PER_BN)
    make_entry(project, amount_fen=-FEN_PER_BN, reason="Contract cut in 2023")
    with pytest.raises(BelowZeroError):
        make_entry(project, amount_fen=-10 * FEN_PER_BN, reason="More than there is")


def test_tomorrow_is_refused() -> None:
    with pytest.raises(FutureDateError):
        make_entry(on=timezone.localdate() + timedelta(days=1))


def test_a_refused_entry_leaves_no_trace() -> None:
    project = make_project()
    with pytest.raises(FutureDateError):
        post(
            project=project,
            measure=Measure.PAID_IN,
            effective_on=date(2100, 1, 1),
            money=Money(1),
            recorded_by=make_recorder(),
        )
    assert not Entry.objects.exists()
    assert not DailyTotal.objects.exists()


def test_a_reduction_that_is_dated_back_leaves_no_day_below_zero() -> None:
    project = make_project()
    make_entry(project, amount_fen=500, on=date(2022, 1, 1))
    with pytest.raises(BelowZeroError):
        make_entry(project, amount_fen=-100, on=date(2021, 6, 1), reason="Dated too early")
    make_entry(project, amount_fen=-400, on=date(2023, 1, 1), reason="Cut")
    with pytest.raises(BelowZeroError):  # 500 stand in 2022, but only 100 from 2023 on
        make_entry(project, amount_fen=-200, on=date(2022, 6, 1), reason="Cut earlier too")


def test_a_page_that_is_cited_twice_is_one_evidence() -> None:
    first = make_evidence("https://news.example.org/once")
    assert make_evidence("https://news.example.org/once") == first
