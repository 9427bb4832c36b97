"""Pages of the acts: filled in, seen with their effect, confirmed; and what comes between."""

import html
import re
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.roles import RECORDER
from clusters.vocabulary import Measure, Stage, Standing
from ledger.models import Change, Entry
from ledger.posting import cite
from ledger.verdicts import attach
from ledger.verifying import problems
from ledger.withdrawal import withdraw
from tests.make import (
    FEN_PER_BN,
    PDF,
    make_cluster,
    make_correction,
    make_enterprise,
    make_entry,
    make_evidence,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)
KEY = "11111111-1111-4111-8111-111111111111"


def filled(entry: Entry, **other: str) -> dict[str, str]:
    """A correction as it is typed."""
    return {
        "measure": entry.measure,
        "amount": "2bn",
        "currency": "CNY",
        "effective_on": entry.effective_on.isoformat(),
        "reason": "The page says two",
        "note": "",
        "key": KEY,
        **other,
    }


def seen(client: Client, address: str, sent: dict[str, str]) -> tuple[Any, dict[str, str]]:
    """Send a form for its effect; return the page and the form with the word that confirms it."""
    page = client.post(address, sent)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'name="confirm" value="([0-9a-f]{64})"', page.content.decode())
    assert found, page.content.decode()
    return page, {**sent, "confirm": found[1]}


def lines_of(page: Any) -> dict[str, dict[str, int]]:
    """The shown changes by scope and figure."""
    return {
        str(scope.scope): {line.label: line.change for line in scope.lines}
        for scope in page.context["effect"].scopes
    }


def test_a_correction_is_seen_with_its_effect_before_it_is_posted(recorder_client: Client) -> None:
    make_plan()
    entry = make_entry(evidence=make_evidence())
    address = f"/ledger/{entry.pk}/correct/"
    assert 'value="1000000000"' in recorder_client.get(address).content.decode()
    page, confirmed = seen(recorder_client, address, filled(entry))
    assert lines_of(page)["Seaside Park"] == {
        "Contracted": FEN_PER_BN,
        "Investment on the due date": FEN_PER_BN,
    }
    assert lines_of(page).keys() == {"Seaside Park", "Cluster nev", "Region 370285"}
    assert not Change.objects.exists()
    assert Entry.objects.count() == 1
    done = recorder_client.post(address, confirmed)
    assert done.status_code == 302
    change = Change.objects.get()
    assert change.kind == Change.Kind.CORRECTION
    replacement = change.entries.get(reverses=None)
    assert (replacement.amount_fen, replacement.evidence) == (2 * FEN_PER_BN, entry.evidence)
    # The evidence was not given again, so it stays.
    text = recorder_client.get(done["Location"].split("#")[0]).content.decode()
    assert "The correction for" in text
    assert "The page says two" in text
    assert list(problems()) == []


def test_a_form_changed_after_its_effect_was_seen_is_shown_again(recorder_client: Client) -> None:
    entry = make_entry()
    address = f"/ledger/{entry.pk}/correct/"
    _page, confirmed = seen(recorder_client, address, filled(entry))
    page, _again = seen(recorder_client, address, {**confirmed, "amount": "3bn"})
    assert [e.amount_fen for e in page.context["effect"].posted] == [-FEN_PER_BN, 3 * FEN_PER_BN]
    assert not Change.objects.exists()


def test_a_correction_sent_twice_is_made_once(recorder_client: Client) -> None:
    entry = make_entry()
    address = f"/ledger/{entry.pk}/correct/"
    _page, confirmed = seen(recorder_client, address, filled(entry))
    assert recorder_client.post(address, confirmed).status_code == 302
    assert recorder_client.post(address, confirmed).status_code == 302
    assert Change.objects.count() == 1


def test_of_two_corrections_the_second_is_told_and_loses_no_text(recorder_client: Client) -> None:
    entry = make_entry()
    address = f"/ledger/{entry.pk}/correct/"
    _page, confirmed = seen(recorder_client, address, filled(entry, note="As the contract has it"))
    other = make_user(RECORDER, username="other", first_name="Mei", last_name="Zhao")
    theirs = make_correction(entry, amount_fen=5 * FEN_PER_BN, recorded_by=other)
    replacement = theirs.entries.get(reverses=None)
    page = recorder_client.post(address, confirmed)
    assert page.status_code == 409
    text = page.content.decode()
    for told in ("Somebody was first", "Mei Zhao", "As the contract has it", "The page says two"):
        assert told in text, told
    rows = {label: (other, mine, differs) for label, other, mine, differs in page.context["rows"]}
    assert rows["Amount"] == ("5000000000", "2bn", True)
    assert rows["Measure"] == ("Contracted", "Contracted", False)
    assert page.context["rows"][0][3]
    assert not page.context["rows"][-1][3]
    # What was typed can be put on theirs, after one more look.
    assert f'action="/ledger/{replacement.pk}/correct/#effect"' in text
    _page, again = seen(recorder_client, f"/ledger/{replacement.pk}/correct/", confirmed)
    assert recorder_client.post(f"/ledger/{replacement.pk}/correct/", again).status_code == 302
    assert Entry.objects.standing().get().amount_fen == 2 * FEN_PER_BN


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("amount", "much", "amount"),
        ("amount", "0", "0"),
        ("reason", "", "This field is required"),
        ("effective_on", "2999-01-01", "future"),
        ("effective_on", "yesterday", "Enter a valid date"),
        ("measure", "promised", "Select a valid choice"),
        ("evidence_url", "javascript:alert(1)", ""),
        ("evidence_url", "http://10.0.0.1/contract", "public"),
        ("rate", "6.9", "Yuan need no rate"),
        ("key", "x", ""),
    ],
)
def test_a_correction_that_cannot_be_is_shown_again_with_all_that_was_typed(
    recorder_client: Client, field: str, typed: str, told: str
) -> None:
    entry = make_entry()
    page = recorder_client.post(
        f"/ledger/{entry.pk}/correct/", filled(entry, note="Kept text", **{field: typed})
    )
    assert page.status_code in {200, 409}
    text = page.content.decode()
    assert "This was not saved." in text
    assert told in text
    assert "Kept text" in text
    assert not Change.objects.exists()


