"""The page that compares two scopes, or one at two dates."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from clusters.models import Cluster, Plan, Region
from progress.comparing import Side, Sides, at, options, rows
from progress.models import ReportedTotal
from progress.moments import read_as_of, read_known_at
from progress.pages import announced_rows
from progress.views.base import ProgressView


@dataclass(frozen=True)
class Chooser:
    """The fields of one side, as the address has them."""

    letter: str
    spec: str
    on: str
    known: str


# What the form asks for; all else that the address says stays.
FIELDS = tuple(f"{letter}{end}" for letter in "ab" for end in ("", "_on", "_at"))


class CompareView(ProgressView):
    """Two sides; each may have clocks of its own, else those of the page hold for both."""

    template_name = "progress/compare.html"

    def find_plan(self, problems: list[str]) -> Plan | None:
        plan = super().find_plan(problems)
        given = self.request.GET
        self.choosers = [
            Chooser(
                letter,
                *(given.get(name, "").strip() for name in (letter, f"{letter}_on", f"{letter}_at")),
            )
            for letter in ("a", "b")
        ]
        self.sides: list[Side] = []
        if plan is None or problems:
            return plan
        read = Sides(plan, self.request.user, self.choice, self.carried)
        for chooser in self.choosers:
            try:
                moment = at(
                    self.moment,
                    read_as_of(chooser.on) if chooser.on else None,
                    read_known_at(chooser.known) if chooser.known else None,
                )
                if chooser.spec:
                    self.sides.append(read.read(chooser.spec, moment))
            except ValidationError as error:
                problems += error.messages
        return plan

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        chosen = [chooser.spec for chooser in self.choosers]
        both = self.sides if len(self.sides) == 2 else []
        return {
            "progress": progress,
            "plan": plan,
            "links": self.links,
            "choosers": self.choosers,
            "options": options(plan, progress, self.request.user, chosen),
            "sides": self.sides,
            "rows": rows(*both) if both else [],
            "announced": [(side, self.announced_of(side)) for side in both],
            "kept": {name: value for name, value in self.request.GET.items() if name not in FIELDS},
            "is_same": len({(side.spec, side.moment) for side in both}) == 1 and bool(both),
        }

    @staticmethod
    def announced_of(side: Side) -> list[dict[str, Any]]:
        """Return what officials announced for a cluster or a region, beside the ledger."""
        named: Any = side.figures.scope
        if not isinstance(named, Cluster | Region):
            return []
        of = {"cluster" if isinstance(named, Cluster) else "region": named}
        totals = ReportedTotal.objects.filter(**of, as_of__lte=side.moment.as_of)
        return announced_rows(
            side.progress.plan.park,
            totals.select_related("cluster", "region", "park"),
            side.moment,
            side.progress.plans_measure,
        )
