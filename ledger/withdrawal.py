"""How a project is withdrawn and comes back: the ledger and the project's state in one step."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.exceptions import StandingNeedsReasonError
from enterprises.models import Project, ProjectState
from ledger.changes import Act, begin_change, known_change
from ledger.exceptions import (
    LaterRecordError,
    NothingToWithdrawError,
    NotWithdrawnError,
    RevivedTooEarlyError,
)
from ledger.models import Change, Entry, ProjectTotal
from ledger.money import Money
from ledger.posting import remaining_fen


@transaction.atomic
def withdraw(
    *,
    project: Project,
    withdrawn_on: date,
    recorded_by: User,
    reason: str,
    source_url: str = "",
    source_on: date | None = None,
    note: str = "",
    idempotency_key: str = "",
) -> Change:
    """Withdraw `project` from a day on, and take back what is contracted and not paid in.

    Money that was paid in stays in the ledger.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)
    change = known_change(idempotency_key, Change.Kind.WITHDRAWAL, locked)
    if change is not None:
        return change
    if locked.standing == Standing.WITHDRAWN:
        raise NothingToWithdrawError
    if not reason:
        raise StandingNeedsReasonError
    check_last(locked, withdrawn_on)
    about = {"source_url": source_url, "source_on": source_on, "note": note}
    change = begin_change(
        Change.Kind.WITHDRAWAL,
        locked,
        effective_on=withdrawn_on,
        recorded_by=recorded_by,
        reason=reason,
        key=idempotency_key,
        **about,
    )
    act = Act(change, recorded_by, reason)
    for entry, outstanding_fen in outstanding(locked):
        act.post(
            project=locked,
            measure=Measure.CONTRACTED,
            effective_on=withdrawn_on,
            money=Money(-outstanding_fen),
            evidence=entry.evidence,
            lowers=entry,
            note=note,
        )
    act.record_state(
        locked,
        effective_on=withdrawn_on,
        stage=locked.stage,
        standing=Standing.WITHDRAWN,
        **about,
    )
    project.refresh_from_db()
    return change


def outstanding(project: Project) -> Iterator[tuple[Entry, int]]:
    """Yield what is contracted and not paid in, in fen, by the entry that it is left of.

    What was paid in is taken to be of the earliest contracts.
    """
    paid_in = ProjectTotal.objects.filter(project=project, measure=Measure.PAID_IN).first()
    kept_fen = max(paid_in.amount_fen, 0) if paid_in else 0
    for entry in (
        project.entries.standing()
        .filter(measure=Measure.CONTRACTED, lowers=None, amount_fen__gt=0)
        .select_related("evidence")
        .order_by("effective_on", "pk")
    ):
        left_fen = remaining_fen(entry)
        back_fen = max(left_fen - kept_fen, 0)
        kept_fen = max(kept_fen - left_fen, 0)
        if back_fen:
            yield entry, back_fen


def check_last(project: Project, withdrawn_on: date) -> None:
    """Refuse a withdrawal before a later step or contracted amount.

    The step would stand after it, so that the project went on; and until the amount's day the
    project would have less than nothing contracted.
    """
    standing = Entry.objects.standing().filter(project=project, measure=Measure.CONTRACTED)
    for facts in (project.states.all(), standing):
        later = facts.filter(effective_on__gt=withdrawn_on).order_by("-effective_on").first()
        if later is not None:
            raise LaterRecordError(later.effective_on)


@transaction.atomic
def revive(
    *,
    project: Project,
    revived_on: date,
    recorded_by: User,
    reason: str,
    with_contract: bool = True,
    source_url: str = "",
    source_on: date | None = None,
    note: str = "",
    idempotency_key: str = "",
) -> Change:
    """Let a withdrawn `project` go on from a day on, as far as it had come.

    With its contract, what the withdrawal took back is contracted again from that day; without,
    a new contract is recorded when it is known.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)
    change = known_change(idempotency_key, Change.Kind.REVIVAL, locked)
    if change is not None:
        return change
    if locked.standing != Standing.WITHDRAWN:
        raise NotWithdrawnError
    withdrawn = locked.states.order_by("effective_on", "recorded_at", "pk").last()
    if withdrawn is None:
        raise NotWithdrawnError
    if revived_on <= withdrawn.effective_on:
        raise RevivedTooEarlyError(withdrawn.effective_on)
    about = {"source_url": source_url, "source_on": source_on, "note": note}
    change = begin_change(
        Change.Kind.REVIVAL,
        locked,
        effective_on=revived_on,
        recorded_by=recorded_by,
        reason=reason,
        key=idempotency_key,
        **about,
    )
    act = Act(change, recorded_by, reason)
    taken_back = list(withdrawn_entries(withdrawn))
    act.record_state(
        locked,
        effective_on=revived_on,
        stage=locked.stage,
        standing=Standing.ACTIVE,
        **about,
    )
    for cut in taken_back if with_contract else ():
        act.post(
            project=locked,
            measure=cut.measure,
            effective_on=revived_on,
            money=cut.money.opposite(),
            evidence=cut.evidence,
            note=note,
        )
    project.refresh_from_db()
    return change


def withdrawn_entries(state: ProjectState) -> Iterator[Entry]:
    """Yield the reductions that the withdrawal which ended in `state` posted.

    Those of withdrawals from before such acts were kept are known by their day and reason.
    """
    cuts = Entry.objects.standing().filter(
        project=state.project_id, measure=Measure.CONTRACTED, amount_fen__lt=0
    )
    change = state.changes.first()
    of_this = (
        cuts.filter(change=change)
        if change is not None
        else cuts.filter(change=None, effective_on=state.effective_on, reason=state.reason)
    )
    yield from of_this.select_related("evidence").order_by("pk")
