"""The progress pages, as a reader sees them."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.vocabulary import GoalMeasure, Measure, Stage
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_plan,
    make_project,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


def text(html: str) -> str:
    """Return what a reader reads: no tags, one space between words."""
    words = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", words.replace("\u00a0", " ").replace("&#x27;", "'"))


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return text(answer.content.decode())


def make_outcome() -> None:
    """One leading enterprise, 90 bn contracted of it 9.5 paid in, before the end; 5 bn after it."""
    enterprise = make_enterprise("Seaside Motors", leading_on=date(2021, 1, 1))
    project = make_project(enterprise, stage=Stage.PRODUCTION, on=date(2021, 1, 1))
    make_entry(project, amount_fen=90 * FEN_PER_BN, evidence=make_evidence())
    make_entry(project, amount_fen=950 * 10**9, measure=Measure.PAID_IN, evidence=make_evidence())
    make_entry(project, amount_fen=5 * FEN_PER_BN, on=date(2026, 1, 5), evidence=make_evidence())


def test_after_the_end_the_outcome_leads_and_what_came_since_stands_beside_it(
    viewer_client: Client,
) -> None:
    make_outcome()
    make_plan()
    page = read(viewer_client, "/")
    assert "Missed by 129 enterprises" in page
    assert "Missed, 180.0 bn yuan short" in page
    assert "90.0 of 270 bn yuan" in page
    assert "33.3% of the goal" in page
    assert "Outcome on 31 Dec 2025" in page
    assert "Since the due date +5.0 bn yuan" in page
    assert "Both goals were missed: by 129 enterprises and by 180.0 bn yuan." in page
    assert "Since then 5.0 bn yuan came." in page


def test_unverified_figures_say_so_on_every_page_that_shows_them(viewer_client: Client) -> None:
    make_outcome()
    make_plan()
    for address in ("/", "/progress/clusters/nev/", "/progress/regions/370285/"):
        assert "Press reports, unverified." in read(viewer_client, address)
    assert "none of it is verified" in read(viewer_client, "/")


def test_the_count_of_leading_enterprises_links_to_those_it_counts(viewer_client: Client) -> None:
    make_outcome()
    make_project(make_enterprise("Not Leading"), stage=Stage.PRODUCTION)
    make_plan()
    page = read(viewer_client, "/progress/leading/?as_of=2025-12-31")
    assert "1 enterprise counted on 31 December 2025" in page
    assert "Seaside Motors" in page
    assert "Not Leading" not in page
    assert "0 enterprises" in read(viewer_client, "/progress/leading/?as_of=2020-12-31")
    assert "Seaside Motors" not in read(
        viewer_client, "/progress/leading/?as_of=2025-12-31&from=production&sites=inside"
    )


def test_a_cluster_without_a_published_goal_shows_what_it_brings(viewer_client: Client) -> None:
    make_outcome()
    other = make_project(cluster=make_cluster("digital"))
    make_entry(other, amount_fen=5 * FEN_PER_BN)
    make_plan()
    page = read(viewer_client, "/progress/clusters/digital/")
    # 5 of the park's 100 bn by today.
    assert "5.0% of the park’s; no goal is published for it." in page


def test_a_cluster_with_goals_shows_each_with_its_status(viewer_client: Client) -> None:
    make_outcome()
    plan = make_plan()
    nev = make_cluster("nev")
    for year, target in ((2022, 50), (2025, 100)):
        make_goal(
            plan,
            GoalMeasure.INDUSTRIAL_SCALE,
            cluster=nev,
            due_on=date(year, 12, 31),
            target_fen=target * FEN_PER_BN,
        )
    page = read(viewer_client, "/progress/clusters/nev/")
    assert "Missed, 10.0 bn yuan short" in page
    assert "by 31 Dec 2022 90.0 bn yuan of 50 bn yuan Met" in page


def test_each_definition_stands_beside_the_headline(viewer_client: Client) -> None:
    make_outcome()
    make_plan()
    page = read(viewer_client, "/")
    assert "from registered the plan’s rule 1 1 1 0.8%" in page
    assert "Contracted, all the plan’s rule 90.00 33.3%" in page
    assert "Paid in 9.50 3.5%" in page


def test_a_page_of_another_day_says_so_and_leads_back(viewer_client: Client) -> None:
    make_outcome()
    make_plan()
    page = read(viewer_client, "/?as_of=2022-12-31&known_at=2026-01-05")
    assert "You see 31 Dec 2022 as it was known on 5 Jan 2026" in page
    assert "Back to today" in page
    assert "Back to today" not in read(viewer_client, "/")


def test_a_running_plan_shows_pace_and_what_is_needed(viewer_client: Client) -> None:
    make_outcome()
    make_plan()
    page = read(viewer_client, "/?as_of=2022-12-31")
    assert "By 31 Dec 2022, with 50.0% of the plan’s time gone" in page
    assert "Pace −16.7 pp" in page
    assert "Behind" in page


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/?as_of=yesterday", "write it like 2025-12-31"),
        ("/?as_of=2020-02-30", "write it like 2025-12-31"),
        ("/?known_at=soon", "2025-12-31T18:00"),
        ("/?plan=nope", "seaside-plan"),
        ("/progress/leading/?from=nope", "registered"),
        ("/progress/leading/?cluster=nope", "nev"),
        ("/progress/clusters/nev/?as_of=x", "2025-12-31"),
    ],
)
def test_an_address_that_cannot_be_read_says_what_is_accepted(
    viewer_client: Client, address: str, told: str
) -> None:
    make_outcome()
    make_plan()
    assert told in read(viewer_client, address, status=400)


def test_the_json_says_what_is_wrong_too(viewer_client: Client) -> None:
    make_plan()
    answer = viewer_client.get("/api/progress/?as_of=yesterday")
    assert answer.status_code == 400
    assert "2025-12-31" in answer.json()["problems"][0]


@pytest.mark.parametrize(
    "address", ["/progress/clusters/nope/", "/progress/regions/999999/", "/progress/regions/x/"]
)
def test_a_scope_that_there_is_not_is_a_404_that_names_those_there_are(
    viewer_client: Client, address: str
) -> None:
    make_outcome()
    make_plan()
    assert viewer_client.get(address).status_code == 404


def test_without_a_plan_the_first_steps_stand_there(viewer_client: Client) -> None:
    page = read(viewer_client, "/")
    assert "Load the plan." in page


def test_a_plan_without_any_project_says_what_to_do(viewer_client: Client) -> None:
    make_plan()
    page = read(viewer_client, "/")
    assert "No enterprise is recorded yet" in page
    assert "Not reported" in page
    assert "Press reports" not in page


def test_a_plan_that_is_to_come_says_when_it_begins(viewer_client: Client) -> None:
    make_plan(starts_on=date(2090, 1, 1), ends_on=date(2095, 12, 31))
    assert "Starts 1 Jan 2090" in read(viewer_client, "/")


def test_somebody_without_a_role_sees_no_figure(client: Client) -> None:
    make_plan()
    client.force_login(make_user())
    assert client.get("/").status_code == 403


def test_the_leading_list_shows_nothing_of_another_scope(client: Client) -> None:
    make_outcome()
    make_plan()
    client.force_login(make_user("viewer", regions=[make_region("370215")]))
    page = read(client, "/progress/leading/?as_of=2025-12-31")
    assert "Seaside Motors" not in page
    assert "1 enterprise counted" in page


@pytest.mark.parametrize("address", ["/", "/progress/clusters/nev/", "/progress/leading/"])
def test_a_page_takes_as_many_queries_for_twenty_projects_as_for_two(
    viewer_client: Client, address: str
) -> None:
    make_plan()

    def add(times: int) -> None:
        for _ in range(times):
            enterprise = make_enterprise(leading_on=date(2021, 1, 1))
            make_entry(make_project(enterprise, stage=Stage.REGISTERED))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert viewer_client.get(address).status_code == 200
        return len(captured)

    add(2)
    at_two = queries()
    add(18)
    assert queries() == at_two
