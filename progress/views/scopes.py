"""The pages of the park, a cluster and a region."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scopes import scope_of
from clusters.models import Cluster, Plan, Region
from progress.attention import attention
from progress.changes.lines import ChangeLines
from progress.changes.reading import changes
from progress.charts import Reading, charts
from progress.figures import measure_progress
from progress.links import Links
from progress.models import ReportedTotal
from progress.moments import read_since
from progress.pages import (
    definitions,
    goal_cards,
    milestones,
    scope_links,
)
from progress.results import Progress, ScopeFigures
from progress.sentence import sentence
from progress.views.base import ProgressView

ANNOUNCED_ON_OVERVIEW = 5
# The charts that stand on the pages of the park, a cluster and a region; the rest have their own.
ON_PAGES = ("trajectory", "regions")


class ScopePage(ProgressView):
    """The grammar that the overview, a cluster and a region share."""

    def find_plan(self, problems: list[str]) -> Plan | None:
        self.since, told = read_since(self.request.GET, self.moment.as_of)
        problems += told
        return super().find_plan(problems)

    def scope_page(self, progress: Progress, scope: ScopeFigures) -> dict[str, Any]:
        """Return what the pages of the park, a cluster and a region have alike."""
        return self.reading_page(Reading(progress, scope, self.request.user), ON_PAGES)

    def reading_page(self, reading: Reading, keys: Iterable[str]) -> dict[str, Any]:
        """Return what all have alike, with the charts of `keys`."""
        progress, scope = reading.progress, reading.scope
        return {
            "progress": progress,
            "plan": progress.plan,
            "links": self.links,
            "scope": scope_links(self.links, scope),
            "sentence": sentence(progress, scope),
            "goal_cards": goal_cards(self.links, scope),
            "milestones": milestones(self.links, scope),
            "charts": charts(reading, keys),
            "changes": ChangeLines(self.links, scope, changes(reading, self.since)),
            "changes_url": self.changes_url(reading),
        }

    def changes_url(self, reading: Reading) -> str:
        """Return the address of all changes of a scope, at the moment of this page."""
        query = {**self.request.GET.dict(), **reading.named}
        return f"{reverse('progress:changes')}?{urlencode(query)}"


class OverviewView(ScopePage):
    """How far the park is from its goals."""

    template_name = "progress/overview.html"

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        totals = (
            ReportedTotal.objects.filter(
                park=plan.park,
                unit=ReportedTotal.Unit.YUAN,
                measure=ReportedTotal.Measure.CONTRACTED,
                as_of__lte=self.moment.as_of,
            )
            .select_related("cluster", "region", "park")
            .order_by("-value")
        )
        return {
            **self.scope_page(progress, progress.park),
            # What is to be done is to be done today; a page of another day has no say in it.
            "attention": (attention(plan.park, self.request.user) if self.moment.is_now else None),
            "is_limited": scope_of(self.request.user).is_limited,
            "clusters": [scope_links(self.links, scope) for scope in progress.clusters],
            "regions": [scope_links(self.links, scope) for scope in progress.regions],
            "definitions": definitions(self.plans_own(progress)),
            "announced": self.announced(progress, totals[:ANNOUNCED_ON_OVERVIEW]),
            "announced_count": ReportedTotal.objects.filter(
                park=plan.park, as_of__lte=self.moment.as_of
            ).count(),
        }

    def plans_own(self, progress: Progress) -> Links:
        """Return the figures under the plan's own rule, where the table of definitions begins."""
        if progress.choice.is_plans:
            return self.links
        clocks = (progress.plan, progress.as_of, progress.known_at)
        return Links(measure_progress(*clocks, verified_only=progress.verified_only))


class ClusterView(ScopePage):
    """One cluster."""

    template_name = "progress/cluster.html"

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        scope = one(progress.clusters, self.kwargs["slug"])
        cluster = Cluster.objects.prefetch_related("sites__region", "sectors").get(slug=scope.key)
        totals = ReportedTotal.objects.filter(
            cluster=cluster, as_of__lte=self.moment.as_of
        ).select_related("cluster", "park")
        return {
            **self.scope_page(progress, scope),
            "cluster": cluster,
            "spec": f"cluster:{cluster.slug}",
            "announced": self.announced(progress, totals),
        }


class RegionView(ScopePage):
    """One region; no plan sets it a goal, so it shows what it brings."""

    template_name = "progress/region.html"

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        scope = one(progress.regions, self.kwargs["code"])
        region = Region.objects.prefetch_related("sites__cluster").get(code=scope.key)
        totals = ReportedTotal.objects.filter(
            region=region, as_of__lte=self.moment.as_of
        ).select_related("region", "park")
        return {
            **self.scope_page(progress, scope),
            "region": region,
            "spec": f"region:{region.code}",
            "announced": self.announced(progress, totals),
        }


def one(scopes: tuple[ScopeFigures, ...], key: str) -> ScopeFigures:
    """Return the scope of that key; 404 when the park of the plan has none."""
    for scope in scopes:
        if scope.key == key:
            return scope
    known = ", ".join(scope.key for scope in scopes)
    raise Http404(
        _("“%(key)s” is not known here. There are: %(known)s.") % {"key": key, "known": known}
    )
