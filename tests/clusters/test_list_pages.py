"""What the lists of enterprises, projects and the ledger have in common, seen from outside."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from accounts.models import User
from accounts.roles import RECORDER
from clusters.vocabulary import Measure
from enterprises.models import Project
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_project,
    make_region,
    make_user,
)
from tests.reading import sums_of

pytestmark = pytest.mark.django_db

LISTS = ["/enterprises/", "/projects/", "/ledger/"]
SORTS = {
    "/enterprises/": [
        "name",
        "group",
        "origin",
        "clusters",
        "stage",
        "leading_basis",
        "contracted",
        "paid_in",
    ],
    "/projects/": [
        "name",
        "enterprise",
        "cluster",
        "region",
        "stage",
        "stage_on",
        "heard_on",
        "contracted",
        "paid_in",
    ],
    "/ledger/": [
        "effective_on",
        "project",
        "enterprise",
        "cluster",
        "region",
        "measure",
        "amount",
        "evidence",
        "recorded_at",
    ],
}
LAOSHAN, JIMO = "370212", "370215"


def make_rows(number: int, *, region: str = JIMO, **amount: Any) -> list[Project]:
    """Enterprises of a group, each with a project and two amounts, one with a source."""
    projects = []
    for place in range(number):
        enterprise = make_enterprise(groups=[make_group()], leading_on=date(2021, 1, 1))
        project = make_project(
            enterprise, region=make_region(region), cluster=make_cluster(f"cluster{place % 4}")
        )
        make_entry(project, evidence=make_evidence(), **amount)
        make_entry(project, measure=Measure.PAID_IN)
        projects.append(project)
    return projects


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def scoped_recorder() -> User:
    return make_user(RECORDER, regions=[make_region(JIMO)])


def rows_of(response: Any) -> list[Any]:
    """The records that a page of a list shows."""
    return [row.record for row in response.context["table"].paginated_rows]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("cluster=nope", "Accepted: cluster0, cluster1"),
        ("cluster=cluster0&cluster=nope", "“nope” is not known"),
        ("region=nowhere", JIMO),
        ("page=-1", "pages run from 1 to 1"),
        ("page=abc", "pages run from 1 to 1"),
        ("page=1.5", "pages run from 1 to 1"),
        ("page=%C2%B2", "pages run from 1 to 1"),
        (f"page={10**9}", "pages run from 1 to 1"),
        ("page=" + "9" * 5000, "pages run from 1 to 1"),
        ("per_page=7", "Accepted: 25, 50, 100, 200"),
        ("per_page=1e9", "Accepted: 25, 50, 100, 200"),
        ("sort=nope", "cannot be sorted by “nope”. Accepted:"),
        ("sort=--name", "cannot be sorted by “--name”"),
        ("_export=pdf", "Accepted: csv, xlsx"),
        ("_export=csv&cluster=nope", "“nope” is not known"),
        ("unknown=1", "There is no filter “unknown”. Accepted: "),
        ("q=" + "x" * 10_000, "200"),
    ],
)
@pytest.mark.parametrize("address", LISTS)
def test_unusable_value_is_answered_with_what_is_accepted(
    address: str, query: str, said: str, viewer_client: Client
) -> None:
    make_rows(2)
    response = viewer_client.get(f"{address}?{query}")
    assert response.status_code == 400
    assert any(said in problem for problem in response.context["problems"])
    assert said in response.content.decode()
    assert rows_of(response) == []
    assert response.context["total_rows"] == 0


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("query", ["q=%00", "cluster=a%00", "page=%00"])
def test_nul_is_refused(address: str, query: str, viewer_client: Client) -> None:
    assert viewer_client.get(f"{address}?{query}").status_code == 400


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "query", ["q=", "q=%25_%5C%27%22", "q=%F0%9F%98%80", "q=%ED%A0%80", "page="]
)
def test_unusual_text_is_no_error(address: str, query: str, viewer_client: Client) -> None:
    make_rows(1)
    assert viewer_client.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("address", LISTS)
def test_login_comes_first(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", LISTS)
def test_nobody_sees_a_list_without_a_role(address: str) -> None:
    assert browser_of(make_user()).get(address).status_code == 403


@pytest.mark.parametrize(
    ("address", "column"), [(address, column) for address in LISTS for column in SORTS[address]]
)
def test_every_column_sorts_both_ways(address: str, column: str, viewer_client: Client) -> None:
    make_rows(3)
    make_project(make_enterprise())
    up = viewer_client.get(address, {"sort": column})
    down = viewer_client.get(address, {"sort": f"-{column}"})
    assert up.status_code == down.status_code == 200
    assert 'aria-sort="ascending"' in up.content.decode()
    assert 'aria-sort="descending"' in down.content.decode()
    assert {row.pk for row in rows_of(up)} == {row.pk for row in rows_of(down)}


@pytest.mark.parametrize("address", LISTS)
def test_columns_that_sort_are_all_of_them(address: str, viewer_client: Client) -> None:
    table = viewer_client.get(address).context["table"]
    assert [column.name for column in table.columns if column.orderable] == SORTS[address]


@pytest.mark.parametrize("address", LISTS)
def test_pages_show_each_row_once(address: str, viewer_client: Client) -> None:
    # All rows are equal in the sorted column, so that only the tie-breaker orders them.
    make_rows(30 if address != "/ledger/" else 15)
    column = "region" if address == "/ledger/" else "contracted"
    seen = []
    for page in ("1", "2"):
        query = {"per_page": "25", "page": page, "sort": column}
        seen += [row.pk for row in rows_of(viewer_client.get(address, query))]
    assert len(seen) == 30
    assert len(set(seen)) == 30


@pytest.mark.parametrize("address", LISTS)
def test_htmx_gets_the_region_and_what_stands_outside_it(
    address: str, viewer_client: Client
) -> None:
    make_rows(1)
    response = viewer_client.get(address, {"region": JIMO}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "<html" not in text
    assert 'id="list"' in text
    assert 'id="list-tools" hx-swap-oob="true"' in text
    assert "HX-Request" in response["Vary"]
    # A page that the browser takes out of its history must be whole.
    restored = viewer_client.get(
        address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in restored.content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_page_says_that_nothing_is_verified(address: str, viewer_client: Client) -> None:
    assert "Press reports, unverified" in viewer_client.get(address).content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_filter_in_force_can_be_taken_off(address: str, viewer_client: Client) -> None:
    make_rows(2)
    response = viewer_client.get(address, {"cluster": ["cluster0", "cluster1"], "page": "1"})
    chips = response.context["chips"]
    assert [chip.value for chip in chips] == ["Cluster cluster0", "Cluster cluster1"]
    assert chips[0].remove_url == f"{address}?cluster=cluster1"
    ticked = [o.value for f in response.context["facets"] for o in f.options if o.checked]
    assert ticked == ["cluster0", "cluster1"]


@pytest.mark.parametrize("address", LISTS)
def test_search_that_finds_nothing_says_what_there_is_without_it(
    address: str, viewer_client: Client
) -> None:
    make_rows(2)
    response = viewer_client.get(address, {"q": "Tesla", "cluster": "cluster0"})
    empty = response.context["empty"]
    there = 2 if address == "/ledger/" else 1
    verb = "are" if there == 2 else "is"
    assert empty.hint == f"Without “Tesla” there {verb} {there}."
    assert empty.actions == [("Search without “Tesla”", f"{address}?cluster=cluster0", True)]


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/enterprises/", "Add enterprise"),
        ("/projects/", "Add project"),
        ("/ledger/", "Record amount"),
    ],
)
def test_button_to_add_is_for_those_who_may(
    address: str, label: str, viewer_client: Client, recorder_client: Client
) -> None:
    assert label not in viewer_client.get(address).content.decode()
    assert label in recorder_client.get(address).content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_rows_sums_and_files_end_at_the_scope(address: str) -> None:
    make_rows(1, region=JIMO, amount_fen=3 * FEN_PER_BN)
    hidden = make_rows(1, region=LAOSHAN, amount_fen=5 * FEN_PER_BN)[0]
    client = browser_of(scoped_recorder())
    response = client.get(address)
    assert response.context["total_rows"] == (2 if address == "/ledger/" else 1)
    assert sums_of(response)["Contracted, bn yuan"] == "3.00, 0% verified"
    assert "You see Region 370215 only." in response.content.decode()
    for name in (hidden.name_en, hidden.enterprise.name_en):
        assert client.get(address, {"q": name}).context["total_rows"] == 0
        assert name not in file_text(client, address)
    assert client.get(address, {"region": LAOSHAN}).context["total_rows"] == 0


def test_project_out_of_scope_does_not_give_its_enterprise_away() -> None:
    enterprise = make_enterprise("Both Sides")
    seen = make_project(enterprise, region=make_region(JIMO))
    secret = make_project(
        enterprise, region=make_region(LAOSHAN), name_en="Secret fab", cluster=make_cluster("far")
    )
    make_entry(secret)
    client = browser_of(scoped_recorder())
    assert client.get("/enterprises/", {"q": "Secret"}).context["total_rows"] == 0
    assert client.get("/enterprises/", {"cluster": "far"}).context["total_rows"] == 0
    response = client.get("/enterprises/")
    assert response.context["total_rows"] == 1
    assert response.context["totals"] == []
    (row,) = rows_of(response)
    assert row.shown_clusters == str(seen.cluster_id)
    assert row.shown_contracted_fen is None


def file_text(client: Client, address: str, **query: Any) -> str:
    response: Any = client.get(address, {**query, "_export": "csv"})
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def file_rows(client: Client, address: str, **query: Any) -> list[dict[str, str]]:
    text = file_text(client, address, **query)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def sheet_of(workbook: bytes) -> list[list[str | float]]:
    """The first sheet; text that would run as a formula is not text there."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    tree = ElementTree.fromstring(  # noqa: S314 our own file
        ZipFile(BytesIO(workbook)).read("xl/worksheets/sheet1.xml")
    )
    assert not list(tree.iter(f"{space}f"))
    rows: list[list[str | float]] = []
    for row in tree.iter(f"{space}row"):
        rows.append([])
        for cell in row:
            if cell.get("t") == "inlineStr":
                rows[-1].append("".join(cell.itertext()))
            else:
                rows[-1].append(float(cell.findtext(f"{space}v") or 0))
    return rows


