"""What the list of goals can be narrowed by; docs/lists.md names each."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.choices import named_rows
from clusters.models import Goal, Plan
from clusters.vocabulary import GoalMeasure
from lists.filter_kinds import ROW, Choices, Day, Place, Words, Yes
from lists.filters import SEARCH_LENGTH, ParkFilterSet

# The cluster of a goal of the whole park, in addresses and files.
WHOLE_PARK = "whole_park"
# What the filterset asks itself.
APART = "apart"


class ScopeOfGoal(Place):
    """Clusters, and the whole park."""

    def condition(self, filterset: ParkFilterSet, value: Any, at: str = "") -> Q:
        found = super().condition(filterset, value, at)
        return found | Q(cluster=None) if WHOLE_PARK in value else found


class GoalFilterSet(ParkFilterSet):
    """Filters of the list of goals; it has those in force, unless the others are asked for too."""

    q = Words(label=_("Search"), help_text=_("Plan, cluster, wording"), max_length=SEARCH_LENGTH)
    plan = Place(label=_("Plan"))
    measure = Choices(label=_("Measure"), choices=GoalMeasure.choices)
    cluster = ScopeOfGoal(label=_("Cluster"))
    superseded = Yes(label=_("Superseded"), says=_("listed too, and what ended"), of=APART)
    due_since = Day(label=_("Due from"), field_name="due_on", lookup_expr="gte")
    due_until = Day(label=_("Due until"), field_name="due_on", lookup_expr="lte")

    # Chosen by the time machine on top of the page.
    as_of = Day(label=_("As of"), of=APART, is_hidden=True)

    folds = ((_("Due"), ("due_since", "due_until")),)

    class Meta:
        model = Goal
        fields = ["q"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cluster", "not_cluster"):
            self.filters[name].extra["choices"] = lambda: [
                (WHOLE_PARK, _("Whole park")),
                *self.places.choices("cluster"),
            ]

    @classmethod
    def name_rows(cls, query: QueryDict, user: Any, *, are_offered: bool = True) -> Iterator[Any]:
        yield named_rows(Plan.objects.all(), "plan", key="slug")
        yield from super().name_rows(query, user, are_offered=are_offered)

    @property
    def day(self) -> date:
        """The day that goals are in force on and that is measured at; today unless one is asked."""
        day: date | None = self.asked("as_of")
        return day or timezone.localdate()

    def filter_queryset(self, queryset: Any) -> QuerySet[Goal]:
        found = queryset if self.several("superseded") else queryset.worded_at(self.day)
        found = found.filter(self.conditions(ROW))
        for word in (self.asked("q") or "").split():
            found = found.filter(
                Q(wording__icontains=word)
                | Q(plan__name_zh__icontains=word)
                | Q(plan__name_en__icontains=word)
                | Q(cluster__name_zh__icontains=word)
                | Q(cluster__name_en__icontains=word)
            )
        rows: QuerySet[Goal] = found
        return rows
