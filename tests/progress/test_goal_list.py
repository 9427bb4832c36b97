"""The list of goals: what every plan promises, and what was reached of it."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from accounts.roles import VIEWER
from clusters.models import Goal, Plan
from clusters.vocabulary import GoalMeasure, Stage
from progress.figures import Measurement
from progress.results import Progress
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_goal,
    make_plan,
    make_project,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


def listed(client: Client, **query: Any) -> list[Goal]:
    """The goals that the list shows, in its order."""
    response = client.get("/progress/goals/", query)
    assert response.status_code == 200, response.context["problems"]
    return [row.record for row in response.context["table"].paginated_rows]


@pytest.fixture
def plan() -> Plan:
    """A plan of three goals; 81 of 270 bn yuan are contracted, one of 130 enterprises came."""
    plan = make_plan()
    nev = make_cluster("nev")
    make_goal(
        plan,
        GoalMeasure.ANNUAL_OUTPUT,
        cluster=nev,
        due_on=date(2023, 12, 31),
        target_fen=FEN_PER_BN,
    )
    enterprise = make_enterprise(leading_on=date(2021, 1, 1), credit_code="91370200MA3C000065")
    project = make_project(enterprise, cluster=nev, stage=Stage.REGISTERED)
    make_entry(project, amount_fen=81 * FEN_PER_BN)
    return plan


def test_every_goal_stands_there_with_what_was_reached(viewer_client: Client, plan: Plan) -> None:
    page = viewer_client.get("/progress/goals/").content.decode().replace("\xa0", " ")
    # 81 of 270 bn yuan are 30%; 1 of 130 is 0.8%.
    for text in (
        "270 bn yuan",
        "30%",
        ">130<",
        "1%",
        "Missed, 189.0",
        "Whole park",
        "not reported",
    ):
        assert text in page, text
    assert 'data-fen="8100000000000"' in page
    assert 'data-count="1"' in page
    assert 'href="/?plan=seaside-plan"' in page
    assert 'href="/progress/clusters/nev/?plan=seaside-plan"' in page


def test_each_number_opens_the_list_that_it_is_made_of(viewer_client: Client, plan: Plan) -> None:
    rows = viewer_client.get("/progress/goals/", {"cluster": "whole_park"}).context["table"]
    money = next(row.record for row in rows.paginated_rows if row.record.is_money)
    address = rows.measured.row(money).url
    ledger = viewer_client.get(address)
    assert sum(total.fen for total in ledger.context["totals"]) == 81 * FEN_PER_BN


def test_each_plan_is_measured_once(
    viewer_client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plan(slug="second", starts_on=date(2026, 1, 1), ends_on=date(2030, 12, 31))
    measured = []
    done = Measurement.progress

    def noted(measurement: Measurement) -> Progress:
        measured.append(measurement.plan.slug)
        return done(measurement)

    monkeypatch.setattr(Measurement, "progress", noted)
    assert len(listed(viewer_client)) == 5
    assert sorted(measured) == ["seaside-plan", "second"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"plan": "seaside-plan"}, 3),
        ({"plan": "second"}, 2),
        ({"not_plan": "second"}, 3),
        ({"measure": "industrial_scale"}, 2),
        ({"cluster": "nev"}, 1),
        ({"cluster": "whole_park"}, 4),
        ({"not_cluster": "whole_park"}, 1),
        ({"due_until": "2024-01-01"}, 1),
        ({"due_since": "2026-01-01"}, 2),
        ({"q": "second"}, 2),
    ],
)
def test_filters(viewer_client: Client, plan: Plan, query: dict[str, str], count: int) -> None:
    make_plan(slug="second", starts_on=date(2026, 1, 1), ends_on=date(2030, 12, 31))
    assert len(listed(viewer_client, **query)) == count


def test_what_a_later_goal_replaced_or_ended_shows_on_request(
    viewer_client: Client, plan: Plan
) -> None:
    later = date(2022, 1, 1)
    make_goal(plan, GoalMeasure.LEADING_ENTERPRISES, target_count=140, effective_on=later)
    make_goal(plan, GoalMeasure.INDUSTRIAL_SCALE, effective_on=later)
    assert {goal.target for goal in listed(viewer_client)} == {140, FEN_PER_BN}
    every = listed(viewer_client, superseded="yes")
    assert len(every) == 5
    page = viewer_client.get("/progress/goals/", {"superseded": "yes"}).content.decode()
    assert page.count("<span>Superseded</span>") == 2
    assert page.count("<span>Ended</span>") == 1


def test_the_list_of_a_day_agrees_with_the_pages_of_that_day(
    viewer_client: Client, plan: Plan
) -> None:
    # On the last day of 2020 nothing was reached, and the goal of 140 was not set.
    make_goal(
        plan,
        GoalMeasure.LEADING_ENTERPRISES,
        target_count=140,
        effective_on=date(2022, 1, 1),
    )
    for day in ("2020-12-31", "2023-12-31", "2026-06-30"):
        plans_page = viewer_client.get(f"/progress/plans/seaside-plan/?as_of={day}")
        answer = viewer_client.get(f"/progress/goals/?as_of={day}")
        table = answer.context["table"]
        told = {
            row.goal.goal.pk: (row.number, row.goal.status, row.url)
            for goal in table.paginated_rows
            if (row := table.measured.row(goal.record))
        }
        assert told == {
            row.goal.goal.pk: (row.number, row.goal.status, row.url)
            for row in plans_page.context["goals"]
        }
        page = answer.content.decode()
        assert f'href="/?plan=seaside-plan&amp;as_of={day}"' in page
        assert "Back to today" in page
        list_of_day = f"/progress/goals/?plan=seaside-plan&amp;as_of={day}"
        assert list_of_day in plans_page.content.decode()


@pytest.mark.parametrize("day", ["yesterday", "2020-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_told(viewer_client: Client, plan: Plan, day: str) -> None:
    assert viewer_client.get("/progress/goals/", {"as_of": day}).status_code == 400


def test_goals_are_for_everybody_as_the_figures_of_the_park_are(plan: Plan) -> None:
    client = Client()
    client.force_login(make_user(VIEWER, regions=[make_region("370215")]))
    assert len(listed(client)) == 3


def test_a_file_tells_money_from_numbers(viewer_client: Client, plan: Plan) -> None:
    answer: Any = viewer_client.get("/progress/goals/", {"_export": "csv"})
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    rows = {row["Goal"]: row for row in csv.DictReader(StringIO(text))}
    scale, leading = rows["industrial_scale"], rows["leading_enterprises"]
    assert (scale["Target, yuan"], scale["Target, number"]) == ("270000000000.00", "")
    assert (scale["Reached, yuan"], scale["Completion"]) == ("81000000000.00", "0.3")
    assert (leading["Target, number"], leading["Reached, number"]) == ("130", "1")
    assert (leading["Cluster"], leading["Plan"]) == ("whole_park", "seaside-plan")
    assert rows["annual_output"]["Reached, yuan"] == ""


@pytest.mark.parametrize("query", [{"plan": "x"}, {"due_since": "2026", "due_until": "2025"}])
def test_what_cannot_be_asked_is_told(viewer_client: Client, query: dict[str, str]) -> None:
    assert viewer_client.get("/progress/goals/", query).status_code == 400


@pytest.mark.parametrize("column", ["measure", "-plan", "cluster", "-due_on"])
def test_columns_sort(viewer_client: Client, plan: Plan, column: str) -> None:
    assert len(listed(viewer_client, sort=column)) == 3


def test_without_a_plan_the_list_says_what_to_do(viewer_client: Client) -> None:
    assert "manage.py load_plan" in viewer_client.get("/progress/goals/").content.decode()


def test_the_overview_and_the_definitions_lead_there(viewer_client: Client, plan: Plan) -> None:
    make_goal(plan, GoalMeasure.NEW_INDUSTRY_LEADERS, target_count=2)
    for address in ("/", "/progress/definitions/"):
        assert (
            'href="/progress/goals/?plan=seaside-plan"'
            in viewer_client.get(address).content.decode()
        )
