"""The second person's pages: the queue, the verdicts on it, and what the recorder answers."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import ADMINISTRATOR, RECORDER, VERIFIER
from clusters.vocabulary import Measure
from ledger.models import Entry, Verification
from tests.make import (
    FEN_PER_BN,
    make_correction,
    make_entry,
    make_evidence,
    make_project,
    make_region,
    make_user,
    make_verdict,
    make_verifier,
)

pytestmark = pytest.mark.django_db
Verdict = Verification.Verdict
QUEUE = "/verify/"


@pytest.fixture
def verifier_client() -> Client:
    client = Client()
    client.force_login(make_verifier())
    return client


def proven(amount_fen: int = FEN_PER_BN, **fields: Any) -> Entry:
    return make_entry(amount_fen=amount_fen, evidence=make_evidence(), **fields)


def said(client: Client, entry: Entry, verdict: str, note: str = "", next_: str = "") -> Any:
    return client.post(
        f"/ledger/{entry.pk}/verdict/", {"verdict": verdict, "note": note, "next": next_}
    )


def test_the_queue_holds_what_others_recorded_and_nobody_judged(verifier_client: Client) -> None:
    waiting = proven()
    own = proven(recorded_by=make_verifier())
    make_verdict(proven())
    make_verdict(proven(), Verdict.RETURNED)
    response = verifier_client.get(QUEUE)
    assert [row.pk for row in response.context["rows"]] == [waiting.pk]
    assert own.get_absolute_url() not in response.content.decode()
    assert response.context["hand"] == waiting
    assert response.context["returned"] == 1


def test_oldest_come_first_or_largest(verifier_client: Client) -> None:
    small, large, cut = proven(1), proven(3), proven(2)
    assert [r.pk for r in verifier_client.get(QUEUE).context["rows"]] == [
        small.pk,
        large.pk,
        cut.pk,
    ]
    by_size = verifier_client.get(f"{QUEUE}?order=largest").context["rows"]
    assert [r.pk for r in by_size] == [large.pk, cut.pk, small.pk]


def test_a_corrected_entry_waits_as_its_replacement(verifier_client: Client) -> None:
    wrong = proven()
    make_verdict(wrong, Verdict.RETURNED)
    change = make_correction(wrong)
    rows = verifier_client.get(QUEUE).context["rows"]
    assert [r.pk for r in rows] == [change.entries.get(reverses=None).pk]


def test_verifying_moves_to_the_next_and_says_so(verifier_client: Client) -> None:
    first, second = proven(), proven()
    response = said(verifier_client, first, "verified", next_=f"{QUEUE}?order=oldest&page=1")
    assert response.status_code == 302
    page = verifier_client.get(response["Location"])
    assert f"Entry {first.pk} is verified." in page.content.decode()
    assert page.context["hand"] == second
    word = Verification.objects.get()
    assert (word.entry, word.verdict, word.recorded_by) == (first, "verified", make_verifier())


def test_another_host_is_never_led_to(verifier_client: Client) -> None:
    entry = proven()
    response = said(verifier_client, entry, "verified", next_="https://evil.example.org/")
    assert response["Location"] == entry.get_absolute_url()


def test_a_return_without_a_note_is_refused_and_nothing_recorded(verifier_client: Client) -> None:
    entry = proven()
    response = said(verifier_client, entry, "returned", note="  ")
    assert "Say what is to mend" in response.content.decode()
    assert not Verification.objects.exists()


def test_a_verdict_that_came_second_keeps_what_was_typed(verifier_client: Client) -> None:
    entry = proven()
    make_verdict(entry, Verdict.RETURNED)
    response = said(verifier_client, entry, "returned", note="Another page, please compare")
    assert response.status_code == 409
    text = response.content.decode()
    assert "is returned already" in text
    assert "Another page, please compare" in text


def test_nobody_verifies_their_own_on_any_page(admin_client: Client) -> None:
    administrator = make_user(ADMINISTRATOR, username="both")
    client = Client()
    client.force_login(administrator)
    entry = proven(recorded_by=administrator)
    assert "You recorded this entry" in said(client, entry, "verified").content.decode()
    client.post(QUEUE, {"entry": [entry.pk], "verdict": "verified"})
    assert not Verification.objects.exists()
    assert "Your turn: verify" not in client.get(entry.get_absolute_url()).content.decode()
    said(admin_client, entry, "verified")
    assert Verification.objects.count() == 1


def test_who_may_not_verify_is_told_whose_right_it_is(recorder_client: Client) -> None:
    entry = proven(recorded_by=make_user(RECORDER))
    response = said(recorder_client, entry, "verified")
    assert response.status_code == 403
    assert "Verifiers and administrators" in response.content.decode()
    assert not Verification.objects.exists()


def test_a_page_of_rows_is_ticked_at_once(verifier_client: Client) -> None:
    entries = [proven(n + 1) for n in range(5)]
    bare = make_entry()
    keys = [e.pk for e in [*entries[:3], bare]]
    page = verifier_client.post(QUEUE, {"entry": keys, "verdict": "verified"}, follow=True)
    text = page.content.decode()
    assert "3 entries are verified." in text
    assert f"Entry {bare.pk}: Nothing stands beside this entry" in text
    verified = Entry.objects.filter(assessment__grade="verified")
    assert set(verified) == set(entries[:3])


@pytest.mark.parametrize("sent", [{}, {"entry": ["x"], "verdict": "verified"}, {"entry": ["1"]}])
def test_nothing_ticked_is_told(verifier_client: Client, sent: dict[str, list[str]]) -> None:
    proven()
    response = verifier_client.post(QUEUE, sent)
    assert "Tick the entries, then choose" in response.content.decode()
    assert not Verification.objects.exists()


def test_a_note_that_is_too_long_is_told_as_that_and_kept(verifier_client: Client) -> None:
    entry = proven()
    sent = {"entry": [entry.pk], "verdict": "returned", "note": "n" * 1001}
    response = verifier_client.post(QUEUE, sent)
    assert [str(one)[:42] for one in response.context["messages"]] == [
        "Note: Ensure this value has at most 1000 c"
    ]
    assert response.context["typed_note"] == sent["note"]
    assert not Verification.objects.exists()


def test_ticking_only_what_does_not_wait_for_one_is_told(verifier_client: Client) -> None:
    outside, missing = proven(recorded_by=make_verifier()).pk, 10**17
    told = []
    for key in (outside, missing):
        page = verifier_client.post(QUEUE, {"entry": [key], "verdict": "verified"}, follow=True)
        told.append([str(one) for one in page.context["messages"]])
    assert told == [["None of the ticked entries waits for you; nothing was recorded."]] * 2
    assert not Verification.objects.exists()


@pytest.mark.parametrize("address", ["abc", "?x=1", "//evil.example.org", "\\\\evil", "https:evil"])
def test_a_verdict_leads_only_to_an_address_of_this_site(
    verifier_client: Client, address: str
) -> None:
    entry = proven()
    response = said(verifier_client, entry, "verified", next_=address)
    assert response["Location"] == entry.get_absolute_url()


def test_the_recorder_answers_and_the_entry_waits_again(
    recorder_client: Client, verifier_client: Client
) -> None:
    entry = proven()
    make_verdict(entry, Verdict.RETURNED, note="Which phase?")
    text = recorder_client.get(entry.get_absolute_url()).content.decode()
    assert "Which phase?" in text
    assert "Your turn: answer" in text
    response = said(recorder_client, entry, "defended", note="Phase one, see page 3")
    assert response.status_code == 302
    queue = verifier_client.get(QUEUE)
    assert queue.context["hand"] == entry
    assert "Phase one, see page 3" in queue.content.decode()


def test_somebody_else_does_not_answer(verifier_client: Client) -> None:
    entry = proven()
    make_verdict(entry, Verdict.RETURNED)
    other = Client()
    other.force_login(make_user(RECORDER))
    assert said(other, entry, "defended", note="It stands").status_code == 403


def test_the_queue_ends_at_the_scope() -> None:
    inside = proven(project=make_project(region=make_region("370215")))
    outside = proven(project=make_project(region=make_region("370212")))
    client = Client()
    client.force_login(make_user(VERIFIER, regions=[make_region("370215")]))
    assert [r.pk for r in client.get(QUEUE).context["rows"]] == [inside.pk]
    assert said(client, outside, "verified").status_code == 404
    client.post(QUEUE, {"entry": [outside.pk], "verdict": "verified"})
    assert not Verification.objects.exists()


@pytest.mark.parametrize("query", ["entry=x", "entry=999999", "page=9999", "page=x", "order=up"])
def test_an_unusable_address_shows_the_queue(verifier_client: Client, query: str) -> None:
    entry = proven()
    assert verifier_client.get(f"{QUEUE}?{query}").context["hand"] == entry


def test_an_empty_queue_says_so(verifier_client: Client) -> None:
    assert "Nothing waits for your verdict" in verifier_client.get(QUEUE).content.decode()


def test_the_queue_asks_as_often_for_twenty_rows_as_for_two(verifier_client: Client) -> None:
    counts = []
    for more in (2, 18):
        for number in range(more):
            proven(number + 1, measure=Measure.PAID_IN, on=date(2022, 1, 1))
        with CaptureQueriesContext(connection) as asked:
            assert verifier_client.get(QUEUE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_returning_ticked_rows_without_a_note_keeps_the_ticks(verifier_client: Client) -> None:
    entry, other = proven(1), proven(2)
    page = verifier_client.post(QUEUE, {"entry": [entry.pk], "verdict": "returned", "note": " "})
    text = page.content.decode()
    assert text.count("Say what is to mend") == 1
    assert page.context["ticked"] == [entry.pk]
    assert re.search(rf'id="tick-{entry.pk}" checked', text)
    assert not re.search(rf'id="tick-{other.pk}" checked', text)
