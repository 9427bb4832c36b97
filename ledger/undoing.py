"""How an act on a project is taken back as a whole, once, while nothing has followed it."""

from collections.abc import Sequence

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
    known = known_change(
        idempotency_key,
        Change.Kind.UNDOING,
        project,
        is_same=lambda undoing: (undoing.undoes_id, undoing.reason) == (change.pk, reason),
    )
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
    # What cuts another entry goes first and comes back last.
    added = [entry for entry in posted if entry.reverses_id is None]
    for entry in sorted(added, key=lambda one: (one.lowers_id is None, -one.pk)):
        act.take_back(entry)
    restore(act, project, change)
    again: dict[int, Entry] = {}
    taken = [entry.reverses for entry in posted if entry.reverses is not None]
    for entry in sorted(taken, key=lambda one: (one.lowers_id is not None, one.pk)):
        root = again.get(entry.lowers_id or 0, entry.lowers)
        again[entry.pk] = act.post_again(
            entry, project=project, lowers=root, reason=entry.reason or reason, place=entry
        )
    act.finish()
    change.project.refresh_from_db()
    return undoing


def restore(act: Act, project: Project, change: Change) -> None:
    """Record again what held before an act, for each day that a state was recorded for since.

    That is also the days of later acts: they are undone, but recorded what held after this one.
    """
    first = change.states.order_by("pk").first()
    if first is None:
        return
    since = project.states.filter(pk__gte=first.pk).order_by("effective_on")
    for day in list(since.values_list("effective_on", flat=True).distinct()):
        before = (
            project.states.filter(effective_on__lte=day, pk__lt=first.pk)
            .select_related("cluster", "region", "sector")
            .order_by(*NEWEST_FIRST)
            .first()
        )
        if before is None:
            raise CannotUndoError(_("Nothing is known of the project from before this act."))
        act.restore_state(project, before, day)


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
    posted = change.entries.filter(reverses=None)
    if posted.exclude(reversal=None).exists() or (
        Entry.objects.standing().filter(lowers__in=posted).exclude(change=change).exists()
    ):
        raise CannotUndoError(
            _("What this act posted was put right or cut since; put the rest right by hand.")
        )
    if change.kind == Change.Kind.MOVE and has_later_amounts(change):
        raise CannotUndoError(
            _("Amounts were recorded in the new place since; move the project back instead.")
        )
    if change.kind == Change.Kind.REVIVAL and has_later_amounts(change):
        raise CannotUndoError(
            _("Amounts were recorded since; withdraw the project instead, which takes them back.")
        )


def has_later_amounts(change: Change) -> bool:
    """Whether anything stands that was recorded of the project after an act."""
    standing = Entry.objects.standing().filter(project=change.project_id)
    last = change.entries.order_by("pk").last()
    if last is not None:
        return standing.filter(pk__gt=last.pk).exists()
    # Its own clock is never behind that of what came before it.
    return standing.filter(recorded_at__gt=change.recorded_at).exists()


def undoable(changes: Sequence[Change]) -> Change | None:
    """Return which of a project's `changes` can be undone now: the last that stands, or none."""
    undone = {change.undoes_id for change in changes}
    for change in sorted(changes, key=lambda one: -one.pk):
        if change.kind == Change.Kind.UNDOING or change.pk in undone:
            continue
        try:
            check_undoable(change)
        except CannotUndoError:
            return None
        return change
    return None
