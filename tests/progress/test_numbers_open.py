"""Each number of a progress page opens the list that it is made of, and the list comes to it."""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import VIEWER
from clusters.models import Cluster, Park, Region
from clusters.vocabulary import GoalMeasure, LeadingBasis, Measure, Stage
from enterprises.recording import record_claim, record_state
from ledger.models import Entry
from ledger.withdrawal import withdraw
from tests.make import (
    FEN_PER_BN,
    make_claim,
    make_cluster,
    make_correction,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
)
from tests.progress.everywhere import assert_same_everywhere

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
RECORD = ROOT / "imports" / "data" / "public_record.csv"
REGISTERED = Stage.REGISTERED
PLAN = ROOT / "clusters" / "plans" / "qingdao-2020-2025.toml"
# In a column of numbers: what no list adds up to. A gap and what was announced are of no list.
DERIVED = re.compile(r"(–?(not (reported|compared|measured))?|.*%)")


@dataclass(frozen=True)
class Number:
    """A number of a page as its link has it: "fen" or "count", the value, the address."""

    kind: str
    value: int
    address: str


class Numbers(HTMLParser):
    """What is linked as a number on a page, and the number cells that are not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Number] = []
        self.loose: list[str] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for kind in ("fen", "count"):
            if tag == "a" and f"data-{kind}" in given:
                value, address = given[f"data-{kind}"], given["href"]
                assert value is not None
                assert address is not None
                self.found.append(Number(kind, int(value), address))
                self._cell = None
        is_number = "num" in (given.get("class") or "").split()
        # What is computed says so.
        if tag == "td" and is_number and "data-derived" not in given:
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self._cell is not None:
            self.loose.append("".join(self._cell))
            self._cell = None


def numbers_of(client: Client, address: str) -> Numbers:
    page = client.get(address)
    assert page.status_code == 200
    found = Numbers()
    found.feed(page.content.decode())
    return found


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def by_totals(user: User, number: Number) -> int:
    """What the list of a number says that it comes to, to the fen or the row."""
    context = answer_of(user, number.address).context_data
    assert not context["problems"], number
    if number.kind == "count":
        return int(context["total_rows"])
    # Nothing has no sum.
    return sum(total.fen for total in context["totals"])


def by_rows(user: User, number: Number) -> int:
    """What the rows of the list of a number come to, out of its file."""
    answer = answer_of(user, f"{number.address}&_export=csv")
    assert answer.status_code == 200, number
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    if number.kind == "count":
        return len(rows)
    return sum(int(Decimal(row["Amount, yuan"]) * 100) for row in rows)


def answer_of(user: User, address: str) -> Any:
    """The answer of a list, not drawn yet: there are hundreds."""
    request = RequestFactory().get(address)
    request.user = user
    request.resolver_match = resolve(urlsplit(address).path)
    return request.resolver_match.func(request)


def check(
    pages: Iterable[str], listed: Callable[[User, Number], int], *, each: int = 1
) -> list[Number]:
    """Open every number of `pages`, each list once, and compare.

    `each` 3 opens every third, where many differ by no more than a day or a place.
    """
    user = make_user(VIEWER)
    client = browser_of(user)
    every = {number for address in pages for number in numbers_of(client, address).found}
    opened = sorted(every, key=lambda number: number.address)[::each]
    wrong = [(one, found) for one in opened if (found := listed(user, one)) != one.value]
    assert not wrong, "\n".join(map(str, wrong))
    return opened


def scope_pages(query: str) -> Iterator[str]:
    """The page of every cluster and region of the plan."""
    for cluster in Cluster.objects.all():
        yield f"/progress/clusters/{cluster.slug}/?{query}"
    for region in Region.objects.all():
        yield f"/progress/regions/{region.code}/?{query}"


def same_everywhere(user: User, query: str, opened: Collection[Number] = ()) -> int:
    """Compare every figure on page, chart, file, JSON, command and list; the lists of those in
    `opened` are known to come to their numbers."""

    def listed(kind: str, value: int, url: str) -> int:
        number = Number(kind, value, url)
        return value if number in opened else by_totals(user, number)

    return assert_same_everywhere(browser_of(user), query, listed)


@pytest.fixture
def public_record(db: None) -> None:
    call_command("load_plan", str(PLAN), stdout=StringIO())
    call_command("import_record", str(RECORD), stdout=StringIO())
    know_the_tables()


@pytest.mark.usefixtures("public_record")
def test_every_number_of_the_public_record_opens_what_it_is_made_of() -> None:
    query = "as_of=2025-12-31"
    addresses = [
        f"/?{query}",
        *scope_pages(query),
        "/progress/announced/",
        "/progress/definitions/",
    ]
    opened = check(addresses, by_totals)
    assert len(opened) > 100
    assert len(check([f"/progress/charts/?{query}"], by_totals, each=6)) > 20
    user = make_user(VIEWER)
    assert same_everywhere(user, query, opened) > 40
    for entry in Entry.objects.filter(effective_on__lt=date(2022, 1, 1)).order_by("pk")[:4]:
        make_verdict(entry)
    query = "as_of=2022-06-30&evidence=verified"
    opened = check([f"/?{query}"], by_rows)
    assert len(opened) > 20
    assert same_everywhere(user, query, opened) > 0


def know_the_tables() -> None:
    """Count the rows, as PostgreSQL does of itself after so many came; else it plans blindly."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def make_world() -> None:
    """A park with all that makes a number hard to list: both bases, one that ended, moves from
    cluster to cluster, withdrawals, corrections, groups, sites, output, and another park."""
    west, jimo = make_region("370211"), make_region("370215")
    nev = make_cluster("nev", sites=[(jimo, "6.3")])
    digital = make_cluster("digital", sites=[(west, "4.5")])
    plan = make_plan(leading_target=3)
    for measure, count in (
        (GoalMeasure.NEW_FORTUNE_500_ENTERPRISES, 2),
        (GoalMeasure.NEW_INDUSTRY_LEADERS, 2),
    ):
        make_goal(plan, measure, cluster=nev, target_count=count)
    make_goal(plan, GoalMeasure.INDUSTRIAL_SCALE, cluster=nev, target_fen=5 * FEN_PER_BN)
    make_goal(
        plan,
        GoalMeasure.ANNUAL_OUTPUT,
        cluster=nev,
        due_on=date(2023, 12, 31),
        target_fen=FEN_PER_BN,
    )
    hisense, bosch = make_group("Hisense"), make_group("Bosch")
    # Before the plan, on both bases, in two clusters.
    old = make_enterprise("Old", groups=[hisense, bosch], leading_on=date(2018, 1, 1))
    make_claim(old, on=date(2019, 1, 1), basis=LeadingBasis.FORTUNE_GLOBAL_500)
    first = make_project(old, cluster=nev, region=jimo, stage=REGISTERED, on=date(2018, 5, 1))
    second = make_project(old, cluster=digital, region=west, stage=REGISTERED, on=date(2019, 5, 1))
    make_entry(first, amount_fen=9 * FEN_PER_BN, on=date(2018, 6, 1), evidence=make_evidence())
    make_entry(second, amount_fen=2 * FEN_PER_BN, on=date(2019, 6, 1))
    # Under the plan, of the same group, outside the planned sites; its basis ends after the plan.
    young = make_enterprise("Young", groups=[hisense], leading_on=date(2021, 1, 1))
    third = make_project(young, cluster=nev, region=west, stage=REGISTERED, on=date(2021, 2, 1))
    entry = make_entry(third, on=date(2021, 2, 1), evidence=make_evidence())
    make_correction(entry, amount_fen=2 * FEN_PER_BN)
    record_claim(
        enterprise=young,
        recorded_by=make_recorder(),
        effective_on=date(2026, 1, 20),
        basis=LeadingBasis.INDUSTRY_LEADER,
        holds=False,
        reason="Dropped",
    )
    # Signed only, and goes to another cluster after the end, where it counts.
    late = make_enterprise("Late", leading_on=date(2022, 1, 1))
    fourth = make_project(late, cluster=nev, region=jimo, stage=Stage.SIGNED, on=date(2022, 3, 1))
    record_state(
        project=fourth,
        recorded_by=make_recorder(),
        effective_on=date(2026, 1, 10),
        stage=REGISTERED,
        cluster=digital,
        region=west,
        is_reported=True,
    )
    make_entry(fourth, amount_fen=3 * FEN_PER_BN, on=date(2026, 1, 15), evidence=make_evidence())
    verified = make_entry(
        first, measure=Measure.PAID_IN, on=date(2020, 6, 1), evidence=make_evidence()
    )
    make_verdict(verified)
    for year in (2022, 2023):
        for project in (first, third):
            make_entry(project, measure=Measure.ANNUAL_OUTPUT, on=date(year, 12, 31))
    # No leading enterprise, withdrawn in the end.
    other = make_project(make_enterprise("Other"), cluster=digital, region=jimo, stage=REGISTERED)
    make_entry(other, on=date(2021, 5, 1))
    withdraw(
        project=other,
        withdrawn_on=date(2024, 4, 1),
        recorded_by=make_recorder(),
        reason="Gone",
    )
    make_other_park()


