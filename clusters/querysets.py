"""Reads over many plans, clusters and goals."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, DateField, F, Q, Value, When
from django.db.models.functions import Greatest

from clusters.facts import DatedFactQuerySet

if TYPE_CHECKING:
    from clusters.models import Cluster, CountingRule, Goal, Plan, Region  # noqa: F401


class PlanQuerySet(models.QuerySet["Plan"]):
    """Reads over plans."""

    def current(self, day: date) -> "Plan | None":
        """Return the plan that covers `day`, else the last one that began, else the next one."""
        return self.nearest_first(day).first()

    def nearest_first(self, day: date) -> Self:
        """Plans in that order."""
        covers = Q(starts_on__lte=day, ends_on__gte=day)
        begun = Q(starts_on__lte=day)
        return self.order_by(
            Case(When(covers, then=0), When(begun, then=1), default=2).asc(),
            Case(When(covers, then=F("starts_on")), When(begun, then=F("ends_on"))).desc(),
            "starts_on",
        )


class GoalQuerySet(DatedFactQuerySet["Goal"]):
    """Reads over goals."""

    def standing(self, plan: "Plan", as_of: date, known_at: datetime | None) -> Self:
        """Return the plan's goals as worded at `as_of` and known at `known_at`.

        Before the plan begins its first wording stands, so that a page of that time can say what
        is to come.
        """
        return (
            self.filter(plan=plan)
            .known_at(known_at)
            .in_force(max(as_of, plan.starts_on))
            .latest_per("cluster", "measure", "due_on")
            .not_ended()
        )

    def worded_at(self, as_of: date) -> Self:
        """Return the goals of every plan so, as they are known now."""
        begun = Greatest(Value(as_of, output_field=DateField()), F("plan__starts_on"))
        by_then = self.filter(effective_on__lte=begun)
        return by_then.latest_per("plan", "cluster", "measure", "due_on").not_ended()

    def not_ended(self) -> Self:
        """Goals with a target; one without any ends the goal."""
        return self.exclude(target_count=None, target_fen=None)


class CountingRuleQuerySet(DatedFactQuerySet["CountingRule"]):
    """Reads over counting rules."""

    def standing(
        self, plan: "Plan", as_of: date, known_at: datetime | None
    ) -> "CountingRule | None":
        """Return the plan's rule at `as_of` as known at `known_at`."""
        return (
            self.filter(plan=plan)
            .known_at(known_at)
            .in_force(max(as_of, plan.starts_on))
            .latest_per("plan")
            .first()
        )
