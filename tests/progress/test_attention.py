"""What needs attention: counted of what the reader sees, each a list of just these rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.roles import VIEWER
from clusters.vocabulary import Measure, Stage
from enterprises.models import Project
from enterprises.recording import record_state
from ledger.posting import reverse
from tests.make import (
    FEN_PER_BN,
    make_confirmation,
    make_entry,
    make_evidence,
    make_expected,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
)
from tests.progress.test_numbers_open import browser_of, by_rows, numbers_of

pytestmark = pytest.mark.django_db
OLD = date(2021, 3, 1)


def block(client: Client, address: str = "/") -> str:
    """The words of the block."""
    page = client.get(address).content.decode()
    _before, found, after = page.partition('aria-labelledby="attention-title"')
    return " ".join(strip_tags(f"<p {after.partition('</section>')[0]}").split()) if found else ""


def make_lively(**names: Any) -> Project:
    """A project that was heard of yesterday and stands at its stage since then."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return make_project(on=yesterday, **names)


def make_each() -> None:
    """One project or entry of every kind that waits."""
    make_project(name_en="Silent works", on=OLD)
    late = make_lively(name_en="Late works")
    make_expected(late, on=timezone.localdate() - timedelta(days=2))
    stuck = make_project(name_en="Stuck works", stage=Stage.REGISTERED, on=OLD)
    make_confirmation(stuck, on=timezone.localdate() - timedelta(days=30))
    big = make_lively(name_en="Big works")
    make_entry(big, amount_fen=3 * FEN_PER_BN, evidence=make_evidence())
    make_entry(big, amount_fen=FEN_PER_BN // 2, evidence=make_evidence())
    make_verdict(make_entry(big, evidence=make_evidence()), "returned")
    make_entry(make_lively(name_en="Bare works"), amount_fen=5)


def test_each_thing_that_waits_is_told_with_the_worst(viewer_client: Client) -> None:
    make_plan()
    make_each()
    told = block(viewer_client)
    for words in (
        "1 contracted amount of at least 1 bn yuan is not verified",
        "3.0 bn yuan contracted. Big works 3.0 bn yuan",
        "1 entry was returned and waits for an answer.",
        "1 project without news for longer than its stage allows. Silent works",
        "1 project has passed its expected date and not reached the stage. Late works",
        "1 active project has stood at its stage for two years",
        "1 contracted amount stands without evidence.",
    ):
        assert words in told


def test_each_number_opens_just_these_rows() -> None:
    make_plan()
    make_each()
    user = make_user(VIEWER)
    page = numbers_of(browser_of(user), "/").found
    kinds = ("verdict=", "stale=", "overdue=", "stage_until=", "grade=unsupported&stands")
    waits = [one for one in page if one.kind == "count" and any(k in one.address for k in kinds)]
    assert len(waits) == 6
    assert [by_rows(user, number) for number in waits] == [number.value for number in waits]


def test_small_amounts_are_told_where_none_is_large(viewer_client: Client) -> None:
    make_plan()
    make_entry(make_lively(), amount_fen=7, evidence=make_evidence())
    assert "1 contracted amount is not verified" in block(viewer_client)


def test_where_nothing_waits_the_page_says_so(viewer_client: Client) -> None:
    make_plan()
    make_verdict(make_entry(make_lively(), evidence=make_evidence()))
    assert "Nothing waits." in block(viewer_client)


def test_what_was_taken_back_withdrawn_or_reached_waits_for_nothing(viewer_client: Client) -> None:
    make_plan()
    project = make_lively()
    entry = make_entry(project, amount_fen=5 * FEN_PER_BN)
    reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    late = make_project(stage=Stage.CONSTRUCTION, on=OLD)
    make_expected(late, on=timezone.localdate() - timedelta(days=2))
    record_state(
        project=late,
        recorded_by=make_recorder(),
        effective_on=timezone.localdate(),
        stage=Stage.PRODUCTION,
        is_reported=True,
    )
    assert "Nothing waits." in block(viewer_client)


def test_a_later_expected_date_takes_the_place_of_the_one_that_passed(
    viewer_client: Client,
) -> None:
    make_plan()
    project, today = make_lively(), timezone.localdate()
    make_expected(project, on=today - timedelta(days=2))
    make_expected(project, on=today + timedelta(days=90), reason="Later equipment")
    assert "Nothing waits." in block(viewer_client)


def test_nothing_of_another_scope_is_counted_or_named() -> None:
    make_plan()
    make_each()
    other = make_region("370202")
    stranger = browser_of(make_user(VIEWER, regions=[other]))
    assert "Nothing waits." in block(stranger)
    assert "In the regions and clusters that you see." in block(stranger)


def test_a_page_of_another_day_leaves_it_out(viewer_client: Client) -> None:
    make_plan()
    make_each()
    assert block(viewer_client, "/?as_of=2022-12-31") == ""
    assert block(viewer_client, "/?known_at=2022-12-31") == ""


def test_more_rows_ask_no_more_often(viewer_client: Client) -> None:
    make_plan()
    make_each()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            viewer_client.get("/")
        return len(queries)

    asked()
    few = asked()
    for _number in range(4):
        make_entry(make_project(on=OLD), amount_fen=2 * FEN_PER_BN, measure=Measure.CONTRACTED)
    assert asked() <= few
