"""The list of projects and the page of one, seen from outside."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import RECORDER
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.recording import record_state
from ledger.posting import cite, reverse
from ledger.undoing import undo
from ledger.verdicts import attach
from ledger.withdrawal import withdraw
from tests.data_entry import browser_of
from tests.make import (
    FEN_PER_BN,
    make_confirmation,
    make_correction,
    make_enterprise,
    make_entry,
    make_evidence,
    make_expected,
    make_group,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
)

pytestmark = pytest.mark.django_db


def names(client: Client, **query: Any) -> list[str]:
    """The projects that the list shows, in its order."""
    rows = client.get("/projects/", query).context["table"].paginated_rows
    return [row.record.name_en for row in rows]


@pytest.mark.parametrize("words", ["Fridges", "冰箱", "Hisense", "fridges hisense", "Hitachi"])
def test_search_finds_names_and_those_behind(words: str, viewer_client: Client) -> None:
    enterprise = make_enterprise("Hisense Jimo", groups=[make_group("Hitachi")])
    make_project(enterprise, name_en="Fridges", name_zh="冰箱基地")
    make_project(name_en="Cars")
    assert names(viewer_client, q=words) == ["Fridges"]


def test_stages_sort_by_how_far_they_are(viewer_client: Client) -> None:
    for stage in (Stage.PRODUCTION, Stage.NEGOTIATING, Stage.FULL_CAPACITY, Stage.CONSTRUCTION):
        make_project(stage=stage, name_en=stage)
    wanted = ["negotiating", "construction", "production", "full_capacity"]
    assert names(viewer_client, sort="stage") == wanted
    assert names(viewer_client, sort="-stage") == wanted[::-1]


def test_stage_filter_leaves_withdrawn_projects_out(viewer_client: Client) -> None:
    project = make_project(name_en="Gone")
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        stage=Stage.SIGNED,
        standing=Standing.WITHDRAWN,
        reason="Called off.",
    )
    assert names(viewer_client, stage="signed") == []
    assert names(viewer_client, standing="withdrawn") == ["Gone"]


def test_key_figures_and_pills(viewer_client: Client) -> None:
    project = make_project(make_enterprise(leading_on=date(2021, 1, 1)))
    make_entry(project, amount_fen=4 * FEN_PER_BN, evidence=make_evidence())
    make_entry(project, measure=Measure.PAID_IN, amount_fen=FEN_PER_BN)
    make_entry(project, measure=Measure.ANNUAL_OUTPUT, on=date(2022, 12, 31))
    make_entry(
        project, measure=Measure.ANNUAL_OUTPUT, on=date(2023, 12, 31), amount_fen=2 * FEN_PER_BN
    )
    response = viewer_client.get(project.get_absolute_url())
    text = response.content.decode()
    assert response.context["output"] == (2023, 2 * FEN_PER_BN)
    for said in (
        "25.0% of contracted",
        "in 2023",
        "100% link only",
        "31 Dec 2023",
        "Leading: Industry leader",
        "Press reports, unverified",
    ):
        assert said in text, said


def test_silence_is_told(viewer_client: Client) -> None:
    text = viewer_client.get(make_project(on=date(2020, 1, 1)).get_absolute_url()).content.decode()
    assert "silent for " in text


def test_nothing_reported_is_no_zero(viewer_client: Client) -> None:
    text = viewer_client.get(make_project().get_absolute_url()).content.decode()
    assert text.count("not reported") >= 4
    assert "0.00" not in text
    assert "None" not in text


def test_history_runs_backwards_and_its_totals_end_in_the_figures(viewer_client: Client) -> None:
    project = make_project(on=date(2021, 1, 1))
    make_entry(project, on=date(2021, 3, 1), amount_fen=5 * FEN_PER_BN)
    make_entry(
        project, on=date(2022, 3, 1), amount_fen=-2 * FEN_PER_BN, reason="The contract was cut."
    )
    make_entry(project, on=date(2020, 6, 1), amount_fen=FEN_PER_BN)
    response = viewer_client.get(project.get_absolute_url())
    events = response.context["history"]
    assert [event.on.year for event in events] == [2022, 2021, 2021, 2020]
    totals = [event.running_fen for event in events if event.kind == "entry"]
    assert totals == [4 * FEN_PER_BN, 6 * FEN_PER_BN, FEN_PER_BN]
    assert response.context["project"].contracted_fen == totals[0]
    assert "Reason: The contract was cut." in response.content.decode()


def test_output_is_totalled_by_its_year(viewer_client: Client) -> None:
    project = make_project()
    for year in (2021, 2022):
        make_entry(project, measure=Measure.ANNUAL_OUTPUT, on=date(year, 12, 31))
    events = viewer_client.get(project.get_absolute_url()).context["history"]
    assert [e.running_fen for e in events if e.kind == "entry"] == [FEN_PER_BN, FEN_PER_BN]


def test_reversal_and_what_it_reverses_lead_to_each_other(viewer_client: Client) -> None:
    project = make_project()
    wrong = make_entry(project)
    undone = reverse(entry=wrong, recorded_by=make_recorder(), reason="Typed twice.")
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert f"of entry {wrong.pk}" in text
    assert f"by entry {undone.pk}" in text
    assert "Reason: Typed twice." in text


def test_event_recorded_late_says_how_late(viewer_client: Client) -> None:
    project = make_project(on=date(2019, 1, 1))
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert " years after the event" in text


def test_note_and_source_of_one_report_stand_once(viewer_client: Client) -> None:
    day, url = date(2021, 3, 1), "https://news.example.org/one"
    project = make_project(on=day, source_url=url, note="[outside] A fab; [doubtful] two sources")
    make_entry(project, on=day, evidence=make_evidence(url), note=project.states.get().note)
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert text.count("outside the planned regions") == 1
    assert text.count("doubtful: ") == 1
    assert text.count(f'href="{url}"') == 1
    assert "From the same report as the line above." in text


def test_facts_without_a_source_are_not_of_one_report(viewer_client: Client) -> None:
    project = make_project()
    make_entry(project)
    make_entry(project, on=date(2022, 1, 1))
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert "From the same report" not in text


def test_repost_is_named_but_not_linked(viewer_client: Client) -> None:
    url = "https://mirror.example.org/copy"
    page = cite(url=url, recorded_by=make_recorder(), is_repost=True)
    project = make_project()
    make_entry(project, evidence=page)
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert "mirror.example.org, repost" in text
    assert f'href="{url}"' not in text


def test_names_and_notes_are_no_markup(viewer_client: Client) -> None:
    project = make_project(name_en="<script>alert(1)</script>", note="<b>bold</b>")
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in text
    assert "<b>bold" not in text


def test_other_projects_of_the_enterprise_are_summed_with_this_one(viewer_client: Client) -> None:
    enterprise = make_enterprise()
    project = make_project(enterprise)
    for one in (project, make_project(enterprise, name_en="Second plant")):
        make_entry(one)
    response = viewer_client.get(project.get_absolute_url())
    assert "Second plant" in response.content.decode()
    assert "Both projects, this one included" in response.content.decode()
    assert response.context["enterprise_contracted_fen"] == 2 * FEN_PER_BN


def test_page_ends_at_the_scope() -> None:
    enterprise = make_enterprise()
    seen = make_project(enterprise, region=make_region("370215"))
    unseen = make_project(enterprise, region=make_region("370212"), name_en="Unseen")
    make_entry(unseen)
    client = browser_of(make_user(RECORDER, regions=[make_region("370215")]))
    response = client.get(seen.get_absolute_url())
    assert "Unseen" not in response.content.decode()
    assert response.context["enterprise_contracted_fen"] is None
    assert client.get(unseen.get_absolute_url()).status_code == 404


def test_buttons_are_for_those_who_may(viewer_client: Client, recorder_client: Client) -> None:
    project = make_project()
    address = project.get_absolute_url()
    assert "Record amount" not in viewer_client.get(address).content.decode()
    text = recorder_client.get(address).content.decode()
    assert f"/projects/{project.pk}/amount/" in text
    assert f"/projects/{project.pk}/step/" in text


def test_page_asks_as_often_for_many_facts_as_for_one(viewer_client: Client) -> None:
    project = make_project()
    counts = []
    for more in (1, 9):
        for _ in range(more):
            wrong = make_entry(project, evidence=make_evidence())
            reverse(entry=wrong, recorded_by=make_recorder(), reason="Typed twice.")
            make_project(project.enterprise)
        with CaptureQueriesContext(connection) as asked:
            assert viewer_client.get(project.get_absolute_url()).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 22


def test_a_correction_is_one_event_with_before_and_after(viewer_client: Client) -> None:
    project = make_project(on=date(2021, 1, 1))
    wrong = make_entry(project, on=date(2021, 3, 1), amount_fen=11 * FEN_PER_BN)
    make_entry(project, on=date(2022, 3, 1), amount_fen=FEN_PER_BN)
    change = make_correction(wrong, amount_fen=14 * FEN_PER_BN, reason="An earlier design")
    response = viewer_client.get(project.get_absolute_url())
    events = response.context["history"]
    assert [event.kind for event in events] == ["entry", "change", "state"]
    event = events[1]
    assert event.fact == change
    assert [e.amount_fen for e in event.before] == [11 * FEN_PER_BN]
    assert [e.amount_fen for e in event.now] == [14 * FEN_PER_BN]
    assert [effect.fen for effect in event.effects] == [3 * FEN_PER_BN]
    # The running totals end in the figure on top.
    assert [e.running_fen for e in events] == [15 * FEN_PER_BN, 14 * FEN_PER_BN, None]
    assert response.context["project"].contracted_fen == 15 * FEN_PER_BN
    text = response.content.decode()
    for said in ("before", "now", "effect", "+3.00", "An earlier design", "Show the 2 entries"):
        assert said in text, said


def test_by_recording_each_thing_stands_at_its_own_moment(viewer_client: Client) -> None:
    project = make_project(on=date(2021, 1, 1))
    entry = make_entry(project, on=date(2021, 3, 1), evidence=make_evidence())
    make_verdict(entry, "returned", note="Which page?")
    attach(
        entry=entry,
        evidence=make_evidence("https://news.example.org/2"),
        recorded_by=make_recorder(),
    )
    make_correction(entry, amount_fen=2 * FEN_PER_BN)
    response = viewer_client.get(project.get_absolute_url(), {"order": "recorded"})
    events = response.context["history"][::-1]
    assert [e.kind for e in events[:4]] == ["state", "entry", "verdict", "attachment"]
    assert "change" in [e.kind for e in events]
    assert [e.running_fen for e in events if e.net] == [FEN_PER_BN, 2 * FEN_PER_BN]
    assert "Which page?" in response.content.decode()


def test_a_withdrawal_and_its_undoing_end_where_they_began(viewer_client: Client) -> None:
    project = make_project(on=date(2021, 1, 1))
    make_entry(project, on=date(2021, 3, 1), amount_fen=5 * FEN_PER_BN)
    gone = withdraw(
        project=project,
        withdrawn_on=date(2022, 1, 1),
        recorded_by=make_recorder(),
        reason="The investor left",
    )
    undo(change=gone, recorded_by=make_recorder(), reason="Another project was meant")
    for order in ("event", "recorded"):
        response = viewer_client.get(project.get_absolute_url(), {"order": order})
        totals = [e.running_fen for e in response.context["history"] if e.net]
        assert totals[0] == 5 * FEN_PER_BN == response.context["project"].contracted_fen
        assert 0 in totals
    assert "Undone" in response.content.decode()


def test_a_confirmation_and_an_expected_date_are_part_of_the_story(viewer_client: Client) -> None:
    project = make_project(on=date(2021, 1, 1))
    make_confirmation(project, note="Called the plant")
    make_expected(project)
    text = viewer_client.get(project.get_absolute_url()).content.decode()
    assert "Still stands as recorded" in text
    assert "Called the plant" in text
    assert " expected on " in text


def test_the_evidence_on_top_is_what_the_database_keeps(viewer_client: Client) -> None:
    project = make_project()
    make_entry(project, amount_fen=FEN_PER_BN)
    make_verdict(make_entry(project, amount_fen=3 * FEN_PER_BN, evidence=make_evidence()))
    response = viewer_client.get(project.get_absolute_url())
    assert response.context["evidence_fen"] == {
        "verified": 3 * FEN_PER_BN,
        "documented": 0,
        "sourced": 0,
        "unsupported": FEN_PER_BN,
    }
    assert "75%" in response.content.decode()


def test_a_long_history_is_cut_and_shown_whole_on_request(viewer_client: Client) -> None:
    project = make_project()
    for number in range(105):
        make_entry(project, amount_fen=number + 1)
    response = viewer_client.get(project.get_absolute_url())
    assert len(response.context["history"]) == 100
    assert "Show all 106 events" in response.content.decode()
    whole = viewer_client.get(project.get_absolute_url(), {"all": "1"})
    assert len(whole.context["history"]) == 106
