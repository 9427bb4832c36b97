"""Dated facts: which of several holds."""

from datetime import date

import pytest

from clusters.models import Goal
from clusters.vocabulary import GoalMeasure, LeadingBasis
from enterprises.models import LeadingClaim, ProjectState
from enterprises.recording import record_claim
from tests.make import make_enterprise, make_goal, make_plan, make_project, make_recorder

pytestmark = pytest.mark.django_db


def test_an_ended_goal_does_not_bring_back_the_one_before_it() -> None:
    plan = make_plan()
    make_goal(plan, GoalMeasure.LEADING_ENTERPRISES, effective_on=date(2023, 1, 1))

    def targets(day: date) -> list[int | None]:
        goals = Goal.objects.standing(plan, day, None)
        return [goal.target for goal in goals.filter(measure=GoalMeasure.LEADING_ENTERPRISES)]

    assert targets(date(2022, 12, 31)) == [130]
    assert targets(date(2023, 1, 1)) == []


def test_a_claim_that_was_given_up_holds_no_more() -> None:
    enterprise = make_enterprise(leading_on=date(2021, 1, 1), basis=LeadingBasis.INDUSTRY_LEADER)
    record_claim(
        enterprise=enterprise,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        basis=LeadingBasis.INDUSTRY_LEADER,
        holds=False,
    )

    assert LeadingClaim.objects.standing(date(2021, 12, 31), None).count() == 1
    assert LeadingClaim.objects.standing(date(2022, 1, 1), None).count() == 0


def test_what_is_filtered_afterwards_does_not_change_which_fact_is_the_latest() -> None:
    project = make_project(on=date(2021, 1, 1), stage="signed")
    ProjectState.objects.create(
        project=project,
        effective_on=date(2022, 1, 1),
        recorded_by=make_recorder(),
        stage="registered",
        standing=project.standing,
        cluster=project.cluster,
        region=project.region,
    )

    states = ProjectState.objects.standing(date(2022, 6, 1), None)
    assert states.filter(stage="signed").count() == 0
    assert states.exclude(stage="signed").get().stage == "registered"
