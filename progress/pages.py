"""What the progress pages need beside the figures: the as-of control, links, rows of tables."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from clusters.vocabulary import GoalMeasure, Measure
from ledger.models import Grade
from progress.moments import VERIFIED, Moment
from progress.results import GoalFigures, Progress, ScopeFigures


@dataclass(frozen=True)
class AsOfControl:
    """The date control: today's date, the quarter ends around it, and the addresses of both."""

    moment: Moment
    today: date
    earlier: date
    later: date | None

    @property
    def is_now(self) -> bool:
        return self.moment.is_now


def as_of_control(moment: Moment) -> AsOfControl:
    """Return the control for a page at `moment`."""
    today = timezone.localdate()
    later = quarter_end_after(moment.as_of)
    return AsOfControl(
        moment=moment,
        today=today,
        earlier=quarter_end_before(moment.as_of),
        # After the last full quarter comes today, and after today nothing.
        later=None if moment.as_of >= today else min(later, today),
    )


def quarter_end_before(day: date) -> date:
    """Return the last day of the quarter before that of `day`."""
    first_month = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first_month, 1) - timedelta(days=1)


def quarter_end_after(day: date) -> date:
    """Return the next quarter end after `day`."""
    month = ((day + timedelta(days=1)).month - 1) // 3 * 3 + 3
    year = (day + timedelta(days=1)).year
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def clock_query(progress: Progress, until: date) -> dict[str, str]:
    """Return the two clocks, and what counts, as the lists' filters have them."""
    query = {"until": until.isoformat()}
    if progress.known_at is not None:
        query["known_until"] = timezone.localtime(progress.known_at).isoformat()
    if progress.verified_only:
        query["grade"] = Grade.VERIFIED.value
    return query


def entries_url(
    progress: Progress, scope: ScopeFigures, measure: Measure, until: date | None = None
) -> str:
    """Return the address of the entries that an amount is the sum of, up to a day."""
    query = {
        "measure": str(measure),
        **scope_query(progress, scope),
        **clock_query(progress, until or progress.as_of),
    }
    return f"{reverse('ledger:entry-list')}?{urlencode(query)}"


def leading_url(progress: Progress, scope: ScopeFigures, on: date | None = None) -> str:
    """Return the address of the enterprises that a count is of."""
    query = {
        **scope_query(progress, scope),
        "plan": progress.plan.slug,
        "as_of": (on or progress.as_of).isoformat(),
    }
    if progress.known_at is not None:
        query["known_at"] = timezone.localtime(progress.known_at).isoformat()
    if progress.verified_only:
        query["evidence"] = VERIFIED
    return f"{reverse('progress:leading')}?{urlencode(query)}"


def scope_query(progress: Progress, scope: ScopeFigures) -> dict[str, str]:
    """Return the list filter that narrows to the scope."""
    if scope in progress.clusters:
        return {"cluster": scope.key}
    return {"region": scope.key} if scope in progress.regions else {}


@dataclass(frozen=True)
class GoalCard:
    """One goal with the address of what its figure is made of."""

    goal: GoalFigures
    url: str
    paid_in_fen: int | None

    @property
    def is_money(self) -> bool:
        return self.goal.is_money


def goal_cards(progress: Progress, scope: ScopeFigures) -> list[GoalCard]:
    """Return the scope's headline goals."""
    cards = []
    if scope.leading_goal is not None:
        on = min(scope.leading_goal.goal.due_on, progress.as_of)
        cards.append(GoalCard(scope.leading_goal, leading_url(progress, scope, on), None))
    if scope.investment_goal is not None:
        measure = Measure(progress.rule.investment_measure)
        paid_in = scope.paid_in.fen if measure == Measure.CONTRACTED else None
        on = min(scope.investment_goal.goal.due_on, progress.as_of)
        url = entries_url(progress, scope, measure, on)
        cards.append(GoalCard(scope.investment_goal, url, paid_in))
    return cards


def milestones(scope: ScopeFigures) -> list[GoalFigures]:
    """Return the scope's goals beside its two headline ones, by due date."""
    headline = {scope.leading_goal, scope.investment_goal}
    goals = [*scope.leading_goals, *scope.investment_goals, *scope.other_goals]
    return sorted(
        (goal for goal in goals if goal not in headline),
        key=lambda goal: (goal.goal.due_on, list(GoalMeasure.values).index(goal.goal.measure)),
    )


def scope_links(progress: Progress, scope: ScopeFigures) -> dict[str, Any]:
    """Return a scope with the addresses behind its figures, for a card or a table row."""
    return {
        "figures": scope,
        "contracted_url": entries_url(progress, scope, Measure.CONTRACTED),
        "paid_in_url": entries_url(progress, scope, Measure.PAID_IN),
        "output_url": entries_url(progress, scope, Measure.ANNUAL_OUTPUT),
        "leading_url": leading_url(progress, scope),
    }
