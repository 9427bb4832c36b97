"""How a project is withdrawn: the ledger and the project's state in one step."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.exceptions import StandingNeedsReasonError
from enterprises.models import Project, ProjectState
from enterprises.recording import record_state
from ledger.exceptions import LaterRecordError, NothingToWithdrawError
from ledger.models import Entry, Evidence, ProjectTotal
from ledger.money import Money
from ledger.posting import post


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
) -> ProjectState:
    """Withdraw `project` from a day on, and take back what is contracted and not paid in.

    Money that was paid in stays in the ledger.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if locked.standing == Standing.WITHDRAWN:
        raise NothingToWithdrawError
    if not reason:
        raise StandingNeedsReasonError
    check_last(locked, withdrawn_on)
    for evidence, outstanding_fen in outstanding(locked):
        post(
            project=locked,
            measure=Measure.CONTRACTED,
            effective_on=withdrawn_on,
            money=Money(-outstanding_fen),
            recorded_by=recorded_by,
            evidence=evidence,
            reason=reason,
            note=note,
        )
    return record_state(
        project=project,
        recorded_by=recorded_by,
        effective_on=withdrawn_on,
        stage=locked.stage,
        standing=Standing.WITHDRAWN,
        reason=reason,
        source_url=source_url,
        source_on=source_on,
        note=note,
    )


def outstanding(project: Project) -> Iterator[tuple[Evidence | None, int]]:
    """Yield what is contracted and not paid in, in fen, by the evidence that it rests on.

    By evidence, so that what is taken back leaves the grade that it was counted in. The latest
    evidence is taken first: what was paid in is taken to be of the earliest contracts.
    """
    paid_in = ProjectTotal.objects.filter(project=project, measure=Measure.PAID_IN).first()
    kept_fen = max(paid_in.amount_fen, 0) if paid_in else 0
    by_evidence: dict[int | None, tuple[Evidence | None, int]] = {}
    for entry in (
        project.entries.filter(measure=Measure.CONTRACTED)
        .select_related("evidence")
        .order_by("effective_on", "pk")
    ):
        _, fen = by_evidence.get(entry.evidence_id, (None, 0))
        by_evidence[entry.evidence_id] = (entry.evidence, fen + entry.amount_fen)
    for evidence, fen in by_evidence.values():
        back_fen = max(fen - kept_fen, 0)
        kept_fen = max(kept_fen - fen, 0)
        if back_fen:
            yield evidence, back_fen


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
