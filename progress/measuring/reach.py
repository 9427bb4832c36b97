"""How much of a goal had been reached on a day, and on which day it was reached.

The one place that turns a goal's measure into ledger amounts, yearly output or counted enterprises.
"""

from datetime import date, timedelta

from clusters.models import CountingRule, Goal, Plan
from clusters.vocabulary import GoalMeasure, LeadingBasis, Measure, Stage
from progress.choosing import Counted
from progress.measuring.investment import Amount, Amounts, Output
from progress.measuring.leading import LeadingHistory, Reported, Scope

NEW_BY_BASIS = {
    GoalMeasure.NEW_FORTUNE_500_ENTERPRISES: LeadingBasis.FORTUNE_GLOBAL_500,
    GoalMeasure.NEW_INDUSTRY_LEADERS: LeadingBasis.INDUSTRY_LEADER,
}


class Reach:
    """Answers for one plan, from what has been read of it."""

    def __init__(
        self,
        plan: Plan,
        rule: CountingRule,
        *,
        amounts: Amounts,
        leading: LeadingHistory,
        output: Output,
        reported: Reported,
        counted: Counted = Counted.ENTERPRISES,
    ) -> None:
        self.rule = rule
        self.stage = Stage(rule.counting_stage)
        self.before_plan = plan.starts_on - timedelta(days=1)
        self.amounts = amounts
        self.leading = leading
        self.output = output
        self.reported = reported
        # What the count of leading enterprises is a number of.
        self.unit = counted

    def ledger_measure(self, goal: Goal) -> str | None:
        """Return the measure of the ledger that a goal for money is compared by."""
        if goal.measure == GoalMeasure.INDUSTRIAL_SCALE:
            return self.rule.investment_measure
        return goal.measure if goal.measure in Measure.values else None

    def amount(self, scope: Scope, measure: str, day: date, grade: str | None = None) -> Amount:
        """Return what stands of a measure on `day`: a sum, but of output the latest year."""
        if measure == Measure.ANNUAL_OUTPUT:
            return self.output.latest(scope, day, grade=grade)[1]
        return self.amounts.total(scope, measure, day, grade=grade)

    def by(self, goal: Goal, scope: Scope, day: date) -> int | None:
        """Return what had been reached of `goal` on `day`; None if nothing was reported."""
        measure = self.ledger_measure(goal)
        if measure is not None:
            return self.amount(scope, measure, day).reported_fen
        counted = self.counted(goal, scope, day)
        if counted is None or not self.reported.by(scope, day):
            return None
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return self.leading_number(scope, day)
        return len(counted)

    def leading_number(self, scope: Scope, day: date) -> int:
        """Return how many leading enterprises count on a day, or their groups or projects."""
        return self.leading.number(day, scope, self.stage, self.unit)

    def has_parts(self, goal: Goal) -> bool:
        """Whether it can be told what came and left; of groups and projects it is not."""
        of_enterprises = self.unit == Counted.ENTERPRISES
        return of_enterprises or goal.measure != GoalMeasure.LEADING_ENTERPRISES

    def counted(self, goal: Goal, scope: Scope, day: date) -> set[int] | None:
        """Return the enterprises that `goal` counts on a day; None for a goal of something else."""
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return self.leading.counted(day, scope, self.stage)
        basis = NEW_BY_BASIS.get(GoalMeasure(goal.measure))
        if basis is None:
            return None
        here = self.leading.counted(day, scope, self.stage, basis)
        return here - self.leading.counted(self.before_plan, scope, self.stage, basis)

    def moved(self, goal: Goal, scope: Scope, day: date) -> dict[str, int]:
        """Return how many enterprises `came` to count and `left` from the due date to `day`.

        Nothing before that date, and for a goal of something else.
        """
        if not self.has_parts(goal):
            return {}
        then = self.counted(goal, scope, goal.due_on) if goal.due_on <= day else None
        now = self.counted(goal, scope, day)
        if then is None or now is None:
            return {}
        return {"came": len(now - then), "left": len(then - now)}

    def output_year(self, goal: Goal, scope: Scope, day: date) -> int | None:
        """Return the year whose output stands for a goal of output on `day`; None for others."""
        if self.ledger_measure(goal) != Measure.ANNUAL_OUTPUT:
            return None
        return self.output.latest(scope, day)[0]

    def before(self, goal: Goal, scope: Scope, day: date) -> int | None:
        """Return the part of what stood on `day` that had stood before the plan began."""
        measure = self.ledger_measure(goal)
        first = min(self.before_plan, day)
        if measure == Measure.ANNUAL_OUTPUT:
            return None
        if measure is not None:
            return self.amounts.total(scope, measure, first).reported_fen
        if goal.measure != GoalMeasure.LEADING_ENTERPRISES or not self.has_parts(goal):
            return None
        here = self.leading.counted(day, scope, self.stage)
        return len(here & self.leading.counted(first, scope, self.stage))

    def first_day(
        self, goal: Goal, scope: Scope, target: int, actual: int | None, outcome: int | None
    ) -> date | None:
        """Return the day the target was reached, for a goal that has been; else None."""
        if max(actual or 0, outcome or 0) < target:
            return None
        if goal.measure == GoalMeasure.LEADING_ENTERPRISES:
            return (
                self.leading.reached_on(scope, self.stage, target) if self.has_parts(goal) else None
            )
        measure = self.ledger_measure(goal)
        if measure is None or measure == Measure.ANNUAL_OUTPUT:
            return None
        return self.amounts.reached_on(scope, measure, target)
