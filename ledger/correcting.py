"""How a wrong entry is put right: its reversal and its replacement in one step, as one event."""

from datetime import date

from django.db import transaction

from accounts.models import User
from clusters.vocabulary import Measure
from enterprises.models import Project
from enterprises.recording import check_date
from ledger.changes import (
    Act,
    begin_change,
    check_not_added,
    contracted_fen,
    known_change,
    standing_cuts,
    with_cuts,
)
from ledger.checking import check_double, check_not_part, check_not_reversed
from ledger.exceptions import (
    AmountGoneError,
    CorrectedPastCutError,
    CutsRemainError,
    LowersUnclearError,
    NothingCorrectedError,
    NotLowerError,
    PartOfChangeError,
    ReversalOfReversalError,
)
from ledger.models import Change, Entry, Evidence
from ledger.money import Money


@transaction.atomic
def correct(
    *,
    entry: Entry,
    measure: str,
    effective_on: date,
    money: Money,
    recorded_by: User,
    reason: str,
    evidence: Evidence | None = None,
    note: str = "",
    allow_double: bool = False,
    idempotency_key: str = "",
) -> Change:
    """Reverse `entry` and post what it should have said; what cuts it goes along.

    Of two at once the second is told that the entry is reversed, and by which correction.
    """
    project = Project.objects.select_for_update().get(pk=entry.project_id)
    change = known_change(
        idempotency_key,
        Change.Kind.CORRECTION,
        project,
        is_same=lambda known: (
            known.reason == reason
            and known.entries.filter(reverses=entry).exists()
            and known.entries.filter(
                reverses=None,
                measure=measure,
                effective_on=effective_on,
                amount_fen=money.amount_fen,
                evidence=evidence,
                note=note,
            ).exists()
        ),
    )
    if change is not None:
        return change
    # Read again under the lock.
    entry = Entry.objects.select_related("evidence", "lowers", "project", "change").get(pk=entry.pk)
    if entry.reverses_id is not None:
        raise ReversalOfReversalError(entry)
    check_not_reversed(entry)
    check_not_part(entry)
    if (measure, effective_on, money, evidence, note) == (
        entry.measure,
        entry.effective_on,
        entry.money,
        entry.evidence,
        entry.note,
    ):
        raise NothingCorrectedError
    if entry.amount_fen < 0 < money.amount_fen:
        raise NotLowerError
    if money.amount_fen < 0 < entry.amount_fen:
        raise LowersUnclearError
    check_cuts(entry, measure, effective_on, money)
    before_fen = contracted_fen(project)
    change = begin_change(
        Change.Kind.CORRECTION,
        project,
        effective_on=entry.effective_on,
        recorded_by=recorded_by,
        reason=reason,
        key=idempotency_key,
    )
    act = Act(change, recorded_by, reason)
    # A moved project has amounts in two places; each is put right where it is counted, unless
    # another measure or the year of an output says where that is.
    is_kept = measure == entry.measure and (
        measure != Measure.ANNUAL_OUTPUT or effective_on == entry.effective_on
    )
    place = entry if is_kept else None

    def replacement() -> Entry:
        if money.amount_fen > 0 and not allow_double:
            # The old one is taken back by now, so what still looks alike is another one.
            check_double(
                project=project,
                measure=measure,
                amount_fen=money.amount_fen,
                evidence=evidence,
                recorded_by=recorded_by,
            )
        return act.post_again(
            entry,
            measure=measure,
            effective_on=effective_on,
            money=money,
            evidence=evidence,
            note=note,
            place=place,
        )

    check_date(effective_on)
    with_cuts(act, entry, replacement)
    check_not_added(project, before_fen)
    act.finish()
    return change


def check_cuts(entry: Entry, measure: str, effective_on: date, money: Money) -> None:
    """Refuse a correction that the cuts of an entry do not allow, which go along with it."""
    cuts = standing_cuts(entry)
    if not cuts:
        return
    cut_fen = -sum(cut.amount_fen for cut in cuts)
    for cut in cuts:
        # These took all that was left; with another amount they would leave some, or lack some.
        if (measure, money.amount_fen) != (entry.measure, entry.amount_fen):
            try:
                check_not_part(cut)
            except PartOfChangeError as refusal:
                raise AmountGoneError(entry, refusal.change) from None
    if money.amount_fen < cut_fen:
        raise CutsRemainError(entry, cut_fen)
    if effective_on > cuts[0].effective_on:
        raise CorrectedPastCutError(entry, cuts[0].effective_on)
