"""The pages of the site that add and edit a project, record its steps and its amounts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.roles import RECORDER
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.editing import edit_project
from enterprises.models import Project, ProjectState, Revision
from ledger.models import Entry
from tests.data_entry import as_sent, browser_of, told
from tests.make import (
    PDF,
    make_cluster,
    make_enterprise,
    make_entry,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db
ADD, POST = "/projects/new/", "/ledger/new/"


def sent(client: Client, address: str, **filled: Any) -> dict[str, Any]:
    """What a browser sends of the form at an address, with some fields filled in."""
    return as_sent(client.get(address).context["form"]) | filled


def send(client: Client, address: str, **filled: Any) -> Any:
    """Open the form, fill in some fields and send it."""
    return client.post(address, sent(client, address, **filled))


def errors_of(response: Any) -> dict[str, list[str]]:
    """The errors that the form shows, by field."""
    assert response.status_code in {200, 409}, response.get("Location")
    return dict(response.context["form"].errors)


def project_fields(**changed: Any) -> dict[str, Any]:
    """The form of a new project, filled in."""
    return {
        "name_en": "Works",
        "cluster": make_cluster().pk,
        "region": make_region().pk,
        "stage": Stage.SIGNED,
        "effective_on": "2021-03-01",
    } | changed


# --- a new project --------------------------------------------------------------------------------


def test_a_project_is_added_to_the_enterprise_of_the_address(recorder_client: Client) -> None:
    enterprise = make_enterprise("Maker Ltd")
    sector = make_sector()
    recorder = make_recorder()
    address = f"{ADD}?enterprise={enterprise.pk}"
    filled = project_fields(sector=sector.pk, assignee=recorder.pk, tags="visit")
    response = send(recorder_client, address, **filled)
    project = Project.objects.get()
    assert response["Location"] == project.get_absolute_url()
    assert (project.enterprise, project.sector, project.assignee) == (enterprise, sector, recorder)
    assert [str(tag) for tag in project.tags.all()] == ["visit"]
    assert [state.stage for state in project.states.all()] == [Stage.SIGNED]


@pytest.mark.parametrize("typed", ["Maker Ltd", "maker ltd", "制造公司", "9137 0200 MA1A", "key"])
def test_an_enterprise_is_named_as_somebody_types_it(recorder_client: Client, typed: str) -> None:
    code = "91370200MA1A"
    enterprise = make_enterprise("Maker Ltd", name_zh="制造公司", credit_code=code)
    typed = f"Maker Ltd (#{enterprise.pk})" if typed == "key" else typed
    assert send(recorder_client, ADD, enterprise=typed, **project_fields()).status_code == 302
    assert Project.objects.get().enterprise == enterprise


def test_sectors_stand_under_their_cluster_and_one_of_another_is_refused(
    recorder_client: Client,
) -> None:
    enterprise = make_enterprise()
    other = make_sector("chips", cluster=make_cluster("digital", name_en="Digital"))
    page = recorder_client.get(f"{ADD}?enterprise={enterprise.pk}")
    assert '<optgroup label="Digital">' in page.content.decode()
    response = send(
        recorder_client, f"{ADD}?enterprise={enterprise.pk}", **project_fields(sector=other.pk)
    )
    assert "is not a sector of" in errors_of(response)["sector"][0]
    assert not Project.objects.exists()


TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"enterprise": ""}, "enterprise"),
        ({"enterprise": "Nobody Ltd"}, "enterprise"),
        ({"enterprise": "#999999999999999999"}, "enterprise"),
        ({"name_en": ""}, "name_zh"),
        ({"region": "999999"}, "region"),
        ({"effective_on": TOMORROW}, "effective_on"),
        ({"effective_on": "2020-02-30"}, "effective_on"),
        ({"source_on": TOMORROW}, "source_on"),
        ({"assignee": "999999"}, "assignee"),
        ({"stage": "nope"}, "stage"),
    ],
)
def test_what_cannot_be_shows_at_its_field_and_leaves_nothing(
    recorder_client: Client, filled: dict[str, str], field: str
) -> None:
    address = f"{ADD}?enterprise={make_enterprise().pk}"
    response = send(recorder_client, address, **project_fields(tags="kept", **filled))
    assert list(errors_of(response)) == [field]
    assert response.context["form"]["tags"].value() == "kept"
    assert not Project.objects.exists()


def test_nobody_adds_to_an_enterprise_or_place_of_another_scope() -> None:
    hidden = make_project(region=make_region("370215")).enterprise
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    address = f"{ADD}?enterprise={hidden.pk}"
    assert hidden.name_en not in client.get(address).content.decode()
    response = send(client, address, **project_fields(region=make_region("370215").pk))
    assert sorted(errors_of(response)) == ["enterprise", "region"]
    response = send(client, ADD, enterprise=f"#{hidden.pk}", **project_fields())
    assert list(errors_of(response)) == ["enterprise"]


# --- an edit --------------------------------------------------------------------------------------


def test_a_project_is_renamed_and_assigned_and_its_story_says_so(recorder_client: Client) -> None:
    project = make_project(name_en="Old works")
    li = make_user(RECORDER, username="li", first_name="Li", last_name="Na")
    make_user(RECORDER, username="far", first_name="Far", regions=[make_region("370215")])
    address = f"/projects/{project.pk}/edit/"
    choices = recorder_client.get(address).context["form"].fields["assignee"].choices
    assert "Far" not in [label for _value, label in choices]
    response = send(recorder_client, address, name_en="New works", assignee=li.pk)
    assert response["Location"] == project.get_absolute_url()
    text = recorder_client.get(project.get_absolute_url()).content.decode()
    assert "Old works" in text
    assert "Li Na" in text
    assert Revision.objects.get().changes == {
        "name_en": ["Old works", "New works"],
        "assignee": ["", "Li Na"],
    }


def test_a_clash_over_a_project_answers_409_with_both(recorder_client: Client) -> None:
    project = make_project(name_en="Old works")
    address = f"/projects/{project.pk}/edit/"
    filled = sent(recorder_client, address, name_en="Mine")
    li = make_user(RECORDER, username="li", first_name="Li", last_name="Na")
    edit_project(project=project, seen_version=1, edited_by=li, values={"name_en": "Theirs"})
    response = recorder_client.post(address, filled)
    assert response.status_code == 409
    (row,) = response.context["rows"]
    assert (row.opened, row.theirs, row.mine) == ("Old works", "Theirs", "Mine")
    assert row.revision.recorded_by == li


# --- a step ---------------------------------------------------------------------------------------


def test_a_step_is_recorded_and_told(recorder_client: Client) -> None:
    project = make_project(name_en="Works")
    response = send(
        recorder_client,
        f"/projects/{project.pk}/step/",
        standing=Standing.PAUSED,
        effective_on="2022-05-01",
        reason="Waits for land",
        sector=make_sector().pk,
    )
    assert response["Location"] == project.get_absolute_url()
    assert told(recorder_client, response) == [
        "Recorded: “Works” is at “Signed”, Paused, from 1 May 2022 on."
    ]
    state = ProjectState.objects.latest("pk")
    assert (state.standing, state.sector, state.effective_on) == (
        Standing.PAUSED,
        make_sector(),
        date(2022, 5, 1),
    )


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"effective_on": "2022-05-01"}, "stage"),
        ({"stage": Stage.PRODUCTION}, "reason"),
        ({"standing": Standing.PAUSED}, "reason"),
        ({"standing": Standing.WITHDRAWN, "reason": "Left"}, "standing"),
        ({"stage": Stage.PRODUCTION, "effective_on": TOMORROW}, "effective_on"),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_field(
    recorder_client: Client, filled: dict[str, str], field: str
) -> None:
    project = make_project()
    response = send(recorder_client, f"/projects/{project.pk}/step/", **filled)
    assert list(errors_of(response)) == [field]
    assert project.states.count() == 1


# --- an amount ------------------------------------------------------------------------------------


def amount_fields(**changed: Any) -> dict[str, Any]:
    """The form of an amount, filled in."""
    return {
        "measure": Measure.CONTRACTED,
        "amount": "3亿",
        "effective_on": "2022-06-01",
        "evidence_url": "https://news.example.org/1",
    } | changed


def test_an_amount_shows_its_effect_first_and_is_then_posted(recorder_client: Client) -> None:
    make_plan()
    project = make_project(name_en="Works")
    address = f"/projects/{project.pk}/amount/"
    filled = sent(recorder_client, address, **amount_fields())
    seen = recorder_client.post(address, filled)
    assert seen.status_code == 200
    text = seen.content.decode()
    assert "300,000,000.00" in text
    assert "Post 0.30\u00a0bn yuan" in text
    assert not Entry.objects.exists()
    response = recorder_client.post(address, filled | {"confirm": seen.context["seal"]})
    assert response["Location"] == project.get_absolute_url() + "#history"
    entry = Entry.objects.get()
    assert (entry.amount_fen, entry.measure) == (30_000_000_000, Measure.CONTRACTED)
    assert "Posted 300,000,000.00" in told(recorder_client, response)[0]
    # Sent once more, it is told and not posted twice.
    again = recorder_client.post(address, filled | {"confirm": seen.context["seal"]})
    assert again.status_code in {200, 302}
    assert Entry.objects.count() == 1


def test_an_amount_of_a_chosen_project_leads_back_to_the_list(recorder_client: Client) -> None:
    project = make_project(name_en="Works")
    address = f"{POST}?measure=paid_in&project={project.pk}&next=/ledger/%3Fmeasure%3Dpaid_in"
    filled = sent(recorder_client, address, **amount_fields(measure="paid_in", amount="300m"))
    assert filled["project"].startswith(f"Works, {project.enterprise} (#{project.pk})")
    seen = recorder_client.post(address, filled)
    response = recorder_client.post(address, filled | {"confirm": seen.context["seal"]})
    assert response["Location"] == "/ledger/?measure=paid_in"
    assert Entry.objects.get().project == project


def test_a_chosen_file_stays_chosen_while_the_effect_is_looked_at(recorder_client: Client) -> None:
    project = make_project()
    address = f"/projects/{project.pk}/amount/"
    filled = sent(recorder_client, address, **amount_fields(evidence_url=""))
    file = SimpleUploadedFile("contract.pdf", PDF)
    seen = recorder_client.post(address, filled | {"evidence_file": file})
    assert "stays chosen" in seen.content.decode()


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"amount": "a lot"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "1" * 10_000}, "amount"),
        ({"effective_on": TOMORROW}, "effective_on"),
        ({"currency": "DOLLARS"}, "currency"),
        ({"project": "Nowhere"}, "project"),
        ({"evidence_url": "http://127.0.0.1/"}, "evidence_url"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_at_its_field(
    recorder_client: Client, filled: dict[str, str], field: str
) -> None:
    project = make_project()
    named = {"project": f"#{project.pk}"}
    response = send(recorder_client, POST, **named | amount_fields() | filled)
    assert field in errors_of(response)
    assert not Entry.objects.exists()


def test_a_possible_double_is_asked_about_and_kept_when_it_is_none(recorder_client: Client) -> None:
    project = make_project()
    make_entry(project, amount_fen=30_000_000_000, on=date(2022, 6, 1))
    address = f"/projects/{project.pk}/amount/"
    filled = sent(recorder_client, address, **amount_fields())
    response = recorder_client.post(address, filled)
    assert "allow_double" in str(response.content)
    assert response.status_code == 409
    seen = recorder_client.post(address, filled | {"allow_double": "on"})
    assert seen.status_code == 200
    assert seen.context["effect"] is not None
