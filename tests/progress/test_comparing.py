"""Two scopes side by side."""

from datetime import date

import pytest
from django.test import Client

from accounts.roles import VIEWER
from clusters.models import Region
from progress.models import ReportedTotal
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_entry,
    make_group,
    make_park,
    make_plan,
    make_region,
    make_user,
)
from tests.progress.test_numbers_open import browser_of, by_rows, check
from tests.progress.test_part_pages import make_parts
from tests.progress.test_progress_pages import read

pytestmark = pytest.mark.django_db

COMPARE = "/progress/compare/"
SPECS = (
    "park",
    "cluster:nev",
    "region:370215",
    "sector:nev/vehicles",
    "group:{group}",
    "plan:seaside-plan",
)


def test_every_kind_of_scope_stands_beside_every_other_and_its_numbers_open() -> None:
    group = make_parts()
    specs = [spec.format(group=group.pk) for spec in SPECS]
    pairs = zip(specs, specs[1:] + specs[:1], strict=True)
    pages = [f"{COMPARE}?a={a}&b={b}&as_of=2025-12-31" for a, b in pairs]
    assert len(check(pages, by_rows)) > 25


def test_the_difference_is_what_the_second_has_more(viewer_client: Client) -> None:
    make_parts()
    page = viewer_client.get(COMPARE, {"a": "cluster:nev", "b": "region:370215"})
    rows = {row.label: row for row in page.context["rows"]}
    assert rows["Contracted"].difference == -9 * FEN_PER_BN
    assert rows["Paid in"].difference == 0


def test_one_scope_stands_beside_itself_at_another_day_and_knowledge(
    viewer_client: Client,
) -> None:
    make_parts()
    query = {"a": "cluster:nev", "b": "cluster:nev", "a_on": "2020-12-31", "b_on": "2025-12-31"}
    page = viewer_client.get(COMPARE, query)
    contracted = page.context["rows"][0]
    assert (contracted.first.value, contracted.second.value) == (4 * FEN_PER_BN, 14 * FEN_PER_BN)
    page = viewer_client.get(COMPARE, {"a": "park", "b": "park", "a_at": "2019-01-01"})
    assert page.context["rows"][0].first.value is None
    assert page.context["rows"][0].difference is None


def test_without_two_choices_the_page_says_what_to_do(viewer_client: Client) -> None:
    make_parts()
    assert "Choose two:" in read(viewer_client, COMPARE)
    assert "Choose what to set beside it" in read(viewer_client, f"{COMPARE}?b=cluster:nev")
    assert "Both sides are the same." in read(viewer_client, f"{COMPARE}?a=park&b=park")


@pytest.mark.parametrize(
    "spec",
    [
        "cluster:nope",
        "region:",
        "sector:nev",
        "group:x",
        "group:" + "9" * 30,
        "plan:nope",
        "street:1",
        "x" * 300,
    ],
)
def test_a_choice_that_there_is_not_is_refused(viewer_client: Client, spec: str) -> None:
    make_parts()
    assert "is not known here" in (
        told := read(viewer_client, f"{COMPARE}?a={spec}&b=park", 400)
    ) or ("There is no investor group" in told)


def test_a_date_that_cannot_be_read_is_refused(viewer_client: Client) -> None:
    make_parts()
    for query in ("a=park&b=park&a_on=soon", "a=park&b=park&b_at=2025-13-01"):
        assert "write it like" in read(viewer_client, f"{COMPARE}?{query}", 400)


def test_a_reader_with_a_scope_is_offered_no_group_from_outside_it() -> None:
    make_parts()
    make_entry(amount_fen=FEN_PER_BN)
    make_group("Elsewhere")
    user = make_user(VIEWER, regions=[Region.objects.get(code="370215")])
    page = browser_of(user).get(COMPARE)
    groups = dict(page.context["options"][-1][1]).values()
    assert list(groups) == ["Hisense"]


def test_announced_totals_stand_below_with_the_gap_and_both_sources(
    viewer_client: Client,
) -> None:
    make_parts()
    ReportedTotal.objects.create(
        park=make_park(),
        scope="cluster",
        cluster=make_cluster("nev"),
        measure="industrial_scale",
        as_of=date(2022, 1, 1),
        value=100 * 10**9,
        unit="yuan",
        source_url="https://city.example.org/1",
    )
    for address in (
        f"{COMPARE}?a=cluster:nev&b=region:370215",
        "/progress/clusters/nev/",
        "/progress/announced/",
    ):
        page = read(viewer_client, address)
        assert "100.0 bn yuan 14.00 as contracted 4 entries" in page
        assert "86.00" in page
        assert "city.example.org" in page


def test_before_any_plan_there_is_nothing_to_compare(viewer_client: Client) -> None:
    make_region()
    assert "First steps" in read(viewer_client, COMPARE)


def test_two_plans_stand_side_by_side(viewer_client: Client) -> None:
    make_parts()
    make_plan(starts_on=date(2026, 7, 1), ends_on=date(2030, 12, 31), slug="next")
    page = read(viewer_client, f"{COMPARE}?a=plan:seaside-plan&b=plan:next&as_of=2026-08-01")
    assert "Investment goal" in page
    assert "Plan next" in page
