"""What the lists of enterprises and projects can be narrowed by; docs/lists.md names each."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scopes import scope_of
from clusters.vocabulary import LeadingBasis
from enterprises import conditions
from enterprises.models import Enterprise, Project, ProjectState
from enterprises.shared_filters import AMOUNT, APART, ProjectConditions
from lists.filter_kinds import ENTERPRISE, PROJECT, STATE, Choices, Day, Yes


class EnterpriseFilterSet(ProjectConditions):
    """An enterprise meets the project filters when one project of it meets all of them.

    Amounts are compared with what its projects come to that meet them, as the list shows it.
    """

    tag = Choices(
        label=_("Tag"),
        of=ENTERPRISE,
        condition=lambda filters, names, _at: conditions.tagged(Enterprise, names),
    )
    new_since = Day(label=_("Counts anew since"), of=APART, is_hidden=True)
    counted_before = Day(label=_("Counted already before"), of=APART, is_hidden=True)
    gone_by = Day(label=_("Counts no more on"), of=APART, is_hidden=True)
    newcomer = Yes(label=_("New"), says=_("without a project before"), of=APART, is_hidden=True)
    several_clusters = Yes(
        label=_("Counts in"), says=_("more than one cluster"), of=APART, is_hidden=True
    )
    one_per_group = Yes(
        label=_("Of each group"), says=_("one enterprise only"), of=APART, is_hidden=True
    )

    class Meta:
        model = Enterprise
        fields = ["q"]

    def project_q(self, day: date | None = None) -> Q:
        return super().project_q(day) & scope_of(self.reader).q()

    def asks_of_projects(self) -> bool:
        """Whether an enterprise without a project that meets the filters is left out."""
        return bool(ProjectConditions.project_q(self))

    def is_told_by_projects(self) -> bool:
        """Whether nothing is asked of an enterprise but to have a project that meets the filters.

        Without any filter, that is to have one that the reader may see, or none at all.
        """
        return all(one.of in {PROJECT, STATE} for _name, one, _value in self.in_force())

    def kinds(self, of: str) -> Q | None:
        """Return the condition on an EnterpriseTally to have the enterprises that meet the filters
        by `of`: "cluster", "region" or "stage".

        None where that is not counted there: when anything else is asked for, or several values.
        """
        in_force = {name: value for name, _one, value in self.in_force()}
        if not in_force.keys() <= {"cluster", "region", "stage"}:
            return None
        asked = {name: set(values) for name, values in in_force.items()}
        scope, condition = scope_of(self.reader), Q()
        for column, limits, whole in (
            ("cluster", scope.clusters, 0),
            ("region", scope.regions, 0),
            ("stage", None, ""),
        ):
            values = asked.get(column)
            if values is not None and column != "stage":
                named = self.places.all_of(column)
                values = {one.pk for one in named if one.key in values}
            if limits is not None:
                values = set(limits) if values is None else values & limits
            if column == of:
                within = Q(**{f"{column}__in": values or ()})
                condition &= ~Q(**{column: whole}) if values is None else within
            elif values is None:
                condition &= Q(**{column: whole})
            elif len(values) == 1:
                condition &= Q(**{column: values.pop()})
            else:
                return None
        return condition

    def to_join(self) -> QuerySet[Enterprise]:
        """Return the rows for who joins the projects that meet the filters anyway.

        That a row has one is left to the join; to ask for it twice takes as long again.
        """
        if not self.asks_of_projects() or self.several("one_per_group"):
            return self.qs  # type: ignore[no-any-return]
        return self.narrowed(self.queryset)

    def filter_queryset(self, queryset: Any) -> QuerySet[Enterprise]:
        has_project = self.asks_of_projects()
        return self.narrowed(queryset.with_projects(self.project_q()) if has_project else queryset)

    def narrowed(self, queryset: Any) -> QuerySet[Enterprise]:
        """Narrow to what is asked of the enterprise itself."""
        found: Any = queryset.filter(self.enterprise_q())
        for name, counts in (("new_since", False), ("counted_before", True), ("gone_by", False)):
            if other := self.asked(name):
                then = self.counted_on(self.other_day(name, other))
                found = found.filter(then if counts else ~then)
        if self.several("newcomer"):
            found = found.exclude(pk__in=self.there_before())
        if self.several("several_clusters"):
            found = found.filter(pk__in=self.in_several_clusters())
        found = self.within_amounts(found)
        if words := self.asked("q"):
            found = found.search(words, scope_of(self.reader).q())
        if self.several("one_per_group"):
            found = found.filter(Q(lead_group=None) | Q(pk__in=first_of_each_group(found)))
        rows: QuerySet[Any] = found
        return rows

    def other_day(self, name: str, day: date) -> date:
        """Return the day on which it is asked again whether an enterprise counts."""
        if name == "gone_by":
            return day
        # What was to come after the day that the list describes is not known there.
        return min(day - timedelta(days=1), self.clocks[0] or timezone.localdate())

    def counted_on(self, day: date) -> Q:
        """Return the condition that an enterprise counted as leading on another day."""
        moment = self.clocks[1]
        project = conditions.stood(self.state_q(counts=True), day, moment)
        if self.several("evidence"):
            project &= conditions.proven(day, moment)
        projects = Project.objects.order_by().filter(project, scope_of(self.reader).q())
        bases = self.several("leading") or LeadingBasis.values
        return Q(pk__in=projects.values("enterprise")) & conditions.leading(bases, day, moment)

    def there_before(self) -> QuerySet[Any, Any]:
        """Return the enterprises that had a project on the day that `was_on` names."""
        was_on, moment = self.asked("was_on"), self.clocks[1]
        known = ProjectState.objects.order_by().known_at(moment).in_force(was_on)
        found: QuerySet[Any, Any] = known.filter(scope_of(self.reader).q("project__")).values(
            "project__enterprise"
        )
        return found

    def in_several_clusters(self) -> QuerySet[Any, Any]:
        """Return the enterprises that count in more than one cluster."""
        projects: Any = Project.objects.order_by().filter(self.project_q())
        day, moment = self.clocks
        key = "enterprise"
        if day is not None:
            states = conditions.states_on(day, moment).filter(self.state_q(counts=True))
            projects, key = states.filter(project__in=projects), "project__enterprise"
        counted: QuerySet[Any, Any] = (
            projects.values(key)
            .annotate(clusters=Count("cluster", distinct=True))
            .filter(clusters__gt=1)
            .values(key)
        )
        return counted

    def within_amounts(self, found: Any) -> Any:
        """Narrow to enterprises whose amounts lie within the ranges that are asked for."""
        asked = [(one, value) for _name, one, value in self.in_force() if one.of == AMOUNT]
        if not asked:
            return found
        if not self.project_q():
            return found.filter(self.conditions(AMOUNT))
        sums = {f"sum_{one.field_name}": Sum(one.field_name) for one, _value in asked}
        ranges = {f"sum_{one.field_name}__{one.lookup_expr}": fen for one, fen in asked}
        projects = Project.objects.order_by().filter(self.project_q()).values("enterprise")
        return found.filter(pk__in=projects.annotate(**sums).filter(**ranges).values("enterprise"))


def first_of_each_group(rows: Any) -> QuerySet[Any, Any]:
    """Return one of `rows` for each group that leads some of them."""
    groups = rows.exclude(lead_group=None).order_by().values("lead_group")
    found: QuerySet[Any, Any] = groups.annotate(first=Min("pk")).values("first")
    return found


class ProjectFilterSet(ProjectConditions):
    """Filters of the project list."""

    tag = Choices(
        label=_("Tag"),
        of=PROJECT,
        condition=lambda filters, names, _at: conditions.tagged(Project, names),
    )

    class Meta:
        model = Project
        fields = ["q"]

    def filter_queryset(self, queryset: Any) -> QuerySet[Project]:
        found: Any = queryset.filter(
            self.project_q(), self.enterprise_q("enterprise__"), self.conditions(AMOUNT)
        )
        words = self.asked("q")
        rows: QuerySet[Any] = found.search(words) if words else found
        return rows
