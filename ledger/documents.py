"""Documents that entries rest on: checked, kept under the SHA-256 of their content, read back.

A file is read once, in pieces: hashed while it is written beside its place, looked at, and then
moved there in one step, before its row is written. So a row is never without its file; what a crash
or an abandoned form leaves is at most a file without a row. One content is one document, whoever
uploads it and how often.
"""

import hashlib
import logging
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clusters.uploads import MAX_FILE_BYTES
from ledger.exceptions import (
    EmptyFileError,
    FileTooLargeError,
    MacroFileError,
    UnknownFileError,
)
from ledger.models import Evidence
from ledger.sniffing import CHUNK, MacroError, UnreadableFileError, sniff

logger = logging.getLogger("parktracker.documents")

FOLDER = "evidence"
MAX_NAME = 255
Kind = Evidence.ContentType
# The endings under which a kind is handed out; the first is added where a name has none of them.
ENDINGS = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.WEBP: (".webp",),
    Kind.TIFF: (".tif", ".tiff"),
    Kind.XLSX: (".xlsx",),
    Kind.XLS: (".xls",),
    Kind.ODS: (".ods",),
    Kind.CSV: (".csv",),
}
ACCEPTED_ENDINGS = ",".join(ending for endings in ENDINGS.values() for ending in endings)
ACCEPTED_WORDS: str | Promise = _("PDF, PNG, JPEG, WebP, TIFF, XLSX, XLS, ODS or CSV, up to 20 MB")


@dataclass(frozen=True)
class Stored:
    """A file that lies in its place; it has no row yet."""

    sha256: str
    content_type: str
    size_bytes: int
    file_name: str

    @property
    def exists(self) -> bool:
        return path_of(self.sha256).is_file()


def keep(
    upload: "File[bytes]",
    *,
    recorded_by: User,
    title: str = "",
    issuer: str = "",
    dated_on: date | None = None,
) -> Evidence:
    """Keep an uploaded file and return its evidence; the same content again is the row that is."""
    stored = store(upload)
    return record(stored, recorded_by=recorded_by, title=title, issuer=issuer, dated_on=dated_on)


def store(upload: "File[bytes]") -> Stored:
    """Check a file and put it in its place; what is refused leaves nothing behind."""
    known: Stored | None = getattr(upload, "park_stored", None)
    if known is not None:
        return known
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise FileTooLargeError
    folder = Path(default_storage.path(FOLDER))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".part-", dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "w+b") as file:
            sha256, size_bytes = copy_hashed(upload, file)
            try:
                kind = sniff(file)
            except MacroError:
                raise MacroFileError from None
            except UnreadableFileError:
                raise UnknownFileError from None
            file.flush()
            os.fsync(file.fileno())
        place = path_of(sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        # Also over a file that lies there: it is the same one, unless it was damaged.
        Path(beside).replace(place)
        sync_folder(place.parent)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    stored = Stored(sha256, kind, size_bytes, shown_name(upload.name or "", kind))
    # A page that is refused elsewhere reads its form again; the file need not be.
    upload.park_stored = stored  # type: ignore[attr-defined]
    return stored


def copy_hashed(upload: "File[bytes]", file: BinaryIO) -> tuple[str, int]:
    """Copy an upload in pieces and return its SHA-256 and size; too much of it is refused."""
    digest, size_bytes = hashlib.sha256(), 0
    for piece in upload.chunks(CHUNK):
        size_bytes += len(piece)
        if size_bytes > MAX_FILE_BYTES:
            raise FileTooLargeError
        digest.update(piece)
        file.write(piece)
    if not size_bytes:
        raise EmptyFileError
    return digest.hexdigest(), size_bytes


def sync_folder(folder: Path) -> None:
    """Make the disk remember a name, as fsync of the file alone does not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def record(
    stored: Stored,
    *,
    recorded_by: User,
    title: str = "",
    issuer: str = "",
    dated_on: date | None = None,
) -> Evidence:
    """Return the evidence of a stored file; of two that record it at once both get one row."""
    evidence = Evidence(
        sha256=stored.sha256,
        content_type=stored.content_type,
        size_bytes=stored.size_bytes,
        file_name=stored.file_name,
        title=title,
        issuer=issuer,
        dated_on=dated_on,
        recorded_by=recorded_by,
    )
    evidence.clean_fields(exclude=["recorded_at", "recorded_by", "url"])
    kept, _made = Evidence.objects.get_or_create(
        sha256=stored.sha256,
        defaults={
            "content_type": stored.content_type,
            "size_bytes": stored.size_bytes,
            "file_name": stored.file_name,
            "title": title,
            "issuer": issuer,
            "dated_on": dated_on,
            "recorded_by": recorded_by,
        },
    )
    return kept


# Names and places


def path_of(sha256: str) -> Path:
    """Return where a document lies; no part of its name is in it."""
    return Path(default_storage.path(f"{FOLDER}/{sha256[:2]}/{sha256}"))


def shown_name(given: str, kind: str) -> str:
    """Return a name that can be shown: no path, nothing invisible, not too long.

    Signs that turn the direction of writing would let "fdp.exe" be read as "exe.pdf".
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    visible = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C"))
    name = " ".join(visible.split())
    if not name.strip(". "):
        name = f"document{ENDINGS[Kind(kind)][0]}"
    if len(name) > MAX_NAME:
        ending = PurePosixPath(name).suffix[:20]
        name = name[: MAX_NAME - len(ending)] + ending
    return name


def download_name(evidence: Evidence) -> str:
    """Return the name under which a document is handed out: with an ending of what it is."""
    endings = ENDINGS[Kind(evidence.content_type)]
    name = evidence.file_name or "document"
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"


# Reading back


def open_document(evidence: Evidence) -> BinaryIO | None:
    """Open the file of a document; None, and a line in the log, when it is not there."""
    try:
        return path_of(evidence.sha256).open("rb")
    except FileNotFoundError:
        logger.error("the file of evidence %s (%s) is missing", evidence.pk, evidence.sha256)
        return None


def damage(evidence: Evidence) -> str:
    """Say what is wrong with the file of a document; "" when nothing is."""
    try:
        with path_of(evidence.sha256).open("rb") as file:
            size_bytes = os.fstat(file.fileno()).st_size
            if size_bytes != evidence.size_bytes:
                return f"has {size_bytes} bytes instead of {evidence.size_bytes}"
            if hashlib.file_digest(file, "sha256").hexdigest() != evidence.sha256:
                return "has another content than was uploaded"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return ""


def damaged() -> Iterator[tuple[int, str]]:
    """Yield the number of each document whose file is not as it was uploaded, and why."""
    for evidence in Evidence.objects.exclude(sha256="").order_by("pk").iterator():
        if told := damage(evidence):
            yield evidence.pk, told
