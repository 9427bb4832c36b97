"""The pages of a sector, an investor group and a plan: their numbers open, and nobody sees more."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import VIEWER
from clusters.models import Region
from clusters.vocabulary import GoalMeasure, Measure, Stage
from enterprises.models import InvestorGroup
from enterprises.recording import record_state
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
    make_verdict,
)
from tests.progress.test_numbers_open import browser_of, by_rows, check, numbers_of
from tests.progress.test_progress_pages import read

pytestmark = pytest.mark.django_db

SECTOR = "/progress/sectors/nev/vehicles/"


def make_parts() -> InvestorGroup:
    """Hisense leads two enterprises, one of them with Bosch; a project changes its sector late."""
    jimo, west = make_region("370215"), make_region("370211")
    nev = make_cluster("nev", sites=[(jimo, "6.3")])
    make_plan()
    vehicles, parts = make_sector("vehicles", cluster=nev), make_sector("parts", cluster=nev)
    # A number of two digits is one number and not two.
    InvestorGroup.objects.bulk_create(InvestorGroup(name_en=f"Idle {n}") for n in range(9))
    hisense, bosch = make_group("Hisense"), make_group("Bosch")
    first = make_enterprise("First", groups=[hisense, bosch], leading_on=date(2018, 1, 1))
    second = make_enterprise("Second", groups=[hisense], leading_on=date(2021, 1, 1))
    third = make_enterprise("Third", groups=[bosch, hisense])
    at_start: Any = {"cluster": nev, "stage": Stage.PRODUCTION}
    one = make_project(first, region=jimo, on=date(2019, 1, 1), sector=vehicles, **at_start)
    two = make_project(second, region=west, on=date(2021, 1, 1), sector=parts, **at_start)
    other = make_project(third, region=west, on=date(2021, 1, 1), sector=parts, **at_start)
    make_entry(one, amount_fen=4 * FEN_PER_BN, on=date(2019, 2, 1), evidence=make_evidence())
    make_verdict(make_entry(one, on=date(2021, 2, 1), evidence=make_evidence()))
    make_entry(one, measure=Measure.PAID_IN, on=date(2022, 2, 1))
    make_entry(one, measure=Measure.ANNUAL_OUTPUT, on=date(2022, 12, 31))
    make_entry(two, amount_fen=2 * FEN_PER_BN, on=date(2021, 5, 1))
    make_entry(other, amount_fen=7 * FEN_PER_BN, on=date(2021, 6, 1))
    record_state(
        project=two,
        recorded_by=make_recorder(),
        effective_on=date(2024, 1, 1),
        stage=Stage.PRODUCTION,
        cluster=nev,
        region=west,
        sector=vehicles,
    )
    return hisense


@pytest.mark.parametrize(
    "query",
    [
        "as_of=2025-12-31",
        "as_of=2023-12-31",
        "as_of=2023-12-31&known_at=2022-01-01",
        "as_of=2025-12-31&evidence=verified",
        "as_of=2025-12-31&sites=inside&count=projects",
        "as_of=2025-12-31&from=signed&count=groups&measure=paid_in",
    ],
)
def test_every_number_of_a_sector_and_a_group_opens_what_it_is_made_of(query: str) -> None:
    group = make_parts()
    pages = [f"{SECTOR}?{query}", f"{group.get_absolute_url()}?{query}"]
    assert len(check(pages, by_rows)) >= (0 if "known_at" in query else 10)


def test_an_entry_stands_in_the_sector_that_its_project_has_on_the_day(
    viewer_client: Client,
) -> None:
    make_parts()
    amounts = {}
    for day in ("2023-12-31", "2025-12-31"):
        page = viewer_client.get(SECTOR, {"as_of": day})
        amounts[day] = page.context["scope"]["figures"].contracted.fen
    assert amounts == {"2023-12-31": 5 * FEN_PER_BN, "2025-12-31": 7 * FEN_PER_BN}


def test_a_joint_venture_counts_with_the_group_that_it_names_first(viewer_client: Client) -> None:
    group = make_parts()
    page = viewer_client.get(group.get_absolute_url(), {"as_of": "2025-12-31"})
    figures = page.context["scope"]["figures"]
    assert (figures.contracted.fen, figures.leading, figures.enterprises) == (7 * FEN_PER_BN, 2, 2)
    assert figures.contracted.before_plan_fen == 4 * FEN_PER_BN
    assert "1 enterprise names another group first" in page.content.decode()


def test_of_a_group_nobody_learns_what_lies_outside_the_own_scope() -> None:
    group = make_parts()
    user = make_user(VIEWER, regions=[Region.objects.get(code="370215")])
    page = browser_of(user).get(group.get_absolute_url(), {"as_of": "2025-12-31"})
    figures = page.context["scope"]["figures"]
    assert (figures.contracted.fen, figures.enterprises) == (5 * FEN_PER_BN, 1)
    assert "You see what lies in your regions" in page.content.decode()
    numbers = numbers_of(browser_of(user), f"{group.get_absolute_url()}?as_of=2025-12-31").found
    assert all(by_rows(user, number) == number.value for number in numbers)


def test_a_part_takes_as_many_queries_for_many_entries_as_for_few(viewer_client: Client) -> None:
    group = make_parts()
    counts = []
    for _ in range(2):
        for address in (SECTOR, group.get_absolute_url()):
            with CaptureQueriesContext(connection) as captured:
                assert viewer_client.get(address).status_code == 200
            counts.append(len(captured))
        enterprise = make_enterprise(groups=[group], leading_on=date(2021, 1, 1))
        project = make_project(enterprise, sector=make_sector(), region=make_region("370215"))
        make_entry(project)
    assert counts[:2] == counts[2:]


def test_what_there_is_not_says_what_there_is(viewer_client: Client) -> None:
    make_parts()
    for address in (
        "/progress/sectors/nev/steam/",
        "/progress/sectors/nope/vehicles/",
        "/progress/groups/999999/",
        "/progress/groups/99999999999999999999999/",
        "/progress/plans/nope/",
    ):
        assert viewer_client.get(address).status_code == 404, address


def test_a_group_or_sector_without_anything_is_not_reported(viewer_client: Client) -> None:
    make_plan()
    make_sector()
    for address in (SECTOR, make_group("Idle").get_absolute_url()):
        page = read(viewer_client, address)
        assert "No investment has been reported for" in page
        assert "not reported" in page


def test_a_plans_page_has_its_words_rule_goals_and_the_other_plans(viewer_client: Client) -> None:
    make_parts()
    following = make_plan(
        starts_on=date(2026, 7, 1), ends_on=date(2030, 12, 31), slug="next", leading_target=None
    )
    goal = make_goal(
        following, GoalMeasure.ANNUAL_OUTPUT, target_fen=FEN_PER_BN, due_on=date(2030, 12, 31)
    )
    page = read(viewer_client, "/progress/plans/seaside-plan/?as_of=2025-12-31")
    assert "enterprises from “registered” on; industrial scale by contracted investment" in page
    assert "Missed by 128 enterprises" in page
    assert "Plan next" in page
    page = read(viewer_client, "/progress/plans/next/?as_of=2026-08-01")
    assert goal.get_measure_display() in page
    assert "1 Jul 2026" in page
