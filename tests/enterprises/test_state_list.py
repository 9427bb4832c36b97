"""The list of project states: every dated state of what a person may see, the newest first."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from accounts.roles import VIEWER
from clusters.vocabulary import Stage, Standing
from enterprises.models import Project, ProjectState
from enterprises.recording import record_state
from tests.make import (
    make_cluster,
    make_enterprise,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db


def listed(client: Client, **query: Any) -> list[tuple[str, str]]:
    """Project and stage of the states that the list shows, in its order."""
    response = client.get("/states/", query)
    assert response.status_code == 200, response.context["problems"]
    rows = response.context["table"].paginated_rows
    return [(row.record.project.name_en, row.record.stage) for row in rows]


def step(project: Project, on: date, **state: Any) -> ProjectState:
    """A later state of a project."""
    project.refresh_from_db()
    told = {"stage": project.stage, "is_reported": True, **state}
    return record_state(project=project, recorded_by=make_recorder(), effective_on=on, **told)


@pytest.fixture
def works() -> Project:
    """A project that was signed, began to be built and was paused; beside one of another place."""
    make_project(name_en="Mill", region=make_region("370215"), on=date(2020, 1, 1))
    project = make_project(
        make_enterprise("Hisense Visual", name_zh="海信视像"),
        name_en="Works",
        cluster=make_cluster("digital"),
        on=date(2021, 3, 1),
    )
    step(project, date(2022, 5, 1), stage=Stage.REGISTERED)
    step(project, date(2023, 6, 1), standing=Standing.PAUSED, reason="No power yet")
    return project


def test_every_state_stands_there_the_newest_first(viewer_client: Client, works: Project) -> None:
    assert listed(viewer_client) == [
        ("Works", "registered"),
        ("Works", "registered"),
        ("Works", "signed"),
        ("Mill", "signed"),
    ]


def test_a_row_leads_to_its_project_and_says_why(viewer_client: Client, works: Project) -> None:
    page = viewer_client.get("/states/", {"standing": "paused"}).content.decode()
    assert f'<a href="{works.get_absolute_url()}">' in page
    assert "No power yet" in page
    assert "4 rows" not in page


@pytest.mark.parametrize(
    ("query", "dates"),
    [
        ({"stage": "registered"}, [2023, 2022]),
        ({"standing": "paused"}, [2023]),
        ({"not_standing": "paused", "cluster": "digital"}, [2022, 2021]),
        ({"region": "370215"}, [2020]),
        ({"sector": "vehicles"}, []),
        ({"q": "hisense"}, [2023, 2022, 2021]),
        ({"q": "hxsx wor"}, [2023, 2022, 2021]),
        ({"since": "2021-03-01", "until": "2022-05-01"}, [2022, 2021]),
        ({"recorded_until": "2001-01-01"}, []),
        ({"recorded_by": "me"}, []),
    ],
)
def test_filters(
    viewer_client: Client, works: Project, query: dict[str, str], dates: list[int]
) -> None:
    make_sector(cluster=make_cluster())
    rows = viewer_client.get("/states/", query).context["table"].paginated_rows
    assert [row.record.effective_on.year for row in rows] == dates


def test_what_was_recorded_today_is_recorded_until_today(
    viewer_client: Client, works: Project
) -> None:
    today = localdate()
    assert len(listed(viewer_client, recorded_since=today, recorded_until=today)) == 4
    assert listed(viewer_client, recorded_since=today + timedelta(days=1)) == []


def test_the_states_of_one_project_or_enterprise_have_an_address(
    viewer_client: Client, works: Project
) -> None:
    assert len(listed(viewer_client, project=works.pk)) == 3
    assert len(listed(viewer_client, enterprise=works.enterprise_id)) == 3
    history = viewer_client.get(works.get_absolute_url()).content.decode()
    assert f'href="/states/?project={works.pk}"' in history


def test_each_facet_counts_what_its_values_would_leave(
    viewer_client: Client, works: Project
) -> None:
    for query, counts in (
        ({}, {"signed": 2, "registered": 1 + 1}),
        ({"cluster": "digital"}, {"signed": 1, "registered": 2}),
        ({"stage": "signed"}, {"signed": 2, "registered": 2}),
        ({"standing": "paused"}, {"signed": 0, "registered": 1}),
    ):
        answer = viewer_client.get(
            "/states/", {**query, "_part": "facets-alone"}, headers={"HX-Request": "true"}
        )
        stages = next(facet for facet in answer.context["facets"] if facet.name == "stage")
        found = {option.value: option.count for option in stages.options}
        assert {stage: found[stage] for stage in counts} == counts, query


def test_a_state_needs_its_own_place_and_its_project_to_be_seen(works: Project) -> None:
    moved = make_project(name_en="Moved", region=make_region("370215"), on=date(2020, 1, 1))
    step(moved, date(2021, 1, 1), region=make_region("370285"))
    left = make_project(name_en="Left", region=make_region("370285"), on=date(2020, 1, 1))
    step(left, date(2021, 1, 1), region=make_region("370215"))
    for region, seen in (("370285", {"Works", "Moved"}), ("370215", {"Mill", "Left"})):
        client = Client()
        client.force_login(make_user(VIEWER, regions=[make_region(region)]))
        names = [name for name, _stage in listed(client)]
        assert set(names) == seen
        # Of what came here only the states since then.
        assert names.count("Moved") + names.count("Left") == 1
        hidden = {"Works", "Mill", "Moved", "Left"} - seen
        for name in hidden:
            assert listed(client, q=name) == []
        answer = client.get("/states/", {"project": Project.objects.get(name_en=min(hidden)).pk})
        assert answer.status_code == 400


def test_a_file_has_every_column(viewer_client: Client, works: Project) -> None:
    answer: Any = viewer_client.get("/states/", {"_export": "csv", "standing": "paused"})
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    (row,) = csv.DictReader(StringIO(text))
    assert row["Date"] == "2023-06-01"
    assert row["Project, English name"] == "Works"
    assert (row["Stage"], row["Standing"], row["Cluster"]) == ("registered", "paused", "digital")
    assert (row["Reason"], row["By"]) == ("No power yet", "recorder")
    assert datetime.fromisoformat(row["Recorded"])
    assert viewer_client.get("/states/", {"_export": "xlsx"}).status_code == 200


@pytest.mark.parametrize(
    "query", [{"stage": "x"}, {"since": "never"}, {"project": "0"}, {"sort": "nothing"}]
)
def test_what_cannot_be_asked_is_told(viewer_client: Client, query: dict[str, str]) -> None:
    response = viewer_client.get("/states/", query)
    assert response.status_code == 400
    assert response.context["problems"]


@pytest.mark.parametrize(
    "column", ["stage", "cluster", "region", "-reason", "project", "-recorded_at"]
)
def test_any_column_sorts(viewer_client: Client, works: Project, column: str) -> None:
    assert len(listed(viewer_client, sort=column)) == 4


def test_an_empty_list_says_how_states_come_about(recorder_client: Client) -> None:
    page = recorder_client.get("/states/").content.decode()
    assert "The first comes with the project, the others with its steps." in page
    assert 'href="/projects/new/"' in page
