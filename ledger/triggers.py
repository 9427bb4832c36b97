"""The triggers that keep facts unchanged and totals true, by hand for both engines.

Guards: every table of a DatedFact refuses UPDATE and DELETE, on PostgreSQL TRUNCATE too, and on
SQLite also INSERT OR REPLACE, which deletes without firing a DELETE trigger: an insert that meets a
row with the same value in a unique column is refused first.

Totals: an insert into the ledger adds to ledger_dailytotal and ledger_projecttotal in the same
statement, so that bulk inserts and COPY cannot miss them. On PostgreSQL once per statement, each
daily total striped 16 ways by backend, since a single row that all writers add to halves their
speed; rows are taken in the order of their key, so that two writers cannot wait for each other.

Installed after every migrate, as SQLite drops a table's triggers when a migration rebuilds it, and
checked at every start (ledger.checks).
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from clusters.facts import DatedFact

STRIPES = 16
PREFIX = "parktracker"
ENTRY = "ledger_entry"
DAILY_KEY = "measure, cluster_id, region_id, effective_on, grade, stripe"
PROJECT_KEY = "project_id, measure"

# `{row}` is NEW on SQLite and a row of the inserted ones on PostgreSQL.
GRADE = "CASE WHEN {row}.evidence_id IS NULL THEN 'unsupported' ELSE 'sourced' END"
COUNTS = "CASE WHEN {row}.reverses_id IS NULL THEN 1 ELSE -1 END"
ADD = (
    "DO UPDATE SET amount_fen = {table}.amount_fen + excluded.amount_fen, "
    "entries = {table}.entries + excluded.entries"
)
ADD_DAILY = f"ON CONFLICT ({DAILY_KEY}) {ADD.format(table='ledger_dailytotal')}"
ADD_PROJECT = f"ON CONFLICT ({PROJECT_KEY}) {ADD.format(table='ledger_projecttotal')}"
INTO_DAILY = f"INSERT INTO ledger_dailytotal ({DAILY_KEY}, amount_fen, entries)"
INTO_PROJECT = f"INSERT INTO ledger_projecttotal ({PROJECT_KEY}, amount_fen, entries)"


def fact_models(tables: set[str]) -> Iterator[type[DatedFact]]:
    """Yield the models of facts whose table exists (in a partial migrate some do not)."""
    for model in apps.get_models():
        if issubclass(model, DatedFact) and model._meta.db_table in tables:
            yield model


def unique_columns(model: type[models.Model]) -> list[str]:
    """Return the columns in which no two rows of the model's table are equal."""
    return [str(field.column) for field in model._meta.local_concrete_fields if field.unique]


def sqlite_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name."""
    made: dict[str, str] = {}
    for model in fact_models(tables):
        table = model._meta.db_table
        refusal = f"SELECT RAISE(ABORT, '{table} is insert-only');"
        for act in ("UPDATE", "DELETE"):
            name = f"{PREFIX}_{table}_no_{act.lower()}"
            made[name] = f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN {refusal} END"
        name = f"{PREFIX}_{table}_no_replace"
        # In a BEFORE trigger an id that was not given is not NULL but -1, which no row has.
        same = " OR ".join(f"{column} = NEW.{column}" for column in unique_columns(model))
        made[name] = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refusal} END"
        )
    if ENTRY in tables:
        grade, counts = GRADE.format(row="NEW"), COUNTS.format(row="NEW")
        name = f"{PREFIX}_{ENTRY}_totals"
        made[name] = (
            f"CREATE TRIGGER {name} AFTER INSERT ON {ENTRY} BEGIN "
            f"{INTO_DAILY} VALUES (NEW.measure, NEW.cluster_id, NEW.region_id, NEW.effective_on, "
            f"{grade}, 0, NEW.amount_fen, {counts}) {ADD_DAILY}; "
            f"{INTO_PROJECT} VALUES (NEW.project_id, NEW.measure, NEW.amount_fen, {counts}) "
            f"{ADD_PROJECT}; END"
        )
    return made


REFUSE = f"{PREFIX}_refuse_change"
TOTAL = f"{PREFIX}_add_to_totals"
REFUSE_BODY = """
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
"""
TOTAL_BODY = f"""
BEGIN
  {INTO_DAILY}
  SELECT measure, cluster_id, region_id, effective_on, grade, pg_backend_pid() % {STRIPES},
         sum(amount_fen), sum(counts)
  FROM (SELECT added.*, {GRADE.format(row="added")} AS grade, {COUNTS.format(row="added")} AS counts
        FROM added) AS graded
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {ADD_DAILY};
  {INTO_PROJECT}
  SELECT project_id, measure, sum(amount_fen), sum({COUNTS.format(row="added")})
  FROM added GROUP BY 1, 2 ORDER BY 1, 2
  {ADD_PROJECT};
  RETURN NULL;
END
"""
POSTGRES_FUNCTIONS = {REFUSE: REFUSE_BODY, TOTAL: TOTAL_BODY}


def postgres_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name, as PostgreSQL itself words it."""
    made = {}
    for model in fact_models(tables):
        table = model._meta.db_table
        name = f"{PREFIX}_{table}_insert_only"
        made[name] = (
            f"CREATE TRIGGER {name} BEFORE DELETE OR UPDATE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {REFUSE}()"
        )
    if ENTRY in tables:
        name = f"{PREFIX}_{ENTRY}_totals"
        made[name] = (
            f"CREATE TRIGGER {name} AFTER INSERT ON {ENTRY} "
            f"REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {TOTAL}()"
        )
    return made


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the CREATE statement of each trigger that the database should have."""
    tables = set(connection.introspection.table_names())
    if connection.vendor == "sqlite":
        return sqlite_triggers(tables)
    return postgres_triggers(tables)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put in place every trigger that is missing or altered.

    In one transaction, so that nobody writes while one is away; the others are not touched.
    """
    if not missing(connection):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in POSTGRES_FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                    f"AS $body${body}$body$"
                )
        statements = expected(connection)
        for name in missing(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(statements[name])
            else:
                cursor.execute(statements[name].replace("CREATE", "CREATE OR REPLACE", 1))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away, for a test database that is emptied between tests."""
    tables = {
        model._meta.db_table for model in fact_models({*connection.introspection.table_names()})
    }
    with connection.cursor() as cursor:
        for name in expected(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                continue
            for table in tables:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


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

    def definition(name: str, statement: str) -> str:
        if connection.vendor == "sqlite":
            return statement
        return statement + POSTGRES_FUNCTIONS[TOTAL if name.endswith("_totals") else REFUSE]

    return [
        name
        for name, statement in expected(connection).items()
        if present.get(name) != definition(name, statement)
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
            cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}_{ENTRY}_totals")


def install_after_migrate(using: str, **kwargs: Any) -> None:
    """Receive post_migrate."""
    install(connections[using])