AMOUNT = {
    "/enterprises/": "Contracted, yuan",
    "/projects/": "Contracted, yuan",
    "/ledger/": "Amount, yuan",
}


@pytest.mark.parametrize("address", LISTS)
def test_csv_is_the_filtered_list_in_exact_yuan(address: str, viewer_client: Client) -> None:
    wanted = make_rows(1, amount_fen=1_234_567_890_123)[0]
    make_rows(60, region=LAOSHAN)
    query = {"region": JIMO} | ({"measure": "contracted"} if address == "/ledger/" else {})
    rows = file_rows(viewer_client, address, **query)
    assert [row[AMOUNT[address]] for row in rows] == ["12345678901.23"]
    assert rows[0]["Enterprise, English name"] == wanted.enterprise.name_en
    assert rows[0]["Enterprise, Chinese name"] == wanted.enterprise.name_zh
    # Not only the first page.
    assert len(file_rows(viewer_client, address, region=LAOSHAN)) >= 60


@pytest.mark.parametrize("address", LISTS)
def test_workbook_has_the_same_rows_with_amounts_to_add_up(
    address: str, viewer_client: Client
) -> None:
    make_rows(2, amount_fen=1_234_567_890_123)
    response = viewer_client.get(address, {"_export": "xlsx"})
    assert response["Content-Disposition"].endswith('.xlsx"')
    head, *rows = sheet_of(response.content)
    assert head == list(file_rows(viewer_client, address)[0])
    assert len(rows) == (4 if address == "/ledger/" else 2)
    assert 12_345_678_901.23 in rows[0] + rows[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝"])
def test_names_do_not_run_as_formulas(kind: str, sign: str, viewer_client: Client) -> None:
    make_project(make_enterprise(f"{sign}HYPERLINK(1)"))
    response = viewer_client.get("/enterprises/", {"_export": kind})
    if kind == "csv":
        text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
        row = next(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
        assert row["Enterprise, English name"] == f"'{sign}HYPERLINK(1)"
    else:
        assert f"{sign}HYPERLINK(1)" in sheet_of(response.content)[1]


def test_lowered_amount_keeps_its_minus_in_files(viewer_client: Client) -> None:
    project = make_project()
    make_entry(project, amount_fen=900)
    make_entry(project, amount_fen=-500, on=date(2022, 1, 1), reason="The contract was cut.")
    amounts = [row["Amount, yuan"] for row in file_rows(viewer_client, "/ledger/")]
    assert sorted(amounts) == ["-5.00", "9.00"]


def test_file_is_in_the_language_of_the_page(viewer_client: Client) -> None:
    make_rows(1)
    viewer_client.cookies.load({"django_language": "zh-hans"})
    with override("zh-hans"):
        head = gettext("%(column)s, English name") % {"column": gettext("Project")}
    assert head in file_text(viewer_client, "/projects/")
