"""The triggers that keep facts unchanged and totals true, by hand for both engines.

Guards: every table of a Recorded model refuses UPDATE and DELETE, on PostgreSQL TRUNCATE too, and
on SQLite also INSERT OR REPLACE, which deletes without firing a DELETE trigger: an insert that
meets a row with the same values in unique columns is refused first.

Totals: an insert into the ledger adds to ledger_dailytotal and ledger_projecttotal in the same
statement, so that bulk inserts and COPY cannot miss them. On PostgreSQL once per statement, each
daily total striped 16 ways by backend, since a single row that all writers add to halves their
speed; a lock on the stripe comes first, so that two writers cannot wait for each other's rows.

Grades: a verification or an attachment moves what an entry, its reversal and its reductions come to
from one grade to another (ledger_assessment says which they are in).

Four eyes: nobody gives a verdict on an entry that they recorded.

Clock: recorded_at never decreases along the ledger, whatever the clock of the machine does. What
comes too early is put at the latest moment on PostgreSQL; SQLite's triggers cannot change a row and
refuse it (the program itself never sends one, see clusters.facts.NowOrLatest).

Installed after every migrate, as SQLite drops a table's triggers when a migration rebuilds it, and
checked at every start (ledger.checks).
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from clusters.facts import Recorded

STRIPES = 16
PREFIX = "parktracker"
ENTRY = "ledger_entry"
VERIFICATION = "ledger_verification"
ATTACHMENT = "ledger_attachment"
CLOCKED = (ENTRY, "ledger_change", VERIFICATION, ATTACHMENT)
GUARDS = ("_no_update", "_no_delete", "_no_replace", "_clock")
GRADES = ("verified", "documented", "sourced", "unsupported")

# Fragments that both engines read. `{row}` is a row of the ledger, NEW or one of the inserted ones.
COUNTS = "CASE WHEN {row}.reverses_id IS NULL THEN 1 ELSE -1 END"
ROOT = "COALESCE({row}.lowers_id, {row}.reverses_id)"
OWN_GRADE = (
    "CASE WHEN {row}.evidence_id IS NULL THEN 'unsupported' WHEN EXISTS (SELECT 1 FROM "
    "ledger_evidence WHERE id = {row}.evidence_id AND sha256 <> '') THEN 'documented' "
    "ELSE 'sourced' END"
)
# The grade of the entry that a verification or an attachment (NEW) is about.
GRADE_NOW = """CASE
    WHEN (SELECT verdict FROM ledger_verification WHERE entry_id = NEW.entry_id
          ORDER BY id DESC LIMIT 1) = 'verified' THEN 'verified'
    WHEN EXISTS (SELECT 1 FROM ledger_evidence WHERE sha256 <> '' AND (
          id = (SELECT evidence_id FROM ledger_entry WHERE id = NEW.entry_id)
          OR id IN (SELECT evidence_id FROM ledger_attachment WHERE entry_id = NEW.entry_id)))
      THEN 'documented'
    WHEN EXISTS (SELECT 1 FROM ledger_attachment WHERE entry_id = NEW.entry_id)
      OR (SELECT evidence_id FROM ledger_entry WHERE id = NEW.entry_id) IS NOT NULL THEN 'sourced'
    ELSE 'unsupported' END"""
# The entry of NEW with its reversal and its reductions; nothing when it is itself one of these,
# which stay in the grade of what they belong to.
REGRADED = """(ledger_entry.id = NEW.entry_id AND lowers_id IS NULL AND reverses_id IS NULL
    OR lowers_id = NEW.entry_id OR reverses_id = NEW.entry_id AND lowers_id IS NULL)"""

DAILY_KEY = "measure, cluster_id, region_id, effective_on, grade, stripe"
PROJECT_KEY = "project_id, measure"
PARTS = ", ".join(f"{grade}_fen" for grade in GRADES)
INTO_ASSESSMENT = "INSERT INTO ledger_assessment (entry_id, grade, verdict)"
INTO_DAILY = f"INSERT INTO ledger_dailytotal ({DAILY_KEY}, amount_fen, entries)"
INTO_PROJECT = f"INSERT INTO ledger_projecttotal ({PROJECT_KEY}, amount_fen, entries, {PARTS})"


def adding(table: str, key: str, columns: str) -> str:
    """Return the clause that adds to the row of that key where there is one."""
    sums = ", ".join(f"{c} = {table}.{c} + excluded.{c}" for c in columns.split(", "))
    return f"ON CONFLICT ({key}) DO UPDATE SET {sums}"


ADD_DAILY = adding("ledger_dailytotal", DAILY_KEY, "amount_fen, entries")
ADD_PROJECT = adding("ledger_projecttotal", PROJECT_KEY, f"amount_fen, entries, {PARTS}")


def parts(amount: str, grade: str) -> str:
    """Return the sums of `amount` by grade, in the order of PARTS."""
    return ", ".join(f"SUM(CASE WHEN {grade} = '{g}' THEN {amount} ELSE 0 END)" for g in GRADES)


def add_entries(source: str, stripe: str) -> str:
    """Return what adds the entries of `source` (columns of the ledger and `grade`) to the totals.

    WHERE TRUE, since SQLite would take ON CONFLICT for the condition of a join.
    """
    counts = COUNTS.format(row="one")
    return f"""
  {INTO_DAILY}
  SELECT measure, cluster_id, region_id, effective_on, grade, {stripe}, SUM(amount_fen),
         SUM({counts})
  FROM {source} WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {ADD_DAILY};
  {INTO_PROJECT}
  SELECT project_id, measure, SUM(amount_fen), SUM({counts}), {parts("amount_fen", "grade")}
  FROM {source} WHERE TRUE GROUP BY 1, 2 ORDER BY 1, 2
  {ADD_PROJECT};"""


def regrade(stripe: str) -> str:
    """Return what moves the entry of NEW and what belongs to it to its grade of now."""
    rows = (
        f"FROM ledger_entry JOIN ledger_assessment ON entry_id = ledger_entry.id WHERE {REGRADED}"
    )
    counts = COUNTS.format(row="ledger_entry")

    def move(sign: str) -> str:
        return f"""
  {INTO_DAILY}
  SELECT measure, cluster_id, region_id, effective_on, grade, {stripe}, {sign}SUM(amount_fen),
         {sign}SUM({counts})
  {rows} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {ADD_DAILY};
  {INTO_PROJECT}
  SELECT project_id, measure, 0, 0, {parts(f"{sign}amount_fen", "grade")}
  {rows} GROUP BY 1, 2
  {ADD_PROJECT};"""

    return f"""{move("-")}
  UPDATE ledger_assessment SET grade = {GRADE_NOW}
  WHERE entry_id IN (SELECT id FROM ledger_entry WHERE {REGRADED});{move("")}"""


def recorded_models(tables: set[str]) -> Iterator[type[Recorded]]:
    """Yield the models of guarded rows whose table exists (in a partial migrate some do not)."""
    for model in apps.get_models():
        if issubclass(model, Recorded) and model._meta.db_table in tables:
            yield model


def sqlite_columns(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """Return every table with each of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT found.name, columns.name FROM sqlite_master AS found "
            "JOIN pragma_table_info(found.name) AS columns WHERE found.type = 'table'"
        )
        return set(cursor.fetchall())