def test_nothing_changed_is_refused(recorder_client: Client) -> None:
    entry = make_entry()
    page = recorder_client.post(f"/ledger/{entry.pk}/correct/", filled(entry, amount="1bn"))
    assert "Nothing differs from the entry" in page.content.decode()


def test_new_evidence_replaces_the_old(recorder_client: Client) -> None:
    entry = make_entry(evidence=make_evidence())
    address = f"/ledger/{entry.pk}/correct/"
    sent = filled(entry, amount="1bn", evidence_url="https://news.example.org/better")
    _page, confirmed = seen(recorder_client, address, sent)
    assert recorder_client.post(address, confirmed).status_code == 302
    standing = Entry.objects.standing().get()
    assert standing.evidence is not None
    assert standing.evidence.url == "https://news.example.org/better"


def test_a_move_shows_that_the_park_stays(recorder_client: Client) -> None:
    make_plan()
    project = make_project(make_enterprise(leading_on=DAY), stage=Stage.REGISTERED)
    make_entry(project)
    cluster, region = make_cluster("digital"), make_region("370211")
    sent = {
        "cluster": str(cluster.pk),
        "region": str(region.pk),
        "from_the_start": "on",
        "reason": "Typed into the wrong place",
        "key": KEY,
    }
    page, confirmed = seen(recorder_client, f"/projects/{project.pk}/move/", sent)
    effect = lines_of(page)
    assert "Seaside Park" not in effect
    assert effect["Cluster nev"]["Contracted"] == -FEN_PER_BN
    assert effect["Cluster digital"]["Contracted"] == FEN_PER_BN
    assert effect["Cluster digital"]["Leading enterprises"] == 1
    assert recorder_client.post(f"/projects/{project.pk}/move/", confirmed).status_code == 302
    project.refresh_from_db()
    assert (project.cluster, project.region) == (cluster, region)
    assert list(problems()) == []


def test_a_move_needs_a_day_or_the_word_that_it_was_always_there(recorder_client: Client) -> None:
    project = make_project()
    place = {"cluster": str(make_cluster("digital").pk), "region": str(project.region_id)}
    sent = {**place, "reason": "Moved", "key": KEY}
    page = recorder_client.post(f"/projects/{project.pk}/move/", sent)
    assert "Give the day" in page.content.decode()
    both = {**sent, "effective_on": "2022-01-01", "from_the_start": "on"}
    page = recorder_client.post(f"/projects/{project.pk}/move/", both)
    assert "leave the day empty" in page.content.decode()


def test_withdrawal_revival_and_undoing_go_through_their_pages(recorder_client: Client) -> None:
    make_plan()
    project = make_project()
    make_entry(project, amount_fen=3 * FEN_PER_BN)
    make_entry(project, measure=Measure.PAID_IN, amount_fen=FEN_PER_BN)
    address = f"/projects/{project.pk}/withdraw/"
    sent = {"effective_on": "2023-01-01", "reason": "The investor left", "key": KEY}
    page, confirmed = seen(recorder_client, address, sent)
    assert lines_of(page)["Seaside Park"]["Contracted"] == -2 * FEN_PER_BN
    assert lines_of(page)["Seaside Park"]["Projects"] == -1
    assert page.context["target"].standing == Standing.ACTIVE
    assert recorder_client.post(address, confirmed).status_code == 302
    project.refresh_from_db()
    assert project.standing == Standing.WITHDRAWN
    page = recorder_client.get(project.get_absolute_url())
    change = Change.objects.get()
    assert page.context["undoable"] == change
    assert f"/changes/{change.pk}/undo/" in page.content.decode()
    address = f"/changes/{change.pk}/undo/"
    key = KEY.replace("1", "2")
    page, confirmed = seen(recorder_client, address, {"reason": "Another project", "key": key})
    assert lines_of(page)["Seaside Park"]["Contracted"] == 2 * FEN_PER_BN
    assert recorder_client.post(address, confirmed).status_code == 302
    page = recorder_client.post(address, {"reason": "Again", "key": KEY.replace("1", "3")})
    assert page.status_code == 409
    assert "This was undone already." in page.content.decode()
    withdraw(
        project=project,
        withdrawn_on=date(2023, 2, 1),
        recorded_by=make_recorder(),
        reason="It left after all",
    )
    address = f"/projects/{project.pk}/revive/"
    sent = {
        "effective_on": "2024-01-01",
        "with_contract": "on",
        "reason": "A new investor",
        "key": KEY.replace("1", "4"),
    }
    page, confirmed = seen(recorder_client, address, sent)
    assert lines_of(page)["Seaside Park"]["Contracted"] == 2 * FEN_PER_BN
    assert recorder_client.post(address, confirmed).status_code == 302
    project.refresh_from_db()
    assert project.standing == Standing.ACTIVE
    assert list(problems()) == []


