"""What waits for a person, on the inbox page and in the header."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import RECORDER, VERIFIER
from clusters.vocabulary import Stage
from enterprises.staleness import confirm
from ledger.inbox import waiting_for
from ledger.models import Verification
from tests.make import (
    make_entry,
    make_evidence,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
    make_verifier,
)

pytestmark = pytest.mark.django_db
RETURNED = Verification.Verdict.RETURNED
LAST_WEEK = timezone.localdate() - timedelta(days=7)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_returned_entry_waits_in_its_recorders_inbox(recorder_client: Client) -> None:
    entry = make_entry(make_project(on=LAST_WEEK), on=LAST_WEEK, evidence=make_evidence())
    assert waiting_for(make_recorder()).returned == 0
    make_verdict(entry, RETURNED, note="The page is a repost")
    response = recorder_client.get("/inbox/")
    assert [row.pk for row in response.context["returned"]] == [entry.pk]
    assert "The page is a repost" in response.content.decode()
    assert waiting_for(make_recorder()).returned == 1
    assert waiting_for(make_user(RECORDER)).returned == 0


def test_what_somebody_left_behind_falls_to_every_recorder_of_the_place() -> None:
    gone = make_user(RECORDER, username="gone")
    entry = make_entry(
        make_project(region=make_region("370215")), recorded_by=gone, evidence=make_evidence()
    )
    make_verdict(entry, RETURNED)
    near = make_user(RECORDER, regions=[make_region("370215")])
    far = make_user(RECORDER, regions=[make_region("370212")])
    assert waiting_for(near).returned == 0
    gone.is_active = False
    gone.save()
    assert (waiting_for(near).returned, waiting_for(far).returned) == (1, 0)


def test_a_verifier_sees_what_others_recorded() -> None:
    make_entry(evidence=make_evidence())
    make_entry(recorded_by=make_verifier())
    waiting = waiting_for(make_verifier())
    assert (waiting.to_verify, waiting.returned) == (1, 0)
    text = browser_of(make_verifier()).get("/inbox/").content.decode()
    assert "Open the queue" in text


def test_a_silent_project_waits_until_it_is_confirmed(recorder_client: Client) -> None:
    project = make_project(on=date(2019, 1, 1))
    assert waiting_for(make_recorder()).stale == 1
    response = recorder_client.get("/inbox/")
    assert f"/projects/{project.pk}/confirm/" in response.content.decode()
    confirm(project=project, confirmed_on=LAST_WEEK, recorded_by=make_recorder(), note="Called")
    assert waiting_for(make_recorder()).stale == 0


def test_missing_facts_lead_to_where_they_are_filled_in(recorder_client: Client) -> None:
    project = make_project(stage=Stage.REGISTERED, on=LAST_WEEK)
    response = recorder_client.get("/inbox/")
    items = response.context["gates"][0].items
    assert response.context["gates"][0].project == project
    assert {str(item.requirement) for item in items} == {"sector", "contracted"}
    text = response.content.decode()
    assert f"/projects/{project.pk}/step/" in text


def test_the_header_counts_for_whom_anything_can_wait(
    viewer_client: Client, recorder_client: Client
) -> None:
    make_project(on=date(2019, 1, 1))
    # Each page asks for the count once it is there.
    assert 'hx-get="/inbox/count/"' in recorder_client.get("/enterprises/").content.decode()
    assert 'class="count"' not in viewer_client.get("/inbox/count/").content.decode()
    assert '<span class="count">1</span>' in recorder_client.get("/inbox/count/").content.decode()


def test_many_are_not_counted_to_the_end() -> None:
    project = make_project()
    for number in range(101):
        make_entry(project, amount_fen=number + 1)
    assert waiting_for(make_verifier()).shown == "99+"


def test_an_empty_inbox_says_what_would_appear(viewer_client: Client) -> None:
    assert "Nothing waits for you" in viewer_client.get("/inbox/").content.decode()


def test_the_inbox_asks_as_often_for_many_as_for_few() -> None:
    client = browser_of(make_user(RECORDER, VERIFIER, username="both"))
    counts = []
    for more in (1, 8):
        for _ in range(more):
            make_entry(make_project(on=date(2019, 1, 1)), evidence=make_evidence())
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/inbox/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
