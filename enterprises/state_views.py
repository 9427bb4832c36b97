"""The list of project states."""

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.scopes import scope_words
from clusters.vocabulary import Standing
from enterprises.models import ProjectState
from enterprises.state_filters import StateFilterSet
from enterprises.state_tables import StateTable
from lists.facets import Counts, count_by
from lists.filter_kinds import NOT
from lists.views import FilteredListView


class StateListView(FilteredListView):
    """Every state that was recorded of a project that the user may see, superseded ones too."""

    permission_required = "enterprises.view_projectstate"
    template_name = "enterprises/state_list.html"
    heading = gettext_lazy("Project states")
    none_title = gettext_lazy("No state of a project is recorded yet")
    none_hint = gettext_lazy("The first comes with the project, the others with its steps.")
    empty_title = gettext_lazy("No state matches these filters")
    table_class = StateTable
    filterset_class = StateFilterSet
    facets = {
        "cluster": "cluster__slug",
        "stage": "stage",
        "standing": "standing",
        "region": "region__code",
    }
    default_order = ("-effective_on",)
    export_name = "states"

    def get_rows(self) -> QuerySet[ProjectState]:
        return ProjectState.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        related = ["project"]
        related += ["project__enterprise"] if "enterprise" in self.shown else []
        related += ["recorded_by"] if "recorded_by" in self.shown else []
        found: QuerySet[Any] = rows.select_related(*related)
        return found

    def facet_counts(self, names: list[str]) -> Counts:
        if not any({name, f"{NOT}{name}"} & set(self.request.GET) for name in names):
            return self.counted_together(names)
        rows = {name: self.rows_without(name) for name in names}
        if "stage" in rows:
            rows["stage"] = rows["stage"].exclude(standing=Standing.WITHDRAWN)
        return count_by(rows, self.facets)

    def counted_together(self, names: list[str]) -> Counts:
        """Count in one pass, as long as no facet narrows the list: all then count the same rows."""
        counts: dict[str, Counter[str]] = {name: Counter() for name in names}
        columns = ("cluster", "region", "stage", "standing")
        alike = self.filterset.qs.order_by().values_list(*columns).annotate(n=Count("*"))
        for cluster, region, stage, standing, number in alike:
            values = {
                "cluster": self.places.cluster(cluster).key,
                "region": self.places.region(region).key,
                # A withdrawn project keeps the stage it had, but stands at none any more.
                "stage": "" if standing == Standing.WITHDRAWN else stage,
                "standing": standing,
            }
            for name in names:
                counts[name][values[name]] += number
        return counts

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("enterprises.add_project"):
            return []
        return [(_("Add project"), reverse("enterprises:project-add"), True)]
