"""The page of one project: what stands of it, how sure that is, and how it came about."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.utils import timezone
from django.views.generic import DetailView

from clusters.vocabulary import Measure, Standing
from enterprises.editing import revisions_of
from enterprises.expectations import Outlook, outlook
from enterprises.gates import checklist
from enterprises.models import Project
from enterprises.querysets import reported_sum
from enterprises.staleness import silence_of
from ledger.history import (
    BY_EVENT,
    BY_RECORDING,
    Event,
    by_year,
    evidence_of,
    history,
    latest_output,
)
from ledger.models import Change, Entry
from ledger.undoing import undoable

# So many events a page shows at once; the rest is one link away.
SHOWN_EVENTS = 100


class ProjectDetailView(PermissionRequiredMixin, DetailView[Project]):
    """One project: its stages and amounts, in both clocks."""

    permission_required = "enterprises.view_project"
    template_name = "ledger/project_detail.html"

    def get_queryset(self) -> QuerySet[Project]:
        return (
            Project.objects.visible_to(self.request.user)
            .for_list()
            .select_related("assignee")
            .prefetch_related("states__recorded_by", "enterprise__groups", "totals", "tags")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project: Any = self.object
        user: Any = self.request.user
        states = sorted(project.states.all(), key=lambda s: (s.effective_on, s.recorded_at, s.pk))
        entries = list(Entry.objects.filter(project=project).for_story())
        changes = list(changes_of(project))
        order = BY_RECORDING if self.request.GET.get("order") == BY_RECORDING else BY_EVENT
        prospects = outlook(project)
        events = history(
            states=states,
            entries=entries,
            changes=changes,
            others=[
                *heard_events(project),
                *expected_events(prospects),
                *revision_events(project),
            ],
            order=order,
        )
        of_enterprise: list[Any] = list(
            Project.objects.visible_to(user).filter(enterprise=project.enterprise_id).for_list()
        )
        evidence_fen = evidence_of(project.totals.all(), Measure.CONTRACTED)
        whole = sum(evidence_fen.values()) if evidence_fen else 0
        mine = Entry.objects.filter(project=project)
        is_editable = Project.objects.editable_by(user).filter(pk=project.pk).exists()
        may_change = is_editable and user.has_perm("ledger.add_change")
        return super().get_context_data(
            history=events if "all" in self.request.GET else events[:SHOWN_EVENTS],
            events_count=len(events),
            order=order,
            reached={line.stage.value: line.reached_on for line in prospects},
            output=latest_output(entries),
            evidence_fen=evidence_fen,
            evidence_shares=(
                {grade: Decimal(fen) / whole for grade, fen in evidence_fen.items()}
                if evidence_fen and whole
                else None
            ),
            is_unverified=any(
                total.entries and total.amount_fen != total.verified_fen
                for total in project.totals.all()
            ),
            paid_in_evidence=evidence_of(project.totals.all(), Measure.PAID_IN),
            paid_share=(
                Decimal(project.paid_in_fen) / project.contracted_fen
                if project.paid_in_fen is not None and project.contracted_fen
                else None
            ),
            by_year=by_year(entries),
            others=[other for other in of_enterprise if other.pk != project.pk],
            enterprise_contracted_fen=reported_sum(of_enterprise, "contracted_fen"),
            enterprise_paid_in_fen=reported_sum(of_enterprise, "paid_in_fen"),
            checklist=checklist(project),
            outlook=prospects,
            silence=silence_of(project),
            to_verify=list(mine.verifiable_by(user).pending().for_list().oldest_first()[:2]),
            to_answer=list(mine.answerable_by(user).returned().for_list().oldest_first()[:2]),
            is_editable=is_editable,
            may_record=is_editable and user.has_perm("ledger.add_entry"),
            may_change=may_change,
            is_withdrawn=project.standing == Standing.WITHDRAWN,
            undoable=undoable(changes) if may_change else None,
            **kwargs,
        )


def heard_events(project: Project) -> Iterator[Event]:
    """Yield what was said of a project without a step: that it still stands."""
    for confirmation in project.confirmations.select_related("recorded_by"):
        yield Event("confirmation", confirmation, confirmation.effective_on)


def expected_events(prospects: Iterable[Outlook]) -> Iterator[Event]:
    """Yield each day that was expected, when that was recorded, and how far it moved."""
    for prospect in prospects:
        before = None
        for expected in prospect.changes:
            expected.moved_days = (  # type: ignore[attr-defined]
                (expected.expected_on - before.expected_on).days if before else None
            )
            yield Event("expected", expected, timezone.localdate(expected.recorded_at))
            before = expected


def revision_events(project: Project) -> Iterator[Event]:
    """Yield each edit of what has no date: the names, who looks after it, tags."""
    for revision in revisions_of(project):
        yield Event("revision", revision, timezone.localdate(revision.recorded_at))


def changes_of(project: Project) -> QuerySet[Change]:
    """Return the acts on a project with their states."""
    return (
        Change.objects.filter(project=project)
        .select_related("recorded_by", "undoes", "undoing")
        .prefetch_related("states__region", "states__cluster")
        .order_by("pk")
    )
