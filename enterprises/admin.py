"""Who came, in the data entry pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.scopes import scope_of
from clusters.amounts import format_dashboard
from clusters.expressions import stage_rank
from enterprises.admin_filters import (
    ClusterFilter,
    LeadingFilter,
    OriginFilter,
    RegionFilter,
    SectorFilter,
    StageFilter,
)
from enterprises.admin_pages import (
    NewFactInline,
    RecordingAdmin,
    RefusedError,
    ScopedFields,
    user_of,
)
from enterprises.editing import edit_enterprise, edit_project, note_creation
from enterprises.forms import ClaimForm, EnterpriseForm, NamesForm, NewProjectForm, StateForm
from enterprises.models import (
    Enterprise,
    Gate,
    InvestorGroup,
    LeadingClaim,
    Project,
    ProjectState,
    Shareholding,
    StaleAfter,
)
from enterprises.searching import keep_groups

Rule = TypeVar("Rule", bound=models.Model)


@admin.register(InvestorGroup)
class InvestorGroupAdmin(RecordingAdmin[InvestorGroup]):
    """Investor groups."""

    fields = ["name_zh", "name_en"]
    list_display = ["__str__", "other_name", "enterprises_count"]
    search_fields = ["name_zh", "name_en"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[InvestorGroup]:
        return super().get_queryset(request).annotate(enterprises_count=models.Count("enterprises"))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[InvestorGroup], search_term: str
    ) -> tuple[models.QuerySet[InvestorGroup], bool]:
        rows: Any = queryset
        return rows.search(search_term), False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        keep_groups([form.instance.pk])

    @admin.display(description=_("Other name"))
    def other_name(self, group: InvestorGroup) -> str:
        return group.other_name

    @admin.display(description=_("Enterprises"), ordering="enterprises_count")
    def enterprises_count(self, group: Any) -> int:
        return int(group.enterprises_count)

    def has_delete_permission(self, request: HttpRequest, obj: InvestorGroup | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.shareholdings.exists())


class ShareholdingInline(ScopedFields, admin.TabularInline[Shareholding, Enterprise]):
    """The groups behind an enterprise."""

    model = Shareholding
    fields = ["group", "position"]
    autocomplete_fields = ["group"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Shareholding]:
        return super().get_queryset(request).select_related("group")


class NewClaimInline(NewFactInline[LeadingClaim, Enterprise]):
    """The form that adds a leading claim."""

    model = LeadingClaim
    form = ClaimForm
    verbose_name = _("leading claim")
    fields = [
        "basis",
        "list_year",
        "said_by",
        "effective_on",
        "holds",
        ("source_url", "source_on"),
        "reason",
        "note",
    ]


class NewProjectInline(NewFactInline[Project, Enterprise]):
    """The forms that add projects."""

    model = Project
    form = NewProjectForm
    template = "admin/edit_inline/stacked.html"
    max_num = None  # type: ignore[assignment]
    verbose_name = _("new project")
    verbose_name_plural = _("new projects")
    fields = [
        ("name_zh", "name_en"),
        ("cluster", "sector"),
        "region",
        ("stage", "effective_on"),
        ("source_url", "source_on"),
        "note",
    ]


@admin.register(Enterprise)
class EnterpriseAdmin(RecordingAdmin[Enterprise]):
    """Enterprises, with the groups behind them, their leading claims and their projects."""

    form = EnterpriseForm
    change_form_template = "admin/enterprises/enterprise/change_form.html"
    fieldsets = [
        (None, {"fields": [("name_zh", "name_en"), "origin", "seen_version"]}),
        (_("Registration"), {"fields": ["credit_code", "credit_code_reason"]}),
        (_("Note"), {"fields": ["note"], "classes": ["collapse"]}),
    ]
    inlines = [ShareholdingInline, NewProjectInline, NewClaimInline]
    list_display = [
        "__str__",
        "other_name",
        "group_names",
        "origin",
        "leading_basis",
        "contracted",
        "project_count",
    ]
    list_filter = [
        ClusterFilter,
        RegionFilter,
        SectorFilter,
        StageFilter,
        LeadingFilter,
        OriginFilter,
    ]
    search_fields = ["name_zh", "name_en", "credit_code"]
    search_help_text = _("Name, group, project or credit code")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Enterprise]:
        rows: Any = super().get_queryset(request)
        projects = scope_of(user_of(request)).q()
        found: models.QuerySet[Enterprise] = (
            rows.for_list(projects)
            .with_project_count(projects)
            .prefetch_related("shareholdings__group")
        )
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Enterprise], search_term: str
    ) -> tuple[models.QuerySet[Enterprise], bool]:
        rows: Any = queryset
        return rows.search(search_term, scope_of(user_of(request)).q()), False

    def save_model(self, request: HttpRequest, obj: Enterprise, form: Any, change: bool) -> None:
        # An edit is written with the groups, as one.
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        user = user_of(request)
        if change:
            values = form.changed
            for shares in [one for one in formsets if one.model is Shareholding]:
                # Only to say what changed; the edit writes it.
                shares.save(commit=False)
                if shares.has_changed():
                    values["groups"] = groups_of(shares)
            with refused_at(form):
                edit_enterprise(
                    enterprise=form.instance,
                    seen_version=form.seen,
                    edited_by=user,
                    values=values,
                )
            formsets = [one for one in formsets if one.model is not Shareholding]
        super().save_related(request, form, formsets, change)
        if not change:
            note_creation(form.instance, created_by=user)

    def has_delete_permission(self, request: HttpRequest, obj: Enterprise | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        # What somebody added or edited has a history, which stays.
        return not (obj.projects.exists() or obj.leading_claims.exists() or obj.revisions.exists())

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Enterprise | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["projects"] = (
                Project.objects.visible_to(user_of(request)).filter(enterprise=obj).for_list()
            )
            context["claims"] = obj.leading_claims.select_related("recorded_by")
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=_("Other name"))
    def other_name(self, enterprise: Enterprise) -> str:
        return enterprise.other_name

    @admin.display(description=_("Groups"), ordering="lead_group__name_en")
    def group_names(self, enterprise: Enterprise) -> str:
        return ", ".join(str(held.group) for held in enterprise.shareholdings.all())

    @admin.display(description=_("Contracted"), ordering="shown_contracted_fen")
    def contracted(self, enterprise: Any) -> str | None:
        return amount_or_none(enterprise.shown_contracted_fen)

    @admin.display(description=_("Projects"))
    def project_count(self, enterprise: Any) -> int:
        return int(enterprise.shown_projects)


class NewStateInline(NewFactInline[ProjectState, Project]):
    """The form that records a step of a project."""

    model = ProjectState
    form = StateForm
    verbose_name = _("record a step")
    fields = [
        "effective_on",
        ("stage", "standing"),
        "reason",
        ("cluster", "sector"),
        "region",
        ("source_url", "source_on"),
        "note",
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and super().has_add_permission(request, obj)


@admin.register(Project)
class ProjectAdmin(RecordingAdmin[Project]):
    """Projects: names are changed, all else is recorded step by step."""

    change_form_template = "admin/enterprises/project/change_form.html"
    inlines = [NewStateInline]
    autocomplete_fields = ["enterprise"]
    list_display = [
        "__str__",
        "other_name",
        "enterprise",
        "cluster",
        "region",
        "sector",
        "stage",
        "standing",
        "stage_on",
        "contracted",
    ]
    list_filter = [
        ("cluster", admin.RelatedOnlyFieldListFilter),
        ("region", admin.RelatedOnlyFieldListFilter),
        ("sector", admin.RelatedOnlyFieldListFilter),
        "stage",
        "standing",
    ]
    search_fields = ["name_zh", "name_en", "enterprise__name_zh", "enterprise__name_en"]
    search_help_text = _("Name of the project or its enterprise, or credit code")
    current = ["enterprise", "cluster", "region", "sector", "stage", "stage_on", "standing"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Project]:
        rows: Any = super().get_queryset(request)
        found: models.QuerySet[Project] = rows.for_list()
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Project], search_term: str
    ) -> tuple[models.QuerySet[Project], bool]:
        rows: Any = queryset
        return rows.search(search_term), False

    def get_fieldsets(self, request: HttpRequest, obj: Project | None = None) -> Any:
        names = ("name_zh", "name_en")
        if obj is None:
            return [
                (None, {"fields": ["enterprise", names]}),
                (_("Place"), {"fields": [("cluster", "sector"), "region"]}),
                (_("Stage"), {"fields": [("stage", "effective_on")]}),
                (_("Source"), {"fields": [("source_url", "source_on"), "note"]}),
            ]
        edited = [names, "seen_version"]
        return [(None, {"fields": edited}), (_("As it stands"), {"fields": self.current})]

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> list[str]:
        return [] if obj is None else self.current

    def get_form(
        self, request: HttpRequest, obj: Project | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = NewProjectForm if obj is None else NamesForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        with refused_at(form):
            edit_project(
                project=obj,
                seen_version=form.seen,
                edited_by=user_of(request),
                values=form.changed,
            )

    def has_delete_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        return False

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Project | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["states"] = obj.states.select_related(
                "cluster", "region", "sector", "recorded_by"
            ).order_by("-effective_on", "-recorded_at", "-pk")
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=_("Other name"))
    def other_name(self, project: Project) -> str:
        return project.other_name

    @admin.display(description=_("Contracted"), ordering="contracted_fen")
    def contracted(self, project: Any) -> str | None:
        return amount_or_none(project.contracted_fen)


class InStageOrder(admin.ModelAdmin[Rule]):
    """Rules by stage, in the order of the stages and not of their names."""

    list_filter = ["stage"]

    def get_ordering(self, request: HttpRequest) -> Any:
        return [stage_rank(), "pk"]


@admin.register(Gate)
class GateAdmin(InStageOrder[Gate]):
    """What is asked before a project goes on to a stage."""

    list_display = ["requirement", "stage", "is_binding"]
    fields = ["stage", "requirement", "is_binding"]


@admin.register(StaleAfter)
class StaleAfterAdmin(InStageOrder[StaleAfter]):
    """After how many days of silence a project is stale."""

    list_display = ["stage", "days"]
    fields = ["stage", "days"]


@contextmanager
def refused_at(form: Any) -> Iterator[None]:
    """Show at its field what is refused while an edit is written."""
    try:
        yield
    except ValidationError as refusal:
        raise RefusedError(form.prefix, refusal) from refusal


def groups_of(shares: Any) -> list[InvestorGroup]:
    """Return the groups that the page puts behind an enterprise, in their order."""
    asked = [form.cleaned_data for form in shares.forms if form.cleaned_data.get("group")]
    kept = [one for one in asked if not one.get("DELETE")]
    return [one["group"] for one in sorted(kept, key=lambda one: one["position"] or 0)]


def amount_or_none(fen: int | None) -> str | None:
    """Write an amount for a list; None, which lists show as a dash, where none was reported."""
    return None if fen is None else format_dashboard(fen)