def known_moment() -> str:
    """A moment at which all but the last thing was recorded."""
    return localtime(Entry.objects.order_by("-recorded_at")[2].recorded_at).isoformat()


def make_other_park() -> None:
    """A second park with an enterprise that would count, were it in the first."""
    park = Park.objects.create(slug="inland", name_en="Inland Park")
    region = Region.objects.create(park=park, code="410100", name_en="Zhengzhou")
    cluster = Cluster.objects.create(park=park, slug="food", name_en="Food")
    enterprise = make_enterprise("Elsewhere", leading_on=date(2018, 1, 1))
    project = make_project(
        enterprise, cluster=cluster, region=region, stage=REGISTERED, on=date(2018, 1, 1)
    )
    make_entry(project, amount_fen=50 * FEN_PER_BN, on=date(2018, 1, 1), evidence=make_evidence())


@pytest.mark.parametrize(
    ("query", "least"),
    [
        ("as_of=2026-02-01", 60),
        ("as_of=2023-06-30&known_at={known_at}", 20),
        ("as_of=2019-12-01", 20),
        ("as_of=2026-02-01&evidence=verified", 20),
        ("as_of=2026-02-01&evidence=verified&known_at={known_at}", 10),
        ("as_of=2015-01-01", 0),
        ("as_of=2026-02-01&from=signed&count=groups&measure=paid_in", 40),
        ("as_of=2026-02-01&sites=inside", 40),
        ("as_of=2026-02-01&sites=inside&count=projects&measure=annual_output", 40),
        ("as_of=2023-06-30&from=production&sites=inside&evidence=verified", 5),
    ],
)
def test_every_number_opens_what_it_is_made_of(query: str, least: int) -> None:
    make_world()
    query = query.format(known_at=quote(known_moment()))
    clusters = ("nev", "digital")
    addresses = [f"/?{query}", *(f"/progress/clusters/{slug}/?{query}" for slug in clusters)]
    found = check(addresses, by_rows)
    assert len(found) >= least


