"""A file as a table: its bytes decoded, its header checked, its rows with their line numbers."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from clusters.csv_text import UnreadableCsvError, decode, read_records
from imports.exceptions import FileRefusedError

MAX_BYTES = 50 * 1024 * 1024
COLUMNS = (
    "enterprise_zh",
    "enterprise_en",
    "credit_code",
    "investor_group",
    "origin_country",
    "leading_basis",
    "leading_year",
    "project_zh",
    "project_en",
    "cluster",
    "region",
    "sector",
    "stage",
    "stage_date",
    "amount_kind",
    "amount_yuan",
    "amount_original",
    "currency",
    "rate",
    "source_url",
    "source_date",
    "note",
    "double_of",
)
NEEDED = ("cluster", "region")
NAMES = ("enterprise_zh", "enterprise_en")


@dataclass(frozen=True)
class TableRow:
    """The cells of one row by column, without the space around them; empty ones are left out.

    `width` is how many cells stand in the file, so that a shifted row can be told.
    """

    line: int
    cells: dict[str, str]
    width: int


@dataclass(frozen=True)
class Table:
    """A readable file: `columns` in the order of the header, and its rows but for empty ones."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; a missing, unreadable or too large one is refused."""
    try:
        if path.is_dir():
            raise FileRefusedError(_("%(path)s is a folder; name a CSV file.") % {"path": path})
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise too_large(size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileRefusedError(
            _("There is no file %(path)s; name a CSV file.") % {"path": path}
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise FileRefusedError(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason}
        ) from error


def too_large(size: int) -> FileRefusedError:
    """Return the refusal of a file above the limit."""
    return FileRefusedError(
        _("The file has %(size)s MB, more than %(limit)s MB; split it.")
        % {"size": -(-size // 2**20), "limit": MAX_BYTES // 2**20}
    )


def read_table(content: bytes) -> Table:
    """Read CSV in UTF-8, with or without a byte order mark; raises FileRefusedError."""
    if len(content) > MAX_BYTES:
        raise too_large(len(content))
    try:
        return table_of(decode(content))
    except UnreadableCsvError as error:
        raise FileRefusedError(error.reason, line=error.line) from error


def table_of(text: str) -> Table:
    """Check the header and split the rows by it."""
    records = read_records(text)
    try:
        line, header = next(records)
    except StopIteration:
        raise FileRefusedError(_("The file is empty; its first line names the columns.")) from None
    columns = check_header(line, header)
    rows = []
    for line, record in records:
        cells = [cell.strip() for cell in record]
        if any(cells):
            filled = {c: cell for c, cell in zip(columns, cells, strict=False) if cell}
            rows.append(TableRow(line=line, cells=filled, width=len(record)))
    return Table(columns=columns, rows=tuple(rows))


def check_header(line: int, header: list[str]) -> tuple[str, ...]:
    """Return the columns; an unknown, repeated or missing one is refused and the accepted named."""
    columns = tuple(name.strip().lower() for name in header)
    accepted = _("Accepted are: %(columns)s.") % {"columns": ", ".join(COLUMNS)}

    def refused(reason: str, column: str) -> FileRefusedError:
        return FileRefusedError(f"{reason} {accepted}", line=line, column=column)

    if len(columns) == 1 and any(sign in columns[0] for sign in ";\t"):
        raise refused(_("Cells are separated by commas here, not by semicolons or tabs."), "")
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        names = ", ".join(f"“{name[:60]}”" for name in unknown[:5])
        raise refused(
            _("The header has unknown columns: %(names)s.") % {"names": names}, unknown[0]
        )
    repeated = [name for name, times in Counter(columns).items() if times > 1]
    if repeated:
        raise refused(
            _("The header names a column twice: %(name)s.") % {"name": repeated[0]}, repeated[0]
        )
    missing = [name for name in NEEDED if name not in columns]
    if not set(NAMES) & set(columns):
        missing.insert(0, _("%(one)s or %(other)s") % {"one": NAMES[0], "other": NAMES[1]})
    if missing:
        raise refused(_("The header lacks: %(names)s.") % {"names": ", ".join(missing)}, missing[0])
    return columns