def unique_groups(model: type[models.Model]) -> Iterator[list[str]]:
    """Yield the columns in which no two rows of the model's table are equal, group by group."""
    for field in model._meta.local_concrete_fields:
        if field.unique:
            yield [str(field.column)]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names = [*constraint.fields]
            for expression in constraint.expressions:
                whole: Any = expression
                parts = [whole] if isinstance(whole, models.F) else whole.flatten()
                names += [part.name for part in parts if isinstance(part, models.F)]  # type: ignore[attr-defined]
            columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
            yield [columns[name] for name in names]


def no_replace(model: type[models.Model], columns: set[tuple[str, str]]) -> str:
    """Return the condition under which an insert would meet a row like NEW.

    In a partial migrate some columns do not exist yet, nor what is unique in them.

    Empty texts are left out: constraints here leave them out too. In a BEFORE trigger an id that
    was not given is not NULL but -1, which no row has.
    """
    groups = [
        " AND ".join(f"{column} IS NEW.{column} AND {column} <> ''" for column in group[:1])
        + "".join(f" AND {column} IS NEW.{column}" for column in group[1:])
        for group in unique_groups(model)
        if all((model._meta.db_table, column) in columns for column in group)
    ]
    return " OR ".join(f"({group})" for group in groups)


def sqlite_triggers(tables: set[str], columns: set[tuple[str, str]]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name."""
    made: dict[str, str] = {}

    def add(name: str, when: str, body: str) -> None:
        made[name] = f"CREATE TRIGGER {name} {when} BEGIN {body} END"

    for model in recorded_models(tables):
        table = model._meta.db_table
        refusal = f"SELECT RAISE(ABORT, '{table} is insert-only');"
        for act in ("UPDATE", "DELETE"):
            add(f"{PREFIX}_{table}_no_{act.lower()}", f"BEFORE {act} ON {table}", refusal)
        met = f"EXISTS (SELECT 1 FROM {table} WHERE {no_replace(model, columns)})"
        add(f"{PREFIX}_{table}_no_replace", f"BEFORE INSERT ON {table} WHEN {met}", refusal)
        if table in CLOCKED:
            latest = f"(SELECT recorded_at FROM {table} ORDER BY recorded_at DESC LIMIT 1)"
            add(
                f"{PREFIX}_{table}_clock",
                f"BEFORE INSERT ON {table} WHEN NEW.recorded_at < {latest}",
                f"SELECT RAISE(ABORT, 'recorded_at lies before the latest of {table}');",
            )
    if ENTRY not in tables or ATTACHMENT not in tables:
        return made
    root = ROOT.format(row="NEW")
    add(
        f"{PREFIX}_{ENTRY}_totals",
        f"AFTER INSERT ON {ENTRY}",
        f"{INTO_ASSESSMENT} VALUES (NEW.id, COALESCE((SELECT grade FROM ledger_assessment "
        f"WHERE entry_id = {root}), {OWN_GRADE.format(row='NEW')}), '');"
        + add_entries(
            "(SELECT ledger_entry.*, grade FROM ledger_entry JOIN ledger_assessment "
            "ON entry_id = ledger_entry.id WHERE ledger_entry.id = NEW.id) AS one",
            "0",
        ),
    )
    add(
        f"{PREFIX}_{VERIFICATION}_four_eyes",
        f"BEFORE INSERT ON {VERIFICATION} WHEN NEW.verdict <> 'defended' AND NEW.recorded_by_id = "
        f"(SELECT recorded_by_id FROM {ENTRY} WHERE id = NEW.entry_id)",
        f"SELECT RAISE(ABORT, '{FOUR_EYES_TOLD}');",
    )
    add(
        f"{PREFIX}_{VERIFICATION}_grades",
        f"AFTER INSERT ON {VERIFICATION}",
        "UPDATE ledger_assessment SET verdict = NEW.verdict WHERE entry_id = NEW.entry_id;"
        + regrade("0"),
    )
    add(f"{PREFIX}_{ATTACHMENT}_grades", f"AFTER INSERT ON {ATTACHMENT}", regrade("0"))
    return made


FOUR_EYES_TOLD = "nobody verifies or returns what they recorded"
REFUSE = f"{PREFIX}_refuse_change"
TOTAL = f"{PREFIX}_add_to_totals"
CLOCK = f"{PREFIX}_clock"
FOUR_EYES = f"{PREFIX}_four_eyes"
REGRADE = f"{PREFIX}_regrade"
STRIPE = f"pg_backend_pid() % {STRIPES}"
# Writers that share a stripe wait here, before they hold a row that the other one needs.
LOCK_STRIPE = f"PERFORM pg_advisory_xact_lock(hashtext('ledger_dailytotal'), {STRIPE});"
INTEGRITY = "USING ERRCODE = 'integrity_constraint_violation'"
REFUSE_BODY = f"""
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME {INTEGRITY};
END
"""
TOTAL_BODY = f"""
BEGIN
  {LOCK_STRIPE}
  PERFORM 1 FROM ledger_assessment
  WHERE entry_id IN (SELECT {ROOT.format(row="added")} FROM added) ORDER BY entry_id FOR UPDATE;
  {INTO_ASSESSMENT}
  SELECT id, {OWN_GRADE.format(row="added")}, '' FROM added
  WHERE lowers_id IS NULL AND reverses_id IS NULL;
  {INTO_ASSESSMENT}
  SELECT added.id, root.grade, '' FROM added
  JOIN ledger_assessment AS root ON root.entry_id = {ROOT.format(row="added")};
{
    add_entries(
        "(SELECT added.*, grade FROM added JOIN ledger_assessment ON entry_id = added.id) AS one",
        STRIPE,
    )
}
  RETURN NULL;
END
"""
FOUR_EYES_BODY = f"""
BEGIN
  IF NEW.verdict <> 'defended' AND NEW.recorded_by_id =
      (SELECT recorded_by_id FROM {ENTRY} WHERE id = NEW.entry_id) THEN
    RAISE EXCEPTION '{FOUR_EYES_TOLD}' {INTEGRITY};
  END IF;
  RETURN NEW;
END
"""
REGRADE_BODY = f"""
BEGIN
  {LOCK_STRIPE}
  PERFORM 1 FROM ledger_assessment WHERE entry_id = NEW.entry_id FOR UPDATE;
  IF TG_TABLE_NAME = '{VERIFICATION}' THEN
    UPDATE ledger_assessment SET verdict = (
      SELECT verdict FROM ledger_verification WHERE entry_id = NEW.entry_id
      ORDER BY id DESC LIMIT 1) WHERE entry_id = NEW.entry_id;
  END IF;
{regrade(STRIPE)}
  RETURN NULL;
END
"""
CLOCK_BODIES = {
    f"{CLOCK}_{table}": f"""
BEGIN
  NEW.recorded_at := GREATEST(NEW.recorded_at,
    (SELECT recorded_at FROM {table} ORDER BY recorded_at DESC LIMIT 1));
  RETURN NEW;
END
"""
    for table in CLOCKED
}
POSTGRES_FUNCTIONS = {
    REFUSE: REFUSE_BODY,
    TOTAL: TOTAL_BODY,
    FOUR_EYES: FOUR_EYES_BODY,
    REGRADE: REGRADE_BODY,
    **CLOCK_BODIES,
}


def postgres_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name, as PostgreSQL itself words it."""
    made: dict[str, str] = {}

    def add(name: str, when: str, function: str) -> None:
        made[name] = f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()"

    for model in recorded_models(tables):
        table = model._meta.db_table
        add(
            f"{PREFIX}_{table}_insert_only",
            f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {table} FOR EACH STATEMENT",
            REFUSE,
        )
        if table in CLOCKED:
            add(
                f"{PREFIX}_{table}_clock",
                f"BEFORE INSERT ON {table} FOR EACH ROW",
                f"{CLOCK}_{table}",
            )
    if ENTRY not in tables or ATTACHMENT not in tables:
        return made
    add(
        f"{PREFIX}_{ENTRY}_totals",
        f"AFTER INSERT ON {ENTRY} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        TOTAL,
    )
    add(
        f"{PREFIX}_{VERIFICATION}_four_eyes",
        f"BEFORE INSERT ON {VERIFICATION} FOR EACH ROW",
        FOUR_EYES,
    )
    for table in (VERIFICATION, ATTACHMENT):
        add(f"{PREFIX}_{table}_grades", f"AFTER INSERT ON {table} FOR EACH ROW", REGRADE)
    return made


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the CREATE statement of each trigger that the database should have."""
    tables = set(connection.introspection.table_names())
    if connection.vendor == "sqlite":
        return sqlite_triggers(tables, sqlite_columns(connection))
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
        model._meta.db_table for model in recorded_models({*connection.introspection.table_names()})
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
