"""What is refused before a row is looked at."""

from pathlib import Path

import pytest

from imports import tables
from tests.imports.files import as_csv, import_json, row, row_counts, write
from tests.imports.places import make_places

pytestmark = pytest.mark.django_db

GOOD = as_csv(row())
HEADER = b"enterprise_zh,cluster,region\n"


@pytest.fixture(autouse=True)
def _places() -> None:
    make_places()


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", None, "The file is empty"),
        (b"\xef\xbb\xbf", None, "The file is empty"),
        (HEADER + "甲,nev,Laixi\n".encode() + "乙".encode("gbk"), 3, "Line 3, byte "),
        (HEADER + b"A,nev,Laixi\nB,\x00,Laixi\n", 3, "Line 3 holds a NUL"),
        (b"PK\x03\x04 and the rest of a workbook", None, "save it as “CSV UTF-8”"),
        (b"enterprise_zh,cluster,region,colour\n", 1, "unknown columns: “colour”"),
        (b"enterprise_zh,cluster,region,cluster\n", 1, "a column twice: cluster"),
        (b"cluster,region\n", 1, "The header lacks: enterprise_zh or enterprise_en"),
        (b"enterprise_zh,cluster\n", 1, "The header lacks: region"),
        (b"enterprise_zh;cluster;region\n", 1, "separated by commas"),
        (b"A,nev,Laixi\n", 1, "Accepted are: enterprise_zh, enterprise_en, credit_code"),
        (HEADER + b'"A" and B,nev,Laixi\n', 2, "cannot be told apart from line 2 on"),
        (HEADER + b'A,nev,Laixi\n"B,nev,Laixi\n', 3, "cannot be told apart from line 3 on"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int | None, says: str
) -> None:
    before = row_counts()
    code, report = import_json(write(tmp_path, content))
    assert code == 1
    (problem,) = report["problems"]
    assert problem["line"] == line
    assert says in problem["reason"]
    assert row_counts() == before


def test_the_byte_that_is_not_utf_8_is_counted_from_the_start_of_the_file(tmp_path: Path) -> None:
    for mark in (b"", b"\xef\xbb\xbf"):
        content = mark + HEADER + b"\xff"
        _code, report = import_json(write(tmp_path, content))
        expected = f"Line 2, byte {len(content)} of the file (0xff)"
        assert expected in report["problems"][0]["reason"]


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "none.csv", "There is no file"), (tmp_path, "is a folder")):
        code, report = import_json(path)
        assert code == 1
        assert says in report["problems"][0]["reason"]


def test_a_file_above_the_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    code, report = import_json(write(tmp_path, GOOD))
    assert code == 1
    assert "split it" in report["problems"][0]["reason"]


@pytest.mark.parametrize("cells", ["A,nev\n", "A,nev,Laixi,\n"])
def test_a_row_with_too_few_or_too_many_cells_is_a_bad_row(tmp_path: Path, cells: str) -> None:
    code, report = import_json(write(tmp_path, HEADER + cells.encode()))
    assert code == 1
    (problem,) = report["problems"]
    assert problem["line"] == 2
    assert "the header 3" in problem["reason"]


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    rows = [row(note="three\nlines\nof text"), row(stage="begun")]
    content = as_csv(*rows).replace(b"\n", b"\r\n").replace(b"text", b"text\r\n\r\n\r\n", 1)
    code, report = import_json(write(tmp_path, content))
    assert code == 1
    # The header, a row over six lines, the bad row.
    assert [problem["line"] for problem in report["problems"]] == [8]


def test_a_byte_order_mark_other_line_ends_and_empty_lines_change_nothing(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b"\r\n,,,,,,,,,,,,,,,,,,,,,,\r\n"
    code, report = import_json(write(tmp_path, content))
    assert (code, report["rows"], report["posted"]) == (0, 1, 1)


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    columns = tuple(reversed(tables.COLUMNS))
    code, report = import_json(write(tmp_path, as_csv(row(), columns=columns)))
    assert (code, report["posted"]) == (0, 1)
