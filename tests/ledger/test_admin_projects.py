"""Projects in the data entry pages: steps, amounts, withdrawal."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.roles import ADMINISTRATOR, AUDITOR, RECORDER
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.exceptions import FutureDateError
from enterprises.models import Project, ProjectState
from enterprises.recording import record_state
from ledger.models import Entry
from ledger.verifying import problems
from ledger.withdrawal import withdraw
from tests.data_entry import browser_of, errors_of, page, send, shown, told
from tests.make import (
    make_cluster,
    make_enterprise,
    make_entry,
    make_project,
    make_ready,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db

CHANGE = "enterprises_project_change"
ADD = "enterprises_project_add"
LIST = "enterprises_project_changelist"


def step(**filled: Any) -> dict[str, Any]:
    """The form of a step, filled in."""
    return {f"states-0-{name}": value for name, value in filled.items()}


def amount(**filled: Any) -> dict[str, Any]:
    """The form of an amount on the project's page, filled in."""
    fields = {"measure": Measure.CONTRACTED, "effective_on": "2021-03-01", "amount": "3亿"}
    return {f"entries-0-{name}": value for name, value in (fields | filled).items()}


def test_a_project_is_entered_by_itself(recorder_client: Client) -> None:
    response = send(
        recorder_client,
        page(ADD),
        enterprise=make_enterprise().pk,
        name_en="Works",
        cluster=make_cluster().pk,
        region=make_region().pk,
        stage=Stage.SIGNED,
        effective_on="2021-03-01",
    )
    assert response.status_code == 302
    project = Project.objects.get()
    assert project.states.get().stage == Stage.SIGNED
    assert LogEntry.objects.get().object_id == str(project.pk)


def test_a_refused_project_leaves_no_project(recorder_client: Client) -> None:
    response = send(
        recorder_client,
        page(ADD),
        enterprise=make_enterprise().pk,
        name_en="Works",
        cluster=make_cluster().pk,
        region=make_region().pk,
        stage=Stage.SIGNED,
        effective_on=(timezone.localdate() + timedelta(days=2)).isoformat(),
    )
    assert list(errors_of(response)) == ["effective_on"]
    assert not Project.objects.exists()


def test_a_step_forward_needs_no_reason_when_nothing_is_missing(recorder_client: Client) -> None:
    project = make_ready(make_project())
    filled = step(effective_on="2022-01-01", stage=Stage.PRODUCTION)
    assert send(recorder_client, page(CHANGE, project.pk), **filled).status_code == 302
    project.refresh_from_db()
    assert (project.stage, project.stage_on) == (Stage.PRODUCTION, date(2022, 1, 1))
    assert LogEntry.objects.filter(content_type__model="projectstate").count() == 1


def test_a_step_back_without_a_reason_shows_at_the_reason(recorder_client: Client) -> None:
    project = make_project(stage=Stage.PRODUCTION)
    filled = step(effective_on="2022-01-01", stage=Stage.SIGNED)
    response = send(recorder_client, page(CHANGE, project.pk), name_en="Renamed", **filled)
    assert list(errors_of(response, "states")) == ["reason"]
    project.refresh_from_db()
    assert (project.stage, project.states.count()) == (Stage.PRODUCTION, 1)
    assert project.name_en != "Renamed"
    filled |= step(reason="The opening was announced too early")
    assert send(recorder_client, page(CHANGE, project.pk), **filled).status_code == 302
    project.refresh_from_db()
    assert project.stage == Stage.SIGNED


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"effective_on": "", "stage": Stage.PRODUCTION}, "effective_on"),
        ({"effective_on": "2999-01-01", "stage": Stage.PRODUCTION}, "effective_on"),
        ({"effective_on": "2022-01-01"}, None),
        ({"effective_on": "2022-01-01", "standing": Standing.PAUSED}, "reason"),
        ({"effective_on": "2022-01-01", "standing": Standing.WITHDRAWN}, "reason"),
        ({"effective_on": "2022-01-01", "standing": "gone"}, "standing"),
        (
            {
                "effective_on": "2022-01-01",
                "standing": Standing.WITHDRAWN,
                "stage": Stage.PRODUCTION,
                "reason": "Left",
            },
            "standing",
        ),
        (
            {"effective_on": "2021-01-01", "standing": Standing.WITHDRAWN, "reason": "Left"},
            "standing",
        ),
    ],
)
def test_a_refused_step_shows_at_its_field(
    recorder_client: Client, filled: dict[str, str], field: str | None
) -> None:
    project = make_project()
    response = send(
        recorder_client, page(CHANGE, project.pk), **step(**filled, note="as told on the phone")
    )
    shown_at = list(errors_of(response, "states"))
    assert shown_at == [field or "stage"]
    assert project.states.count() == 1


