"""Every page of progress can be seen as of any day, as it was known at any moment."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from clusters.vocabulary import Stage
from ledger.models import Entry
from progress.models import ReportedTotal
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_park,
    make_plan,
    make_project,
    make_region,
    make_verdict,
)

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/progress/clusters/nev/",
    "/progress/regions/370285/",
    "/progress/leading/",
    "/progress/announced/",
    "/progress/definitions/",
    "/progress/charts/",
    "/progress/changes/",
)


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    """A plan, and one leading enterprise with a contract of 90 bn."""
    make_plan()
    enterprise = make_enterprise("Seaside Motors", leading_on=date(2021, 1, 1))
    project = make_project(
        enterprise,
        cluster=make_cluster("nev"),
        region=make_region("370285"),
        stage=Stage.PRODUCTION,
        on=date(2021, 1, 1),
    )
    make_entry(project, amount_fen=90 * FEN_PER_BN, evidence=make_evidence())


def source(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def words(page: str) -> str:
    return " ".join(unescape(strip_tags(page)).split())


def step(page: str, way: str) -> str:
    """The address that a step leads to; "" where it leads nowhere."""
    found = re.search(rf'<a href="([^"]*)" rel="{way}"', page)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("path", PAGES)
def test_every_page_steps_by_quarters_says_its_moment_and_leads_back(
    viewer_client: Client, path: str
) -> None:
    page = source(viewer_client, f"{path}?as_of=2022-11-05&known_at=2026-01-05")
    assert step(page, "prev") == "?as_of=2022-09-30&known_at=2026-01-05"
    assert step(page, "next") == "?as_of=2022-12-31&known_at=2026-01-05"
    told = words(page)
    assert "You see 5 Nov 2022 as it was known on 5 Jan 2026." in told
    assert "Back to today" in told
    assert re.search(r"<title>\s*5 Nov 2022 as known on 5 Jan 2026 · ", page)
    assert 'data-key="["' in page
    assert 'data-key="]"' in page
    now = source(viewer_client, path)
    assert "Back to today" not in now
    assert "You see" not in words(now)
    assert "As known: now" in words(now)


def test_the_forms_keep_all_else_that_the_address_says(viewer_client: Client) -> None:
    page = source(viewer_client, "/progress/changes/?cluster=nev&since=2021-12-31&as_of=2022-12-31")
    forms = re.findall(r'<form class="menu-body[^"]*" method="get">.*?</form>', page, re.DOTALL)
    assert len(forms) == 2
    for form, own in zip(forms, ({"as_of"}, {"known_at", "evidence"}), strict=True):
        kept = set(re.findall(r'type="hidden" name="(\w+)"', form))
        assert kept == {"cluster", "since", "as_of", "known_at", "evidence"} - own - (
            {"known_at", "evidence"}  # what the address does not say needs no place
        )


@pytest.mark.parametrize(
    ("query", "earlier", "later"),
    [
        ("as_of=1900-02-01", "", "as_of=1900-03-31"),
        ("as_of=2999-12-31", "as_of=2999-09-30", ""),
        ("as_of=2022-12-31", "as_of=2022-09-30", "as_of=2023-03-31"),
        ("as_of=2022-10-01", "as_of=2022-09-30", "as_of=2022-12-31"),
        ("", None, ""),
    ],
)
def test_steps_stay_within_the_years_that_an_address_may_name(
    viewer_client: Client, query: str, earlier: str | None, later: str
) -> None:
    page = source(viewer_client, f"/?{query}")
    if earlier is not None:
        assert step(page, "prev").removeprefix("?") == earlier
    assert step(page, "next").removeprefix("?") == later


def test_the_last_step_forward_is_today_and_so_is_the_first_one_back(
    viewer_client: Client,
) -> None:
    today = timezone.localdate()
    yesterday = source(viewer_client, f"/?as_of={today - timedelta(days=1)}&plan=seaside-plan")
    tomorrow = source(viewer_client, f"/?as_of={today + timedelta(days=1)}&plan=seaside-plan")
    # A quarter may end yesterday or today; a step forward from there is today at the latest.
    assert step(yesterday, "next") == "?plan=seaside-plan"
    assert step(tomorrow, "prev") == "?plan=seaside-plan"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("as_of=2019-06-30", "The plan begins on 1 Jan 2020."),
        ("as_of=2099-01-01", "You see 1 Jan 2099, a day still to come, as it is known now."),
        (
            "as_of=2022-12-31&known_at=2099-01-01",
            "You see 31 Dec 2022 as it is known now: 1 Jan 2099, the moment asked for, is still",
        ),
        ("known_at=2001-01-01", "Nothing had been recorded by then. See what was first recorded"),
        ("as_of=2022-12-31&known_at=2023-01-05T18:00", "as it was known on 5 Jan 2023, 18:00"),
    ],
)
def test_a_moment_at_the_edge_says_what_it_means(
    viewer_client: Client, query: str, told: str
) -> None:
    for path in ("/", "/progress/changes/", "/progress/charts/"):
        assert told in words(source(viewer_client, f"{path}?{query}"))


def test_the_way_to_what_was_first_recorded_shows_it(viewer_client: Client) -> None:
    page = source(viewer_client, "/?known_at=2001-01-01&as_of=2022-12-31")
    found = re.search(r'<a href="([^"]*)">See what was first', page)
    assert found is not None
    later = words(source(viewer_client, f"/{unescape(found[1])}"))
    assert "Nothing had been recorded by then." not in later


def test_a_plan_that_begins_within_a_year_begins_on_its_day(viewer_client: Client) -> None:
    make_plan(slug="midyear", starts_on=date(2021, 7, 1), ends_on=date(2024, 6, 30))
    before = words(source(viewer_client, "/?plan=midyear&as_of=2021-06-30"))
    assert "The plan begins on 1 Jul 2021." in before
    after = words(source(viewer_client, "/?plan=midyear&as_of=2021-07-01"))
    assert "The plan begins on" not in after


def test_only_what_is_verified_is_said_in_the_title_too(viewer_client: Client) -> None:
    page = source(viewer_client, "/?evidence=verified")
    assert re.search(r"<title>\s*Verified only · ", page)
    assert "Count everything" in words(page)


def test_a_chinese_page_writes_its_moment_in_chinese(viewer_client: Client) -> None:
    viewer_client.cookies["django_language"] = "zh-hans"
    page = words(source(viewer_client, "/?as_of=2022-12-31&known_at=2023-01-05"))
    assert "2022年12月31日" in page
    assert "2023年1月5日" in page


def test_announcements_are_those_of_the_day_beside_what_was_known(viewer_client: Client) -> None:
    for day, value in ((date(2021, 12, 31), 200), (date(2023, 12, 31), 300)):
        ReportedTotal.objects.create(
            park=make_park(),
            scope="region",
            region=make_region("370285"),
            measure="contracted",
            as_of=day,
            value=value * 10**9,
            unit="yuan",
            source_url="https://news.example.org/2",
        )
    address = "/progress/announced/?as_of=2022-12-31"
    today = words(source(viewer_client, address))
    assert "200.0 bn yuan" in today
    assert "300.0 bn yuan" not in today
    assert "90.00" in today
    before = words(source(viewer_client, f"{address}&known_at=2020-01-01"))
    assert "90.00" not in before
    assert "90.00" not in words(source(viewer_client, f"{address}&evidence=verified"))
    make_verdict(Entry.objects.get())
    assert "90.00" in words(source(viewer_client, f"{address}&evidence=verified"))


def test_a_moment_between_two_entries_has_the_first_one_only(viewer_client: Client) -> None:
    first = Entry.objects.get()
    make_entry(first.project, amount_fen=7 * FEN_PER_BN)
    moment = quote(timezone.localtime(first.recorded_at).isoformat())
    page = words(source(viewer_client, f"/?as_of=2022-12-31&known_at={moment}"))
    assert "90.00" in page
    assert "97.00" not in page
    assert "97.00" in words(source(viewer_client, "/?as_of=2022-12-31"))
