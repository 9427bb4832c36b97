"""Uploaded documents: what is taken, what it is found to be, and where it is kept."""

import hashlib
import os
import stat
import tracemalloc
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.uploads import MAX_FILE_BYTES
from ledger.documents import download_name, keep, path_of, shown_name
from ledger.exceptions import (
    EmptyFileError,
    FileTooLargeError,
    MacroFileError,
    UnknownFileError,
)
from ledger.models import Evidence
from ledger.sniffing import UnreadableFileError, sniff
from ledger.verifying import problems
from tests.ledger.files_of_all_kinds import (
    CSV,
    FALSE,
    TRUE,
    archive,
    bomb,
    ods,
    ole,
    webp,
)
from tests.make import PDF, make_document, make_recorder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """A place for files that holds what this test uploads only."""
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def files() -> list[Path]:
    """Every file there is."""
    return sorted(path for path in Path(default_storage.path("")).rglob("*") if path.is_file())


def upload(content: bytes, name: str = "a.bin") -> Evidence:
    return keep(
        SimpleUploadedFile(name, content, content_type="application/pdf"),
        recorded_by=make_recorder(),
    )


# What it is


@pytest.mark.parametrize("kind", TRUE)
def test_the_type_is_told_by_the_content_and_by_nothing_else(kind: str) -> None:
    found = upload(TRUE[kind], "invoice.exe")
    assert found.content_type == Evidence.ContentType[{"jpg": "JPEG"}.get(kind, kind.upper())]


@pytest.mark.parametrize("what", FALSE)
def test_a_file_that_lies_is_refused_and_leaves_nothing(what: str) -> None:
    name, content = FALSE[what]
    with pytest.raises(UnknownFileError, match="Accepted are PDF, PNG"):
        upload(content, name)
    assert not Evidence.objects.exists()
    assert files() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_table_may_be_in_any_encoding_that_offices_write(encoding: str) -> None:
    assert upload(CSV.encode(encoding)).content_type == "text/csv"


@pytest.mark.parametrize(
    "content",
    [
        webp(),
        webp(b"VP8L", b"\x2f" + bytes(9)),
        webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + b"\2\0\2\0"),
    ],
)
def test_each_form_of_webp_is_known(content: bytes) -> None:
    assert upload(content).content_type == "image/webp"


@pytest.mark.parametrize(
    "content",
    [
        archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        archive("[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/sheet1.xml"),
        ods("Basic/Standard/Module1.xml"),
        ole("Workbook", "_VBA_PROJECT_CUR"),
    ],
)
def test_a_spreadsheet_with_macros_is_refused(content: bytes) -> None:
    with pytest.raises(MacroFileError, match="macros"):
        upload(content, "table.xlsx")
    assert files() == []


def test_a_zip_bomb_is_refused_under_any_name_and_never_unpacked() -> None:
    content = bomb()
    tracemalloc.start()
    for name in ("bomb.pdf", "bomb.xlsx"):
        with pytest.raises(UnknownFileError):
            upload(content, name)
    assert tracemalloc.get_traced_memory()[1] < 32 * 1024**2
    tracemalloc.stop()


def test_an_archive_with_an_endless_list_is_refused_before_it_is_read() -> None:
    names = (f"{n:04d}" * 60 for n in range(4000))
    content = archive("[Content_Types].xml", "xl/workbook.xml", *names, content=b"")
    with pytest.raises(UnknownFileError):
        upload(content, "a.xlsx")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(TRUE)), st.data())
def test_a_damaged_file_is_taken_or_refused_and_breaks_nothing(kind: str, data: Any) -> None:
    content = bytearray(TRUE[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadableFileError):
        sniff(BytesIO(bytes(content[: data.draw(st.integers(0, len(content)))])))


# How much


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFileError, match="empty"):
        upload(b"")


def test_twenty_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    whole = PDF + b"%" * (MAX_FILE_BYTES - 2 * len(PDF)) + PDF
    assert upload(whole).size_bytes == MAX_FILE_BYTES
    with pytest.raises(FileTooLargeError, match="20 MB"):
        upload(whole + b"\n")
    assert len(files()) == 1


