"""What the progress pages need beside the figures: goal cards, rows of tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clusters.models import Park
from clusters.vocabulary import GoalMeasure, Grade, Measure
from progress.announced import Announced, announced
from progress.links import Links, announced_entries
from progress.models import ReportedTotal
from progress.moments import Moment
from progress.results import GoalFigures, ScopeFigures
from progress.statuses import Status


@dataclass(frozen=True)
class GoalCard:
    """One goal with the addresses of what its figures are made of; "" where there is none."""

    goal: GoalFigures
    url: str
    before_url: str
    under_url: str
    since_url: str
    left_url: str
    paid_in_fen: int | None
    paid_in_url: str
    evidence_urls: dict[str, str]

    @property
    def is_money(self) -> bool:
        return self.goal.is_money


def goal_cards(links: Links, scope: ScopeFigures) -> list[GoalCard]:
    """Return the scope's headline goals."""
    is_contracted = links.progress.rule.investment_measure == Measure.CONTRACTED
    return [
        GoalCard(
            goal=goal,
            url=links.goal(scope, goal),
            before_url=links.before(scope, goal),
            under_url=links.under_plan(scope, goal),
            since_url=links.since_due(scope, goal),
            left_url="" if goal.is_money else links.gone(scope, goal),
            paid_in_fen=scope.paid_in.fen if goal.is_money and is_contracted else None,
            paid_in_url=links.amount(scope, scope.paid_in),
            evidence_urls=links.grades(scope, scope.investment),
        )
        for goal in (scope.leading_goal, scope.investment_goal)
        if goal is not None
    ]


@dataclass(frozen=True)
class GoalRow:
    """A goal in a table: what was reached of it, and the address of what that is made of."""

    goal: GoalFigures
    number: int | None
    completion: Decimal | None
    url: str


def milestones(links: Links, scope: ScopeFigures) -> list[GoalRow]:
    """Return the scope's goals beside its two headline ones, by due date."""
    headline = {scope.leading_goal, scope.investment_goal}
    goals = sorted(
        (goal for goal in all_goals(scope) if goal not in headline),
        key=lambda goal: (goal.goal.due_on, list(GoalMeasure.values).index(goal.goal.measure)),
    )
    return [goal_row(links, scope, goal) for goal in goals]


def every_goal(links: Links) -> list[GoalRow]:
    """Return every goal of the plan, the park's first."""
    scopes = (links.progress.park, *links.progress.clusters)
    return [goal_row(links, scope, goal) for scope in scopes for goal in all_goals(scope)]


def all_goals(scope: ScopeFigures) -> tuple[GoalFigures, ...]:
    """Return the goals of a scope, of whatever kind."""
    return (*scope.leading_goals, *scope.investment_goals, *scope.other_goals)


def goal_row(links: Links, scope: ScopeFigures, goal: GoalFigures) -> GoalRow:
    """Return a goal with what was reached: by its due date, or by now if it was met late."""
    if goal.status == Status.MET_LATE:
        on = links.progress.as_of
        return GoalRow(goal, goal.actual, goal.completion, links.goal(scope, goal, on))
    return GoalRow(goal, goal.headline, goal.headline_completion, links.goal(scope, goal))


def scope_links(links: Links, scope: ScopeFigures) -> dict[str, Any]:
    """Return a scope with the addresses behind its figures, for a card or a table row."""
    goal = scope.investment_goal
    return {
        "figures": scope,
        "page_url": links.page(scope),
        "contracted_url": links.amount(scope, scope.contracted),
        "contracted_before_url": links.before_plan(scope, Measure.CONTRACTED),
        "contracted_grades": links.grades(scope, scope.contracted),
        "paid_in_url": links.amount(scope, scope.paid_in),
        "paid_in_grades": links.grades(scope, scope.paid_in),
        "output_url": links.output(scope, scope.annual_output_year),
        "leading_url": links.leading(scope),
        "enterprises_url": links.enterprises(scope),
        "projects_url": links.projects(scope),
        "goal_url": links.goal(scope, goal) if goal else "",
    }


def definitions(links: Links) -> dict[str, Any]:
    """Return the headline under each definition, each row with its addresses."""
    progress = links.progress
    return {
        "counts": [
            (count, links.count(count)) for count in (*progress.counts, *progress.narrowed_counts)
        ],
        "investments": [(count, links.investment(count)) for count in progress.investments],
    }


def announced_rows(
    park: Park,
    totals: Iterable[ReportedTotal],
    moment: Moment,
    scale_measure: str = Measure.CONTRACTED,
) -> list[dict[str, Any]]:
    """Return announcements beside the ledger as known at a moment, each with the addresses of what
    the ledger has."""
    is_only_park = not Park.objects.exclude(pk=park.pk).exists()
    rows = announced(
        park,
        totals,
        scale_measure=scale_measure,
        known_at=moment.known_at,
        verified_only=moment.verified_only,
    )

    def entries(row: Announced, grade: str) -> str:
        return announced_entries(
            row, is_only_park=is_only_park, grade=grade, known_at=moment.known_at
        )

    verified = Grade.VERIFIED.value
    return [
        {
            "announced": row,
            "url": entries(row, verified if moment.verified_only else ""),
            "verified_url": entries(row, verified),
        }
        for row in rows
    ]
