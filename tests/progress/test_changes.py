"""What changed between two days: by its own date, and by the day that it was recorded."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.roles import VIEWER
from clusters.models import Region
from clusters.vocabulary import Stage, Standing
from enterprises.models import Project
from enterprises.recording import record_state
from ledger.models import Entry
from ledger.posting import reverse
from tests.make import (
    FEN_PER_BN,
    make_enterprise,
    make_entry,
    make_evidence,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
)
from tests.progress.test_numbers_open import browser_of, by_rows, check, make_world, numbers_of

pytestmark = pytest.mark.django_db

PAGE = "/progress/changes/"
SINCE, AS_OF = date(2021, 12, 31), date(2022, 12, 31)
YEAR = f"as_of={AS_OF}&since={SINCE}"


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    # A space for each tag, as what stands apart on the page is no one word.
    text = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
    return re.sub(r" ([,;.:])", r"\1", unescape(text))


def step(project: Project, on: date, **state: Any) -> None:
    """Record another state of a project."""
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=on,
        is_reported=True,
        **{"stage": project.stage, **state},
    )
    project.refresh_from_db()


def record_at(moment: datetime, project: Project, **fields: Any) -> Entry:
    """Insert an entry as if it had been recorded at `moment`."""
    return Entry.objects.create(
        **{
            "project": project,
            "cluster": project.cluster,
            "region": project.region,
            "measure": "contracted",
            "amount_fen": FEN_PER_BN,
            "effective_on": date(2021, 5, 1),
            "recorded_at": moment,
            "recorded_by": make_recorder(),
            "idempotency_key": f"{moment}{project.pk}",
            **fields,
        }
    )


@pytest.fixture
def year(db: None) -> None:
    """A year in which a project of each kind of change stands beside one that stays as it is."""
    make_plan()
    before, then = date(2021, 3, 1), date(2022, 5, 1)
    make_project(name_en="Stays", on=before)
    steps: dict[str, dict[str, str]] = {
        "Builds": {"stage": Stage.CONSTRUCTION},
        "Waits": {"standing": Standing.PAUSED, "reason": "No permit"},
        "Leaves": {"standing": Standing.WITHDRAWN, "reason": "Gone"},
    }
    for name, state in steps.items():
        step(make_project(name_en=name, on=before), then, **state)
    old = make_enterprise("Old", leading_on=before)
    make_project(old, name_en="Older", stage=Stage.SIGNED, on=before)
    new = make_project(old, name_en="Second", stage=Stage.REGISTERED, on=then)
    make_entry(new, amount_fen=2 * FEN_PER_BN, on=then)
    make_entry(make_project(name_en="Comes", on=then), amount_fen=3 * FEN_PER_BN, on=then)


@pytest.mark.usefixtures("year")
def test_each_change_of_the_days_is_told_once_with_its_number(viewer_client: Client) -> None:
    page = read(viewer_client, f"{PAGE}?{YEAR}")
    for told in (
        "bn yuan contracted +5.0",
        "Contracted: 2 entries +5.0 bn yuan Comes 3.0 bn yuan, Second 2.0 bn yuan",
        "1 enterprise now counts as leading Old",
        "2 new projects; 1 enterprise is new",
        "1 project moved on: Construction 1 Builds",
        "1 project paused Waits",
        "1 project withdrawn Leaves",
    ):
        assert told in page
    assert "Stays" not in page


@pytest.mark.usefixtures("year")
def test_the_overview_says_the_same_beside_its_chart(viewer_client: Client) -> None:
    page = read(viewer_client, f"/?{YEAR}")
    assert "1 project moved on: Construction 1 Builds" in page
    assert "All changes, by both clocks" in page


@pytest.mark.usefixtures("year")
def test_a_name_is_told_in_the_language_of_the_page(viewer_client: Client) -> None:
    project = Project.objects.get(name_en="Waits")
    viewer_client.cookies["django_language"] = "zh-hans"
    assert project.name_zh in read(viewer_client, f"{PAGE}?{YEAR}")


@pytest.mark.parametrize(
    "query",
    [
        "as_of=2026-02-01&since=2019-12-31",
        "as_of=2026-02-01&since=2022-12-31&cluster=digital",
        "as_of=2024-06-30&since=2020-12-31&region=370215&known_at={known_at}",
        "as_of=2026-02-01&since=2019-12-31&evidence=verified",
        "as_of=2026-02-01&since=2017-12-31&sites=inside&from=signed",
    ],
)
def test_every_number_opens_the_rows_it_counts(query: str) -> None:
    make_world()
    moment = Entry.objects.order_by("-recorded_at")[2].recorded_at
    query = query.format(known_at=quote(localtime(moment).isoformat()))
    assert len(check([f"{PAGE}?{query}"], by_rows)) >= 3


def test_numbers_by_recording_open_their_rows_too() -> None:
    make_plan()
    long_ago = timezone.now() - timedelta(days=30)
    project = make_project(on=date(2021, 3, 1))
    known = record_at(long_ago, project)
    kept = record_at(
        long_ago + timedelta(hours=1), project, amount_fen=2 * FEN_PER_BN, evidence=make_evidence()
    )
    reverse(entry=known, recorded_by=make_recorder(), reason="Signed twice")
    make_entry(project, amount_fen=4 * FEN_PER_BN, evidence=make_evidence())
    make_verdict(kept)
    week_ago = timezone.localdate() - timedelta(days=7)
    address = f"{PAGE}?since={week_ago}"
    page = read(browser_of(make_user(VIEWER)), address)
    assert "Contracted: 2 entries, dated until" in page
    assert "Contracted: 1 entry taken back or corrected that was known on" in page
    assert "Contracted: 1 entry verified" in page
    assert "+3.0 bn yuan" in page  # 4 that came late, 1 that was taken back
    assert len(check([address], by_rows)) >= 6


def test_what_was_known_is_not_changed_by_what_was_recorded_later(viewer_client: Client) -> None:
    make_plan()
    project = make_project(on=date(2021, 3, 1))
    january, june = datetime(2022, 1, 10, tzinfo=UTC), datetime(2022, 6, 10, tzinfo=UTC)
    entry = record_at(january, project)
    record_at(june, project, amount_fen=-FEN_PER_BN, reverses=entry, reason="Signed twice")
    until_june = read(viewer_client, f"{PAGE}?as_of=2022-07-01&since=2022-03-01")
    assert "1 entry taken back or corrected that was known on 1 Mar 2022" in until_june
    in_april = "as_of=2022-07-01&since=2022-03-01&known_at=2022-04-01"
    assert "taken back or corrected" not in read(viewer_client, f"{PAGE}?{in_april}")
    # The two years between are no part of the days, whatever was recorded in them.
    assert "taken back or corrected" not in read(
        viewer_client, f"{PAGE}?as_of=2022-03-01&since=2022-01-01"
    )


@pytest.mark.parametrize(
    ("as_of", "since"),
    [
        ("2025-12-31", "2025-09-30"),
        ("2024-05-31", "2024-02-29"),
        ("2024-03-15", "2023-12-15"),
        ("1900-01-15", "1900-01-01"),
        ("2999-12-31", "2999-09-30"),
    ],
)
def test_without_a_day_changes_are_those_of_a_quarter(
    viewer_client: Client, as_of: str, since: str
) -> None:
    make_plan()
    page = viewer_client.get(f"{PAGE}?as_of={as_of}")
    assert page.context["changes"].since == date.fromisoformat(since)


@pytest.mark.parametrize("path", ["/", PAGE])
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("as_of=2022-01-01&since=2022-06-01", "is after the day that the page describes"),
        ("since=yesterday", "is not a date; write it like 2025-12-31"),
        ("since=0001-01-01", "is not a date"),
    ],
)
def test_a_day_that_cannot_be_begun_from_is_refused_with_what_to_do(
    viewer_client: Client, path: str, query: str, told: str
) -> None:
    make_plan()
    assert told in read(viewer_client, f"{path}?{query}", 400)


def test_days_without_anything_say_since_when_nothing_was_heard(viewer_client: Client) -> None:
    make_plan()
    make_project(on=date(2021, 3, 1))
    page = read(viewer_client, f"{PAGE}?{YEAR}")
    assert "Nothing is dated between 31 Dec 2021 and 31 Dec 2022." in page
    assert "The last entry or stage is of 1 Mar 2021, 22 months before" in page
    assert "No entry and no stage is known from before either." in read(
        viewer_client, f"{PAGE}?as_of=2020-06-30"
    )


@pytest.mark.usefixtures("year")
def test_figures_are_of_the_park_and_names_of_the_readers_scope() -> None:
    elsewhere = make_region("370202")
    make_project(name_en="Secret works", region=elsewhere, on=date(2022, 6, 1))
    entry = make_entry(Project.objects.get(name_en="Secret works"), on=date(2022, 6, 1))
    make_verdict(entry, "returned")
    reader = make_user(VIEWER, regions=[Region.objects.get(code="370285")])
    limited = browser_of(reader)
    page = read(limited, f"{PAGE}?{YEAR}")
    assert "3 new projects" in page
    assert "Comes" in page
    assert "Secret" not in page
    assert "and 1 more" in page
    assert "the names and the lists are only of the regions and clusters that you see" in page
    today = f"{PAGE}?since={timezone.localdate() - timedelta(days=1)}"
    assert "returned to who recorded it" not in read(limited, today)
    assert "returned to who recorded it" in read(browser_of(make_user(VIEWER)), today)
    for number in numbers_of(limited, f"{PAGE}?{YEAR}").found:
        assert by_rows(make_user(VIEWER), number) == number.value
    # All is recorded today: what became known is of the reader's scope, as the lists are.
    became_known = [n for n in numbers_of(limited, today).found if "since=" in n.address]
    assert became_known
    assert [by_rows(reader, one) for one in became_known] == [one.value for one in became_known]


@pytest.mark.usefixtures("year")
def test_a_cluster_within_a_region_is_told_nowhere(viewer_client: Client) -> None:
    page = read(viewer_client, f"{PAGE}?cluster=nev&region=370285", 400)
    assert "leave all but one out" in page


@pytest.mark.usefixtures("year")
def test_a_scope_has_what_changed_in_it_alone(viewer_client: Client) -> None:
    address = f"/progress/regions/370285/?{YEAR}"
    answer = viewer_client.get(address)
    link = re.search(r'href="(/progress/changes/[^"]+)"', answer.content.decode())
    assert link is not None
    assert "region=370285" in link[1]
    assert "2 new projects" in read(viewer_client, link[1].replace("&amp;", "&"))
    other = f"{PAGE}?{YEAR}&region={make_region('370202').code}"
    assert "Nothing is dated between" in read(viewer_client, other)


@pytest.mark.usefixtures("year")
def test_more_rows_ask_no_more_often(viewer_client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(viewer_client, f"{PAGE}?{YEAR}")
        return len(queries)

    asked()
    few = asked()
    for number in range(5):
        more = make_project(make_enterprise(leading_on=date(2022, 2, 1)), on=date(2022, 2, 1))
        step(more, date(2022, 6, number + 1), stage=Stage.REGISTERED)
        make_entry(more, on=date(2022, 6, 1))
    assert asked() <= few
