"""Officially reported totals: loaded from a file and shown in the admin."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import AUDITOR
from clusters.models import Cluster, Park, Region
from progress.models import ReportedTotal
from tests.make import make_cluster, make_park, make_region, make_user

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "progress" / "data" / "reported_totals.csv"
PLAN = ROOT / "clusters" / "plans" / "qingdao-2020-2025.toml"
HEADER = "scope,scope_name,measure,period,as_of,value,unit,source_url,source_date,note"
GOOD = (
    "cluster,nev,contracted,2021,2021-12-31,5000000000,yuan,https://news.example.org/1,2022-01-05,x"
)
CITY = "city,Seaside,paid_in,,2021-12-31,70,usd,https://news.example.org/2,,"

pytestmark = pytest.mark.django_db


def load(path: Path, *arguments: str) -> str:
    """Load a file and return what the command says."""
    out = StringIO()
    call_command("load_reported_totals", str(path), *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def refused(path: Path) -> list[str]:
    """Load a file that must be refused; return its problems, one a line, and change nothing."""
    before = list(ReportedTotal.objects.values())
    problems = StringIO()
    with pytest.raises(CommandError):
        call_command("load_reported_totals", str(path), stdout=StringIO(), stderr=problems)
    assert list(ReportedTotal.objects.values()) == before
    return problems.getvalue().splitlines()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of these lines under the usual header; the park has a cluster and a region."""
    make_cluster("nev")
    make_region("370215", name_en="Jimo")

    def write(*lines: str, header: str = HEADER) -> Path:
        path = tmp_path / "totals.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return path

    return write


Write = Callable[..., Path]


def test_the_shipped_totals_are_loaded_once() -> None:
    call_command("load_plan", str(PLAN), stdout=StringIO())

    assert load(SHIPPED) == "Reported totals: 38 added, 0 changed, 0 as they were."
    rows = list(ReportedTotal.objects.order_by("pk").values())
    assert load(SHIPPED) == "Reported totals: 0 added, 0 changed, 38 as they were."

    assert list(ReportedTotal.objects.order_by("pk").values()) == rows
    town = ReportedTotal.objects.get(cluster__slug="appliances", as_of=date(2024, 12, 31))
    assert town.value_fen == 20_568_000_000 * 100
    dollars = ReportedTotal.objects.get(region__name_en="Shinan")
    assert (dollars.unit, dollars.value, dollars.value_fen) == ("usd", 442_000_000, None)
    assert ReportedTotal.objects.filter(scope="city").count() == 6


def test_a_row_that_says_something_else_is_changed(write: Write) -> None:
    load(write(GOOD, CITY))
    known = ReportedTotal.objects.get(scope="cluster")

    said = load(write(GOOD.replace("5000000000", "6000000000"), CITY))

    assert said == "Reported totals: 0 added, 1 changed, 1 as they were."
    assert ReportedTotal.objects.get(pk=known.pk).value == 6_000_000_000
    assert ReportedTotal.objects.count() == 2


def test_once_leaves_what_is_loaded(write: Write) -> None:
    assert "2 added" in load(write(GOOD, CITY), "--once")
    assert "stay as they are" in load(write(GOOD.replace("5000000000", "6"), CITY), "--once")
    assert ReportedTotal.objects.get(scope="cluster").value == 5_000_000_000


def test_columns_may_stand_in_any_order_and_the_mark_of_spreadsheets_is_taken(
    write: Write, tmp_path: Path
) -> None:
    names, cells = HEADER.split(","), GOOD.split(",")
    path = write(",".join(reversed(cells)), header=",".join(reversed(names)))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    load(path)

    total = ReportedTotal.objects.get()
    assert (str(total.cluster), total.value, total.note) == ("Cluster nev", 5_000_000_000, "x")


WORDS = "accepted are"
BAD_CELLS: list[tuple[str, str, str]] = [
    ("scope", "county", f"{WORDS} cluster, region, city"),
    ("scope_name", "dragons", f"{WORDS} nev"),
    ("measure", "happiness", f"{WORDS} contracted, paid_in, annual_output, industrial_scale"),
    ("period", "p" * 41, "has more than 40 characters"),
    ("as_of", "2020-02-30", "is not a date; write it as 2025-12-31"),
    ("as_of", "20211231", "is not a date; write it as 2025-12-31"),
    ("as_of", "", "is not a date; write it as 2025-12-31"),
    ("as_of", "2999-12-31", "is later than today"),
    ("source_date", "yesterday", "is not a date; write it as 2025-12-31"),
    ("value", "abc", "is not a whole number"),
    ("value", "-5", "is not a whole number"),
    ("value", "1e400", "is not a whole number"),
    ("value", "9223372036854775808", "is not a whole number"),
    ("value", "", "is not a whole number"),
    ("unit", "eur", f"{WORDS} count, yuan, usd"),
    ("source_url", "javascript:alert(1)", "is no web address"),
    ("source_url", "", "is no web address"),
]


