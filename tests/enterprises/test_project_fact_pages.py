"""The pages that confirm a project and say when it is expected at a stage."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import RECORDER, VERIFIER, VIEWER
from clusters.vocabulary import Stage, Standing
from enterprises.expectations import outlook
from enterprises.gates import checklist
from enterprises.models import Confirmation, ExpectedDate, Project
from enterprises.recording import record_state
from enterprises.staleness import silence_of
from tests.data_entry import browser_of, told
from tests.make import (
    make_expected,
    make_project,
    make_ready,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db
CONFIRM, EXPECT = "enterprises:project-confirm", "enterprises:project-expect"
PAGES = pytest.mark.parametrize("name", [CONFIRM, EXPECT])


def at(name: str, project: Project) -> str:
    """The address of a page of the project."""
    return reverse(name, args=[project.pk])


def confirmation(**filled: Any) -> dict[str, Any]:
    """The form, filled in."""
    return {"effective_on": "2023-05-01", "note": "The manager said so", **filled}


def expected(**filled: Any) -> dict[str, Any]:
    """The form, filled in."""
    return {"stage": Stage.PRODUCTION, "expected_on": "2031-05-01", **filled}


def test_a_confirmation_is_recorded_and_told(recorder_client: Client) -> None:
    project = make_project(name_en="Works")
    assert "last heard of on 1 Mar 2021" in (
        recorder_client.get(at(CONFIRM, project)).content.decode()
    )
    response = recorder_client.post(at(CONFIRM, project), confirmation())
    assert response["Location"] == project.get_absolute_url()
    assert told(recorder_client, response) == ["Confirmed: “Works” still stands as recorded."]
    made = Confirmation.objects.get()
    assert (made.effective_on, made.note) == (date(2023, 5, 1), "The manager said so")
    assert made.recorded_by.username == "recorder"


def test_an_expected_date_is_recorded_and_told(recorder_client: Client) -> None:
    project = make_project(name_en="Works")
    response = recorder_client.post(at(EXPECT, project), expected())
    assert response["Location"] == project.get_absolute_url()
    assert told(recorder_client, response) == ["The expected date of “Works” is recorded."]
    made = ExpectedDate.objects.get()
    assert (made.stage, made.expected_on) == (Stage.PRODUCTION, date(2031, 5, 1))


@PAGES
def test_a_form_that_is_sent_twice_is_recorded_once(name: str, recorder_client: Client) -> None:
    project = make_project()
    for _ in range(2):
        sent = confirmation() if name == CONFIRM else expected()
        assert recorder_client.post(at(name, project), sent).status_code == 302
    assert Confirmation.objects.count() + ExpectedDate.objects.count() == 1


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"effective_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "effective_on"),
        ({"effective_on": "2020-01-01"}, "effective_on"),
        ({"effective_on": "0000-00-00"}, "effective_on"),
        ({"effective_on": ""}, "effective_on"),
        ({"note": ""}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_a_refused_confirmation_keeps_what_was_typed(
    recorder_client: Client, filled: dict[str, str], field: str
) -> None:
    sent = confirmation(**filled)
    response = recorder_client.post(at(CONFIRM, make_project()), sent)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert {name: response.context["form"][name].value() for name in sent} == sent
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"expected_on": "2030-01-01"}, "reason"),
        ({"expected_on": "9999-12-31"}, "expected_on"),
        ({"expected_on": "soon"}, "expected_on"),
        ({"stage": Stage.SIGNED}, "stage"),
        ({"stage": "begun"}, "stage"),
        ({"reason": "x" * 501}, "reason"),
        ({"source_url": "file:///etc/passwd"}, "source_url"),
    ],
)
def test_a_refused_date_keeps_what_was_typed(
    recorder_client: Client, filled: dict[str, str], field: str
) -> None:
    project = make_project()
    make_expected(project, on=date(2029, 1, 1))
    sent = expected(**filled)
    response = recorder_client.post(at(EXPECT, project), sent)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert {name: response.context["form"][name].value() for name in sent} == sent
    assert ExpectedDate.objects.count() == 1


def test_a_stage_reached_meanwhile_is_told_and_not_recorded(recorder_client: Client) -> None:
    project = make_project()
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        stage=Stage.SIGNED,
        standing=Standing.WITHDRAWN,
        reason="Left",
    )
    response = recorder_client.post(at(EXPECT, project), expected())
    assert "The project is withdrawn" in str(response.context["form"].errors["stage"])
    response = recorder_client.post(at(CONFIRM, project), confirmation())
    assert list(response.context["form"].errors) == ["effective_on"]


def test_the_page_of_dates_begins_with_the_stage_that_led_there(recorder_client: Client) -> None:
    project = make_project()
    make_expected(project, on=date(2024, 6, 30))
    make_expected(project, on=date(2025, 7, 31), reason="The permit took longer")
    page = recorder_client.get(at(EXPECT, project) + "?stage=production")
    assert page.context["form"]["stage"].value() == "production"
    text = page.content.decode()
    assert '<option value="production" selected>' in text
    assert '<option value="signed"' not in text
    assert "13 months later than first expected (30 Jun 2024)" in text
    assert "The permit took longer" in text
    assert recorder_client.get(at(EXPECT, project) + "?stage=%3Cb%3E'").status_code == 200


def test_a_project_at_full_capacity_has_no_date_to_give(recorder_client: Client) -> None:
    project = make_project(stage=Stage.FULL_CAPACITY)
    assert recorder_client.get(at(EXPECT, project)).status_code == 200
    response = recorder_client.post(at(EXPECT, project), expected())
    assert list(response.context["form"].errors) == ["stage"]


@PAGES
@pytest.mark.parametrize("role", [VIEWER, VERIFIER])
def test_who_does_not_record_may_not(name: str, role: str) -> None:
    client, project = browser_of(make_user(role)), make_project()
    assert client.get(at(name, project)).status_code == 403
    assert client.post(at(name, project), confirmation() | expected()).status_code == 403
    assert not Confirmation.objects.exists()
    assert not ExpectedDate.objects.exists()


@PAGES
def test_a_project_of_another_scope_is_not_there(name: str) -> None:
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    theirs = make_project(region=make_region("370215"))
    assert client.get(at(name, theirs)).status_code == 404
    assert client.post(at(name, theirs), confirmation() | expected()).status_code == 404
    assert client.get(f"/projects/{theirs.pk + 999}/confirm/").status_code == 404


def drawn(project: Project, *, is_editable: bool) -> str:
    """The part of the project's page with what its stages ask for."""
    return render_to_string(
        "enterprises/_checklist.html",
        {
            "project": project,
            "checklist": checklist(project),
            "outlook": outlook(project),
            "is_editable": is_editable,
        },
    )


