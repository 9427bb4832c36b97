"""Plans one after the other, overlapping, beginning in the middle of a year, with odd goals."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Goal
from clusters.vocabulary import GoalMeasure, Stage
from tests.make import (
    FEN_PER_BN,
    make_enterprise,
    make_entry,
    make_goal,
    make_plan,
    make_project,
    make_recorder,
)
from tests.progress.test_progress_pages import read

pytestmark = pytest.mark.django_db

BEGINS = date(2026, 7, 1)
NEXT: Any = {"starts_on": BEGINS, "ends_on": date(2030, 12, 31), "slug": "next"}


def make_park_of_two_plans() -> None:
    """37 bn before the next plan began, which wants 100."""
    make_plan(investment_target_fen=27 * FEN_PER_BN)
    make_plan(**NEXT, leading_target=None, investment_target_fen=100 * FEN_PER_BN)
    project = make_project(make_enterprise(leading_on=date(2021, 1, 1)), stage=Stage.PRODUCTION)
    make_entry(project, amount_fen=37 * FEN_PER_BN)


def test_the_plan_of_today_is_shown_and_the_finished_one_stays_reachable(
    viewer_client: Client,
) -> None:
    make_park_of_two_plans()
    assert timezone.localdate() >= BEGINS
    page = viewer_client.get("/")
    assert page.context["plan"].slug == "next"
    assert 'href="?plan=seaside-plan"' in page.content.decode()
    page = viewer_client.get("/?plan=seaside-plan")
    assert page.context["plan"].slug == "seaside-plan"
    assert "/progress/clusters/nev/?plan=seaside-plan" in page.content.decode()


def test_one_plan_alone_offers_no_choice(viewer_client: Client) -> None:
    make_plan()
    page = viewer_client.get("/")
    assert page.context["plans"] == []


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/progress/clusters/nev/",
        "/progress/regions/370285/",
        "/progress/charts/",
        "/progress/changes/",
        "/progress/leading/",
        "/progress/definitions/",
        "/progress/announced/",
        "/progress/compare/",
    ],
)
def test_every_page_follows_the_plan_of_the_address(viewer_client: Client, address: str) -> None:
    make_park_of_two_plans()
    assert viewer_client.get(f"{address}?plan=seaside-plan").context["plan"].slug == "seaside-plan"
    assert viewer_client.get(f"{address}?plan=nope").status_code == 400


def test_137_percent_is_told_as_it_is(viewer_client: Client) -> None:
    make_park_of_two_plans()
    page = read(viewer_client, "/?plan=seaside-plan&as_of=2025-12-31")
    assert "137.0% of the goal" in page
    assert "37.0 of 27 bn yuan" in page


def test_a_plan_that_begins_in_the_middle_of_a_year_names_the_day(viewer_client: Client) -> None:
    make_park_of_two_plans()
    page = read(viewer_client, "/?as_of=2026-08-01")
    assert "37.0 bn yuan before 1 Jul 2026, 0.0 bn yuan under the plan" in page
    assert "before 2020," in read(viewer_client, "/?plan=seaside-plan")
    # On the day before it begins nothing of it runs yet.
    assert "The plan begins on 1 Jul 2026" in read(viewer_client, "/?plan=next&as_of=2026-06-30")


def test_of_overlapping_plans_the_one_that_began_last_is_shown(viewer_client: Client) -> None:
    make_park_of_two_plans()
    make_plan(starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31), slug="between")
    assert viewer_client.get("/").context["plan"].slug == "next"
    page = viewer_client.get("/?plan=between")
    assert [plan.slug for plan in page.context["plans"]] == ["next", "between", "seaside-plan"]


def test_a_plan_without_goals_says_so_and_shows_what_there_is(viewer_client: Client) -> None:
    make_park_of_two_plans()
    Goal.objects.create(
        plan=make_plan(
            starts_on=date(2026, 8, 1),
            slug="bare",
            ends_on=date(2027, 12, 31),
            leading_target=None,
            investment_target_fen=None,
        ),
        measure=GoalMeasure.PAID_IN,
        due_on=date(2027, 12, 31),
        target_fen=None,
        effective_on=date(2026, 8, 1),
        recorded_by=make_recorder(),
    )
    for address in ("/?plan=bare", "/progress/plans/bare/"):
        page = read(viewer_client, address)
        assert "No goal of this plan is known at this date." in page
        assert "37.0" in page or "No goal is published for the park" in page


def test_a_goal_of_nothing_is_met_and_has_no_share(viewer_client: Client) -> None:
    plan = make_plan(leading_target=None, investment_target_fen=None)
    make_goal(plan, GoalMeasure.LEADING_ENTERPRISES, target_count=0)
    make_goal(plan, GoalMeasure.INDUSTRIAL_SCALE, target_fen=0)
    make_entry(make_project(make_enterprise(leading_on=date(2021, 1, 1)), stage=Stage.PRODUCTION))
    for address in ("/", "/progress/charts/", "/progress/plans/seaside-plan/"):
        assert viewer_client.get(f"{address}?as_of=2025-12-31").status_code == 200
    page = read(viewer_client, "/?as_of=2025-12-31")
    assert "of at least 0" in page
    assert "Both goals were met." in page
    assert "of the goal" not in page


def test_a_goal_that_the_plan_ends_is_shown_no_more_and_one_that_it_raises_goes_on(
    viewer_client: Client,
) -> None:
    make_park_of_two_plans()
    first = Goal.objects.get(plan__slug="next")
    ended: Any = {"plan": first.plan, "measure": first.measure, "due_on": first.due_on}
    make_goal(**ended, target_fen=120 * FEN_PER_BN, effective_on=date(2026, 9, 1))
    assert "of 100 bn yuan" in read(viewer_client, "/?as_of=2026-08-31")
    assert "of 120 bn yuan" in read(viewer_client, "/?as_of=2026-09-01")
    make_goal(**ended, effective_on=date(2026, 10, 1))
    assert "No goal of this plan is known at this date." in read(
        viewer_client, "/?as_of=2026-10-01"
    )
