"""The plan in the admin: places and names are edited, facts are added."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters.amounts import format_exact
from clusters.facts import DatedFact
from clusters.forms import CountingRuleForm, GoalForm, SiteForm, WebAddressField
from clusters.models import Cluster, CountingRule, Goal, Park, Plan, Region, Sector, Site

Fact = TypeVar("Fact", bound=DatedFact)
Row = TypeVar("Row", bound=models.Model)
NAMES = ["name_zh", "name_en"]
SOURCE = ["source_url", "source_on"]
ADD_INSTEAD = _(
    "What is recorded here is never changed or deleted. To change it, add a new row with today's "
    "date; what stood before stays readable."
)


class KeepsOwner(admin.ModelAdmin[Row]):
    """Rows that stay with the park or cluster they were made in, as much else relies on it."""

    owner = "park"

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None else [*fields, self.owner]


class LimitsUsers(KeepsOwner[Row]):
    """Rows that a user's scope can name; without the last of them the scope would limit nothing."""

    scope = ""

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        users = get_user_model()._default_manager
        return super().has_delete_permission(request, obj) and not (
            obj is not None and users.filter(**{self.scope: obj}).exists()
        )


class AddOnly:
    """Facts: seen and added, never changed or deleted, whatever the rights."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FactAdmin(AddOnly, admin.ModelAdmin[Fact]):
    """A fact by itself, with who recorded it."""

    recorded = ["recorded_at", "recorded_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Fact | None = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None else [*fields, *self.recorded]

    def get_fieldsets(self, request: HttpRequest, obj: Fact | None = None) -> Any:
        fields = list(self.get_fields(request, obj))
        if obj is not None:
            fields += self.recorded
        return [(None, {"description": ADD_INSTEAD, "fields": fields})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.recorded_by_id = request.user.pk
        super().save_model(request, obj, form, change)


@admin.register(Park)
class ParkAdmin(admin.ModelAdmin[Park]):
    """Parks."""

    list_display = ["slug", *NAMES]
    search_fields = ["slug", *NAMES, "parent_zh", "parent_en"]
    fields = ["slug", *NAMES, "parent_zh", "parent_en"]


@admin.register(Region)
class RegionAdmin(LimitsUsers[Region]):
    """Regions."""

    scope = "regions"
    list_display = ["code", *NAMES, "park", "position"]
    list_filter = ["park"]
    list_select_related = ["park"]
    search_fields = ["code", *NAMES]
    autocomplete_fields = ["park"]
    fields = ["park", "code", *NAMES, "position", "tile_column", "tile_row"]


class SiteInline(admin.TabularInline[Site, Cluster]):
    """The land of a cluster."""

    model = Site
    form = SiteForm
    fields = ["region", "area_km2"]
    autocomplete_fields = ["region"]
    extra = 0


class SectorInline(admin.TabularInline[Sector, Cluster]):
    """The lines of business of a cluster."""

    model = Sector
    fields = ["slug", *NAMES, "in_plan", "position"]
    extra = 0


@admin.register(Cluster)
class ClusterAdmin(LimitsUsers[Cluster]):
    """Clusters, with their sites and sectors."""

    scope = "clusters"
    list_display = ["slug", *NAMES, "short_zh", "short_en", "park", "position"]
    list_filter = ["park"]
    list_select_related = ["park"]
    search_fields = ["slug", *NAMES, "short_zh", "short_en"]
    autocomplete_fields = ["park"]
    fieldsets = [
        (None, {"fields": ["park", "slug", *NAMES, "position"]}),
        (_("Short names"), {"fields": ["short_zh", "short_en"]}),
        (_("Remark"), {"fields": ["remark_zh", "remark_en"]}),
    ]
    inlines = [SiteInline, SectorInline]


@admin.register(Sector)
class SectorAdmin(KeepsOwner[Sector]):
    """Sectors."""

    owner = "cluster"
    list_display = ["slug", *NAMES, "cluster", "in_plan", "position"]
    list_filter = ["cluster", "in_plan"]
    list_select_related = ["cluster"]
    search_fields = ["slug", *NAMES]
    autocomplete_fields = ["cluster"]
    fields = ["cluster", "slug", *NAMES, "in_plan", "position"]


class CountingRuleInline(AddOnly, admin.TabularInline[CountingRule, Plan]):
    """How a plan is counted, from which day."""

    model = CountingRule
    form = CountingRuleForm
    fields = ["effective_on", "counting_stage", "investment_measure", "reason", *SOURCE]
    extra = 0
    show_change_link = True


class TargetColumn:
    """The target as people read it, to the fen."""

    @admin.display(description=_("Target"))
    def target(self, goal: Goal) -> str:
        if goal.target is None:
            return str(_("ended"))
        return f"{goal.target:,}" if goal.target_fen is None else format_exact(goal.target_fen)


class GoalInline(AddOnly, TargetColumn, admin.TabularInline[Goal, Plan]):
    """The goals of a plan; the notes, and ending a goal, are on the goal's own page."""

    model = Goal
    form = GoalForm
    fields = [
        "cluster",
        "measure",
        "due_on",
        "target",
        "wording",
        *SOURCE,
        "effective_on",
        "reason",
    ]
    autocomplete_fields = ["cluster"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})}}
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Goal]:
        return super().get_queryset(request).select_related("cluster", "plan__park")


