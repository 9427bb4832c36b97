"""What a file is, by its content alone; its name and what the browser says of it count for nothing.

Only what tells the kind is read: marks at the start and end, the size of a picture, the list of
contents of an archive. Nothing is unpacked or drawn, so a file made to burst cannot burst here.
"""

import codecs
import re
import struct
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from ledger.models import Evidence

Kind = Evidence.ContentType

CHUNK = 64 * 1024
# Larger pictures make browsers stop; the largest scan in use, A3 at 600 dpi, has 70 million.
MAX_PIXELS = 150_000_000
MAX_SIDE = 65_500
END_BYTES = 4096

# An archive that lists more than this is no spreadsheet of an office.
MAX_LIST_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 1024**3
ZIP_END = struct.Struct("<4s4H2LH")
ZIP64_LOCATOR = b"PK\x06\x07"
ODS_FIRST = b"mimetype" + Kind.ODS.encode()
MACRO_PARTS = ("vbaproject.bin", "xl/macrosheets/", "basic/", "scripts/")

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_STEP = 128

# Tabs and line ends are all that a table needs of the control characters.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
MARKUP = re.compile(r"<\s*(!doctype|\?xml|html|head|body|svg|script|iframe|object|embed)\b", re.I)
SEPARATORS = re.compile("[,;\t]")


class UnreadableFileError(Exception):
    """A file is of no kind that is taken, or is damaged."""


class MacroError(UnreadableFileError):
    """A spreadsheet carries a program."""


def sniff(file: BinaryIO) -> Kind:
    """Return the kind of `file`, or raise UnreadableFileError."""
    head = read_at(file, 0, 64)
    if head.startswith(b"%PDF-"):
        return told_by_end(file, b"%%EOF", Kind.PDF)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        check_pixels(png_size(head))
        return told_by_end(file, b"IEND\xaeB`\x82", Kind.PNG)
    if head.startswith(b"\xff\xd8\xff"):
        check_pixels(jpeg_size(file))
        return Kind.JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        check_pixels(webp_size(head))
        return Kind.WEBP
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        check_first_page(file, head)
        return Kind.TIFF
    if head.startswith(b"PK\x03\x04"):
        return archive_kind(file)
    if head.startswith(OLE_START):
        check_workbook(file)
        return Kind.XLS
    check_table(file)
    return Kind.CSV


def read_at(file: BinaryIO, place: int, size: int) -> bytes:
    """Read some bytes from `place` on."""
    file.seek(place)
    return file.read(size)


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the whole file in pieces."""
    file.seek(0)
    while piece := file.read(CHUNK):
        yield piece


def ending(file: BinaryIO, size: int) -> bytes:
    """Return the last bytes of the file."""
    length = file.seek(0, 2)
    return read_at(file, max(0, length - size), size)


def told_by_end(file: BinaryIO, mark: bytes, kind: Kind) -> Kind:
    """Return `kind` when the file ends as such a file does, so that half of one is not taken."""
    if mark not in ending(file, END_BYTES):
        raise UnreadableFileError
    return kind


# Pictures


def check_pixels(size: tuple[int, int]) -> None:
    """Refuse a picture without a size, or one that no browser could show."""
    width, height = size
    fits = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS
    if not fits:
        raise UnreadableFileError


def png_size(head: bytes) -> tuple[int, int]:
    """Return width and height, which stand in the first part of a PNG."""
    if head[12:16] != b"IHDR" or len(head) < 24:
        raise UnreadableFileError
    width, height = struct.unpack(">2L", head[16:24])
    return width, height


def jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Return width and height, found by going from one part of a JPEG to the next."""
    place = 2
    while len(mark := read_at(file, place, 9)) == 9 and mark[0] == 0xFF:
        kind = mark[1]
        if kind == 0xFF:  # filling between two parts
            place += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">2H", mark[5:9])
            return width, height
        length = int.from_bytes(mark[2:4], "big")
        if kind in {0xD9, 0xDA} or length < 2:
            break
        place += 2 + length
    raise UnreadableFileError


