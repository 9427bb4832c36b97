"""How an act on a project is taken back as a whole, once, while nothing has followed it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Project, ProjectState
from enterprises.recording import NEWEST_FIRST
from ledger.changes import Act, begin_change, known_change
from ledger.exceptions import CannotUndoError
from ledger.models import Change, Entry


@transaction.atomic
def undo(*, change: Change, recorded_by: User, reason: str, idempotency_key: str = "") -> Change:
    """Take back every entry and state that `change` posted, and post again what it took back.

    What is posted again has to be verified again, as somebody else posted it.
    """
    project = Project.objects.select_for_update().get(pk=change.project_id)
    known = known_change(idempotency_key, Change.Kind.UNDOING, project)
    if known is not None:
        return known
    check_undoable(change)
    undoing = begin_change(
        Change.Kind.UNDOING,
        project,
        effective_on=change.effective_on,
        recorded_by=recorded_by,
        reason=reason,
        key=idempotency_key,
        undoes=change,
    )
    act = Act(undoing, recorded_by, reason)
    posted = list(
        change.entries.select_related(
            "evidence", "lowers", "project", "reverses__evidence", "reverses__lowers"
        ).order_by("pk")
    )
    # A move and a withdrawal are taken back in the opposite order: cuts first, then amounts, then
    # the place or standing that new amounts need, then what stood before.
    added = [entry for entry in posted if entry.reverses_id is None]
    states = list(change.states.order_by("effective_on", "pk"))
    comes_back = change.kind == Change.Kind.WITHDRAWAL
    if comes_back:
        restore(act, project, states)
    for entry in sorted(added, key=lambda one: (one.amount_fen > 0, -one.pk)):
        act.take_back(entry)
    if not comes_back:
        restore(act, project, states)
    again: dict[int, Entry] = {}
    taken = [entry.reverses for entry in posted if entry.reverses is not None]
    for entry in sorted(taken, key=lambda one: (one.amount_fen < 0, one.pk)):
        root = again.get(entry.lowers_id or 0, entry.lowers)
        again[entry.pk] = act.post_again(
            entry, project=project, lowers=root, reason=entry.reason or reason
        )
    change.project.refresh_from_db()
    return undoing


def restore(act: Act, project: Project, states: list[ProjectState]) -> None:
    """Record again, for each day that an act recorded a state for, what held there before it."""
    for state in states:
        before = (
            project.states.filter(effective_on__lte=state.effective_on)
            .exclude(pk__in=[one.pk for one in states])
            .exclude(changes=act.change)
            .order_by(*NEWEST_FIRST)
            .first()
        )
        if before is None:
            raise CannotUndoError(_("Nothing is known of the project from before this act."))
        act.record_state(
            project,
            effective_on=state.effective_on,
            stage=before.stage,
            standing=before.standing,
            cluster=before.cluster,
            region=before.region,
            sector=before.sector,
        )


def check_undoable(change: Change) -> None:
    """Refuse what was undone, is an undoing, or what something has followed."""
    if change.kind == Change.Kind.UNDOING:
        raise CannotUndoError(_("This is itself an undoing; do what it undid again instead."))
    if Change.objects.filter(undoes=change).exists():
        raise CannotUndoError(_("This was undone already."))
    later = Change.objects.filter(project=change.project_id, pk__gt=change.pk)
    if later.exclude(kind=Change.Kind.UNDOING).filter(undoing=None).exists():
        raise CannotUndoError(
            _("Another act on this project followed; undo that one first, or put it right anew.")
        )
    newest = change.states.order_by("-pk").first()
    if newest is not None and (
        ProjectState.objects.filter(project=change.project_id, pk__gt=newest.pk)
        .filter(changes=None)
        .exists()
    ):
        raise CannotUndoError(_("A later step of the project is recorded; record another one."))
