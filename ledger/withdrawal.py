"""How a project is withdrawn: the ledger and the project's state in one step."""

from datetime import date

from django.db import transaction

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.exceptions import StandingNeedsReasonError
from enterprises.models import Project, ProjectState
from enterprises.recording import record_state
from ledger.exceptions import LaterRecordError, NothingToWithdrawError
from ledger.models import Entry, ProjectTotal
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
    totals = {t.measure: t.amount_fen for t in ProjectTotal.objects.filter(project=locked)}
    outstanding_fen = totals.get(Measure.CONTRACTED, 0) - max(totals.get(Measure.PAID_IN, 0), 0)
    if outstanding_fen > 0:
        post(
            project=locked,
            measure=Measure.CONTRACTED,
            effective_on=withdrawn_on,
            money=Money(-outstanding_fen),
            recorded_by=recorded_by,
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