@pytest.mark.parametrize(
    "query",
    [
        "as_of=2026-02-01",
        "as_of=2023-06-30&known_at={known_at}",
        "as_of=2026-02-01&evidence=verified",
        "as_of=2026-02-01&sites=inside&from=signed&measure=paid_in",
    ],
)
def test_every_number_of_a_chart_opens_what_it_is_made_of(query: str) -> None:
    make_world()
    query = query.format(known_at=quote(known_moment()))
    scopes = ("", "&cluster=digital", "&region=370215")
    addresses = [f"/progress/charts/?{query}{scope}" for scope in scopes]
    assert len(check(addresses, by_rows, each=4)) > 20


@pytest.mark.parametrize(
    ("query", "least"),
    [
        ("as_of=2026-02-01", 20),
        ("as_of=2022-06-30", 15),
        ("as_of=2026-02-01&known_at={known_at}", 20),
        ("as_of=2026-02-01&evidence=verified", 5),
    ],
)
def test_every_figure_is_the_same_wherever_it_stands(query: str, least: int) -> None:
    make_world()
    query = query.format(known_at=quote(known_moment()))
    assert same_everywhere(make_user(VIEWER), query) >= least


def test_no_number_of_a_table_is_left_without_its_list(viewer_client: Client) -> None:
    make_world()
    for path in ("/", "/progress/clusters/nev/", "/progress/regions/370215/", "/progress/charts/"):
        loose = numbers_of(viewer_client, f"{path}?as_of=2026-02-01").loose
        assert [cell for cell in loose if not DERIVED.fullmatch(cell)] == []


def test_what_came_and_what_went_since_the_due_date_are_two_lists(viewer_client: Client) -> None:
    make_world()
    page = viewer_client.get("/?as_of=2026-02-01")
    card = page.context["goal_cards"][0]
    assert (card.goal.since_due, card.goal.came, card.goal.left) == (0, 1, 1)
    for url, name in ((card.since_url, "Late"), (card.left_url, "Young")):
        rows = viewer_client.get(url).context["table"].data
        assert [row.name_en for row in rows] == [name]


def test_the_lists_of_a_narrower_reader_do_not_add_up_and_give_nothing_away() -> None:
    make_world()
    user = make_user(VIEWER, regions=[Region.objects.get(code="370215")])
    for number in numbers_of(browser_of(user), "/?as_of=2026-02-01").found:
        assert by_rows(user, number) <= number.value


def test_the_list_page_has_its_sum_to_the_fen(viewer_client: Client) -> None:
    make_world()
    page = viewer_client.get("/ledger/", {"measure": "paid_in"}).content.decode()
    assert f'data-fen="{FEN_PER_BN}"' in page
    assert 'data-count="1"' in page
