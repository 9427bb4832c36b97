"""The lists that the figures of progress are made of: each number on a page leads to its own.

A list with the filters of such an address has the very entries, enterprises or projects that the
figure counts: it adds up to the figure, for a reader who sees every scope.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from clusters.models import Park, Sector
from clusters.vocabulary import Grade, LeadingBasis, Measure, Stage, Standing
from enterprises.conditions import INSIDE
from enterprises.models import InvestorGroup
from progress.announced import Announced
from progress.choosing import Counted
from progress.measuring.reach import NEW_BY_BASIS
from progress.moments import FIRST_YEAR, VERIFIED
from progress.results import (
    AmountFigures,
    Definition,
    GoalFigures,
    InvestmentCount,
    LeadingCount,
    Progress,
    ScopeFigures,
)

Query = dict[str, str | list[str]]
DAY = timedelta(days=1)
RUNNING = [standing.value for standing in Standing if standing != Standing.WITHDRAWN]


@dataclass(frozen=True)
class Links:
    """The addresses behind the figures of one page.

    `carried` is what the page's own address says of plan, clocks and definition: pages that are
    reached from it say the same.
    """

    progress: Progress
    carried: Mapping[str, str] = field(default_factory=dict)

    # Scopes and clocks, as the filters of the lists have them.

    @cached_property
    def park(self) -> Query:
        """The park of the plan, where there is another one beside it."""
        park = self.progress.plan.park
        return {"park": park.slug} if Park.objects.exclude(pk=park.pk).exists() else {}

    def within(self, scope: ScopeFigures) -> Query:
        """Return the filter that narrows to a scope."""
        named = scope.scope
        if isinstance(named, Sector):
            return {"cluster": named.cluster.slug, "sector": named.slug}
        if isinstance(named, InvestorGroup):
            return {**self.park, "led_by": str(named.pk)}
        if scope in self.progress.clusters:
            return {"cluster": scope.key}
        return {"region": scope.key} if scope in self.progress.regions else self.park

    def page(self, scope: ScopeFigures) -> str:
        """Return the page of a scope, at the clocks and under the definition of this one."""
        return self.carry(scope.scope.get_absolute_url())  # type: ignore[attr-defined]

    def carry(self, path: str) -> str:
        """Return an address of progress with what this page's own says."""
        return f"{path}?{urlencode(self.carried)}" if self.carried else path

    @cached_property
    def known_at(self) -> str:
        """The moment whose knowledge is used; "" for now."""
        moment = self.progress.known_at
        return "" if moment is None else timezone.localtime(moment).isoformat()

    # Amounts.

    def entries(
        self,
        scope: ScopeFigures,
        measure: str,
        until: date | None = None,
        *,
        since: date | None = None,
        **more: str,
    ) -> str:
        """Return the entries that an amount is the sum of, from a day up to another; "" where
        there is no day between them."""
        until = until or self.progress.as_of
        if since is not None and since > until:
            return ""
        query: Query = {"measure": measure} if measure else {}
        query |= self.within(scope)
        if isinstance(scope.scope, Sector):
            query["sector_on"] = self.progress.as_of.isoformat()
        if self.progress.choice.in_sites:
            query["site"] = INSIDE
        if since is not None:
            query["since"] = since.isoformat()
        query["until"] = until.isoformat()
        if self.known_at:
            query["known_until"] = self.known_at
        if self.progress.verified_only:
            query["grade"] = Grade.VERIFIED.value
        return address("ledger:entry-list", {**query, **more})

    def output(self, scope: ScopeFigures, year: int | None, until: date | None = None) -> str:
        """Return the entries of the output of one year, up to a day."""
        if year is None:
            return ""
        last = min(date(year, 12, 31), until or self.progress.as_of)
        return self.entries(scope, Measure.ANNUAL_OUTPUT, last, since=date(year, 1, 1))

    def amount(self, scope: ScopeFigures, amount: AmountFigures) -> str:
        """Return the entries of a measure of a scope."""
        if amount.measure == Measure.ANNUAL_OUTPUT:
            return self.output(scope, scope.annual_output_year)
        return self.entries(scope, amount.measure)

    def grades(self, scope: ScopeFigures, amount: AmountFigures) -> dict[str, str]:
        """Return the entries of each grade that an amount has a part of."""
        here = self.amount(scope, amount)
        return {
            grade.value: here if self.progress.verified_only else f"{here}&grade={grade.value}"
            for grade, fen in amount.evidence_fen.items()
            if fen and here
        }

    def before_plan(self, scope: ScopeFigures, measure: str) -> str:
        """Return the entries that stood before the plan began."""
        return self.entries(scope, measure, min(self.plan_starts - DAY, self.progress.as_of))

    @property
    def plan_starts(self) -> date:
        return self.progress.plan.starts_on

    def all_entries(self) -> str:
        """Return every entry that stands, of whatever measure."""
        return self.entries(self.progress.park, "", stands="yes")

    # Enterprises and projects.

    def counting(self, on: date | None = None, stage: Stage | None = None) -> Query:
        """Return the filters that narrow to what counts as leading on a day."""
        stage = stage or Stage(self.progress.rule.counting_stage)
        return {
            "counting": "yes",
            "counting_from": stage.value,
            **self.on_day(on),
        }

    def on_day(self, on: date | None = None) -> Query:
        """Return the clocks of the lists of enterprises and projects."""
        query: Query = {"as_of": (on or self.progress.as_of).isoformat()}
        if self.known_at:
            query["known_at"] = self.known_at
        if self.progress.verified_only:
            query["evidence"] = VERIFIED
        if self.progress.choice.in_sites:
            query["site"] = INSIDE
        return query

    def leading(self, scope: ScopeFigures, on: date | None = None, **more: str) -> str:
        """Return the enterprises that a count of leading ones is of."""
        query = {**self.within(scope), **self.counting(on), **more}
        # Of who came, left or is new only enterprises are told.
        counted = Counted.ENTERPRISES if more else self.progress.choice.counted
        if counted == Counted.PROJECTS:
            return address("enterprises:project-list", query)
        if counted == Counted.GROUPS:
            query["one_per_group"] = "yes"
        return address("enterprises:enterprise-list", query)

    def enterprises(self, scope: ScopeFigures) -> str:
        """Return the enterprises with a project that is not withdrawn."""
        return address("enterprises:enterprise-list", self.running(scope))

    def projects(self, scope: ScopeFigures) -> str:
        """Return the projects that are not withdrawn."""
        return address("enterprises:project-list", self.running(scope))

    def running(self, scope: ScopeFigures) -> Query:
        return {**self.within(scope), "standing": RUNNING, **self.on_day()}

    def reached(self, scope: ScopeFigures, stage: Stage, **more: str) -> str:
        """Return the projects that stand at a stage or past it, withdrawn ones too."""
        query: Query = {
            **self.within(scope),
            **self.on_day(),
            "was_on": self.progress.as_of.isoformat(),
            "was_stage": [one.value for one in Stage if one.rank >= stage.rank],
            **more,
        }
        return address("enterprises:project-list", query)

    def several_clusters(self) -> str:
        """Return the leading enterprises that count in more than one cluster."""
        return self.leading(self.progress.park, self.progress.headline_on, several_clusters="yes")

    # Goals.

    def goal(self, scope: ScopeFigures, goal: GoalFigures, on: date | None = None) -> str:
        """Return what was reached of a goal on a day, on that of its headline without one."""
        on = on or min(goal.goal.due_on, self.progress.as_of)
        if goal.ledger_measure == Measure.ANNUAL_OUTPUT:
            at_end = on == self.progress.as_of
            year = scope.annual_output_year if at_end else goal.headline_year
            return self.output(scope, year, on)
        if goal.ledger_measure is not None:
            return self.entries(scope, goal.ledger_measure, on)
        return self.leading(scope, on, **self.of_new(goal))

    def of_new(self, goal: GoalFigures) -> dict[str, str]:
        """Return the filters for a goal of new enterprises; {} for one of all."""
        basis: LeadingBasis | None = NEW_BY_BASIS.get(goal.goal.measure)  # type: ignore[call-overload]
        if basis is None:
            return {}
        return {"leading": basis.value, "new_since": self.plan_starts.isoformat()}

    def before(self, scope: ScopeFigures, goal: GoalFigures) -> str:
        """Return what of a goal's headline had stood before the plan began."""
        on = min(goal.goal.due_on, self.progress.as_of)
        if goal.ledger_measure is not None:
            return self.entries(scope, goal.ledger_measure, min(self.plan_starts - DAY, on))
        # Before the plan began, what stands is all from before.
        first = min(self.plan_starts, on + DAY)
        return self.leading(scope, on, counted_before=first.isoformat())

    def under_plan(self, scope: ScopeFigures, goal: GoalFigures) -> str:
        """Return what of a goal's headline came since the plan began; "" before that."""
        on = min(goal.goal.due_on, self.progress.as_of)
        if on < self.plan_starts:
            return ""
        if goal.ledger_measure == Measure.ANNUAL_OUTPUT:
            return self.goal(scope, goal)
        if goal.ledger_measure is not None:
            return self.entries(scope, goal.ledger_measure, on, since=self.plan_starts)
        return self.leading(scope, on, new_since=self.plan_starts.isoformat())

    def since_due(self, scope: ScopeFigures, goal: GoalFigures) -> str:
        """Return what came after the due date of a goal."""
        after = goal.goal.due_on + DAY
        if goal.ledger_measure is not None:
            return self.entries(scope, goal.ledger_measure, since=after)
        return self.leading(scope, new_since=after.isoformat())

    def gone(self, scope: ScopeFigures, goal: GoalFigures) -> str:
        """Return the enterprises that counted on the due date of a goal and do no more."""
        return self.leading(scope, goal.goal.due_on, gone_by=self.progress.as_of.isoformat())

    # The headline under each definition, and what was announced.

    def count(self, count: LeadingCount) -> dict[str, str]:
        """Return the enterprises, one for each group, and the projects of a count."""
        query = {**self.park, **self.counting(self.progress.headline_on, count.stage)}
        if count.narrowed == VERIFIED:
            query["evidence"] = VERIFIED
        elif count.narrowed:
            query["site"] = INSIDE
        enterprises = address("enterprises:enterprise-list", query)
        return {
            "enterprises": enterprises,
            "groups": f"{enterprises}&one_per_group=yes",
            "projects": address("enterprises:project-list", query),
        }

    def investment(self, count: InvestmentCount) -> str:
        """Return the entries of the investment under a definition."""
        park, on = self.progress.park, self.progress.headline_on
        if count.definition == Definition.PAID_IN:
            return self.entries(park, Measure.PAID_IN, on)
        if count.definition == Definition.ANNUAL_OUTPUT:
            return self.output(park, count.year, on)
        if count.definition == Definition.IN_SITES:
            return self.entries(park, Measure.CONTRACTED, on, site=INSIDE)
        if count.definition == Definition.UNDER_PLAN:
            return self.entries(park, Measure.CONTRACTED, on, since=self.plan_starts)
        if count.definition == Definition.VERIFIED:
            return self.entries(park, Measure.CONTRACTED, on, grade=Grade.VERIFIED.value)
        return self.entries(park, Measure.CONTRACTED, on)


def announced_entries(
    row: Announced, *, is_only_park: bool, grade: str = "", known_at: datetime | None = None
) -> str:
    """Return the entries that the ledger has for what was announced, as known at a moment."""
    if row.days is None:
        return ""
    first, last = row.days
    total = row.total
    query: Query = {"measure": row.measure}
    if total.cluster is not None:
        query["cluster"] = total.cluster.slug
    elif total.region is not None:
        query["region"] = total.region.code
    elif not is_only_park:
        query["park"] = total.park.slug
    if first.year >= FIRST_YEAR:
        query["since"] = first.isoformat()
    query["until"] = last.isoformat()
    if known_at is not None:
        query["known_until"] = timezone.localtime(known_at).isoformat()
    if grade:
        query["grade"] = grade
    return address("ledger:entry-list", query)


def address(name: str, query: Query) -> str:
    """Return the address of a list with filters."""
    return f"{reverse(name)}?{urlencode(query, doseq=True)}"
