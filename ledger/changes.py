"""What the acts on a project have in common: one row that names what they posted as one event.

An act is one transaction under the project's lock: correct (ledger.correcting), move (moving),
withdraw and revive (withdrawal), undo (undoing). Each returns its Change; the same key again
returns the one that stands.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from enterprises.models import Project, ProjectState
from enterprises.recording import record_state
from ledger.exceptions import ChangeNeedsReasonError, KeyReusedError
from ledger.models import Change, Entry
from ledger.posting import post, reverse


def known_change(key: str, kind: Change.Kind, project: Project) -> Change | None:
    """Return the change that was made under `key` already."""
    change = Change.objects.filter(idempotency_key=key).first() if key else None
    if change is not None and (change.kind, change.project_id) != (kind, project.pk):
        raise KeyReusedError(change)
    return change


def begin_change(
    kind: Change.Kind,
    project: Project,
    *,
    effective_on: date,
    recorded_by: User,
    reason: str,
    key: str,
    **about: Any,
) -> Change:
    """Write the row that the entries and states of an act will name."""
    if not reason.strip():
        raise ChangeNeedsReasonError
    change = Change(
        kind=kind,
        project=project,
        effective_on=effective_on,
        recorded_by=recorded_by,
        reason=reason,
        idempotency_key=key or uuid.uuid4().hex,
        **about,
    )
    change.clean_fields(exclude=["project", "undoes", "recorded_by", "recorded_at"])
    change.save(force_insert=True)
    return change


@dataclass(frozen=True)
class Act:
    """An act under way: posts, takes back and records states in the name of its change."""

    change: Change
    recorded_by: User
    reason: str

    def take_back(self, entry: Entry) -> Entry:
        """Reverse an entry."""
        return reverse(
            entry=entry, recorded_by=self.recorded_by, reason=self.reason, change=self.change
        )

    def post_again(self, entry: Entry, **other: Any) -> Entry:
        """Post what an entry that was taken back said, but for `other`, where the project is now.

        Evidence that was attached later goes along with it.
        """
        again = self.post(
            **{
                "project": entry.project,
                "measure": entry.measure,
                "effective_on": entry.effective_on,
                "money": entry.money,
                "evidence": entry.evidence,
                "lowers": entry.lowers,
                "note": entry.note,
                **other,
            }
        )
        for attachment in entry.attachments.select_related("evidence"):
            if attachment.evidence_id != again.evidence_id:
                again.attachments.create(
                    evidence=attachment.evidence,
                    note=attachment.note,
                    recorded_by=self.recorded_by,
                )
        return again

    def post(self, **values: Any) -> Entry:
        """Post an amount; that it repeats one is known, as what it repeats was taken back."""
        return post(
            recorded_by=self.recorded_by,
            allow_double=True,
            change=self.change,
            **{"reason": self.reason, **values},
        )

    def record_state(self, project: Project, **values: Any) -> ProjectState:
        """Record a state that the amounts of the project follow in this act."""
        state = record_state(
            project=project,
            recorded_by=self.recorded_by,
            **{"reason": self.reason, **values},
            amounts_follow=True,
        )
        self.change.states.add(state)
        return state


def standing_cuts(entry: Entry) -> Sequence[Entry]:
    """Return the cuts of an entry that stand, the earliest first."""
    return list(entry.lowerings.standing().order_by("effective_on", "pk"))


def with_cuts(act: Act, entry: Entry, replace: Callable[[], Entry]) -> Entry:
    """Take an entry and its cuts back, replace it, and cut the replacement in the same way."""
    cuts = standing_cuts(entry)
    for cut in reversed(cuts):
        act.take_back(cut)
    act.take_back(entry)
    replacement = replace()
    for cut in cuts:
        act.post_again(cut, lowers=replacement, reason=cut.reason)
    return replacement
