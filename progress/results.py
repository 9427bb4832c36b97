"""What measuring progress returns: frozen, so that page, JSON, file and command show one object.

Amounts are integer fen; None means "not reported" or "not defined", never 0. progress.figures
defines each figure.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from clusters.models import CountingRule, Goal, Plan
from clusters.names import Bilingual
from clusters.vocabulary import Grade, Measure, Stage
from progress.choosing import PLANS_OWN, Choice
from progress.statuses import Status


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
    # Of annual output the year of the headline; of enterprises how many came to count after the
    # due date and how many ceased to.
    headline_year: int | None = None
    came: int | None = None
    left: int | None = None
    # Off when another definition is followed than the plan's: then the status is that under it.
    is_plans_rule: bool = True
    # Whether enterprises are counted, of which it can be said who came and who left.
    has_parts: bool = True

    @property
    def is_money(self) -> bool:
        return self.goal.is_money

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
        if self.headline is None or not self.has_parts:
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
    """Leading enterprises counted from one stage on, at the headline date.

    `narrowed` says what else is asked: that projects are proven, or lie in the planned sites.
    """

    stage: Stage
    enterprises: int
    groups: int
    projects: int
    share: Decimal | None
    is_plans_rule: bool
    narrowed: str = ""


class Definition(StrEnum):
    """What may be counted as the investment."""

    CONTRACTED = "contracted"
    IN_SITES = "in_sites"
    UNDER_PLAN = "under_plan"
    VERIFIED = "verified"
    PAID_IN = "paid_in"
    ANNUAL_OUTPUT = "annual_output"


@dataclass(frozen=True)
class InvestmentCount:
    """The park's investment under one definition, at the headline date; None: not reported."""

    definition: Definition
    fen: int | None
    share: Decimal | None
    is_plans_rule: bool
    # Of output the year that it is of.
    year: int | None = None

    @property
    def label(self) -> str:
        """The definition in words, in the language of who reads it."""
        if self.definition == Definition.ANNUAL_OUTPUT and self.year is not None:
            return _("Output in %(year)s") % {"year": self.year}
        return {
            Definition.CONTRACTED: _("Contracted, all"),
            Definition.IN_SITES: _("Contracted, inside the planned regions"),
            Definition.UNDER_PLAN: _("Contracted since the plan began"),
            Definition.VERIFIED: _("Contracted, verified only"),
            Definition.PAID_IN: _("Paid in"),
            Definition.ANNUAL_OUTPUT: _("Annual output"),
        }[self.definition]


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
    """A plan's progress as of a date, as known at a moment; `known_at` None is now.

    `verified_only` tells that nothing but what is verified was counted.
    """

    plan: Plan
    as_of: date
    known_at: datetime | None
    verified_only: bool
    measured_at: datetime
    rule: CountingRule
    park: ScopeFigures
    clusters: tuple[ScopeFigures, ...]
    regions: tuple[ScopeFigures, ...]
    counts: tuple[LeadingCount, ...]
    # The count by the rule's stage of what is in the planned sites only, or verified only.
    narrowed_counts: tuple[LeadingCount, ...]
    investments: tuple[InvestmentCount, ...]
    in_several_clusters: int
    entries: int
    # What is followed instead of the plan's rule; `rule` is the one that results.
    choice: Choice = PLANS_OWN
    # What the plan itself says, whatever `rule` is.
    plans_stage: Stage = Stage.REGISTERED
    plans_measure: Measure = Measure.CONTRACTED

    @property
    def is_plans_own(self) -> bool:
        """Whether the plan's own definition is followed in everything."""
        return self.choice.is_plans and not self.verified_only

    @property
    def headline_on(self) -> date:
        """The date that the headline figures describe: the plan's end once it has come."""
        return min(self.as_of, self.plan.ends_on)