def test_the_checklist_marks_what_is_missing_and_leads_there() -> None:
    project = make_project(stage=Stage.REGISTERED)
    text = drawn(project, is_editable=True)
    # Sector and contract of the signing are missing; paid-in is only asked for later.
    assert text.count(">missing<") == 2
    assert f"/projects/{project.pk}/step/" in text
    assert text.count("Give a date") == 3
    quiet = drawn(project, is_editable=False)
    assert "<a " not in quiet
    assert quiet.count(">missing<") == 2
    assert ">missing<" not in drawn(make_ready(make_project()), is_editable=False)


def test_what_is_overdue_and_what_was_reached_is_told(recorder_client: Client) -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2021, 3, 1))
    make_expected(project, on=date(2022, 1, 1))
    assert "overdue" in drawn(project, is_editable=False)
    assert "reached 1 Mar 2021" in recorder_client.get(at(EXPECT, project)).content.decode()
    with translation.override("zh-hans"):
        assert drawn(project, is_editable=True)


def test_what_was_heard_is_drawn_with_the_way_to_confirm() -> None:
    project = make_project(on=date(2020, 1, 1))
    context: dict[str, Any] = {"project": project, "silence": silence_of(project)}
    text = render_to_string("enterprises/_heard.html", context | {"may_confirm": True})
    assert "silent for " in text
    assert at(CONFIRM, project) in text
    assert "<a " not in render_to_string("enterprises/_heard.html", context)
