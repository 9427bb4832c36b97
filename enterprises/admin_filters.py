"""What the data entry lists of enterprises are narrowed by."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.scopes import scope_of
from clusters.models import Cluster, Region, Sector
from clusters.vocabulary import LeadingBasis, Stage
from enterprises.admin_pages import choices_for, user_of
from enterprises.models import Enterprise
from enterprises.querysets import EnterpriseQuerySet

NO_BASIS = "none"


class LeadingFilter(admin.SimpleListFilter):
    """By leading basis, or none."""

    title = _("leading basis")
    parameter_name = "leading"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [*LeadingBasis.choices, (NO_BASIS, _("None found"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(leading_basis="" if value == NO_BASIS else value)


class ProjectConditionFilter(admin.SimpleListFilter):
    """By what one project of the enterprise is; one project must meet all such filters at once."""

    column: str

    def queryset(self, request: HttpRequest, queryset: Any) -> EnterpriseQuerySet | None:
        if self.value() is None:
            return None
        condition = Q(**{self.column: self.value()})
        for other in PROJECT_FILTERS:
            asked = request.GET.get(str(other.parameter_name))
            if asked and other is not type(self) and valid(other, asked):
                condition &= Q(**{other.column: asked})
        rows: EnterpriseQuerySet = queryset
        return rows.with_projects(scope_of(user_of(request)).q() & condition)


def valid(kind: type[ProjectConditionFilter], asked: str) -> bool:
    """Whether a value can be compared; the filter itself refuses the rest."""
    return kind is StageFilter or (asked.isdecimal() and asked.isascii())


class PlaceFilter(ProjectConditionFilter):
    """By a cluster, region or sector inside the user's scope."""

    model: type[Cluster] | type[Region] | type[Sector]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        rows = choices_for(self.model, user_of(request))
        return [(str(row.pk), str(row)) for row in rows or []]

    def queryset(self, request: HttpRequest, queryset: Any) -> EnterpriseQuerySet | None:
        value = self.value()
        if value is not None and value not in {key for key, _name in self.lookup_choices}:
            return Enterprise.objects.none()
        return super().queryset(request, queryset)


class ClusterFilter(PlaceFilter):
    """By cluster."""

    title = _("cluster")
    parameter_name = "cluster"
    column = "cluster"
    model = Cluster


class RegionFilter(PlaceFilter):
    """By region."""

    title = _("region")
    parameter_name = "region"
    column = "region"
    model = Region


class SectorFilter(PlaceFilter):
    """By sector."""

    title = _("sector")
    parameter_name = "sector"
    column = "sector"
    model = Sector


class StageFilter(ProjectConditionFilter):
    """By stage."""

    title = _("stage")
    parameter_name = "stage"
    column = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(Stage.choices)


PROJECT_FILTERS: list[type[ProjectConditionFilter]] = [
    ClusterFilter,
    RegionFilter,
    SectorFilter,
    StageFilter,
]


class OriginFilter(admin.SimpleListFilter):
    """By origin, of those that occur among the rows that the user may see."""

    title = _("origin")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        found = Enterprise.objects.visible_to(user_of(request)).exclude(origin="")
        codes = set(found.order_by().values_list("origin", flat=True).distinct())
        field: Any = Enterprise._meta.get_field("origin")
        return [(code, name) for code, name in field.choices if code in codes]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(origin=self.value())
