"""What the figures are held against: announced totals, and definitions."""

from typing import Any

from clusters.models import Plan
from progress.models import ReportedTotal
from progress.pages import (
    every_goal,
)
from progress.views.base import ProgressView


class AnnouncedView(ProgressView):
    """Every officially announced total beside the ledger."""

    template_name = "progress/announced.html"

    def page(self, plan: Plan) -> dict[str, Any]:
        totals = ReportedTotal.objects.filter(park=plan.park, as_of__lte=self.moment.as_of)
        return {
            "plan": plan,
            "announced": self.announced(
                self.measure(plan), totals.select_related("cluster", "region", "park")
            ),
        }


class DefinitionsView(ProgressView):
    """How each figure is defined, with the rule that the plan sets."""

    template_name = "progress/definitions.html"

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        return {
            "progress": progress,
            "plan": plan,
            "links": self.links,
            "goals": every_goal(self.links),
        }
