"""What the lists of enterprises and projects can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.scopes import scope_of
from clusters.vocabulary import LeadingBasis, Stage, Standing
from enterprises.models import Enterprise, Project
from lists.filters import Choices, ParkFilterSet

NO_BASIS = "none"
LEADING = [*LeadingBasis.choices, (NO_BASIS, _("None found"))]
SEARCH_LENGTH = 200


class ProjectConditions(ParkFilterSet):
    """The filters that speak of a project: where it is, what it makes, how far it is."""

    q = django_filters.CharFilter(
        label=_("Search"), help_text=_("Name, group, credit code"), max_length=SEARCH_LENGTH
    )
    cluster = Choices(label=_("Cluster"))
    stage = Choices(label=_("Stage"), choices=Stage.choices)
    region = Choices(label=_("Region"))
    leading = Choices(label=_("Leading basis"), choices=LEADING)
    sector = Choices(label=_("Sector"))

    def project_q(self) -> Q:
        """Return the condition on one project; several values of a filter are alternatives."""
        condition = Q()
        for name, column in (
            ("cluster", "cluster__slug"),
            ("region", "region__code"),
            ("sector", "sector__slug"),
            ("stage", "stage"),
        ):
            if values := self.several(name):
                condition &= Q(**{f"{column}__in": values})
        if self.several("stage"):
            # A withdrawn project keeps the stage it had, but stands at none any more.
            condition &= ~Q(standing=Standing.WITHDRAWN)
        return condition

    def leading_q(self, prefix: str = "") -> Q:
        """Return the condition on the enterprise's leading basis."""
        values = ["" if value == NO_BASIS else value for value in self.several("leading")]
        return Q(**{f"{prefix}leading_basis__in": values}) if values else Q()


class EnterpriseFilterSet(ProjectConditions):
    """An enterprise meets the project filters when one project of it meets all of them."""

    origin = Choices(label=_("Origin"))

    class Meta:
        model = Enterprise
        fields = ["q", "cluster", "stage", "region", "leading", "sector", "origin"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["origin"].extra["choices"] = list(countries)

    def project_q(self) -> Q:
        return super().project_q() & scope_of(self.request.user).q()

    def filter_queryset(self, queryset: Any) -> QuerySet[Enterprise]:
        asked = self.form.cleaned_data
        found: Any = queryset.filter(self.leading_q())
        if ProjectConditions.project_q(self):
            found = found.with_projects(self.project_q())
        if origins := self.several("origin"):
            found = found.filter(origin__in=origins)
        rows: QuerySet[Any] = (
            found.search(asked["q"], scope_of(self.request.user).q()) if asked["q"] else found
        )
        return rows


class ProjectFilterSet(ProjectConditions):
    """Filters of the project list."""

    standing = Choices(label=_("Standing"), choices=Standing.choices)
    stale = Choices(label=_("Silence"), choices=[("yes", _("not heard of for too long"))])

    class Meta:
        model = Project
        fields = ["q", "cluster", "stage", "region", "leading", "sector", "standing", "stale"]

    def filter_queryset(self, queryset: Any) -> QuerySet[Project]:
        asked = self.form.cleaned_data
        found: Any = queryset.filter(self.project_q(), self.leading_q("enterprise__"))
        if standings := self.several("standing"):
            found = found.filter(standing__in=standings)
        if self.several("stale"):
            found = found.stale(timezone.localdate())
        rows: QuerySet[Any] = found.search(asked["q"]) if asked["q"] else found
        return rows
