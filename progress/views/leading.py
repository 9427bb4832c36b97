"""The enterprises behind a count of leading enterprises."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.scopes import scope_of
from clusters.models import Plan
from clusters.vocabulary import LeadingBasis
from enterprises.models import Enterprise
from progress.charts.reading import Reading
from progress.measuring.leading import Scope
from progress.views.base import ProgressView


class LeadingView(ProgressView):
    """The enterprises that a count of leading enterprises is made of, each with its basis."""

    template_name = "progress/leading.html"
    # It lists enterprises, whatever else is counted elsewhere.
    follows = ("from", "evidence", "sites")

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
        reading = Reading(progress, progress.park, self.request.user)
        stage, history = reading.stage, reading.leading
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
            "cluster": self.cluster,
            "region": self.region,
            "count": len(counted),
            "rows": rows,
        }
