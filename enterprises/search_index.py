"""The index of grams under the search (enterprises.finding), by hand for both engines.

PostgreSQL: a GIN index for each kind of entry over `enterprises_grams(text, around)`, the array of
grams that a function of the migration takes from the texts. They are in no column: with them
the rows would be three times as wide, and a search for what most rows have is as slow as these are
wide. The function's cost of 1000 keeps the planner from calling it row by row. pg_trgm is no help:
its shortest gram is three signs, and under the C locale it sees no Chinese.

SQLite: an FTS5 table for each kind with the grams as tokens, by the key of the entry. Triggers
(ledger.triggers.search) take the grams from the entry's column `grams` and empty it, for the same
reason.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from enterprises.search_text import grams_of

ENTRIES = "enterprises_searchentry"
KINDS = ("enterprise", "project", "group")
FUNCTION = "enterprises_grams"


def table_of(kind: str) -> str:
    """Return the name of SQLite's table for entries of a kind."""
    return f"enterprises_grams_{kind}"


def refill(connection: BaseDatabaseWrapper, kinds: Sequence[str] = KINDS) -> None:
    """Fill SQLite's tables anew from the entries; PostgreSQL sees to its index itself."""
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for kind in kinds:
            table = table_of(kind)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            cursor.execute(
                f"SELECT id, text, around FROM {ENTRIES} "  # noqa: S608
                f"WHERE {kind}_id IS NOT NULL ORDER BY 1"
            )
            rows = cursor.fetchall()
            cursor.executemany(
                f"INSERT INTO {table} (rowid, grams) VALUES (%s, %s)",  # noqa: S608
                [(key, grams_of(text, around)) for key, text, around in rows],
            )
            # Many parts into one, as it is read the fastest.
            cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
