"""Pages of enterprises and projects."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Count, Prefetch, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from accounts.scopes import scope_of, scope_words
from clusters.amounts import format_table, page_unit
from clusters.lists import FilteredListView
from clusters.vocabulary import Measure, Stage
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from enterprises.models import Enterprise, Project
from enterprises.tables import EnterpriseTable, ProjectTable


class EnterpriseListView(FilteredListView):
    """Every enterprise that the user may see; amounts are those of the projects that match."""

    permission_required = "enterprises.view_enterprise"
    heading = gettext_lazy("Enterprises")
    none_title = gettext_lazy("No enterprise is recorded yet")
    empty_title = gettext_lazy("No enterprise matches these filters")
    table_class = EnterpriseTable
    filterset_class = EnterpriseFilterSet
    facets = ("cluster", "stage", "region", "leading")
    default_order = ("-contracted",)
    export_name = "enterprises"

    def get_rows(self) -> QuerySet[Enterprise]:
        return Enterprise.objects.visible_to(self.request.user)

    def decorate(self, rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
        return rows.for_list(self.filterset.project_q())

    def totals(self, rows: QuerySet[Enterprise]) -> tuple[int, list[tuple[str, str]]]:
        return amount_totals(rows.with_amounts(self.filterset.project_q()))

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("enterprises.add_enterprise"):
            return []
        return [(_("Add enterprise"), reverse("admin:enterprises_enterprise_add"), True)]


class ProjectListView(FilteredListView):
    """Every project that the user may see."""

    permission_required = "enterprises.view_project"
    heading = gettext_lazy("Projects")
    none_title = gettext_lazy("No project is recorded yet")
    empty_title = gettext_lazy("No project matches these filters")
    table_class = ProjectTable
    filterset_class = ProjectFilterSet
    facets = ("cluster", "stage", "region", "leading", "standing")
    default_order = ("-contracted",)
    export_name = "projects"

    def get_rows(self) -> QuerySet[Project]:
        return Project.objects.visible_to(self.request.user)

    def decorate(self, rows: QuerySet[Project]) -> QuerySet[Project]:
        return rows.for_list()

    def totals(self, rows: QuerySet[Project]) -> tuple[int, list[tuple[str, str]]]:
        return amount_totals(rows.with_amounts())

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("enterprises.add_project"):
            return []
        return [(_("Add project"), reverse("admin:enterprises_project_add"), True)]


def amount_totals(rows: QuerySet[Any]) -> tuple[int, list[tuple[str, str]]]:
    """Return the number of rows and the sums of their two amounts, in one query."""
    sums = rows.aggregate(
        count=Count("pk"), contracted=Sum("contracted_fen"), paid_in=Sum("paid_in_fen")
    )
    totals = [
        (f"{Measure(measure).label}, {page_unit()}", format_table(sums[measure]))
        for measure in (Measure.CONTRACTED, Measure.PAID_IN)
        if sums[measure] is not None
    ]
    return sums["count"], totals


class EnterpriseDetailView(PermissionRequiredMixin, DetailView[Enterprise]):
    """One enterprise: who is behind it, its projects, and why it counts as leading."""

    permission_required = "enterprises.view_enterprise"
    template_name = "enterprises/enterprise_detail.html"

    def get_queryset(self) -> QuerySet[Enterprise]:
        projects = Project.objects.visible_to(self.request.user).for_list()
        return Enterprise.objects.visible_to(self.request.user).prefetch_related(
            "groups",
            "leading_claims__recorded_by",
            Prefetch("projects", queryset=projects, to_attr="shown_projects"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = self.object.shown_projects  # type: ignore[attr-defined]
        return super().get_context_data(
            projects=projects,
            contracted_fen=reported_sum(projects, "contracted_fen"),
            paid_in_fen=reported_sum(projects, "paid_in_fen"),
            furthest=max((p.stage for p in projects), key=lambda s: Stage(s).rank, default=""),
            is_partial=scope_of(self.request.user).is_limited,
            is_editable=Enterprise.objects.editable_by(self.request.user)
            .filter(pk=self.object.pk)
            .exists(),
            **kwargs,
        )


def reported_sum(rows: list[Any], column: str) -> int | None:
    """Return the sum of what was reported; None when nothing was."""
    reported = [getattr(row, column) for row in rows if getattr(row, column) is not None]
    return sum(reported) if reported else None


class ProjectDetailView(PermissionRequiredMixin, DetailView[Project]):
    """One project: its stages and amounts, in both clocks."""

    permission_required = "enterprises.view_project"
    template_name = "enterprises/project_detail.html"

    def get_queryset(self) -> QuerySet[Project]:
        return (
            Project.objects.visible_to(self.request.user)
            .for_list()
            .prefetch_related("states__recorded_by", "enterprise__groups", "totals")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project = self.object
        states = sorted(project.states.all(), key=lambda s: (s.effective_on, s.recorded_at, s.pk))
        entries = list(
            project.entries.select_related("evidence", "recorded_by", "reversal").order_by(
                "effective_on", "recorded_at", "pk"
            )
        )
        # The day a stage was first reached; one that was passed over has no reported date.
        reached = {stage.value: None for stage in Stage}
        for state in states:
            reached[state.stage] = reached[state.stage] or state.effective_on
        return super().get_context_data(
            history=history(states, entries),
            reached=reached,
            output=latest_output(entries),
            evidence_fen=evidence_of(entries),
            paid_share=(
                Decimal(project.paid_in_fen) / project.contracted_fen
                if project.paid_in_fen is not None and project.contracted_fen
                else None
            ),
            others=Project.objects.visible_to(self.request.user)
            .filter(enterprise=project.enterprise_id)
            .exclude(pk=project.pk)
            .for_list(),
            last_heard_on=max((fact.effective_on for fact in [*states, *entries]), default=None),
            is_editable=Project.objects.editable_by(self.request.user)
            .filter(pk=project.pk)
            .exists(),
            **kwargs,
        )


def history(states: list[Any], entries: list[Any]) -> list[dict[str, Any]]:
    """Return states and entries as one story, the newest first.

    Each event has `on`, `kind` ("state" or "entry"), `fact`, `lag_days` between what happened and
    its recording, and for an entry the `running_fen` of its measure after it.
    """
    running: dict[str, int] = {}
    events = []
    facts = [("state", state) for state in states] + [("entry", entry) for entry in entries]
    for kind, fact in sorted(
        facts, key=lambda event: (event[1].effective_on, event[1].recorded_at, event[0])
    ):
        event = {
            "on": fact.effective_on,
            "kind": kind,
            "fact": fact,
            "recorded_on": timezone.localdate(fact.recorded_at),
            "lag_days": (timezone.localdate(fact.recorded_at) - fact.effective_on).days,
        }
        if kind == "entry":
            running[fact.measure] = running.get(fact.measure, 0) + fact.amount_fen
            event["running_fen"] = running[fact.measure]
        events.append(event)
    return events[::-1]


def latest_output(entries: list[Any]) -> tuple[int, int] | None:
    """Return the latest year with output and its sum in fen; None when none was reported."""
    years: dict[int, list[int]] = {}
    for entry in entries:
        stands = entry.reverses_id is None and not hasattr(entry, "reversal")
        if entry.measure == Measure.ANNUAL_OUTPUT and stands:
            years.setdefault(entry.effective_on.year, []).append(entry.amount_fen)
    return (max(years), sum(years[max(years)])) if years else None


def evidence_of(entries: list[Any]) -> dict[str, int] | None:
    """Return what is contracted by grade, in fen; None when nothing is."""
    found = {"verified": 0, "documented": 0, "sourced": 0, "unsupported": 0}
    contracted = [entry for entry in entries if entry.measure == Measure.CONTRACTED]
    for entry in contracted:
        found[entry.grade] += entry.amount_fen
    return found if any(found.values()) else None
