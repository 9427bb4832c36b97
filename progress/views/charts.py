"""Pages and files of charts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clusters.models import Plan
from lists.exports import CSV_TYPE, csv_lines
from progress.charts import CHARTS, Chart, Reading, charts
from progress.links import Links
from progress.pages import scope_links
from progress.views.base import ProgressView
from progress.views.leading import LeadingView
from progress.views.scopes import one


class ChartView(ProgressView):
    """Charts of the park, or of the one cluster or region that the address names."""

    def find_plan(self, problems: list[str]) -> Plan | None:
        plan = super().find_plan(problems)
        query = self.request.GET
        cluster, region = query.get("cluster", ""), query.get("region", "")
        if cluster and region:
            problems.append(_("Charts are of a cluster or of a region; leave one of the two out."))
        elif plan is not None and cluster:
            LeadingView.chosen(problems, plan.park.clusters.all(), "slug", cluster)
        elif plan is not None and region:
            LeadingView.chosen(problems, plan.park.regions.all(), "code", region)
        return plan

    def reading(self, plan: Plan) -> Reading:
        """Return what the charts are made from."""
        progress = self.measure(plan)
        query = self.request.GET
        scope = progress.park
        if query.get("cluster"):
            scope = one(progress.clusters, query["cluster"])
        elif query.get("region"):
            scope = one(progress.regions, query["region"])
        return Reading(progress, scope, self.request.user)


class ChartsView(ChartView):
    """All charts of a scope."""

    template_name = "progress/charts.html"

    def page(self, plan: Plan) -> dict[str, Any]:
        reading = self.reading(plan)
        progress = reading.progress
        return {
            "progress": progress,
            "plan": plan,
            "links": self.links,
            "scope": scope_links(Links(progress), reading.scope),
            "is_park": reading.is_park,
            "clusters": progress.clusters,
            "regions": progress.regions,
            "charts": charts(reading),
        }


class ChartFileView(ChartView):
    """The table of one chart as CSV, with exact values."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["key"] not in CHARTS:
            raise Http404(kwargs["key"])
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
        return {"chart": charts(reading, [key])[key], "scope": reading.scope.key}
