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

from django.db.models import Sum

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.models import Project, ProjectState
from enterprises.recording import check_place, keep_current, record_state
from ledger.exceptions import (
    ChangeNeedsReasonError,
    DayBelowZeroError,
    KeyReusedError,
    WithdrawnError,
)
from ledger.models import Change, Entry
from ledger.posting import post, reverse, write


def known_change(
    key: str, kind: Change.Kind, project: Project, *, is_same: Callable[[Change], bool]
) -> Change | None:
    """Return the change that was made under `key` already, which must be of the same content."""
    change = Change.objects.filter(idempotency_key=key).first() if key else None
    if change is not None and (
        (change.kind, change.project_id) != (kind, project.pk) or not is_same(change)
    ):
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
        values = {
            "project": entry.project,
            "measure": entry.measure,
            "effective_on": entry.effective_on,
            "money": entry.money,
            "evidence": entry.evidence,
            "lowers": entry.lowers,
            "note": entry.note,
            **other,
        }
        # A cut from before cuts named their entry goes on without one.
        from_before = is_unnamed(entry) or (values["lowers"] and is_unnamed(values["lowers"]))
        again = self.write(**values) if from_before else self.post(**values)
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

    def write(self, project: Project, place: Entry | None = None, **values: Any) -> Entry:
        """Post what the rules of today have no place for."""
        return write(
            project,
            place=place or values["lowers"] or project,
            recorded_by=self.recorded_by,
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

    def restore_state(self, project: Project, before: ProjectState, effective_on: date) -> None:
        """Record again all that a state said, an absent sector too."""
        check_place(cluster=before.cluster, region=before.region, sector=before.sector)
        state = ProjectState(
            project=project,
            effective_on=effective_on,
            stage=before.stage,
            standing=before.standing,
            cluster=before.cluster,
            region=before.region,
            sector=before.sector,
            recorded_by=self.recorded_by,
            reason=self.reason,
        )
        state.full_clean(exclude=["recorded_at"])
        state.save()
        self.change.states.add(state)
        keep_current(project)

    def finish(self) -> None:
        """Refuse an act that leaves a total of the project below zero on any day."""
        measure, total_fen = "", 0
        for measure_now, day, fen in (
            Entry.objects.filter(project=self.change.project_id)
            .order_by("measure", "effective_on")
            .values_list("measure", "effective_on")
            .annotate(fen=Sum("amount_fen"))
        ):
            total_fen = fen + (total_fen if measure_now == measure else 0)
            measure = measure_now
            if total_fen < 0:
                raise DayBelowZeroError(measure, day, total_fen)


def contracted_fen(project: Project) -> int:
    """Return what a project has contracted, in fen."""
    return Entry.objects.filter(project=project, measure=Measure.CONTRACTED).sum_fen()


def check_not_added(project: Project, before_fen: int) -> None:
    """Refuse an act that leaves a withdrawn project with more of a contract than before."""
    if project.standing == Standing.WITHDRAWN and contracted_fen(project) > before_fen:
        raise WithdrawnError


def is_unnamed(entry: Entry) -> bool:
    """Whether it is a cut from before cuts named the entry that they lower."""
    return entry.amount_fen < 0 and entry.lowers_id is None and entry.reverses_id is None


def standing_cuts(entry: Entry) -> Sequence[Entry]:
    """Return the cuts of an entry that stand, the earliest first."""
    found = entry.lowerings.standing().select_related("evidence", "lowers", "project", "change")
    return list(found.order_by("effective_on", "pk"))


def with_cuts(act: Act, entry: Entry, replace: Callable[[], Entry]) -> Entry:
    """Take an entry and its cuts back, replace it, and cut the replacement in the same way."""
    cuts = standing_cuts(entry)
    for cut in reversed(cuts):
        act.take_back(cut)
    act.take_back(entry)
    replacement = replace()
    for cut in cuts:
        act.post_again(cut, lowers=replacement, measure=replacement.measure, reason=cut.reason)
    return replacement