def test_a_pause_keeps_the_stage_of_its_day(recorder_client: Client) -> None:
    project = make_project(stage=Stage.SIGNED)
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2023, 1, 1),
        stage=Stage.PRODUCTION,
        reason="Seen at work",
    )
    filled = step(effective_on="2022-01-01", standing=Standing.PAUSED, reason="No chips")
    assert send(recorder_client, page(CHANGE, project.pk), **filled).status_code == 302
    assert project.states.get(effective_on=date(2022, 1, 1)).stage == Stage.SIGNED
    project.refresh_from_db()
    assert (project.stage, project.standing) == (Stage.PRODUCTION, Standing.ACTIVE)


def test_a_project_with_amounts_does_not_change_its_place(recorder_client: Client) -> None:
    project = make_project()
    make_entry(project)
    filled = step(effective_on="2022-01-01", cluster=make_cluster("digital").pk)
    response = send(recorder_client, page(CHANGE, project.pk), **filled)
    assert "reverse them before" in str(errors_of(response, "states")["cluster"])


def test_withdrawing_and_reviving_have_pages_of_their_own(recorder_client: Client) -> None:
    project = make_project()
    make_entry(project)
    filled = step(effective_on="2023-05-01", standing=Standing.WITHDRAWN, reason="Insolvent")
    refused = send(recorder_client, page(CHANGE, project.pk), **filled)
    assert "Withdraw the project on its page" in str(errors_of(refused, "states")["standing"])
    withdraw(
        project=project,
        withdrawn_on=date(2023, 5, 1),
        recorded_by=make_recorder(),
        reason="Insolvent",
    )
    filled = step(effective_on="2024-01-01", standing=Standing.ACTIVE, reason="It goes on")
    refused = send(recorder_client, page(CHANGE, project.pk), **filled)
    assert "Revive the project on its page" in str(errors_of(refused, "states")["standing"])
    assert not list(problems())


def test_an_amount_on_the_projects_page_is_posted_and_told_to_the_fen(
    recorder_client: Client,
) -> None:
    project = make_project(name_en="Works")
    response = send(recorder_client, page(CHANGE, project.pk), **amount())
    assert told(recorder_client, response)[0] == (
        "Posted 300,000,000.00\u00a0yuan (Contracted) for “Works”, dated 1 Mar 2021."
    )
    assert Entry.objects.get().amount_fen == 3 * 10**10


def test_a_refused_amount_takes_back_the_step_beside_it(recorder_client: Client) -> None:
    project = make_project()
    response = send(
        recorder_client,
        page(CHANGE, project.pk),
        **step(effective_on="2022-01-01", stage=Stage.PRODUCTION, reason="Seen at work"),
        **amount(amount="-1亿", reason="Cut"),
    )
    assert "cannot be lowered" in str(errors_of(response, "entries")["amount"])
    assert project.states.count() == 1
    assert not LogEntry.objects.exists()
    assert not list(response.context["messages"])


def test_a_rule_that_only_bites_when_writing_shows_on_the_form(
    recorder_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**facts: Any) -> ProjectState:
        record_state(**facts)
        raise FutureDateError(date(2022, 1, 1), date(2021, 1, 1))

    monkeypatch.setattr("enterprises.forms.record_state", refuse)
    project = make_project()
    response = send(
        recorder_client,
        page(CHANGE, project.pk),
        **step(effective_on="2022-01-01", stage=Stage.PRODUCTION, reason="Seen at work"),
    )
    assert list(errors_of(response, "states")) == ["effective_on"]
    assert project.states.count() == 1


def test_an_amount_is_posted_once_from_one_form(recorder_client: Client) -> None:
    project = make_project()
    address = page(CHANGE, project.pk)
    sent = shown(recorder_client, address) | amount()
    recorder_client.post(address, sent)
    again = recorder_client.post(address, sent)
    assert "sent before" in told(recorder_client, again)[-2]
    assert Entry.objects.count() == 1
    assert LogEntry.objects.filter(content_type__model="entry").count() == 1


