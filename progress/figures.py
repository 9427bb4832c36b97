"""Every figure of progress, defined once.

leading enterprises  distinct enterprises with a leading basis and, in the scope, a project that is
                     not withdrawn and stands at the plan's counting stage or past it at `as_of`
investment           sum of the entries of the goal's measure, effective on or before `as_of` and
                     recorded at or before `known_at`; the published "industrial scale" is compared
                     by the measure of the plan's counting rule. Goals are stocks: what stood before
                     the plan counts, and is given apart as `before_plan`
new enterprises      enterprises with the basis that count at `as_of` and did not on the day before
                     the plan began
annual output        the latest year with entries; never summed across years
completion           actual / target, not capped; None if nothing was reported or the target is 0
elapsed              share of the days from the plan's first day to the due date that are gone
pace                 completion - elapsed, while the goal runs; after its due date there is none
outcome              what had been reached on the due date, once it has come
needed_per_month     what is left / months left; recent_per_month the last twelve months / 12;
                     `projected` carries the recent rate on to the due date
evidence             the contracted (or goal's) amount by grade; the four parts add up to it
verified only        on request amounts count what is verified alone, and a project counts from the
                     day of its first verified entry
another definition   on request another stage, measure or thing is counted than the plan's rule
                     says, or only what lies in the planned sites (progress.choosing)

Amounts are integer fen. None means "not reported" or "not defined", never 0. Pages, JSON, files and
commands print these objects and compute nothing. Definitions: docs/figures.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from clusters.models import Cluster, CountingRule, Goal, Plan, Region
from clusters.names import Bilingual
from clusters.vocabulary import GoalMeasure, Grade, Measure, Stage
from ledger.subjects import Subject
from progress.choosing import COUNTING_STAGES, PLANS_OWN, Choice
from progress.knowledge import remembered
from progress.measuring.alternatives import IN_SITES, VERIFIED, inside_sites, verified_count
from progress.measuring.investment import Amounts
from progress.measuring.leading import LeadingHistory, Proven, Reported, Scope
from progress.measuring.reach import Reach
from progress.measuring.running import Running, running
from progress.results import (
    AmountFigures,
    Definition,
    GoalFigures,
    InvestmentCount,
    LeadingCount,
    Progress,
    ScopeFigures,
)
from progress.statuses import Span, Status, completion, judge

DAYS_PER_MONTH = Decimal("365.25") / 12
# Nothing here tells a name but those of the plan.
RESTS_ON = (Subject.ENTRIES, Subject.PROJECTS, Subject.PLANS)


def measure_progress(
    plan: Plan,
    as_of: date,
    known_at: datetime | None = None,
    *,
    verified_only: bool = False,
    choice: Choice = PLANS_OWN,
) -> Progress:
    """Compute every figure of `plan`; the number of queries does not grow with the data.

    As long as nothing is recorded they are those of before, and one query tells so.
    """
    # Before the first read, so that nothing is called known then that came during the reads.
    measured_at = timezone.now()
    progress = remembered(
        "progress",
        plan.pk,
        as_of,
        known_at,
        verified_only,
        sorted(choice.query.items()),
        compute=lambda: Measurement(
            plan, as_of, known_at, verified_only=verified_only, choice=choice
        ).progress(),
        subjects=RESTS_ON,
    )
    return replace(progress, measured_at=measured_at)


class Measurement:
    """What the figures of one plan, date and moment are computed from."""

    def __init__(
        self,
        plan: Plan,
        as_of: date,
        known_at: datetime | None,
        *,
        verified_only: bool = False,
        choice: Choice = PLANS_OWN,
    ) -> None:
        self.measured_at = timezone.now()
        self.plan = plan
        self.as_of = as_of
        self.known_at = known_at
        self.verified_only = verified_only
        read: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        self.read = read
        self.proven = Proven(plan.park, **read) if verified_only else None
        rule = CountingRule.objects.standing(plan, as_of, known_at) or CountingRule(plan=plan)
        self.plans_rule = rule
        self.choice = choice.apart_from(rule)
        self.rule = self.choice.applied_to(rule)
        self.clusters = list(
            Cluster.objects.filter(park=plan.park).prefetch_related("sites__region")
        )
        self.sites = frozenset(
            (site.cluster_id, site.region_id)
            for cluster in self.clusters
            for site in cluster.sites.all()
        )
        # None: every place counts.
        sites = self.sites if self.choice.in_sites else None
        self.stage = Stage(self.rule.counting_stage)
        self.before_plan = plan.starts_on - timedelta(days=1)
        self.year_ago = as_of - timedelta(days=365)
        self.headline_on = min(as_of, plan.ends_on)
        self.goals = list(
            Goal.objects.standing(plan, as_of, known_at)
            .select_related("cluster", "plan__park")
            .order_by("due_on", "pk")
        )
        due = {goal.due_on for goal in self.goals if goal.due_on <= as_of}
        self.amounts = Amounts(
            plan.park,
            days={as_of, min(self.before_plan, as_of), self.year_ago, self.headline_on, *due},
            known_at=known_at,
            only=Grade.VERIFIED if verified_only else None,
            sites=sites,
        )
        self.leading = LeadingHistory(plan.park, proven=self.proven, sites=sites, **read)
        self.reach = Reach(
            plan,
            self.rule,
            amounts=self.amounts,
            leading=self.leading,
            output=self.amounts.output(as_of),
            reported=Reported(plan.park, proven=self.proven, sites=sites, **read),
            counted=self.choice.counted,
        )

    def progress(self) -> Progress:
        regions = list(Region.objects.filter(park=self.plan.park))
        return Progress(
            plan=self.plan,
            as_of=self.as_of,
            known_at=self.known_at,
            verified_only=self.verified_only,
            measured_at=self.measured_at,
            rule=self.rule,
            park=self.figures(self.plan.park.slug, self.plan.park, Scope()),
            clusters=tuple(
                self.figures(cluster.slug, cluster, Scope(cluster_id=cluster.pk))
                for cluster in self.clusters
            ),
            regions=tuple(
                self.figures(region.code, region, Scope(region_id=region.pk)) for region in regions
            ),
            counts=tuple(self.count(stage) for stage in COUNTING_STAGES),
            narrowed_counts=tuple(self.narrowed()),
            in_several_clusters=self.leading.in_several_clusters(self.headline_on, self.stage),
            investments=tuple(self.investments()),
            entries=self.amounts.entries(self.as_of),
            choice=self.choice,
            plans_stage=Stage(self.plans_rule.counting_stage),
            plans_measure=Measure(self.plans_rule.investment_measure),
        )

    @cached_property
    def running(self) -> dict[Scope, Running]:
        """How much runs at `as_of` in each scope that anything runs in."""
        subjects = (Subject.PROJECTS, Subject.PLANS)
        return remembered(
            "running",
            self.plan.park_id,
            *self.read.values(),
            self.verified_only,
            self.choice.in_sites,
            compute=lambda: running(
                self.plan.park, **self.read, proven=self.proven, in_sites=self.choice.in_sites
            ),
            subjects=(*subjects, Subject.ENTRIES) if self.verified_only else subjects,
        )

    def figures(self, key: str, named: Bilingual, scope: Scope) -> ScopeFigures:
        """Compute one scope; only the park and clusters have goals."""
        has_goals = scope.region_id is None
        goals = [g for g in self.goals if has_goals and g.cluster_id == scope.cluster_id]
        of = {
            kind: tuple(self.goal(goal, scope) for goal in goals if self.kind(goal) == kind)
            for kind in ("leading", "investment", "other")
        }
        leading = self.reach.leading_number(scope, self.as_of)
        investment = self.amount(scope, Measure(self.rule.investment_measure))
        whole = self.amount(Scope(), Measure(self.rule.investment_measure)).fen
        year, output = self.reach.output.latest(scope, self.as_of)
        runs = self.running.get(scope, Running())
        return ScopeFigures(
            key=key,
            scope=named,
            leading=leading if self.reach.reported.by(scope, self.as_of) else None,
            leading_goals=of["leading"],
            investment_goals=of["investment"],
            other_goals=of["other"],
            contracted=self.amount(scope, Measure.CONTRACTED),
            paid_in=self.amount(scope, Measure.PAID_IN),
            investment=investment,
            annual_output_fen=output.reported_fen,
            annual_output_year=year,
            enterprises=runs.enterprises,
            projects=runs.projects,
            share_of_park=completion(investment.fen, whole or 0),
        )

    @staticmethod
    def kind(goal: Goal) -> str:
        """Return which of a scope's lists a goal stands in."""
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return "leading"
        return "investment" if goal.measure == GoalMeasure.INDUSTRIAL_SCALE else "other"

    def goal(self, goal: Goal, scope: Scope) -> GoalFigures:
        """Compute how one goal stands."""
        target = goal.target or 0
        is_due = goal.due_on <= self.as_of
        actual = self.reach.by(goal, scope, self.as_of)
        outcome = self.reach.by(goal, scope, goal.due_on) if is_due else None
        year_ago = self.reach.by(goal, scope, self.year_ago)
        span = Span(self.plan.starts_on, goal.due_on)
        measured = goal.measure != GoalMeasure.NEW_ENGINE_PROJECTS
        status = (
            judge(span=span, as_of=self.as_of, target=target, actual=actual, outcome=outcome)
            if measured
            else Status.NOT_MEASURED
        )
        months_left = Decimal((goal.due_on - self.as_of).days) / DAYS_PER_MONTH
        # Two years of output are two flows; their difference is no rate of anything.
        is_stock = self.reach.ledger_measure(goal) != Measure.ANNUAL_OUTPUT
        runs = not is_due and actual is not None and is_stock
        recent = Decimal((actual or 0) - (year_ago or 0)) / 12 if runs else None
        return GoalFigures(
            goal=goal,
            ledger_measure=self.reach.ledger_measure(goal),
            target=target,
            actual=actual,
            outcome=outcome,
            before_plan=self.reach.before(goal, scope, min(self.headline_on, goal.due_on)),
            completion=completion(actual, target),
            outcome_completion=completion(outcome, target),
            elapsed=span.elapsed(self.as_of),
            status=status,
            is_over=is_due,
            reached_on=self.reach.first_day(goal, scope, target, actual, outcome),
            recent_per_month=recent,
            needed_per_month=(
                Decimal(max(target - (actual or 0), 0)) / months_left if runs else None
            ),
            projected=(actual or 0) + recent * months_left if recent is not None else None,
            headline_year=self.reach.output_year(goal, scope, min(goal.due_on, self.as_of)),
            is_plans_rule=self.choice.is_plans and not self.verified_only,
            has_parts=self.reach.has_parts(goal),
            **self.reach.moved(goal, scope, self.as_of),
        )

    def amount(self, scope: Scope, measure: Measure) -> AmountFigures:
        """Compute one measure of one scope."""
        total = self.reach.amount(scope, measure, self.as_of)
        before = None
        if measure != Measure.ANNUAL_OUTPUT:  # a yearly figure has no part from before
            first = min(self.before_plan, self.as_of)
            before = self.amounts.total(scope, measure, first).reported_fen
        return AmountFigures(
            measure=measure,
            fen=total.reported_fen,
            before_plan_fen=before,
            entries=total.entries,
            evidence_fen={
                grade: self.reach.amount(scope, measure, self.as_of, grade).fen for grade in Grade
            },
        )

    def investments(self) -> Iterator[InvestmentCount]:
        """Yield the park's investment by each definition."""
        on, whole = self.headline_on, Scope()
        targets = [
            goal.target or 0
            for goal in self.goals
            if goal.cluster_id is None and goal.measure == GoalMeasure.INDUSTRIAL_SCALE
        ]
        contracted = self.amounts.total(whole, Measure.CONTRACTED, on)
        before = self.amounts.total(whole, Measure.CONTRACTED, min(self.before_plan, on))
        inside = self.amounts.total(
            whole, Measure.CONTRACTED, on, place=lambda *place: place in self.sites
        )
        verified = self.amounts.total(whole, Measure.CONTRACTED, on, grade=Grade.VERIFIED)
        paid_in = self.amounts.total(whole, Measure.PAID_IN, on)
        year, output = self.reach.output.latest(whole, on)
        since_fen = contracted.fen - before.fen if contracted.entries > before.entries else None
        for definition, fen, measure in (
            (Definition.CONTRACTED, contracted.reported_fen, Measure.CONTRACTED),
            (Definition.IN_SITES, inside.reported_fen, None),
            (Definition.UNDER_PLAN, since_fen, None),
            (Definition.VERIFIED, verified.reported_fen, None),
            (Definition.PAID_IN, paid_in.reported_fen, Measure.PAID_IN),
            (Definition.ANNUAL_OUTPUT, output.reported_fen, Measure.ANNUAL_OUTPUT),
        ):
            yield InvestmentCount(
                definition=definition,
                fen=fen,
                share=completion(fen, targets[-1]) if targets else None,
                is_plans_rule=measure == self.rule.investment_measure,
                year=year if measure == Measure.ANNUAL_OUTPUT else None,
            )

    def count(self, stage: Stage) -> LeadingCount:
        """Count the park from one stage on, at the headline date."""
        enterprises = self.leading.counted(self.headline_on, Scope(), stage)
        projects = self.leading.projects(self.headline_on, Scope(), stage)
        return self.leading_count(
            stage, (len(enterprises), self.leading.groups(enterprises), projects)
        )

    def narrowed(self) -> Iterator[LeadingCount]:
        """Yield the count by the rule's stage of what lies in the planned sites, and of what is
        verified; nothing of these where only such counts anyway."""
        on = self.headline_on
        if not self.choice.in_sites:
            places = inside_sites(self.leading, on, self.stage, self.sites)
            yield self.leading_count(self.stage, places, narrowed=IN_SITES)
        if not self.verified_only:
            counted = self.leading.counted(on, Scope(), self.stage)
            proven = verified_count(self.plan.park, counted, self.stage, on, self.known_at)
            yield self.leading_count(self.stage, proven, narrowed=VERIFIED)

    def leading_count(
        self, stage: Stage, numbers: tuple[int, int, int], *, narrowed: str = ""
    ) -> LeadingCount:
        """Return numbers of enterprises, groups and projects beside the park's target."""
        targets = [
            goal.target or 0
            for goal in self.goals
            if goal.cluster_id is None and goal.measure == GoalMeasure.LEADING_ENTERPRISES
        ]
        enterprises, groups, projects = numbers
        return LeadingCount(
            stage=stage,
            enterprises=enterprises,
            groups=groups,
            projects=projects,
            share=completion(enterprises, targets[-1]) if targets else None,
            is_plans_rule=stage == self.stage and not narrowed,
            narrowed=narrowed,
        )
