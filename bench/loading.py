"""How PostgreSQL takes millions of made-up rows in minutes: into bare tables, all else afterwards.

While rows come in, their tables have no foreign keys, no primary or unique ones and no indexes, and
the triggers of the project are off; NOT NULL and CHECK hold throughout. What was taken away is read
from the catalog, and made good over all rows at once:

- keys and indexes are built, and foreign keys added, by which the server checks every row;
- what triggers keep is found by their own statements (bench.kept), and then they are on again;
- what triggers refuse (to change a fact, to record before others, to judge one's own entry) is
  never made up; `manage.py verify_ledger` tells if it was.

All in the transaction of the caller: a fill that breaks off leaves the database as it was.
"""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from typing import Any

PIECE = 10_000
# Enterprises that a process makes the entries of the search of, at a time.
SHARE = 5_000
# Of the one connection that loads, while it does.
SETTINGS = {
    "maintenance_work_mem": "1GB",
    "work_mem": "256MB",
    "temp_buffers": "256MB",
    "jit": "off",
}
# Triggers write to these again and again. Here that is done to temporary tables of the same names,
# which PostgreSQL finds first, and what comes of it is inserted once, without dead rows between.
WRITTEN_TO = ("enterprises_project", "enterprises_enterprise")
ASSESSMENT = "ledger_assessment"
# Rows are added up in these by their unique keys, which therefore stay.
ADDED_UP = (
    "ledger_dailytotal",
    "ledger_monthlytotal",
    "ledger_placetotal",
    "ledger_projecttotal",
    "enterprises_tally",
    "enterprises_enterprisetally",
)
OWN = "conrelid = ANY(%s::regclass[])"
CONSTRAINTS = """
SELECT relname, conname, format('ALTER TABLE public.%%I DROP CONSTRAINT %%I', relname, conname),
  format('ALTER TABLE public.%%I ADD CONSTRAINT %%I %%s', relname, conname,
    pg_get_constraintdef(found.oid))
FROM pg_constraint AS found JOIN pg_class ON pg_class.oid = conrelid WHERE """
KEYS = f"{CONSTRAINTS} contype IN ('p', 'u') AND {OWN} ORDER BY conname"
FOREIGN_KEYS = f"{CONSTRAINTS} contype = 'f' AND ({OWN} OR conf{OWN[3:]}) ORDER BY conname"
INDEXES = """
SELECT owner.relname, own.relname, format('DROP INDEX public.%%I', own.relname),
  pg_get_indexdef(own.oid)
FROM pg_index JOIN pg_class AS own ON own.oid = indexrelid
JOIN pg_class AS owner ON owner.oid = indrelid
WHERE indrelid = ANY(%s::regclass[])
AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
ORDER BY own.relname"""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """A constraint or an index of a table, and the statements that take it away and make it."""

    table: str
    name: str
    drop: str
    make: str


def read(cursor: Any, query: str, *given: list[str]) -> list[Part]:
    """Read from the catalog."""
    cursor.execute(query, given)
    return [Part(*row) for row in cursor.fetchall()]


class Loading:
    """Tables that are bare from `begin` until `finish`."""

    def __init__(self, cursor: Any, tables: Collection[str], tell: Tell) -> None:
        self.cursor = cursor
        self.tables = list(tables)
        self.tell = tell
        self.touched = [*self.tables, ASSESSMENT, *ADDED_UP]
        self.indexed = [*self.tables, ASSESSMENT]

    def begin(self) -> None:
        """Lay the tables bare."""
        execute = self.cursor.execute
        for name, value in SETTINGS.items():
            execute(f"SET LOCAL {name} = '{value}'")
        # A table with events of this transaction that wait could not be altered.
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in self.touched:
            execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.foreign_keys = read(self.cursor, FOREIGN_KEYS, self.touched, self.touched)
        self.parts = read(self.cursor, INDEXES, self.indexed)
        self.parts += read(self.cursor, KEYS, self.indexed)
        for part in (*self.foreign_keys, *self.parts):
            execute(part.drop)
        for table in WRITTEN_TO:
            execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS)")

    def copy(self, table: str, columns: str, lines: Iterator[str]) -> None:
        """Copy lines into a table."""
        frozen = ""
        if self.is_empty(table):
            # Rows of an emptied table can come as if they had been there for long, so that nobody
            # has to mark them later.
            self.cursor.execute(f"TRUNCATE {table}")
            frozen = " WITH (FREEZE)"
        with self.cursor.copy(f"COPY {table} ({columns}) FROM STDIN{frozen}") as copy:
            while some := list(islice(lines, PIECE)):
                copy.write("".join(some))

    def is_empty(self, table: str) -> bool:
        """Return whether a table has no rows."""
        self.cursor.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {table})")
        return bool(self.cursor.fetchone()[0])

    def finish(self) -> None:
        """Make good what was taken away, and find what triggers would have kept."""
        from bench import kept

        self.index([table for table in self.tables if table not in WRITTEN_TO])
        self.run(kept.OF_LEDGER)
        self.index([ASSESSMENT])
        self.run(kept.OF_PROJECTS)
        for table in WRITTEN_TO:
            self.run({table: f"INSERT INTO public.{table} SELECT * FROM {table} ORDER BY id"})
            self.cursor.execute(f"DROP TABLE pg_temp.{table}")
        self.index(WRITTEN_TO)
        self.run({part.name: part.make for part in self.foreign_keys})
        for table in self.touched:
            self.cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def index(self, tables: Collection[str]) -> None:
        """Build the keys and indexes of tables."""
        for table in tables:
            self.run({part.name: part.make for part in self.parts if part.table == table})
            self.cursor.execute(f"ANALYZE {table}")

    def run(self, statements: dict[str, str]) -> None:
        """Run statements, and tell their names."""
        for name, statement in statements.items():
            self.cursor.execute(statement)
            self.tell(f"  {name}")


@contextmanager
def loading(tables: Collection[str], tell: Tell) -> Iterator[Loading]:
    """Yield what copies rows into these tables of Django's database; at the end all is in place."""
    from django.db import connection

    with connection.cursor() as cursor:
        made = Loading(cursor, tables, tell)
        made.begin()
        yield made
        made.finish()


def fill_search() -> int:
    """Make the entries of the search, of a large park by one process a core, and return how many.

    Most of it is work of Python's. Each process commits by itself, and the indexes of grams are
    built when all have.
    """
    import django
    from django.db import connection

    from enterprises.models import Enterprise, InvestorGroup
    from enterprises.search_index import ENTRIES
    from enterprises.searching import keep_enterprises, keep_own_lines, rebuild

    last = Enterprise.objects.count()
    if connection.vendor == "sqlite" or last <= SHARE:
        return rebuild()
    shares = [range(first, first + SHARE) for first in range(1, last + 1, SHARE)]
    groups = InvestorGroup.objects.order_by().values_list("pk", flat=True)
    with connection.cursor() as cursor:
        indexes = read(cursor, INDEXES, [ENTRIES])
        for index in indexes:
            cursor.execute(index.drop)
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=django.setup
    ) as processes:
        try:
            return sum(processes.map(keep_enterprises, shares)) + keep_own_lines(groups)
        finally:
            for _ in processes.map(build, [index.make for index in indexes]):
                pass


def build(index: str) -> None:
    """Build an index of grams."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SET maintenance_work_mem = '{SETTINGS['maintenance_work_mem']}'")
        cursor.execute(index)
