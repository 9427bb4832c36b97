"""Pages and files of charts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clusters.models import Plan, Sector
from enterprises.models import InvestorGroup
from lists.exports import CSV_TYPE, csv_lines
from progress.charts import CHARTS, OF_PARTS, Chart, Reading, charts
from progress.finding import find_group, find_sector
from progress.pages import scope_links
from progress.views.base import ProgressView
from progress.views.leading import LeadingView

# What of the park an address may name, one at a time.
SCOPES = ("cluster", "region", "sector", "group")


class ChartView(ProgressView):
    """Charts of the park, or of the one cluster, region, sector or group that the address names."""

    # Whether the page can be of a sector or a group.
    has_parts = True
    # The cluster, region, sector or group; None for the park.
    named: Any = None

    def find_plan(self, problems: list[str]) -> Plan | None:
        plan = super().find_plan(problems)
        query = self.request.GET
        given = {name: query[name] for name in SCOPES if query.get(name)}
        if len(given) > 1:
            problems.append(
                _("A page is of one of these; leave all but one out: %(names)s.")
                % {"names": ", ".join(given)}
            )
        elif plan is not None and given:
            [(name, key)] = given.items()
            self.named = self.find_named(plan, problems, name, key)
        return plan

    def find_named(self, plan: Plan, problems: list[str], name: str, key: str) -> Any:
        """Return the row that the address names; one that there is not is a problem."""
        if name == "cluster":
            return LeadingView.chosen(problems, plan.park.clusters.all(), "slug", key)
        if name == "region":
            return LeadingView.chosen(problems, plan.park.regions.all(), "code", key)
        if not self.has_parts:
            problems.append(_("Of sectors and investor groups there is no such page."))
            return None
        try:
            is_group = name == "group"
            return find_group(self.request.user, key) if is_group else find_sector(plan, key)
        except ValidationError as error:
            problems += error.messages
        return None

    def reading(self, plan: Plan) -> Reading:
        """Return what the charts are made from."""
        progress, named, user = self.measure(plan), self.named, self.request.user
        if isinstance(named, Sector | InvestorGroup):
            return Reading.of_part(progress, named, user)
        scopes = (*progress.clusters, *progress.regions)
        scope = next((one for one in scopes if one.scope == named), progress.park)
        return Reading(progress, scope, user)

    def chosen_scope(self, reading: Reading) -> dict[str, Any]:
        """Return what a page shows of the scope that was chosen, and of the others."""
        progress = reading.progress
        return {
            "progress": progress,
            "plan": progress.plan,
            "links": self.links,
            "scope": scope_links(self.links, reading.scope),
            "is_park": reading.is_park,
            "clusters": progress.clusters,
            "regions": progress.regions,
        }


class ChartsView(ChartView):
    """All charts of a scope."""

    template_name = "progress/charts.html"
    has_parts = False

    def page(self, plan: Plan) -> dict[str, Any]:
        reading = self.reading(plan)
        return {**self.chosen_scope(reading), "charts": charts(reading)}


class ChartFileView(ChartView):
    """The table of one chart as CSV, with exact values."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["key"] not in CHARTS:
            raise Http404(kwargs["key"])
        self.has_parts = kwargs["key"] in OF_PARTS
        return super().get(request, *args, **kwargs)

    def refuse(self, problems: list[str]) -> HttpResponse:
        return HttpResponse("\n".join(problems), status=400, content_type="text/plain")

    def render_with(self, template: str, context: dict[str, Any]) -> HttpResponse:
        chart: Chart | None = context.get("chart")
        if chart is None:
            return HttpResponse(_("No plan is loaded yet."), status=404, content_type="text/plain")
        name = "-".join(["chart", chart.key, context["scope"], chart.as_of.isoformat()])
        return HttpResponse(
            csv_lines(list(row) for row in chart.file_rows()),
            content_type=CSV_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    def page_template(self) -> str:
        return ""

    def page(self, plan: Plan) -> dict[str, Any]:
        reading = self.reading(plan)
        key = self.kwargs["key"]
        is_group = isinstance(self.named, InvestorGroup)
        name = f"group-{reading.scope.key}" if is_group else reading.scope.key
        return {"chart": charts(reading, [key])[key], "scope": name}