def test_a_file_that_is_larger_than_it_says_is_refused_too() -> None:
    lying = SimpleUploadedFile("a.pdf", b"%" * (MAX_FILE_BYTES + 1))
    lying.size = 10
    with pytest.raises(FileTooLargeError):
        keep(lying, recorded_by=make_recorder())
    assert files() == []


def test_a_large_file_is_never_held_in_memory() -> None:
    with TemporaryUploadedFile("a.pdf", "application/pdf", 0, None) as large:
        large.write(PDF)
        for _ in range(19):
            large.write(b"%" * 1024**2)
        large.write(PDF)
        large.size = large.tell()
        tracemalloc.start()
        keep(large, recorded_by=make_recorder())
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024**2
        tracemalloc.stop()


# Where it lies


def test_a_file_lies_under_its_sha256_for_its_owner_alone() -> None:
    found = upload(PDF, "contract.pdf")
    digest = hashlib.sha256(PDF).hexdigest()
    assert found.sha256 == digest
    (path,) = files()
    assert path == Path(default_storage.path(f"evidence/{digest[:2]}/{digest}"))
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_content_is_one_document_and_the_first_word_on_it_stays() -> None:
    first = make_document("a.pdf", content=PDF, title="Contract", dated_on=date(2021, 3, 1))
    again = make_document("b.pdf", content=PDF, title="Another")
    assert again.pk == first.pk
    assert (again.title, again.file_name) == ("Contract", "a.pdf")
    assert len(files()) == 1


def test_the_file_is_in_its_place_before_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    inserted = Evidence.save

    def look_then_save(self: Evidence, *args: Any, **kwargs: Any) -> None:
        seen.append(path_of(self.sha256).read_bytes())
        inserted(self, *args, **kwargs)

    monkeypatch.setattr(Evidence, "save", look_then_save)
    upload(PDF)
    assert seen == [PDF]


def test_what_is_taken_back_leaves_a_file_and_no_row_and_can_be_sent_again() -> None:
    with transaction.atomic():
        upload(PDF)
        transaction.set_rollback(True)
    assert not Evidence.objects.exists()
    assert len(files()) == 1
    assert upload(PDF).pk
    assert list(problems()) == []


def test_a_write_that_breaks_off_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        upload(PDF)
    assert files() == []
    assert not Evidence.objects.exists()


# Names


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.pdf", "system.pdf"),
        ("C:\\fake\\合同.pdf", "合同.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        ("a/", "document.pdf"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("con\u202efdp.exe", "confdp.exe"),
        ("a\u200b \u3000 b.pdf", "a b.pdf"),
        ('a"; filename="b.html', 'a"; filename="b.html'),
    ],
)
def test_a_name_is_shown_without_its_path_and_without_what_cannot_be_seen(
    given_name: str, shown: str
) -> None:
    assert shown_name(given_name, "application/pdf") == shown


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    name = shown_name("合" * 400 + ".pdf", "application/pdf")
    assert len(name) == 255
    assert name.endswith("合.pdf")


def test_a_document_is_handed_out_with_the_ending_of_what_it_is() -> None:
    assert download_name(upload(PDF, "program.exe")) == "program.exe.pdf"
    assert download_name(upload(TRUE["jpg"], "photo.JPEG")) == "photo.JPEG"


# Whether it is still there


def test_a_file_that_is_gone_or_changed_is_found() -> None:
    gone, cut, other = (make_document(f"{n}.pdf") for n in range(3))
    assert list(problems()) == []
    path_of(gone.sha256).unlink()
    path_of(cut.sha256).write_bytes(b"")
    content = path_of(other.sha256).read_bytes()
    path_of(other.sha256).write_bytes(content[:-1] + b"!")
    assert list(problems()) == [
        f"the file of evidence {gone.pk} cannot be read (No such file or directory)",
        f"the file of evidence {cut.pk} has 0 bytes instead of {cut.size_bytes}",
        f"the file of evidence {other.pk} has another content than was uploaded",
    ]


def test_the_same_file_once_more_mends_a_damaged_one() -> None:
    document = make_document("a.pdf", content=PDF)
    path_of(document.sha256).write_bytes(b"damaged")
    assert make_document("a.pdf", content=PDF).pk == document.pk
    assert list(problems()) == []


def test_refusals_are_keyed_by_the_field_of_the_file() -> None:
    with pytest.raises(ValidationError) as refused:
        upload(b"")
    assert list(refused.value.message_dict) == ["file"]
