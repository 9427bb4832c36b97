"""The bytes of a CSV file as records with their line numbers; each app checks its own columns."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # the first bytes of .xlsx and .xls


class UnreadableCsvError(Exception):
    """The bytes are no CSV in UTF-8; `line` is the first that cannot be read, where one can be."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def decode(content: bytes) -> str:
    """Return the text; a byte that is not UTF-8 is named with its line and place."""
    if content.startswith(SPREADSHEETS):
        raise UnreadableCsvError(
            _("This is a spreadsheet, not CSV; save it as “CSV UTF-8” and import that file.")
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The position counts from behind a byte order mark.
        start = error.start + len(content) - len(error.object)
        line = content.count(b"\n", 0, start) + 1
        raise UnreadableCsvError(
            _(
                "Line %(line)s, byte %(byte)s of the file (0x%(value)02x) is not UTF-8; save the "
                "file as “CSV UTF-8”."
            )
            % {"line": line, "byte": start + 1, "value": content[start]},
            line=line,
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableCsvError(
            _("Line %(line)s holds a NUL sign, so this is no CSV in UTF-8; save it as “CSV UTF-8”.")
            % {"line": line},
            line=line,
        )
    return text


def read_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins on; a quoted cell may go over several lines."""
    # newline="": the line ends inside of quoted cells stay as they are.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableCsvError(
            _(
                "The cells cannot be told apart from line %(line)s on (%(error)s): a cell in "
                "double quotes ends with one, and a double quote inside of it is written twice."
            )
            % {"line": line, "error": error},
            line=line,
        ) from error
