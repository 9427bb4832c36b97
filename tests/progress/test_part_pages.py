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
from tests.progress.charting import file_of
from tests.progress.everywhere import fen
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
    query += "&since=2020-06-30"
    pages = [
        f"{SECTOR}?{query}",
        f"{group.get_absolute_url()}?{query}",
        f"/progress/changes/?sector=nev/vehicles&{query}",
        f"/progress/changes/?group={group.pk}&{query}",
    ]
    assert len(check(pages, by_rows)) >= (0 if "known_at" in query else 10)


@pytest.mark.parametrize("measured", ["", "&evidence=verified", "&known_at=2099-01-01"])
def test_the_line_of_a_sector_and_a_group_ends_at_the_figures_of_the_page_in_its_file_too(
    viewer_client: Client, measured: str
) -> None:
    group = make_parts()
    for address in (SECTOR, group.get_absolute_url()):
        page = viewer_client.get(f"{address}?as_of=2025-12-31{measured}")
        figures, chart = page.context["scope"]["figures"], page.context["charts"]["trajectory"]
        amounts = [figures.contracted.fen, figures.paid_in.fen]
        assert [cell.value for cell in chart.rows[-1][1:]] == amounts
        rows = file_of(viewer_client, f"/progress/charts/trajectory.csv?{chart.query}")
        assert [fen(rows[-1][name]) for name in ("Contracted, yuan", "Paid in, yuan")] == amounts
        assert chart.source in page.content.decode()


def test_what_changed_in_a_sector_and_a_group_is_told_of_these_alone(viewer_client: Client) -> None:
    group = make_parts()
    since = {"as_of": "2025-12-31", "since": "2020-12-31"}
    told = {
        address: viewer_client.get(address, since).context["changes"].changes
        for address in (SECTOR, group.get_absolute_url())
    }
    found = {
        address: (changes.of("new").count, changes.of("dated").fen, changes.of("counts").count)
        for address, changes in told.items()
    }
    dated = {"contracted": 3 * FEN_PER_BN, "paid_in": FEN_PER_BN, "annual_output": FEN_PER_BN}
    assert found[SECTOR] == (1, dated, 1)
    assert found[group.get_absolute_url()] == (1, dated, 1)


def test_an_address_of_charts_names_one_scope_that_there_is(viewer_client: Client) -> None:
    group = make_parts()
    for query, told in (
        ("sector=nev/steam", "nev/vehicles"),
        ("group=999999", "no investor group"),
        ("group=x", "no investor group"),
        (f"group={group.pk}&cluster=nev", "leave all but one out"),
    ):
        answer = viewer_client.get(f"/progress/charts/trajectory.csv?{query}")
        assert answer.status_code == 400
        assert told in answer.content.decode()
    for address in ("/progress/charts/", "/progress/charts/years.csv"):
        assert viewer_client.get(f"{address}?group={group.pk}").status_code == 400


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
    query = "as_of=2025-12-31&since=2020-06-30"
    for address in (f"{group.get_absolute_url()}?", f"/progress/changes/?group={group.pk}&"):
        numbers = numbers_of(browser_of(user), f"{address}{query}").found
        assert all(by_rows(user, number) == number.value for number in numbers)
    page = browser_of(user).get(f"{group.get_absolute_url()}?{query}")
    changes = page.context["changes"].changes
    assert (changes.of("new").count, changes.of("counts").count) == (0, 0)
    address = f"/progress/charts/trajectory.csv?group={group.pk}&as_of=2025-12-31"
    assert fen(file_of(browser_of(user), address)[-1]["Contracted, yuan"]) == 5 * FEN_PER_BN
    hidden = make_user(VIEWER, regions=[make_region("370285")])
    assert {row["Contracted, yuan"] for row in file_of(browser_of(hidden), address)} == {""}


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
