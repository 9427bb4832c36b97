"""The figures as JSON: the keys that others rely on (docs/json.md)."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from progress.moments import VERIFIED
from progress.results import GoalFigures, Progress, ScopeFigures

FOUR_PLACES = Decimal("0.0001")


def as_json(progress: Progress) -> dict[str, Any]:
    """Return plan, as_of, known_at, park, clusters and regions; unknown values are None."""
    return {
        "plan": progress.plan.slug,
        "as_of": progress.as_of.isoformat(),
        "known_at": local(progress.known_at or progress.measured_at),
        # Only when it narrows what is counted, so that the object is else as it always was.
        **({"evidence": VERIFIED} if progress.verified_only else {}),
        **({} if progress.choice.is_plans else {"definition": progress.choice.query}),
        "park": scope_json(progress.park),
        "clusters": [{"slug": scope.key, **scope_json(scope)} for scope in progress.clusters],
        "regions": [{"code": scope.key, **scope_json(scope)} for scope in progress.regions],
    }


def local(moment: datetime) -> str:
    """Return a moment in the park's time zone, with its offset."""
    return timezone.localtime(moment).isoformat(timespec="microseconds")


def scope_json(scope: ScopeFigures) -> dict[str, Any]:
    """Return the F of the contract."""
    return {
        "leading_enterprises": {
            "actual": scope.leading,
            "target": scope.leading_goal.target if scope.leading_goal else None,
            **goal_json(scope.leading_goal),
        },
        "investment": {
            "measure": scope.investment.measure.value,
            "actual_fen": scope.investment.fen,
            "target_fen": scope.investment_goal.target if scope.investment_goal else None,
            **goal_json(scope.investment_goal),
        },
        "contracted_fen": scope.contracted.fen,
        "paid_in_fen": scope.paid_in.fen,
        "annual_output_fen": scope.annual_output_fen,
        "annual_output_year": scope.annual_output_year,
        "enterprises": scope.enterprises,
        "projects": scope.projects,
        "evidence_fen": {
            grade.value: fen if scope.investment.entries else None
            for grade, fen in scope.investment.evidence_fen.items()
        },
    }


def goal_json(goal: GoalFigures | None) -> dict[str, Any]:
    """Return what both goals have in common."""
    if goal is None:
        return {"due_on": None, "completion": None, "status": None}
    return {
        "due_on": goal.goal.due_on.isoformat(),
        "completion": None if goal.completion is None else four_places(goal.completion),
        "status": goal.status.value,
    }


def four_places(share: Decimal) -> float:
    """Round half up to the four places of the contract."""
    return float(share.quantize(FOUR_PLACES, rounding=ROUND_HALF_UP))
