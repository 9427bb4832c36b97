"""How a project is withdrawn and comes back: the ledger and the project's state in one step."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db import transaction

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.exceptions import StandingNeedsReasonError
from enterprises.models import Project, ProjectState
from enterprises.recording import NEWEST_FIRST
from ledger.changes import Act, begin_change, is_unnamed, known_change
from ledger.checking import is_own_cut, remaining_fen
from ledger.exceptions import (
    LaterRecordError,
    NothingToWithdrawError,
    NotWithdrawnError,
    RevivedTooEarlyError,
)
from ledger.models import Change, Entry, ProjectTotal
from ledger.money import Money


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
    change = known_change(
        idempotency_key,
        Change.Kind.WITHDRAWAL,
        locked,
        is_same=lambda known: (known.effective_on, known.reason) == (withdrawn_on, reason),
    )
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
    act.finish()
    project.refresh_from_db()
    return change


def outstanding(project: Project) -> Iterator[tuple[Entry, int]]:
    """Yield what is contracted and not paid in, in fen, by the entry that it is left of.

    What was paid in is taken to be of the earliest contracts.
    """
    paid_in = ProjectTotal.objects.filter(project=project, measure=Measure.PAID_IN).first()
    kept_fen = max(paid_in.amount_fen, 0) if paid_in else 0
    roots = list(
        project.entries.standing()
        .filter(measure=Measure.CONTRACTED, lowers=None)
        .select_related("evidence", "assessment")
        .order_by("effective_on", "pk")
    )
    # Cuts from before they named their entry are taken to be of entries in the same grade, so that
    # no grade is taken back twice.
    unnamed_fen: dict[str, int] = defaultdict(int)
    for entry in roots:
        if is_unnamed(entry):
            unnamed_fen[entry.grade] -= remaining_fen(entry)
    amounts: list[tuple[Entry, int]] = []
    for entry in roots:
        if entry.amount_fen > 0:
            left_fen = remaining_fen(entry)
            cut_fen = min(left_fen, unnamed_fen[entry.grade])
            unnamed_fen[entry.grade] -= cut_fen
            amounts.append((entry, left_fen - cut_fen))
    kept_fen += sum(unnamed_fen.values())
    for entry, left_fen in amounts:
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
    change = known_change(
        idempotency_key,
        Change.Kind.REVIVAL,
        locked,
        is_same=lambda known: (
            (known.effective_on, known.reason) == (revived_on, reason)
            and (with_contract or not known.entries.exists())
        ),
    )
    if change is not None:
        return change
    if locked.standing != Standing.WITHDRAWN:
        raise NotWithdrawnError
    withdrawn = withdrawn_since(locked)
    if withdrawn is None:
        raise NotWithdrawnError
    latest = locked.states.order_by(*NEWEST_FIRST)[0]
    if revived_on <= latest.effective_on:
        raise RevivedTooEarlyError(latest.effective_on)
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
    act.finish()
    project.refresh_from_db()
    return change


def withdrawn_since(project: Project) -> ProjectState | None:
    """Return the state that withdrew a project which has been withdrawn since.

    A move records the state of its day again, and an undoing what held before: the withdrawal
    itself is the state that its act recorded, or else the first one of that day.
    """
    latest: dict[date, ProjectState] = {}
    for state in project.states.order_by("effective_on", "recorded_at", "pk"):
        latest[state.effective_on] = state
    since: date | None = None
    for day, state in sorted(latest.items(), reverse=True):
        if state.standing != Standing.WITHDRAWN:
            break
        since = day
    if since is None:
        return None
    of_day = project.states.filter(effective_on=since, standing=Standing.WITHDRAWN)
    acts = of_day.filter(changes__kind=Change.Kind.WITHDRAWAL, changes__undoing=None)
    return acts.order_by("pk").last() or of_day.order_by("pk").first()


def withdrawn_entries(state: ProjectState) -> Iterator[Entry]:
    """Yield the reductions that the withdrawal which `state` recorded posted.

    They are known by their day and reason, which they keep where a move or a correction takes them
    along; those of withdrawals from before such acts were kept have nothing else.
    """
    has_act = state.changes.exists()
    for cut in (
        Entry.objects.standing()
        .filter(
            project=state.project_id,
            measure=Measure.CONTRACTED,
            amount_fen__lt=0,
            effective_on=state.effective_on,
            reason=state.reason,
        )
        .select_related("evidence", "change", "lowers")
        .order_by("pk")
    ):
        if cut.change is None:
            is_of_this = not has_act
        else:
            # What a move took off the old place it added in the new one.
            is_of_this = cut.change.kind != Change.Kind.MOVE or not is_own_cut(cut, cut.change)
        if is_of_this:
            yield cut
