"""Small files, true and false ones, to upload."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zlib import compress, crc32

import xlsxwriter

from tests.make import PDF

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "项目,金额\n甲,100\n"


def png(width: int = 2, height: int = 2) -> bytes:
    """A black picture, or the beginning of a very large one."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + name + body + struct.pack(">L", crc32(name + body))

    rows = compress(b"\0" * (height * (1 + 3 * width) if width < 100 else 10))
    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2) -> bytes:
    """The parts of a JPEG that say what it is."""
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\1\x22\0\2\x11\1\3\x11\1"
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
        + b"\xff\xff\xc0"
        + struct.pack(">H", len(frame) + 2)
        + frame
        + b"\xff\xda\0\2\xff\xd9"
    )


def webp(form: bytes = b"VP8X", body: bytes = bytes(4) + b"\1\0\0\1\0\0") -> bytes:
    """A WebP of one of its three forms."""
    inside = b"WEBP" + form + struct.pack("<L", len(body)) + body
    return b"RIFF" + struct.pack("<L", len(inside)) + inside


def tiff(first: int = 8) -> bytes:
    """A TIFF with an empty first page."""
    return b"II*\0" + struct.pack("<L", first) + bytes(6)


def xlsx() -> bytes:
    """A spreadsheet."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "合同额")
    return made.getvalue()


def archive(*names: str, first: str = "", content: bytes = b"<x/>") -> bytes:
    """A zip with these parts; `first` is an OpenDocument type that stands before them."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as book:
        if first:
            book.writestr(ZipInfo("mimetype"), first, compress_type=ZIP_STORED)
        for name in names:
            book.writestr(name, content)
    return made.getvalue()


def ods(*more: str) -> bytes:
    """An OpenDocument spreadsheet."""
    return archive("content.xml", "styles.xml", *more, first=ODS_TYPE)


def bomb() -> bytes:
    """A spreadsheet, by its names, of which one part unpacks to more than a gigabyte."""
    made = BytesIO()
    zeros = bytes(1024 * 1024)
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", b"<x/>")
        with book.open("xl/workbook.xml", "w") as part:
            for _ in range(1100):
                part.write(zeros)
    return made.getvalue()


def ole(*names: str) -> bytes:
    """An OLE file whose directory lists these names; Excel before 2007 made such."""
    entries = b""
    for name in ("Root Entry", *names):
        written = (name + "\0").encode("utf-16-le")
        entries += written.ljust(64, b"\0") + struct.pack("<HBB", len(written), 2, 1) + bytes(60)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries


PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

TRUE = {
    "pdf": PDF,
    "png": png(),
    "jpg": jpeg(),
    "webp": webp(),
    "tiff": tiff(),
    "xlsx": xlsx(),
    "xls": ole("Workbook"),
    "ods": ods(),
    "csv": CSV.encode(),
}

# Each under the name that it lies with.
FALSE = {
    "a page as a PDF": ("a.pdf", PAGE),
    "a page as a table": ("a.csv", PAGE),
    "a page after some rows": ("a.csv", b"a,b\n1,2\n" * 20_000 + PAGE),
    "a mark that lies across two pieces": ("a.csv", b"a," * 32766 + b"aa<script>"),
    "a drawing with a script": ("a.svg", SVG),
    "a drawing as a picture": ("a.png", SVG),
    "a drawing after a byte order mark": ("a.csv", b"\xef\xbb\xbf\n " + SVG),
    "a drawing in UTF-16": ("a.csv", SVG.decode().encode("utf-16")),
    "a program": ("a.pdf", b"MZ\x90\0" + bytes(200)),
    "a program for Linux": ("a.csv", b"\x7fELF\2\1\1" + bytes(200)),
    "an archive as a PDF": ("a.pdf", archive("a.txt")),
    "an archive as a spreadsheet": ("a.xlsx", archive("a.txt")),
    "a text document": ("a.xlsx", archive("[Content_Types].xml", "word/document.xml")),
    "an OpenDocument text": (
        "a.ods",
        archive("content.xml", first="application/vnd.oasis.opendocument.text"),
    ),
    "an archive with its list cut off": ("a.xlsx", xlsx()[:-40]),
    "half a PDF": ("a.pdf", PDF[:30]),
    "half a picture": ("a.png", png()[:-20]),
    "a picture that no browser can show": ("a.png", png(60_000, 60_000)),
    "a photograph that no browser can show": ("a.jpg", jpeg(65_000, 65_000)),
    "a photograph without a size": ("a.jpg", b"\xff\xd8\xff\xd9"),
    "a photograph that begins and is text": ("a.jpg", b"\xff\xd8\xff" + b"<script>" * 20),
    "a WebP without a picture": ("a.webp", webp(b"XXXX")),
    "a TIFF whose page lies outside": ("a.tif", tiff(500)),
    "a Word document": ("a.xls", ole("WordDocument")),
    "an installer": ("a.xls", ole("Book2")),
    "bytes as a table": ("a.csv", bytes(range(256))),
    "a table with a NUL": ("a.csv", b"a,b\n1,\0\n"),
    "a table with an escape": ("a.csv", b"a,b\n1,\x1b[2J\n"),
    "text that is no table": ("a.csv", b"hello"),
    "UTF-16 that breaks off": ("a.csv", CSV.encode("utf-16")[:-1]),
}
