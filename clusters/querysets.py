"""Reads over many plans, clusters and goals."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Q, When

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
            .exclude(target_count=None, target_fen=None)
        )


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