@pytest.mark.parametrize(("column", "value", "said"), BAD_CELLS)
def test_a_bad_cell_is_told_with_line_column_value_and_reason(
    column: str, value: str, said: str, write: Write
) -> None:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: value}

    (problem,) = refused(write(CITY, ",".join(cells.values())))

    assert problem.startswith(f"line 3, {column}, “{value[:41]}”: {said}")


def test_all_bad_cells_of_all_rows_are_told_and_no_row_is_kept(write: Write) -> None:
    problems = refused(
        write(
            GOOD,
            'region,Jimo,contracted,,2021-12-31,x,yuan,https://news.example.org/3,,"two\nlines"',
            "",
            GOOD.replace("contracted", "c").replace("yuan", "y"),
        )
    )
    assert [problem.split(":")[0] for problem in problems] == [
        "line 3, value, “x”",
        "line 6, measure, “c”",
        "line 6, unit, “y”",
    ]


def test_a_row_that_repeats_another_is_refused(write: Write) -> None:
    assert refused(write(GOOD, CITY, GOOD.replace(",x", ",y"))) == ["line 4: repeats line 2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: has no column scope"),
        (HEADER.replace("note", "remark").encode(), "line 1: has no column note"),
        (f"{HEADER},note".encode(), "line 1: has the column note twice"),
        (f"{HEADER}\ncity,a".encode(), "line 2: has 2 cells; the header has 10"),
        (f'{HEADER}\ncity,"a'.encode(), "line 2: is not CSV"),
        (f"{HEADER}\n{CITY}\n青".encode()[:-1], "line 3: is not UTF-8; save the file as UTF-8"),
        (f"{HEADER}\n{CITY}\x00".encode(), "line 2: has a NUL character"),
    ],
    ids=["empty", "unknown-column", "column-twice", "cells", "quotes", "half-utf-8", "nul"],
)
def test_a_file_that_cannot_be_read_is_refused(
    content: bytes, said: str, write: Write, tmp_path: Path
) -> None:
    path = tmp_path / "totals.csv"
    path.write_bytes(content)
    assert refused(path)[0].startswith(said)


def test_a_missing_file_and_a_folder_are_refused(write: Write, tmp_path: Path) -> None:
    assert "No such file or directory" in refused(tmp_path / "none.csv")[0]
    assert "Is a directory" in refused(tmp_path)[0]


def test_the_park_must_be_named_where_there_are_several(write: Write) -> None:
    other = make_park("other")
    with pytest.raises(CommandError, match="--park: name one of other, seaside"):
        load(write(CITY))
    with pytest.raises(CommandError, match="--park"):
        load(write(CITY), "--park", "atlantis")
    load(write(CITY), "--park", "other")
    assert ReportedTotal.objects.get().park == other


def test_without_a_park_it_says_what_to_do_first(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="run load_plan first"):
        load(tmp_path / "totals.csv")


def test_they_are_listed_and_entered_in_the_admin(admin_client: Client, write: Write) -> None:
    load(write(GOOD, CITY))
    listed = admin_client.get(reverse("admin:progress_reportedtotal_changelist"))
    assert "5,000,000,000.00\u00a0yuan" in listed.content.decode()
    assert "70\u00a0US dollars" in listed.content.decode()

    data: dict[str, Any] = {
        "park": Park.objects.get().pk,
        "scope": "region",
        "cluster": Cluster.objects.get().pk,
        "region": "",
        "measure": "contracted",
        "period": "2022",
        "as_of": "2022-12-31",
        "value": "5",
        "unit": "yuan",
        "source_url": "https://news.example.org/9",
        "source_on": "",
        "note": "",
    }
    address = reverse("admin:progress_reportedtotal_add")
    refusal = admin_client.post(address, data)
    assert "Name the cluster or the region that the scope says." in refusal.content.decode()
    data |= {"cluster": "", "region": Region.objects.get().pk}
    assert admin_client.post(address, data).status_code == 302
    again = admin_client.post(address, data)
    assert "This total is recorded already." in again.content.decode()


def test_an_auditor_sees_them_and_enters_none() -> None:
    client = Client()
    client.force_login(make_user(AUDITOR))
    assert client.get(reverse("admin:progress_reportedtotal_changelist")).status_code == 200
    assert client.get(reverse("admin:progress_reportedtotal_add")).status_code == 403