@admin.register(Plan)
class PlanAdmin(KeepsOwner[Plan]):
    """Plans, with how they are counted and what they promise."""

    list_display = ["slug", *NAMES, "park", "starts_on", "ends_on"]
    list_filter = ["park"]
    list_select_related = ["park"]
    search_fields = ["slug", *NAMES]
    autocomplete_fields = ["park"]
    fieldsets = [
        (None, {"fields": ["park", "slug", *NAMES, "starts_on", "ends_on"]}),
        (_("Where it is published"), {"fields": ["source_title", *SOURCE]}),
        (
            _("Counting rules and goals"),
            {"fields": [], "description": ADD_INSTEAD},
        ),
    ]
    formfield_overrides = {models.URLField: {"form_class": WebAddressField}}
    inlines = [CountingRuleInline, GoalInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for fact in formset.save(commit=False):
            fact.recorded_by_id = request.user.pk
            fact.save()


@admin.register(CountingRule)
class CountingRuleAdmin(FactAdmin[CountingRule]):
    """Counting rules of every plan."""

    form = CountingRuleForm
    list_display = ["plan", "effective_on", "counting_stage", "investment_measure", "reason"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["plan__slug", "plan__name_zh", "plan__name_en", "reason"]
    autocomplete_fields = ["plan"]
    fields = [
        "plan",
        "effective_on",
        "counting_stage",
        "investment_measure",
        "reason",
        *SOURCE,
        "note",
    ]


@admin.register(Goal)
class GoalAdmin(TargetColumn, FactAdmin[Goal]):
    """Goals of every plan, each with those that it replaced."""

    form = GoalForm
    list_display = ["scope", "measure", "due_on", "target", "effective_on", "recorded_at", "plan"]
    list_filter = ["plan", ("cluster", admin.RelatedOnlyFieldListFilter), "measure"]
    list_select_related = ["plan__park", "cluster"]
    search_fields = [
        "plan__slug",
        "plan__name_zh",
        "plan__name_en",
        "cluster__slug",
        "cluster__name_zh",
        "cluster__name_en",
        "wording",
        "note",
    ]
    autocomplete_fields = ["plan", "cluster"]
    fields = [
        "plan",
        "cluster",
        "measure",
        "due_on",
        "target",
        "ends",
        "effective_on",
        "wording",
        "reason",
        *SOURCE,
        "note",
    ]

    def get_fields(self, request: HttpRequest, obj: Goal | None = None) -> list[Any]:
        # "ends" is asked for only; a goal that has ended shows it as its target.
        return [name for name in self.fields or [] if obj is None or name != "ends"]

    @admin.display(description=_("Scope"), ordering="cluster__position")
    def scope(self, goal: Goal) -> str:
        return str(goal.cluster or goal.plan.park)
