"""The page of a plan: its words and rule, its goals and what was reached, its land and sources."""

from typing import Any

from django.utils import timezone

from clusters.models import Cluster, CountingRule, Plan
from progress.pages import every_goal, scope_links
from progress.sentence import sentence
from progress.views.base import ProgressView
from progress.views.parts import not_known


class PlanView(ProgressView):
    """One plan, and the park's others beside it."""

    template_name = "progress/plan.html"

    def find_plan(self, problems: list[str]) -> Plan | None:
        plans = Plan.objects.select_related("park")
        plan = plans.filter(slug=self.kwargs["slug"]).first()
        if plan is None:
            known = plans.order_by("slug").values_list("slug", flat=True)
            raise not_known(self.kwargs["slug"], known)
        return plan

    @property
    def carried(self) -> dict[str, str]:
        return {**super().carried, "plan": self.kwargs["slug"]}

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        current = Plan.objects.filter(park=plan.park_id).current(timezone.localdate())
        rules = CountingRule.objects.filter(plan=plan).known_at(self.moment.known_at)
        clusters = Cluster.objects.filter(park=plan.park_id)
        return {
            "progress": progress,
            "plan": plan,
            "links": self.links,
            "scope": scope_links(self.links, progress.park),
            "sentence": sentence(progress, progress.park),
            "goals": every_goal(self.links),
            "rules": rules.order_by("-effective_on", "-pk"),
            "clusters": clusters.prefetch_related("sites__region", "sectors"),
            "is_current": current == plan,
        }
