"""Pages of enterprises and projects."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView

from accounts.models import User
from accounts.scopes import scope_of, scope_words
from clusters.amounts import page_unit
from clusters.templatetags.park import GRADES
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.expectations import outlook
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from enterprises.forms import ConfirmationForm, ExpectedDateForm, ProjectFactForm
from enterprises.models import Enterprise, Project
from enterprises.querysets import amount_columns, reported_sum
from enterprises.staleness import silence_of
from enterprises.tables import EnterpriseTable, ProjectTable
from lists.views import FilteredListView, sum_and_share


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
        return amount_totals(rows.with_amounts(self.filterset.project_q(), graded=True))

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
    facets = ("cluster", "stage", "region", "leading", "standing", "stale")
    default_order = ("-contracted",)
    export_name = "projects"

    def get_rows(self) -> QuerySet[Project]:
        return Project.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.for_list().with_heard_on()
        # With the limits of the stages, to mark what was not heard of for too long.
        return found.with_stale_before(timezone.localdate())  # type: ignore[attr-defined,no-any-return]

    def totals(self, rows: Any) -> tuple[int, list[tuple[str, str]]]:
        return amount_totals(rows.with_amounts(graded=True))

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("enterprises.add_project"):
            return []
        return [(_("Add project"), reverse("admin:enterprises_project_add"), True)]


def amount_totals(rows: QuerySet[Any]) -> tuple[int, list[tuple[str, str]]]:
    """Return the number of rows and the sums of their two amounts, in one query."""
    sums = rows.aggregate(
        count=Count("pk"),
        **{f"sum_{name}": Sum(name) for name, _measure, _column in amount_columns(graded=True)},
    )
    totals = [
        (
            f"{measure.label}, {page_unit()}",
            sum_and_share(sums[f"sum_{measure}_fen"], sums[f"sum_{measure}_verified_fen"]),
        )
        for measure in (Measure.CONTRACTED, Measure.PAID_IN)
        if sums[f"sum_{measure}_fen"] is not None
    ]
    return sums["count"], totals


def graded_totals(projects: Iterable[Any]) -> dict[str, dict[str, int]]:
    """Return what stands of each measure, in fen, by measure and grade."""
    found: dict[str, dict[str, int]] = {}
    for project in projects:
        for total in project.totals.all():
            if total.entries:
                parts = found.setdefault(total.measure, dict.fromkeys(GRADES, 0))
                for grade in GRADES:
                    parts[grade] += getattr(total, f"{grade}_fen")
    return found


class EnterpriseDetailView(PermissionRequiredMixin, DetailView[Enterprise]):
    """One enterprise: who is behind it, its projects, and why it counts as leading."""

    permission_required = "enterprises.view_enterprise"
    template_name = "enterprises/enterprise_detail.html"

    def get_queryset(self) -> QuerySet[Enterprise]:
        projects = Project.objects.visible_to(self.request.user).for_list()
        projects = projects.prefetch_related("totals")
        return Enterprise.objects.visible_to(self.request.user).prefetch_related(
            "groups",
            "leading_claims__recorded_by",
            Prefetch("projects", queryset=projects, to_attr="shown_projects"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = self.object.shown_projects  # type: ignore[attr-defined]
        evidence = graded_totals(projects)
        return super().get_context_data(
            projects=projects,
            contracted_fen=reported_sum(projects, "contracted_fen"),
            paid_in_fen=reported_sum(projects, "paid_in_fen"),
            evidence=evidence,
            shares={
                measure: Decimal(parts["verified"]) / whole
                for measure, parts in evidence.items()
                if (whole := sum(parts.values()))
            },
            is_unverified=any(
                sum(parts.values()) != parts["verified"] for parts in evidence.values()
            ),
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


class ProjectFactView(PermissionRequiredMixin, FormView[ProjectFactForm]):
    """A page that adds one fact to a project; a refusal shows beside what was entered."""

    done: ClassVar[Any]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]

    @cached_property
    def project(self) -> Project:
        """The project of the address; 404 for one that the user may not add to."""
        rows = Project.objects.editable_by(self.user).select_related("enterprise")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def form_valid(self, form: ProjectFactForm) -> HttpResponse:
        try:
            form.record(self.project, self.user)
        except ValidationError as refusal:
            form.show(refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.done % {"project": self.project})
        return HttpResponseRedirect(self.project.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(project=self.project, **kwargs)


class ProjectConfirmView(ProjectFactView):
    """Somebody asked, and the project still stands as recorded."""

    permission_required = "enterprises.add_confirmation"
    template_name = "enterprises/project_confirm.html"
    form_class = ConfirmationForm
    done = gettext_lazy("Confirmed: “%(project)s” still stands as recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"effective_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(silence=silence_of(self.project), **kwargs)


class ProjectExpectView(ProjectFactView):
    """When the project is expected at a stage; what was expected before stays and is shown."""

    permission_required = "enterprises.add_expecteddate"
    template_name = "enterprises/project_expect.html"
    form_class = ExpectedDateForm
    done = gettext_lazy("The expected date of “%(project)s” is recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"project": self.project}

    def get_initial(self) -> dict[str, Any]:
        # Led here by what is missing at one stage, the form begins with that stage.
        return {"stage": self.request.GET.get("stage", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(outlook=outlook(self.project), **kwargs)