def webp_size(head: bytes) -> tuple[int, int]:
    """Return width and height of any of the three forms of a WebP."""
    form, body = head[12:16], head[20:30]
    if len(body) < 10:
        raise UnreadableFileError
    if form == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if form == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<2H", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise UnreadableFileError


def check_first_page(file: BinaryIO, head: bytes) -> None:
    """Refuse a TIFF whose first page lies nowhere in it; its size does not matter, as it is never
    shown but only handed out."""
    place = int.from_bytes(head[4:8], "little" if head[:2] == b"II" else "big")
    if place < 8 or len(read_at(file, place, 2)) < 2:
        raise UnreadableFileError


# Spreadsheets


def archive_kind(file: BinaryIO) -> Kind:
    """Tell XLSX and ODS by the archive's list of contents."""
    check_list(file)
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
    # What a list that was tampered with makes the reader stumble over.
    except (BadZipFile, NotImplementedError, OSError, OverflowError, ValueError, struct.error):
        raise UnreadableFileError from None
    names = {part.filename.lower() for part in parts}
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UnreadableFileError
    # An OpenDocument file says what it is in its first part, which is never packed.
    is_ods = read_at(file, 30, len(ODS_FIRST)) == ODS_FIRST and "content.xml" in names
    is_xlsx = {"[content_types].xml", "xl/workbook.xml"} <= names
    if not (is_ods or is_xlsx):
        raise UnreadableFileError
    for name in names:
        if name.startswith(MACRO_PARTS[1:]) or name.endswith(MACRO_PARTS[0]):
            raise MacroError
    return Kind.XLSX if is_xlsx else Kind.ODS


def check_list(file: BinaryIO) -> None:
    """Refuse an archive whose list of contents is not a short one at its end.

    The list is read whole, so its length is looked at first.
    """
    tail = ending(file, ZIP_END.size + len(ZIP64_LOCATOR) + 0xFFFF)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < ZIP_END.size or ZIP64_LOCATOR in tail:
        raise UnreadableFileError
    list_bytes = ZIP_END.unpack_from(tail, place)[5]
    if list_bytes > MAX_LIST_BYTES:
        raise UnreadableFileError


def check_workbook(file: BinaryIO) -> None:
    """Refuse an OLE file that is no Excel workbook (it may be a Word file or an installer).

    What it holds is listed in entries of 128 bytes, each at a multiple of 128; so they are found
    wherever they lie, without following the file's own chains.
    """
    found = {
        name
        for piece in chunks(file)
        for name in ("Workbook", "Book", "_VBA_PROJECT", "_VBA_PROJECT_CUR")
        if lists(piece, name)
    }
    if not found & {"Workbook", "Book"}:
        raise UnreadableFileError
    if found & {"_VBA_PROJECT", "_VBA_PROJECT_CUR"}:
        raise MacroError


def lists(piece: bytes, name: str) -> bool:
    """Whether an entry of an OLE directory in `piece` has this name."""
    written = (name + "\0").encode("utf-16-le")
    place = piece.find(written)
    while place >= 0:
        length = int.from_bytes(piece[place + 64 : place + 66], "little")
        if place % OLE_STEP == 0 and length == len(written):
            return True
        place = piece.find(written, place + 1)
    return False


# Tables as text


def check_table(file: BinaryIO) -> None:
    """Refuse what is no table in UTF-8, UTF-16 or GB18030, or could be read as a page."""
    start = read_at(file, 0, 2)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            check_text(file, encoding)
        except UnicodeDecodeError:
            continue
        return
    raise UnreadableFileError


def check_text(file: BinaryIO, encoding: str) -> None:
    """Refuse text that holds control characters or markup, or no separator anywhere."""
    decoder = codecs.getincrementaldecoder(encoding)()
    before, is_table = "", False
    for piece in chain(chunks(file), [b""]):
        text = decoder.decode(piece, final=not piece)
        if not before and text.lstrip()[:1] == "<":
            raise UnreadableFileError
        # With the end of the piece before, or a mark that lies across two would be missed.
        if CONTROLS.search(text) or MARKUP.search(before + text):
            raise UnreadableFileError
        is_table = is_table or bool(SEPARATORS.search(text))
        before = (before + text)[-40:]
    if not is_table:
        raise UnreadableFileError
