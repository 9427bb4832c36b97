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

Amounts are integer fen. None means "not reported" or "not defined", never 0. Pages, JSON, files and
commands print these objects and compute nothing. Definitions: docs/figures.md.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from clusters.models import Cluster, CountingRule, Goal, Plan, Region
from clusters.names import Bilingual
from clusters.vocabulary import GoalMeasure, LeadingBasis, Measure, Stage, Standing
from enterprises.models import ProjectState
from enterprises.querysets import ProjectStateQuerySet
from ledger.models import Grade
from progress.investment import Amounts
from progress.leading import LeadingHistory, Scope, leading_groups
from progress.statuses import Span, Status, completion, judge

DAYS_PER_MONTH = Decimal("365.25") / 12
# The stages that a park may count from; the plan says which one is the headline.
COUNTING_STAGES = (Stage.SIGNED, Stage.REGISTERED, Stage.CONSTRUCTION, Stage.PRODUCTION)
NEW_BY_BASIS = {
    GoalMeasure.NEW_FORTUNE_500_ENTERPRISES: LeadingBasis.FORTUNE_GLOBAL_500,
    GoalMeasure.NEW_INDUSTRY_LEADERS: LeadingBasis.INDUSTRY_LEADER,
}


@dataclass(frozen=True)
class GoalFigures:
    """One goal and how it stands; numbers are fen for money and counts for the rest.

    `is_over` says that the due date has come, so that the outcome leads.
    """

    goal: Goal
    ledger_measure: str | None
    target: int
    actual: int | None
    outcome: int | None
    before_plan: int | None
    completion: Decimal | None
    outcome_completion: Decimal | None
    elapsed: Decimal
    status: Status
    is_over: bool
    reached_on: date | None
    recent_per_month: Decimal | None
    needed_per_month: Decimal | None
    projected: Decimal | None

    @property
    def is_money(self) -> bool:
        return GoalMeasure(self.goal.measure).is_money

    @property
    def pace(self) -> Decimal | None:
        if self.completion is None or self.elapsed >= 1:
            return None
        return self.completion - self.elapsed

    @property
    def headline(self) -> int | None:
        """The outcome once the due date has come, else what has been reached."""
        return self.outcome if self.is_over else self.actual

    @property
    def headline_completion(self) -> Decimal | None:
        return self.outcome_completion if self.is_over else self.completion

    @property
    def short(self) -> int | None:
        """What is missing to the target, of the headline; None when it is reached."""
        if self.headline is None or self.headline >= self.target:
            return None
        return self.target - self.headline

    @property
    def under_plan(self) -> int | None:
        """The part of the headline that came since the plan began."""
        if self.headline is None:
            return None
        return self.headline - (self.before_plan or 0)

    @property
    def since_due(self) -> int | None:
        """What came after the due date; 0 when nothing did."""
        if not self.is_over or self.actual is None:
            return None
        return self.actual - (self.outcome or 0)


@dataclass(frozen=True)
class LeadingCount:
    """Leading enterprises counted from one stage on, at the headline date."""

    stage: Stage
    enterprises: int
    groups: int
    projects: int
    is_plans_rule: bool


@dataclass(frozen=True)
class AmountFigures:
    """One measure in one scope; None where nothing was reported."""

    measure: Measure
    fen: int | None
    before_plan_fen: int | None
    entries: int
    evidence_fen: dict[Grade, int]

    @property
    def shares(self) -> dict[Grade, Decimal | None]:
        """The share of each grade; None where there is nothing to share."""
        whole = sum(self.evidence_fen.values())
        return {
            grade: Decimal(fen) / whole if whole else None
            for grade, fen in self.evidence_fen.items()
        }


@dataclass(frozen=True)
class ScopeFigures:
    """All figures of the park, one cluster or one region at `as_of`."""

    key: str
    scope: Bilingual
    leading: int | None
    leading_before_plan: int
    leading_goals: tuple[GoalFigures, ...]
    investment_goals: tuple[GoalFigures, ...]
    other_goals: tuple[GoalFigures, ...]
    contracted: AmountFigures
    paid_in: AmountFigures
    investment: AmountFigures
    annual_output_fen: int | None
    annual_output_year: int | None
    enterprises: int
    projects: int
    share_of_park: Decimal | None

    @property
    def leading_goal(self) -> GoalFigures | None:
        """The last due of the scope's goals for leading enterprises."""
        return self.leading_goals[-1] if self.leading_goals else None

    @property
    def investment_goal(self) -> GoalFigures | None:
        """The last due of the scope's goals for investment."""
        return self.investment_goals[-1] if self.investment_goals else None


@dataclass(frozen=True)
class Progress:
    """A plan's progress as of a date, as known at a moment; `known_at` None is now."""

    plan: Plan
    as_of: date
    known_at: datetime | None
    measured_at: datetime
    rule: CountingRule
    park: ScopeFigures
    clusters: tuple[ScopeFigures, ...]
    regions: tuple[ScopeFigures, ...]
    counts: tuple[LeadingCount, ...]
    in_several_clusters: int
    inside_sites: AmountFigures
    last_entry_on: date | None

    @property
    def headline_on(self) -> date:
        """The date that the headline figures describe: the plan's end once it has come."""
        return min(self.as_of, self.plan.ends_on)

    @property
    def is_over(self) -> bool:
        return self.as_of >= self.plan.ends_on


