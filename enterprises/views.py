"""Pages of enterprises and projects."""

from datetime import date
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
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from enterprises.history import evidence_of, history, latest_output, reported_sum, shares_of
from enterprises.models import Enterprise, Project
from enterprises.tables import EnterpriseTable, ProjectTable

# So long without news, and a page asks whether a project still stands as it says.
SILENT_AFTER_DAYS = 2 * 365


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

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.for_list(self.filterset.project_q())
        return found

    def totals(self, rows: Any) -> tuple[int, list[tuple[str, str]]]:
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

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.for_list()
        return found

    def totals(self, rows: Any) -> tuple[int, list[tuple[str, str]]]:
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
            # A withdrawn project stands at no stage any more, as in the filters of the lists.
            furthest=max(
                (p.stage for p in projects if p.standing != Standing.WITHDRAWN),
                key=lambda stage: Stage(stage).rank,
                default="",
            ),
            is_partial=scope_of(self.request.user).is_limited,
            is_editable=Enterprise.objects.editable_by(self.request.user)
            .filter(pk=self.object.pk)
            .exists(),
            **kwargs,
        )


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
        project: Any = self.object
        states = sorted(project.states.all(), key=lambda s: (s.effective_on, s.recorded_at, s.pk))
        entries = list(
            project.entries.select_related("evidence", "recorded_by", "reversal", "reverses")
        )
        # The day a stage was first reached; one that was passed over has no reported date.
        reached: dict[str, date | None] = {stage.value: None for stage in Stage}
        for state in states:
            reached[state.stage] = reached[state.stage] or state.effective_on
        of_enterprise: list[Any] = list(
            Project.objects.visible_to(self.request.user)
            .filter(enterprise=project.enterprise_id)
            .for_list()
        )
        evidence_fen = evidence_of(entries)
        heard_on = max((fact.effective_on for fact in [*states, *entries]), default=None)
        silent_days = (timezone.localdate() - heard_on).days if heard_on else 0
        return super().get_context_data(
            history=history(states, entries),
            reached=reached,
            output=latest_output(entries),
            evidence_fen=evidence_fen,
            evidence_shares=shares_of(evidence_fen),
            paid_share=(
                Decimal(project.paid_in_fen) / project.contracted_fen
                if project.paid_in_fen is not None and project.contracted_fen
                else None
            ),
            others=[other for other in of_enterprise if other.pk != project.pk],
            enterprise_contracted_fen=reported_sum(of_enterprise, "contracted_fen"),
            enterprise_paid_in_fen=reported_sum(of_enterprise, "paid_in_fen"),
            last_heard_on=heard_on,
            silent_days=silent_days,
            is_silent=silent_days > SILENT_AFTER_DAYS,
            is_editable=Project.objects.editable_by(self.request.user)
            .filter(pk=project.pk)
            .exists(),
            may_record=self.request.user.has_perm("ledger.add_entry"),
            **kwargs,
        )
