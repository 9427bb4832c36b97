"""The list of goals."""

from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Goal
from lists.views import FilteredListView
from progress.goal_filters import WHOLE_PARK, GoalFilterSet
from progress.goal_tables import GoalTable
from progress.moments import Moment
from progress.time_machine import time_machine


class GoalListView(FilteredListView):
    """Every goal of every plan with what was reached of it, as of today or the day asked for.

    It is measured by each plan's own rule, as known now.
    Plans and the figures of the whole park are for everybody, whatever their scope.
    """

    permission_required = "clusters.view_goal"
    template_name = "progress/goal_list.html"
    heading = gettext_lazy("Goals")
    none_title = gettext_lazy("No goal is published yet")
    none_hint = gettext_lazy("Goals come with a plan: manage.py load_plan FILE.toml")
    empty_title = gettext_lazy("No goal matches these filters")
    table_class = GoalTable
    filterset_class = GoalFilterSet
    facets = {
        "plan": "plan__slug",
        "measure": "measure",
        "cluster": Coalesce("cluster__slug", Value(WHOLE_PARK), output_field=CharField()),
    }
    default_order = ("due_on",)
    export_name = "goals"

    def get_rows(self) -> QuerySet[Goal]:
        return Goal.objects.order_by()

    def whole(self) -> tuple[Any, Any]:
        return Goal.objects.worded_at(timezone.localdate()), Count("pk")

    def table(self, rows: QuerySet[Any], window: slice | None = None, total: int = 0) -> Any:
        table: Any = super().table(rows, window, total)
        table.measured.on = self.filterset.day
        return table

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        control = time_machine(Moment(self.filterset.day, None))
        return super().get_context_data(control=control, **kwargs)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.select_related("plan__park", "cluster", "recorded_by")
        return found

    def add_actions(self) -> list[tuple[str, str, bool]]:
        user: Any = self.request.user
        if not (user.has_perm("clusters.add_goal") and user.can_enter_records):
            return []
        return [(_("Add goal"), reverse("admin:clusters_goal_add"), True)]
