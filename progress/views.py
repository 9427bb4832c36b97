"""Pages of progress; every number on them comes from progress.figures."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.scopes import scope_of
from clusters.models import Cluster, Plan, Region
from clusters.vocabulary import LeadingBasis, Stage
from enterprises.models import Enterprise
from progress.attention import attention
from progress.change_lines import ChangeLines
from progress.changes import changes
from progress.charts import Reading, charts
from progress.choosing import COUNTING_STAGES, read_choice
from progress.contract import as_json
from progress.figures import measure_progress
from progress.leading import LeadingHistory, Proven, Scope
from progress.links import Links
from progress.models import ReportedTotal
from progress.moments import read_moment, read_since
from progress.pages import (
    announced_rows,
    definitions,
    every_goal,
    goal_cards,
    milestones,
    scope_links,
)
from progress.results import Progress, ScopeFigures
from progress.sentence import sentence
from progress.switches import CARRIED, plans_beside, switches
from progress.time_machine import notes, time_machine

ANNOUNCED_ON_OVERVIEW = 5
# The charts that stand on the pages of the park, a cluster and a region; the rest have their own.
ON_PAGES = ("trajectory", "regions")


class ProgressView(PermissionRequiredMixin, TemplateView):
    """A page at one moment of one plan; a moment or plan that cannot be read answers 400."""

    permission_required = "clusters.view_plan"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.moment, problems = read_moment(request.GET)
        self.choice, told = read_choice(request.GET)
        problems += told
        plan = self.find_plan(problems)
        if problems:
            return self.refuse(problems)
        if plan is None:
            return self.render_with("progress/first_run.html", {})
        return self.render_with(self.page_template(), self.page(plan))

    def find_plan(self, problems: list[str]) -> Plan | None:
        """Return the plan that `?plan=` names, else the current one."""
        plans = Plan.objects.select_related("park")
        slug = self.request.GET.get("plan")
        if not slug:
            return plans.current(timezone.localdate())
        plan = plans.filter(slug=slug).first()
        if plan is None:
            known = ", ".join(plans.order_by("slug").values_list("slug", flat=True))
            problems.append(
                _("There is no plan “%(slug)s”. Accepted: %(known)s.")
                % {"slug": slug[:40], "known": known}
            )
        return plan

    def refuse(self, problems: list[str]) -> HttpResponse:
        """Say what in the address cannot be read."""
        response = self.render_with("progress/bad_moment.html", {"problems": problems})
        response.status_code = 400
        return response

    def render_with(self, template: str, context: dict[str, Any]) -> HttpResponse:
        control = time_machine(self.moment)
        progress, plan = context.get("progress"), context.get("plan")
        shown = self.get_context_data(
            control=control,
            banner=notes(control, progress),
            plans=plans_beside(plan) if plan else [],
            switches=switches(progress) if progress else [],
            **context,
        )
        return self.response_class(self.request, template, shown, using=self.template_engine)

    def page_template(self) -> str:
        assert self.template_name is not None  # noqa: S101 each page names one
        return self.template_name

    def page(self, plan: Plan) -> dict[str, Any]:
        """Return what the page shows."""
        raise NotImplementedError

    def measure(self, plan: Plan) -> Progress:
        progress = measure_progress(
            plan,
            self.moment.as_of,
            self.moment.known_at,
            verified_only=self.moment.verified_only,
            choice=self.choice,
        )
        self.links = Links(progress, carried=self.carried)
        return progress

    def announced(self, progress: Progress, totals: Any) -> list[dict[str, Any]]:
        """Set what was announced beside the ledger, an industrial scale by the measure that the
        goal of the plan is compared by."""
        return announced_rows(progress.plan.park, totals, self.moment, progress.plans_measure)

    @property
    def carried(self) -> dict[str, str]:
        """What the address says of plan, clocks and definition, for the pages that it leads to."""
        given = self.request.GET
        return {name: given[name] for name in CARRIED if given.get(name)}


class ScopePage(ProgressView):
    """The grammar that the overview, a cluster and a region share."""

    def find_plan(self, problems: list[str]) -> Plan | None:
        self.since, told = read_since(self.request.GET, self.moment.as_of)
        problems += told
        return super().find_plan(problems)

    def scope_page(self, progress: Progress, scope: ScopeFigures) -> dict[str, Any]:
        reading = Reading(progress, scope, self.request.user)
        return {
            "progress": progress,
            "plan": progress.plan,
            "links": self.links,
            "scope": scope_links(self.links, scope),
            "sentence": sentence(progress, scope),
            "goal_cards": goal_cards(self.links, scope),
            "milestones": milestones(self.links, scope),
            "charts": charts(reading, ON_PAGES),
            "changes": ChangeLines(self.links, scope, changes(reading, self.since)),
            "changes_url": self.changes_url(scope),
        }

    def changes_url(self, scope: ScopeFigures) -> str:
        """Return the address of all changes of a scope, at the moment of this page."""
        within = {name: str(key) for name, key in self.links.within(scope).items()}
        query = {**self.request.GET.dict(), **within}
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


class LeadingView(ProgressView):
    """The enterprises that a count of leading enterprises is made of, each with its basis."""

    template_name = "progress/leading.html"

    def find_plan(self, problems: list[str]) -> Plan | None:
        plan = super().find_plan(problems)
        if plan is None:
            return plan
        query = self.request.GET
        self.cluster = self.chosen(
            problems, plan.park.clusters.all(), "slug", query.get("cluster", "")
        )
        self.region = self.chosen(
            problems, plan.park.regions.all(), "code", query.get("region", "")
        )
        stage = query.get("stage", "")
        if stage and stage not in Stage.values:
            problems.append(
                _("There is no stage “%(stage)s”. Accepted: %(known)s.")
                % {"stage": stage[:40], "known": ", ".join(Stage.values)}
            )
        return plan

    @staticmethod
    def chosen(problems: list[str], rows: Any, key: str, given: str) -> Any:
        """Return the row of that key, None for ""; one that there is not is a problem."""
        if not given:
            return None
        row = rows.filter(**{key: given}).first()
        if row is None:
            known = ", ".join(rows.values_list(key, flat=True))
            problems.append(
                _("“%(key)s” is not known here. There are: %(known)s.")
                % {"key": given[:40], "known": known}
            )
        return row

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        stage = Stage(self.request.GET.get("stage") or progress.rule.counting_stage)
        read: dict[str, Any] = {"as_of": self.moment.as_of, "known_at": self.moment.known_at}
        proven = Proven(plan.park, **read) if self.moment.verified_only else None
        history = LeadingHistory(plan.park, proven=proven, **read)
        scope = Scope(
            cluster_id=self.cluster.pk if self.cluster else None,
            region_id=self.region.pk if self.region else None,
        )
        counted = history.counted(self.moment.as_of, scope, stage)
        visible = Enterprise.objects.visible_to(self.request.user).filter(pk__in=counted)
        presences = {p.enterprise_id: p for p in history.at(self.moment.as_of)}
        clusters = {c.scope.pk: c.scope.name for c in progress.clusters}
        limits = scope_of(self.request.user)
        rows = []
        for enterprise in visible.prefetch_related("groups"):
            presence = presences[enterprise.pk]
            # Of its projects only those that this user sees elsewhere too.
            seen = [
                place
                for place in presence.places
                if scope.holds(place)
                and limits.holds(region_id=place.region_id, cluster_id=place.cluster_id)
            ]
            rows.append(
                {
                    "enterprise": enterprise,
                    "bases": [LeadingBasis(basis) for basis in sorted(presence.bases)],
                    "stage": max((place.stage for place in seen), key=lambda s: s.rank, default=""),
                    "clusters": sorted({clusters[place.cluster_id] for place in seen}),
                }
            )
        return {
            "progress": progress,
            "plan": plan,
            "links": self.links,
            "stage": stage,
            "stages": COUNTING_STAGES,
            "cluster": self.cluster,
            "region": self.region,
            "count": len(counted),
            "rows": rows,
        }


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


class ProgressJsonView(ProgressView):
    """The figures as JSON."""

    def refuse(self, problems: list[str]) -> HttpResponse:
        return JsonResponse({"problems": problems}, status=400)

    def render_with(self, template: str, context: dict[str, Any]) -> HttpResponse:
        if "json" in context:
            return JsonResponse(context["json"], json_dumps_params={"ensure_ascii": False})
        return JsonResponse({"problems": [_("No plan is loaded yet.")]}, status=404)

    def page_template(self) -> str:
        return ""

    def page(self, plan: Plan) -> dict[str, Any]:
        return {"json": as_json(self.measure(plan))}
