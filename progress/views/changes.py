"""The page of what changed."""

from typing import Any

from clusters.models import Plan
from progress.changes.lines import ChangeLines
from progress.changes.reading import changes
from progress.moments import read_since
from progress.views.charts import ChartView


class ChangesView(ChartView):
    """What changed in the park, a cluster, region, sector or group since a day, by both clocks.

    Of a cluster within a region no page tells a figure, so this one does not either.
    """

    template_name = "progress/changes.html"

    def find_plan(self, problems: list[str]) -> Plan | None:
        self.since, told = read_since(self.request.GET, self.moment.as_of)
        problems += told
        return super().find_plan(problems)

    def page(self, plan: Plan) -> dict[str, Any]:
        reading = self.reading(plan)
        return {
            **self.chosen_scope(reading),
            "changes": ChangeLines(self.links, reading.scope, changes(reading, self.since)),
            # Of a group all is limited, of the rest the names and what was recorded.
            "is_limited": reading.is_limited and not reading.is_of_group,
            "is_limited_group": reading.is_limited and reading.is_of_group,
        }
