"""Made-up rows on their way into the database: written to files, then loaded table by table.

The files are in the text form of PostgreSQL's COPY, which takes them as they are (bench.loading);
SQLite gets the same lines one by one, with constraints and triggers on. So ten million rows need no
memory, and what was recorded first is loaded first, as the clock of the ledger demands.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from bench.loading import Tell, loading

NULL = "\\N"
CLOCK = slice(0, len("2020-01-01 00:00:00"))
RECORDED = "recorded_at recorded_by_id"
DATED = f"{RECORDED} effective_on reason source_url source_on note"
# What the generator gives of each table; the rest has a default or is kept by triggers.
COLUMNS = {
    table: tuple(columns.split())
    for table, columns in {
        "enterprises_investorgroup": "id name_zh name_en",
        "enterprises_tag": "id name",
        "ledger_exchangerate": f"{RECORDED} id currency on rate source reason",
        "ledger_evidence": f"{RECORDED} id url sha256 content_type size_bytes file_name title "
        "issuer dated_on is_repost",
        "enterprises_enterprise": "id name_zh name_en version credit_code credit_code_reason "
        "origin leading_basis note created_at",
        "enterprises_shareholding": "id enterprise_id group_id position",
        "enterprises_formername": f"{RECORDED} id enterprise_id name",
        "enterprises_leadingclaim": f"{DATED} id enterprise_id basis list_year said_by holds",
        "enterprises_enterprise_tags": "id enterprise_id tag_id",
        "enterprises_project": "id name_zh name_en version enterprise_id cluster_id region_id "
        "sector_id stage stage_on standing assignee_id created_at",
        "enterprises_project_tags": "id project_id tag_id",
        "enterprises_projectstate": f"{DATED} id project_id stage standing cluster_id region_id "
        "sector_id",
        "enterprises_expecteddate": f"{RECORDED} id project_id stage expected_on reason "
        "source_url note",
        "enterprises_confirmation": f"{DATED} id project_id",
        "ledger_change": f"{DATED} id kind project_id undoes_id idempotency_key",
        "ledger_entry": f"{RECORDED} effective_on reason note id project_id cluster_id region_id "
        "measure amount_fen currency original_amount rate rate_on rate_source evidence_id "
        "reverses_id lowers_id change_id idempotency_key",
        "ledger_verification": f"{RECORDED} id entry_id verdict note",
        "ledger_attachment": f"{RECORDED} id entry_id evidence_id note",
        "ledger_change_states": "id change_id projectstate_id",
    }.items()
}


class Spool:
    """The files of one generated park, and the number of rows in each table."""

    def __init__(self, directory: Path, stride: int) -> None:
        self.directory = directory
        # How many rows of a table there may be in a month.
        self.stride = stride
        self.counts: Counter[str] = Counter()
        self.months: Counter[tuple[str, int]] = Counter()
        self.files: dict[str, IO[str]] = {}

    def number(self, table: str) -> int:
        """Return the next primary key of a table."""
        self.counts[table] += 1
        return self.counts[table]

    def number_in(self, table: str, month: int) -> int:
        """Return the next primary key of a table among those of a month, all above the last's."""
        self.counts[table] += 1
        self.months[table, month] += 1
        number = self.months[table, month]
        assert number < self.stride, "more rows in a month than were planned for"
        return month * self.stride + number

    def add(self, table: str, *values: Any) -> None:
        """Write a row."""
        self._write(table, table, values)

    def add_in(self, month: int, table: str, *values: Any) -> None:
        """Write a row of what the ledger recorded in a month."""
        self._write(f"{table}.{month}", table, values)

    def _write(self, name: str, table: str, values: tuple[Any, ...]) -> None:
        file = self.files.get(name)
        if file is None:
            file = self.files[name] = (self.directory / name).open("w", encoding="utf-8")
        assert len(values) == len(COLUMNS[table]), table
        file.write("\t".join([NULL if value is None else str(value) for value in values]) + "\n")

    def load(self, tell: Tell) -> None:
        """Bring everything into the database of Django's settings, and delete the files.

        In the transaction of the caller.
        """
        from django.db import connection

        for file in self.files.values():
            file.close()
        if connection.vendor == "postgresql":
            with loading(COLUMNS, tell) as bare:
                for table in COLUMNS:
                    bare.copy(table, columns_of(table), self._lines(table))
                    tell(f"Loaded {self.counts[table]:,} rows of {table}")
            restart_numbers()
            return
        for table in COLUMNS:
            insert(table, self._lines(table))
            tell(f"Loaded {self.counts[table]:,} rows of {table}")

    def _lines(self, table: str) -> Iterator[str]:
        """Yield the lines of a table, of the ledger's tables in the order of their recording."""
        months = sorted(month for of, month in self.months if of == table)
        for name in [f"{table}.{month}" for month in months] or [table]:
            if name not in self.files:
                continue
            with (self.directory / name).open(encoding="utf-8") as file:
                # Stable: of what was recorded at once a reversal stays before its replacement.
                yield from sorted(file, key=lambda line: line[CLOCK]) if months else file
            (self.directory / name).unlink()


def columns_of(table: str) -> str:
    """Return the columns that are loaded, as SQL has them."""
    return ", ".join(f'"{column}"' for column in COLUMNS[table])


def insert(table: str, lines: Iterator[str]) -> None:
    """Insert rows into SQLite past Django, whose executemany would keep every row."""
    from django.db import connection

    places = ", ".join("?" for _ in COLUMNS[table])
    connection.connection.executemany(
        f"INSERT INTO {table} ({columns_of(table)}) VALUES ({places})",
        ([None if v == NULL else v for v in line[:-1].split("\t")] for line in lines),
    )


def restart_numbers() -> None:
    """Have PostgreSQL number on after the largest key of each table."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in COLUMNS:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table} "
                "HAVING MAX(id) IS NOT NULL"
            )
