"""The triggers that keep SQLite's index of the search in step with its entries.

They are here with all others, so that one place installs them and asks at the start whether they
are there. PostgreSQL keeps its index itself.
"""

from collections.abc import Collection

from django.db.backends.base.base import BaseDatabaseWrapper

from enterprises.search_index import ENTRIES, KINDS, refill, table_of
from ledger.triggers.sql import PREFIX

NAME = f"{PREFIX}_{ENTRIES}"


def sqlite_search_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name."""
    made: dict[str, str] = {}
    for kind in KINDS:
        table = table_of(kind)
        if table not in tables:
            continue
        forget = f"DELETE FROM {table} WHERE rowid = OLD.id;"
        learn = (
            f"INSERT INTO {table} (rowid, grams) VALUES (NEW.id, NEW.grams); "
            f"UPDATE {ENTRIES} SET grams = '' WHERE id = NEW.id;"
        )
        for event, when, body in (
            ("INSERT", f"NEW.{kind}_id IS NOT NULL", learn),
            # Not when the column is emptied, by these triggers themselves.
            ("UPDATE", f"NEW.{kind}_id IS NOT NULL AND NEW.grams <> ''", f"{forget} {learn}"),
            ("DELETE", f"OLD.{kind}_id IS NOT NULL", forget),
        ):
            name = f"{NAME}_{kind}_{event.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} AFTER {event} ON {ENTRIES} WHEN {when} BEGIN {body} END"
            )
    return made


def catch_up(connection: BaseDatabaseWrapper, lacking: Collection[str]) -> None:
    """Fill the index of the kinds whose triggers were away, so that it missed what was written."""
    refill(
        connection,
        [kind for kind in KINDS if any(n.startswith(f"{NAME}_{kind}_") for n in lacking)],
    )
