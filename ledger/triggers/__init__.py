"""The triggers that keep facts unchanged and totals true, by hand for both engines.

Guards: every table of a Recorded model refuses UPDATE and DELETE, on PostgreSQL TRUNCATE too, and
on SQLite also INSERT OR REPLACE, which deletes without firing a DELETE trigger: an insert that
meets a row with the same values in unique columns is refused first.

Totals: an insert into the ledger adds to the totals of its day, month, place and project in the
same statement, so that bulk inserts and COPY cannot miss them. On PostgreSQL once per statement,
all but those of projects striped 16 ways by backend, since a single row that all writers add to
halves their speed; a lock on the stripe comes first, so that two writers cannot wait for each
other's rows.

Grades: a verification or an attachment moves what an entry, its reversal and its reductions come to
from one grade to another (ledger_assessment says which they are in).

Four eyes: nobody gives a verdict on an entry that they recorded.

Clock: recorded_at never decreases along the ledger, whatever the clock of the machine does. What
comes too early is put at the latest moment on PostgreSQL; SQLite's triggers cannot change a row and
refuse it (the program itself never sends one, see clusters.facts.NowOrLatest).

Columns and counts for lists (ledger.triggers.keeping): a project's amounts, the last day that it
was heard of, what its enterprise comes to, and how many rows of each kind there are.

Versions (ledger.triggers.knowledge): what was computed holds until something it rests on changes.

Search (ledger.triggers.search): SQLite's index of what enterprises and projects are found by.

Installed after every migrate, as SQLite drops a table's triggers when a migration rebuilds it, and
checked at every start (ledger.checks).
"""

from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger.triggers.postgres import CLOCK_BODIES, POSTGRES_FUNCTIONS, postgres_triggers
from ledger.triggers.search import catch_up, sqlite_search_triggers
from ledger.triggers.sql import GUARDS, PREFIX
from ledger.triggers.sqlite import sqlite_columns, sqlite_triggers


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the CREATE statement of each trigger that the database should have."""
    tables = set(connection.introspection.table_names())
    if connection.vendor == "sqlite":
        return sqlite_triggers(tables, sqlite_columns(connection)) | sqlite_search_triggers(tables)
    return postgres_triggers(tables)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put in place every trigger that is missing or altered.

    In one transaction, so that nobody writes while one is away; the others are not touched. One
    that is not expected any more, after going back to an older state, is taken away.
    """
    wanted = expected(connection)
    gone = [(name, table) for name, table in ours(connection) if name not in wanted]
    if not gone and not missing(connection):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in POSTGRES_FUNCTIONS.items():
                # A plan made while a table is empty would read all of it for each of many new rows;
                # and to compile one takes longer than to run it as it is.
                by_index = "SET enable_seqscan = off " if name in CLOCK_BODIES else ""
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                    f"SET jit = off {by_index}AS $body${body}$body$"
                )
        for name, table in gone:
            drop(cursor, connection, name, table)
        lacking = missing(connection)
        for name in lacking:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(wanted[name])
            else:
                cursor.execute(wanted[name].replace("CREATE", "CREATE OR REPLACE", 1))
        catch_up(connection, lacking)


def ours(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Return name and table of each trigger of the project that the database has."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger "
                "JOIN pg_class ON pg_class.oid = tgrelid WHERE pg_table_is_visible(tgrelid)"
            )
        return [(name, table) for name, table in cursor.fetchall() if name.startswith(f"{PREFIX}_")]


def drop(cursor: Any, connection: BaseDatabaseWrapper, name: str, table: str) -> None:
    """Drop one trigger, if it is there."""
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away, for a test database that is emptied between tests."""
    with connection.cursor() as cursor:
        for name, table in ours(connection):
            drop(cursor, connection, name, table)


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the triggers of the database by name, each with what defines it.

    That is the CREATE statement, and on PostgreSQL also the body of its function; there a trigger
    that is switched off counts as none.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || prosrc "
                "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
                "JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
                "AND pg_table_is_visible(pg_class.oid)"
            )
        return dict(cursor.fetchall())


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that the database lacks or has in another form."""
    present = installed(connection)

    def definition(statement: str) -> str:
        if connection.vendor == "sqlite":
            return statement
        function = statement.rsplit(maxsplit=1)[1].removesuffix("()")
        return statement + POSTGRES_FUNCTIONS[function]

    return [
        name
        for name, statement in expected(connection).items()
        if present.get(name) != definition(statement)
    ]


def stand_aside(using: str, plan: list[Any], **kwargs: Any) -> None:
    """Receive pre_migrate: take away what would stop SQLite from rebuilding a table.

    It refuses to rename a table while a trigger names one that does not exist at that moment. The
    guards name their own table only and stay until it is rebuilt. A migration that itself adds
    entries has to call `install()` first.
    """
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in installed(connection):
                if name.startswith(PREFIX) and not name.endswith(GUARDS):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def install_after_migrate(using: str, **kwargs: Any) -> None:
    """Receive post_migrate."""
    install(connections[using])