def test_without_a_plan_an_act_is_seen_and_done_all_the_same(recorder_client: Client) -> None:
    project = make_project()
    make_entry(project)
    sent = {"effective_on": "2023-01-01", "reason": "Left", "key": KEY}
    page, confirmed = seen(recorder_client, f"/projects/{project.pk}/withdraw/", sent)
    assert page.context["effect"].scopes == []
    done = recorder_client.post(f"/projects/{project.pk}/withdraw/", confirmed)
    assert done.status_code == 302


def test_an_effect_leaves_nothing_when_measuring_fails(recorder_client: Client) -> None:
    make_plan()
    entry = make_entry()
    recorder_client.raise_request_exception = False
    with patch("progress.effects.changed_scopes", side_effect=RuntimeError):
        page = recorder_client.post(f"/ledger/{entry.pk}/correct/", filled(entry))
    assert page.status_code == 500
    assert not Change.objects.exists()
    assert Entry.objects.count() == 1


def test_places_outside_the_scope_are_no_choice() -> None:
    region = make_region("370285")
    project = make_project(region=region)
    far = make_region("370212")
    client = Client()
    client.force_login(make_user(RECORDER, regions=[region]))
    page = client.get(f"/projects/{project.pk}/move/")
    assert str(far) not in page.content.decode()
    sent = {"cluster": project.cluster_id, "region": far.pk, "reason": "x", "from_the_start": "on"}
    page = client.post(f"/projects/{project.pk}/move/", {**sent, "key": KEY})
    assert "Select a valid choice" in page.content.decode()


def test_what_somebody_else_recorded_meanwhile_is_shown_before_it_is_confirmed(
    recorder_client: Client,
) -> None:
    project = make_project()
    make_entry(project, amount_fen=5 * FEN_PER_BN)
    address = f"/projects/{project.pk}/withdraw/"
    sent = {"effective_on": "2023-01-01", "reason": "Left", "key": KEY}
    _page, confirmed = seen(recorder_client, address, sent)
    make_entry(project, measure=Measure.PAID_IN, amount_fen=3 * FEN_PER_BN)
    page, again = seen(recorder_client, address, confirmed)
    assert [e.amount_fen for e in page.context["effect"].posted] == [-2 * FEN_PER_BN]
    assert not Change.objects.exists()
    assert recorder_client.post(address, again).status_code == 302
    assert Change.objects.count() == 1


def test_a_correction_with_a_file_and_a_page_is_made_whole_and_once(
    recorder_client: Client,
) -> None:
    page = cite(url="https://news.example.org/old", recorded_by=make_recorder())
    entry = make_entry()
    attach(entry=entry, evidence=page, recorded_by=make_recorder())
    address = f"/ledger/{entry.pk}/correct/"
    # The page stands beside the entry already, and comes along.
    sent = filled(
        entry,
        evidence_url=page.url,
    )
    shown = recorder_client.post(
        address, {**sent, "evidence_file": SimpleUploadedFile("contract.pdf", PDF)}
    )
    text = shown.content.decode()
    kept = re.search(r'name="evidence_file-kept" value="([^"]+)"', text)
    seal = re.search(r'name="confirm" value="([0-9a-f]{64})"', text)
    assert kept, text
    assert seal, text
    confirmed = {**sent, "evidence_file-kept": html.unescape(kept[1]), "confirm": seal[1]}
    for _ in range(2):
        assert recorder_client.post(address, confirmed).status_code == 302
    standing = Entry.objects.standing().get()
    assert standing.evidence is not None
    assert standing.evidence.is_document
    assert [a.evidence.url for a in standing.attachments.all()] == [page.url]
    assert Change.objects.count() == 1


def test_another_value_under_the_same_form_is_refused_with_its_text(
    recorder_client: Client,
) -> None:
    entry = make_entry()
    address = f"/ledger/{entry.pk}/correct/"
    _page, confirmed = seen(recorder_client, address, filled(entry))
    recorder_client.post(address, confirmed)
    page = recorder_client.post(address, {**filled(entry, amount="3bn"), "note": "Typed text"})
    assert page.status_code == 409
    assert "open a new form" in page.content.decode()
    assert "Typed text" in page.content.decode()
