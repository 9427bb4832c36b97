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

Amounts are integer fen. None means "not reported" or "not defined", never 0. Pages, JSON, files and
commands print these objects and compute nothing. Definitions: docs/figures.md.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, CountingRule, Goal, Plan, Region
from clusters.names import Bilingual
from clusters.vocabulary import GoalMeasure, Grade, Measure, Stage, Standing
from enterprises.models import ProjectState
from enterprises.querysets import ProjectStateQuerySet
from progress.investment import Amounts
from progress.leading import LeadingHistory, Proven, Reported, Scope, leading_groups
from progress.reach import Reach
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
# The stages that a park may count from; the plan says which one is the headline.
COUNTING_STAGES = (Stage.SIGNED, Stage.REGISTERED, Stage.CONSTRUCTION, Stage.PRODUCTION)


def measure_progress(
    plan: Plan, as_of: date, known_at: datetime | None = None, *, verified_only: bool = False
) -> Progress:
    """Compute every figure of `plan`; the number of queries does not grow with the data."""
    return Measurement(plan, as_of, known_at, verified_only=verified_only).progress()


class Measurement:
    """What the figures of one plan, date and moment are computed from."""

    def __init__(
        self, plan: Plan, as_of: date, known_at: datetime | None, *, verified_only: bool = False
    ) -> None:
        # Before the first read, so that nothing is called known then that came during the reads.
        self.measured_at = timezone.now()
        self.plan = plan
        self.as_of = as_of
        self.known_at = known_at
        self.verified_only = verified_only
        read: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        self.proven = Proven(plan.park, **read) if verified_only else None
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
            only=Grade.VERIFIED if verified_only else None,
        )
        self.leading = LeadingHistory(plan.park, proven=self.proven, **read)
        self.reach = Reach(
            plan,
            self.rule,
            amounts=self.amounts,
            leading=self.leading,
            output=self.amounts.output(as_of),
            reported=Reported(plan.park, proven=self.proven, **read),
        )

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
            verified_only=self.verified_only,
            measured_at=self.measured_at,
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
            investments=tuple(self.investments(sites)),
            entries=self.amounts.entries(self.as_of),
        )

    def running_states(self) -> ProjectStateQuerySet:
        """States at `as_of` of the projects that are not withdrawn."""
        latest = ProjectState.objects.standing(self.as_of, self.known_at).values("pk")
        running = ProjectState.objects.filter(pk__in=latest, cluster__park=self.plan.park).exclude(
            standing=Standing.WITHDRAWN
        )
        if self.proven is None:
            return running
        return running.filter(project__in=self.proven.projects)

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
            kind: tuple(self.goal(goal, scope) for goal in goals if self.kind(goal) == kind)
            for kind in ("leading", "investment", "other")
        }
        leading = self.leading.counted(self.as_of, scope, self.stage)
        investment = self.amount(scope, Measure(self.rule.investment_measure))
        whole = self.amount(Scope(), Measure(self.rule.investment_measure)).fen
        year, output = self.reach.output.latest(scope, self.as_of)
        return ScopeFigures(
            key=key,
            scope=named,
            leading=len(leading) if self.reach.reported.by(scope, self.as_of) else None,
            leading_goals=of["leading"],
            investment_goals=of["investment"],
            other_goals=of["other"],
            contracted=self.amount(scope, Measure.CONTRACTED),
            paid_in=self.amount(scope, Measure.PAID_IN),
            investment=investment,
            annual_output_fen=output.reported_fen,
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

    def investments(self, sites: set[tuple[int, int]]) -> Iterator[InvestmentCount]:
        """Yield the park's investment by each definition; `sites` are (cluster, region) pairs."""
        on, whole = self.headline_on, Scope()
        targets = [
            goal.target or 0
            for goal in self.goals
            if goal.cluster_id is None and goal.measure == GoalMeasure.INDUSTRIAL_SCALE
        ]
        contracted = self.amounts.total(whole, Measure.CONTRACTED, on)
        before = self.amounts.total(whole, Measure.CONTRACTED, min(self.before_plan, on))
        inside = self.amounts.total(
            whole, Measure.CONTRACTED, on, place=lambda *place: place in sites
        )
        verified = self.amounts.total(whole, Measure.CONTRACTED, on, grade=Grade.VERIFIED)
        paid_in = self.amounts.total(whole, Measure.PAID_IN, on)
        since_fen = contracted.fen - before.fen if contracted.entries > before.entries else None
        for definition, label, fen, measure in (
            (
                Definition.CONTRACTED,
                _("Contracted, all"),
                contracted.reported_fen,
                Measure.CONTRACTED,
            ),
            (
                Definition.IN_SITES,
                _("Contracted, inside the planned regions"),
                inside.reported_fen,
                None,
            ),
            (Definition.UNDER_PLAN, _("Contracted since the plan began"), since_fen, None),
            (
                Definition.VERIFIED,
                _("Contracted, verified only"),
                verified.reported_fen,
                None,
            ),
            (Definition.PAID_IN, _("Paid in"), paid_in.reported_fen, Measure.PAID_IN),
        ):
            yield InvestmentCount(
                definition=definition,
                label=label,
                fen=fen,
                share=completion(fen, targets[-1]) if targets else None,
                is_plans_rule=measure == self.rule.investment_measure,
            )

    def count(self, stage: Stage) -> LeadingCount:
        """Count the park from one stage on, at the headline date."""
        enterprises = self.leading.counted(self.headline_on, Scope(), stage)
        targets = [
            goal.target or 0
            for goal in self.goals
            if goal.cluster_id is None and goal.measure == GoalMeasure.LEADING_ENTERPRISES
        ]
        return LeadingCount(
            stage=stage,
            enterprises=len(enterprises),
            groups=leading_groups(enterprises),
            projects=self.leading.projects(self.headline_on, Scope(), stage),
            share=completion(len(enterprises), targets[-1]) if targets else None,
            is_plans_rule=stage == self.stage,
        )