def measure_progress(plan: Plan, as_of: date, known_at: datetime | None = None) -> Progress:
    """Compute every figure of `plan`; the number of queries does not grow with the data."""
    return Measurement(plan, as_of, known_at).progress()


class Measurement:
    """What the figures of one plan, date and moment are computed from."""

    def __init__(self, plan: Plan, as_of: date, known_at: datetime | None) -> None:
        self.plan = plan
        self.as_of = as_of
        self.known_at = known_at
        self.rule = CountingRule.objects.standing(plan, as_of, known_at) or CountingRule(plan=plan)
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
        )
        self.leading = LeadingHistory(plan.park, as_of=as_of, known_at=known_at)
        self.output = self.amounts.annual_output(as_of)

    def progress(self) -> Progress:
        clusters = list(
            Cluster.objects.filter(park=self.plan.park).prefetch_related("sites__region")
        )
        regions = list(Region.objects.filter(park=self.plan.park))
        sites = {(site.cluster_id, site.region_id) for c in clusters for site in c.sites.all()}
        standing = self.running_states()
        counted = {
            "park": standing.aggregate(
                enterprises=Count("project__enterprise", distinct=True), projects=Count("pk")
            ),
            **{
                name: {
                    row[name]: row
                    for row in standing.order_by()
                    .values(name)
                    .annotate(
                        enterprises=Count("project__enterprise", distinct=True),
                        projects=Count("pk"),
                    )
                }
                for name in ("cluster", "region")
            },
        }
        nothing = {"enterprises": 0, "projects": 0}
        return Progress(
            plan=self.plan,
            as_of=self.as_of,
            known_at=self.known_at,
            measured_at=timezone.now(),
            rule=self.rule,
            park=self.figures(self.plan.park.slug, self.plan.park, Scope(), None, counted["park"]),
            clusters=tuple(
                self.figures(
                    cluster.slug,
                    cluster,
                    Scope(cluster_id=cluster.pk),
                    cluster.pk,
                    counted["cluster"].get(cluster.pk, nothing),
                )
                for cluster in clusters
            ),
            regions=tuple(
                self.figures(
                    region.code,
                    region,
                    Scope(region_id=region.pk),
                    None,
                    counted["region"].get(region.pk, nothing),
                )
                for region in regions
            ),
            counts=tuple(self.count(stage) for stage in COUNTING_STAGES),
            in_several_clusters=self.leading.in_several_clusters(self.headline_on, self.stage),
            inside_sites=self.amount(Scope(), Measure(self.rule.investment_measure), sites=sites),
            last_entry_on=self.amounts.last_day(self.as_of),
        )

    def running_states(self) -> ProjectStateQuerySet:
        """States at `as_of` of the projects that are not withdrawn."""
        latest = ProjectState.objects.standing(self.as_of, self.known_at).values("pk")
        return ProjectState.objects.filter(pk__in=latest, cluster__park=self.plan.park).exclude(
            standing=Standing.WITHDRAWN
        )

    def figures(
        self,
        key: str,
        named: Bilingual,
        scope: Scope,
        cluster_id: int | None,
        counted: dict[str, int],
    ) -> ScopeFigures:
        """Compute one scope; only the park and clusters have goals."""
        has_goals = scope.region_id is None
        goals = [g for g in self.goals if has_goals and g.cluster_id == cluster_id]
        of = {
            kind: tuple(
                self.goal(goal, scope, bool(counted["projects"]))
                for goal in goals
                if self.kind(goal) == kind
            )
            for kind in ("leading", "investment", "other")
        }
        leading = self.leading.counted(self.as_of, scope, self.stage)
        investment = self.amount(scope, Measure(self.rule.investment_measure))
        whole = self.amount(Scope(), Measure(self.rule.investment_measure)).fen
        year, output_fen = self.latest_output(scope)
        return ScopeFigures(
            key=key,
            scope=named,
            leading=len(leading) if counted["projects"] else None,
            leading_before_plan=len(
                self.leading.counted(min(self.before_plan, self.as_of), scope, self.stage)
            ),
            leading_goals=of["leading"],
            investment_goals=of["investment"],
            other_goals=of["other"],
            contracted=self.amount(scope, Measure.CONTRACTED),
            paid_in=self.amount(scope, Measure.PAID_IN),
            investment=investment,
            annual_output_fen=output_fen,
            annual_output_year=year,
            enterprises=counted["enterprises"],
            projects=counted["projects"],
            share_of_park=completion(investment.fen, whole or 0),
        )

    @staticmethod
    def kind(goal: Goal) -> str:
        """Return which of a scope's lists a goal stands in."""
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return "leading"
        return "investment" if goal.measure == GoalMeasure.INDUSTRIAL_SCALE else "other"

    def ledger_measure(self, goal: Goal) -> str | None:
        """Return the measure of the ledger that a goal for money is compared by."""
        if goal.measure == GoalMeasure.INDUSTRIAL_SCALE:
            return self.rule.investment_measure
        return goal.measure if goal.measure in Measure.values else None

    def goal(self, goal: Goal, scope: Scope, has_projects: bool) -> GoalFigures:
        """Compute how one goal stands."""
        target = goal.target or 0
        is_due = goal.due_on <= self.as_of
        actual = self.reached(goal, scope, self.as_of, has_projects)
        outcome = self.reached(goal, scope, goal.due_on, has_projects) if is_due else None
        year_ago = self.reached(goal, scope, self.year_ago, has_projects)
        span = Span(self.plan.starts_on, goal.due_on)
        measured = goal.measure != GoalMeasure.NEW_ENGINE_PROJECTS
        status = (
            judge(span=span, as_of=self.as_of, target=target, actual=actual, outcome=outcome)
            if measured
            else Status.NOT_MEASURED
        )
        months_left = Decimal((goal.due_on - self.as_of).days) / DAYS_PER_MONTH
        runs = not is_due and actual is not None
        recent = Decimal((actual or 0) - (year_ago or 0)) / 12 if runs else None
        return GoalFigures(
            goal=goal,
            ledger_measure=self.ledger_measure(goal),
            target=target,
            actual=actual,
            outcome=outcome,
            before_plan=self.reached(goal, scope, min(self.before_plan, self.as_of), has_projects),
            completion=completion(actual, target),
            outcome_completion=completion(outcome, target),
            elapsed=span.elapsed(self.as_of),
            status=status,
            is_over=is_due,
            reached_on=self.reached_on(goal, scope, target, actual, outcome),
            recent_per_month=recent,
            needed_per_month=(
                Decimal(max(target - (actual or 0), 0)) / months_left if runs else None
            ),
            projected=(actual or 0) + recent * months_left if recent is not None else None,
        )

    def reached(self, goal: Goal, scope: Scope, day: date, has_projects: bool) -> int | None:
        """Return what had been reached of `goal` on `day`; None if nothing was reported."""
        measure = self.ledger_measure(goal)
        if measure == Measure.ANNUAL_OUTPUT:
            return self.latest_output(scope, day)[1]
        if measure is not None:
            return self.amounts.total(scope, measure, day).reported_fen
        if not has_projects:
            return None
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return len(self.leading.counted(day, scope, self.stage))
        basis = NEW_BY_BASIS.get(GoalMeasure(goal.measure))
        if basis is None:
            return None
        here = self.leading.counted(day, scope, self.stage, basis)
        return len(here - self.leading.counted(self.before_plan, scope, self.stage, basis))

    def reached_on(
        self, goal: Goal, scope: Scope, target: int, actual: int | None, outcome: int | None
    ) -> date | None:
        """Return the day the target was reached, for a goal that has been; else None."""
        if max(actual or 0, outcome or 0) < target:
            return None
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return self.leading.reached_on(scope, self.stage, target)
        measure = self.ledger_measure(goal)
        if measure is None or measure == Measure.ANNUAL_OUTPUT:
            return None
        return self.amounts.reached_on(scope, measure, target)

    def amount(
        self, scope: Scope, measure: Measure, sites: set[tuple[int, int]] | None = None
    ) -> AmountFigures:
        """Compute one measure of one scope; with `sites` only what lies on them."""
        place = None if sites is None else lambda cluster, region: (cluster, region) in sites
        total = self.amounts.total(scope, measure, self.as_of, place=place)
        before = self.amounts.total(scope, measure, min(self.before_plan, self.as_of), place=place)
        return AmountFigures(
            measure=measure,
            fen=total.reported_fen,
            before_plan_fen=before.reported_fen,
            entries=total.entries,
            evidence_fen={
                grade: self.amounts.total(scope, measure, self.as_of, grade=grade, place=place).fen
                for grade in Grade
            },
        )

    def latest_output(self, scope: Scope, day: date | None = None) -> tuple[int | None, int | None]:
        """Return the latest year with output in `scope` and its sum in fen."""
        years: dict[int, int] = {}
        for (cluster_id, region_id), by_year in self.output.items():
            if scope.cluster_id not in {None, cluster_id} or scope.region_id not in {
                None,
                region_id,
            }:
                continue
            for year, amount in by_year.items():
                if amount.entries and (day is None or year <= day.year):
                    years[year] = years.get(year, 0) + amount.fen
        latest = max(years, default=None)
        return latest, years.get(latest) if latest is not None else None

    def count(self, stage: Stage) -> LeadingCount:
        """Count the park from one stage on, at the headline date."""
        enterprises = self.leading.counted(self.headline_on, Scope(), stage)
        return LeadingCount(
            stage=stage,
            enterprises=len(enterprises),
            groups=leading_groups(enterprises),
            projects=self.leading.projects(self.headline_on, Scope(), stage),
            is_plans_rule=stage == self.stage,
        )