def test_the_page_shows_history_and_offers_the_reversal(recorder_client: Client) -> None:
    project = make_project()
    entry = make_entry(project, amount_fen=14_400_000_000_00)
    text = recorder_client.get(page(CHANGE, project.pk)).content.decode()
    assert "14,400,000,000.00" in text
    assert page("ledger_entry_reverse", entry.pk) in text
    assert f'href="/projects/{project.pk}/"' in text


def test_a_project_is_never_deleted() -> None:
    client = browser_of(make_user(ADMINISTRATOR))
    project = make_project()
    assert client.post(page("enterprises_project_delete", project.pk)).status_code == 403
    assert "delete_selected" not in client.get(page(LIST)).content.decode()


def test_saving_the_names_leaves_what_was_recorded_meanwhile(recorder_client: Client) -> None:
    project = make_project()
    sent = shown(recorder_client, page(CHANGE, project.pk)) | {"name_en": "Renamed"}
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        stage=Stage.PRODUCTION,
        reason="Seen at work",
    )
    # What is sent beside the names is not even read.
    sent |= {"stage": Stage.NEGOTIATING, "region": make_region("370215").pk}
    assert recorder_client.post(page(CHANGE, project.pk), sent).status_code == 302
    project.refresh_from_db()
    assert (project.name_en, project.stage) == ("Renamed", Stage.PRODUCTION)
    assert project.region == make_region()


def test_somebody_elses_project_is_neither_shown_nor_moved_to() -> None:
    laixi, jimo = make_region("370285"), make_region("370215")
    mine, theirs = make_project(region=laixi), make_project(region=jimo)
    client = browser_of(make_user(RECORDER, regions=[laixi]))
    assert [row.pk for row in client.get(page(LIST)).context["cl"].queryset] == [mine.pk]
    assert client.get(page(CHANGE, theirs.pk)).status_code == 302
    sent = shown(client, page(CHANGE, mine.pk)) | amount()
    assert client.post(page(CHANGE, theirs.pk), sent).status_code in {302, 403}
    assert not Entry.objects.exists()
    moved = send(client, page(CHANGE, mine.pk), **step(effective_on="2022-01-01", region=jimo.pk))
    assert list(errors_of(moved, "states")) == ["region"]
    assert jimo.name_en not in client.get(page(LIST)).content.decode()


def test_an_auditor_reads_and_adds_nothing() -> None:
    project = make_project()
    make_entry(project)
    client = browser_of(make_user(AUDITOR))
    text = client.get(page(CHANGE, project.pk)).content.decode()
    assert "Steps so far" in text
    assert "states-0-stage" not in text
    assert "Reverse…" not in text
    assert client.post(page(CHANGE, project.pk), step(stage="signed")).status_code == 403
    assert client.get(page(ADD)).status_code == 403


def test_the_list_is_narrowed_and_searched(recorder_client: Client) -> None:
    sector = make_sector()
    one = make_project(name_en="Battery works", stage=Stage.PRODUCTION, sector=sector)
    make_project(name_en="Cabin plant", region=make_region("370215"))
    for query in (
        "q=Battery",
        f"q={one.enterprise.name_zh}",
        "stage__exact=production",
        f"sector__id__exact={sector.pk}",
        f"region__id__exact={one.region_id}",
        f"cluster__id__exact={one.cluster_id}&stage__exact=production",
        "standing__exact=active&q=works",
    ):
        rows = recorder_client.get(f"{page(LIST)}?{query}").context["cl"].queryset
        assert [row.pk for row in rows] == [one.pk], query


def test_the_list_asks_the_same_number_of_questions_at_any_length(
    recorder_client: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(2):
        make_entry()
    recorder_client.get(page(LIST))
    with django_assert_max_num_queries(25) as few:
        recorder_client.get(page(LIST))
    for _number in range(20):
        make_entry()
    with django_assert_max_num_queries(len(few)):
        recorder_client.get(page(LIST))


def test_the_page_asks_the_same_number_of_questions_with_any_history(
    recorder_client: Client, django_assert_max_num_queries: Any
) -> None:
    project = make_project()
    make_entry(project)
    recorder_client.get(page(CHANGE, project.pk))
    with django_assert_max_num_queries(60) as few:
        recorder_client.get(page(CHANGE, project.pk))
    for number in range(20):
        make_entry(project, amount_fen=number + 1)
    with django_assert_max_num_queries(len(few)):
        recorder_client.get(page(CHANGE, project.pk))
