"""A second person verifies many entries at once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import ADMINISTRATOR, VERIFIER
from ledger import verifying
from ledger.models import Entry, ProjectTotal, Verification
from ledger.posting import reverse
from tests.enterprises.test_bulk import Work, text_of, told
from tests.make import (
    make_entry,
    make_evidence,
    make_project,
    make_region,
    make_user,
    make_verdict,
)

pytestmark = pytest.mark.django_db
ENTRIES = "/ledger/bulk/"


@pytest.fixture
def li(db: None) -> User:
    return make_user(VERIFIER, username="li", first_name="Li", last_name="Na")


@pytest.fixture
def desk(li: User) -> Client:
    client = Client()
    client.force_login(li)
    return client


def proven(**fields: Any) -> Entry:
    """An entry with a page beside it."""
    return make_entry(evidence=make_evidence(), **fields)


def verify(client: Client, address: str = ENTRIES) -> Work:
    return Work(client, "verify", address, note="Contracts seen")


def test_entries_are_verified_at_once_each_with_its_own_word(desk: Client, li: User) -> None:
    project = make_project(name_en="Works")
    first, second = proven(project=project, amount_fen=500), proven(amount_fen=700)
    other = proven(project=project, amount_fen=300)
    shown = verify(desk).show(first, second)
    assert "2 rows would change" in text_of(shown)
    assert "Verdict waits for a second person Verified" in text_of(shown)
    assert not Verification.objects.exists()
    verify(desk).confirm(shown)
    assert told(desk, "/ledger/") == "2 entries are verified."
    words = Verification.objects.order_by("entry_id")
    assert [(one.entry, one.verdict, one.note, one.recorded_by) for one in words] == [
        (first, "verified", "Contracts seen", li),
        (second, "verified", "Contracts seen", li),
    ]
    total = ProjectTotal.objects.get(project=project)
    assert (total.verified_fen, total.sourced_fen) == (first.amount_fen, other.amount_fen)
    assert not list(verifying.problems())


def test_what_cannot_be_verified_is_told_by_the_reason(desk: Client, li: User) -> None:
    ready, bare, done = proven(), make_entry(), proven()
    own, gone = proven(recorded_by=li), proven()
    make_verdict(done)
    taken = reverse(entry=gone, recorded_by=li, reason="Twice")
    shown = text_of(verify(desk).show(ready, bare, done, own, gone, taken))
    assert "1 row would change" in shown
    assert "4 rows cannot be changed" in shown
    assert "Nothing stands beside this entry that proves it." in shown
    assert "You recorded this entry" in shown
    assert "It was reversed, or is a reversal, so there is nothing to verify. 2 rows" in shown
    assert "1 row is so already" in shown


def test_nobody_verifies_the_own_entries_by_verifying_all(li: User) -> None:
    lin = make_user(ADMINISTRATOR, username="lin")
    client = Client()
    client.force_login(lin)
    own, other = proven(recorded_by=lin), proven()
    verify(client, f"{ENTRIES}?measure=contracted").do(all="1")
    assert Verification.objects.get().entry == other
    assert own.verifications.count() == 0


def test_a_verdict_or_a_reversal_meanwhile_stops_all_and_is_named(desk: Client) -> None:
    returned, reversed_one, verified, free = (proven(on=date(2021, 3, n)) for n in (1, 2, 3, 4))
    shown = verify(desk).show(returned, reversed_one, verified, free)
    make_verdict(returned, "returned", note="Which page?")
    make_verdict(verified)
    lin = make_user(ADMINISTRATOR, username="lin", first_name="Lin", last_name="Mei")
    reverse(entry=reversed_one, recorded_by=lin, reason="Twice")
    answer = verify(desk).confirm(shown)
    assert answer.status_code == 409
    assert "verifier said “Returned” on" in text_of(answer)
    assert "Lin Mei reversed it on" in text_of(answer)
    assert "The others only: Verify 2 entries" in text_of(answer)
    assert Verification.objects.count() == 2
    assert verify(desk).confirm(answer).status_code == 302
    assert told(desk, "/ledger/") == "1 entry is verified."
    assert free.verifications.count() == 1


def test_sent_twice_is_said_once(desk: Client) -> None:
    shown = verify(desk).show(proven())
    verify(desk).confirm(shown)
    told(desk, "/ledger/")
    assert verify(desk).confirm(shown).status_code == 302
    assert told(desk, "/ledger/") == "Nothing was left to do: all of it was so already."
    assert Verification.objects.count() == 1


def test_only_verifiers_are_offered_it_and_only_in_their_scope(recorder_client: Client) -> None:
    entry = proven()
    hidden = proven(project=make_project(region=make_region("370215"), name_en="Hidden works"))
    assert "row-tick" not in recorder_client.get("/ledger/").content.decode()
    assert verify(recorder_client).choose(entry).status_code == 403
    local = make_user(VERIFIER, username="local", regions=[make_region("370285")])
    client = Client()
    client.force_login(local)
    page = client.get("/ledger/").content.decode()
    assert 'aria-label="Select Contracted · ' in page
    assert "Hidden" not in page
    shown = verify(client).show(entry, hidden)
    assert "1 row would change" in text_of(shown)
    assert "Hidden" not in text_of(shown)
    verify(client).do(all="1")
    assert Verification.objects.get().entry == entry


@pytest.mark.parametrize("rows", [2, 6])
def test_six_entries_take_as_many_queries_as_two(
    desk: Client, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    shown = verify(desk).show(*(proven() for _ in range(rows)))
    with django_assert_max_num_queries(24):
        assert verify(desk).confirm(shown).status_code == 302
