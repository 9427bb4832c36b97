"""How a wrong entry is put right: its reversal and its replacement in one step, as one event."""

from datetime import date

from django.db import transaction

from accounts.models import User
from enterprises.models import Project
from ledger.changes import Act, begin_change, known_change, with_cuts
from ledger.exceptions import (
    AlreadyReversedError,
    NothingCorrectedError,
    NotLowerError,
    ReductionNeedsReasonError,
    ReversalOfReversalError,
)
from ledger.models import Change, Entry, Evidence
from ledger.money import Money
from ledger.posting import check_entry


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
    change = known_change(idempotency_key, Change.Kind.CORRECTION, project)
    if change is not None:
        return change
    # Read again under the lock.
    entry = Entry.objects.select_related("evidence", "lowers", "project").get(pk=entry.pk)
    if entry.reverses_id is not None:
        raise ReversalOfReversalError(entry)
    if Entry.objects.filter(reverses=entry).exists():
        raise AlreadyReversedError(entry)
    if (measure, effective_on, money, evidence, note) == (
        entry.measure,
        entry.effective_on,
        entry.money,
        entry.evidence,
        entry.note,
    ):
        raise NothingCorrectedError
    if entry.lowers_id is not None and money.amount_fen > 0:
        raise NotLowerError
    if entry.lowers_id is None and money.amount_fen < 0:
        raise ReductionNeedsReasonError
    change = begin_change(
        Change.Kind.CORRECTION,
        project,
        effective_on=entry.effective_on,
        recorded_by=recorded_by,
        reason=reason,
        key=idempotency_key,
    )
    act = Act(change, recorded_by, reason)

    def replacement() -> Entry:
        kept = {"measure": measure, "effective_on": effective_on, "money": money, "note": note}
        if money.amount_fen > 0:
            # The old one is taken back by now, so what still looks alike is another one.
            check_entry(
                project=project,
                measure=measure,
                effective_on=effective_on,
                money=money,
                recorded_by=recorded_by,
                evidence=evidence,
                allow_double=allow_double,
            )
        return act.post_again(entry, evidence=evidence, **kept)

    with_cuts(act, entry, replacement)
    return change
