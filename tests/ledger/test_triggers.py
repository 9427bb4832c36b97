"""The guards of dated facts and the totals, against every way to write past the program."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from clusters.exceptions import InsertOnlyError
from clusters.facts import Recorded
from clusters.models import CountingRule, Goal
from clusters.vocabulary import GoalMeasure, LeadingBasis, Measure, Stage
from enterprises.models import (
    Confirmation,
    ExpectedDate,
    FormerName,
    LeadingClaim,
    ProjectState,
    Revision,
)
from ledger import triggers, verifying
from ledger.models import (
    Attachment,
    Change,
    DailyTotal,
    Entry,
    Evidence,
    ExchangeRate,
    ProjectTotal,
    Verification,
)
from ledger.posting import reverse
from ledger.verdicts import attach, verify
from ledger.withdrawal import withdraw
from tests.make import (
    make_claim,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_plan,
    make_project,
    make_recorder,
    make_user,
)
from tests.scratch import ON_POSTGRES, Deployment, deployment

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)


def make_change() -> Change:
    return withdraw(
        project=make_entry().project,
        withdrawn_on=date(2022, 5, 1),
        recorded_by=make_recorder(),
        reason="The investor left",
    )


def make_verification() -> Verification:
    return verify(
        entry=make_entry(evidence=make_evidence()), recorded_by=make_user(username="second")
    )


def make_rate() -> ExchangeRate:
    return ExchangeRate.objects.create(
        currency="USD", on=DAY, rate=Decimal("6.5"), source="A bank", recorded_by=make_recorder()
    )


ROWS: dict[type[Recorded], Callable[[], Recorded]] = {
    CountingRule: lambda: CountingRule.objects.get(plan=make_plan()),
    Goal: lambda: make_goal(make_plan(), GoalMeasure.NEW_INDUSTRY_LEADERS, target_count=3),
    LeadingClaim: lambda: make_claim(make_enterprise(), on=DAY, basis=LeadingBasis.INDUSTRY_LEADER),
    ProjectState: lambda: ProjectState.objects.get(project=make_project()),
    ExpectedDate: lambda: ExpectedDate.objects.create(
        project=make_project(), stage=Stage.PRODUCTION, expected_on=DAY, recorded_by=make_recorder()
    ),
    Confirmation: lambda: Confirmation.objects.create(
        project=make_project(), effective_on=DAY, recorded_by=make_recorder()
    ),
    Revision: lambda: Revision.objects.create(
        enterprise=make_enterprise(), version=7, changes={}, recorded_by=make_recorder()
    ),
    FormerName: lambda: FormerName.objects.create(
        enterprise=make_enterprise(), name="Before", recorded_by=make_recorder()
    ),
    Entry: make_entry,
    Change: make_change,
    Evidence: make_evidence,
    Verification: make_verification,
    Attachment: lambda: attach(
        entry=make_entry(), evidence=make_evidence(), recorded_by=make_recorder()
    ),
    ExchangeRate: make_rate,
}
FACTS = [model for model in apps.get_models() if issubclass(model, Recorded)]
# A column of each table that somebody might want to change.
WORDS = {Evidence: "title", ExchangeRate: "source", Revision: "reason", FormerName: "name"}
every_fact = pytest.mark.parametrize("model", FACTS, ids=lambda model: model._meta.db_table)
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="a way that only PostgreSQL has")
on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="a way that only SQLite has")


@contextmanager
def refused(words: str = "is insert-only") -> Iterator[None]:
    """Expect the database itself to refuse, and leave the transaction usable."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def execute(statement: str, *values: Any) -> None:
    """Run SQL past every method of the models."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def word_of(model: type[Recorded]) -> str:
    return WORDS.get(model, "note")


def copied(row: Recorded, **other: Any) -> tuple[str, list[Any]]:
    """Return "(columns) VALUES (…)" and the values of a copy of `row` with some columns changed."""
    fields = row._meta.local_concrete_fields
    values = {field.column: field.value_from_object(row) for field in fields} | other
    prepared = [
        field.get_db_prep_save(values[field.column], connection=connection) for field in fields
    ]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    return f"({columns}) VALUES ({', '.join(['%s'] * len(fields))})", prepared


def test_every_fact_has_a_row_here() -> None:
    assert set(FACTS) == set(ROWS)


@every_fact
def test_update_and_delete_are_refused(model: type[Recorded]) -> None:
    row = ROWS[model]()
    table, word = model._meta.db_table, word_of(model)
    with refused():
        execute(f"UPDATE {table} SET {word} = 'changed' WHERE id = %s", row.pk)
    with refused():
        execute(f"DELETE FROM {table} WHERE id = %s", row.pk)
    plain: models.QuerySet[Any] = models.QuerySet(model)
    with refused():
        plain.filter(pk=row.pk).update(**{word: "changed"})
    with refused():
        plain.filter(pk=row.pk)._raw_delete(using="default")
    assert getattr(plain.get(pk=row.pk), word) != "changed"


@every_fact
def test_the_program_refuses_before_the_database_does(model: type[Recorded]) -> None:
    row = ROWS[model]()
    rows: Any = model._default_manager
    word = word_of(model)
    for write in (
        row.save,
        row.delete,
        lambda: rows.filter(pk=row.pk).update(**{word: "changed"}),
        lambda: rows.filter(pk=row.pk).delete(),
        lambda: rows.bulk_update([row], [word]),
    ):
        with pytest.raises(InsertOnlyError):
            write()


@every_fact
def test_an_insert_that_would_change_a_row_is_refused(model: type[Recorded]) -> None:
    row = ROWS[model]()
    table, word = model._meta.db_table, word_of(model)
    insert, values = copied(row, **{word: "changed"})
    with refused():
        execute(
            f"INSERT INTO {table} {insert} ON CONFLICT (id) DO UPDATE SET {word} = excluded.{word}",
            *values,
        )
    with refused():
        rows: Any = model._base_manager
        rows.bulk_create(
            [model._base_manager.get(pk=row.pk)],
            update_conflicts=True,
            update_fields=[word],
            unique_fields=[str(row._meta.pk.name)],
        )


@on_sqlite
@every_fact
def test_insert_or_replace_by_id_is_refused(model: type[Recorded]) -> None:
    row = ROWS[model]()
    insert, values = copied(row, **{word_of(model): "changed"})
    for verb in ("INSERT OR REPLACE", "REPLACE"):
        with refused():
            execute(f"{verb} INTO {model._meta.db_table} {insert}", *values)
    with refused():
        execute(f"UPDATE OR REPLACE {model._meta.db_table} SET id = %s", row.pk)


@on_sqlite
@pytest.mark.parametrize("column", ["idempotency_key", "reverses_id"])
def test_insert_or_replace_by_another_unique_column_is_refused(column: str) -> None:
    entry = make_entry()
    reversal = reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    # Equal to the reversal in this one column only.
    other = {"id": 10**6, "idempotency_key": "another", "reverses_id": None}
    del other[column]
    insert, values = copied(reversal, **other)
    with refused():
        execute(f"INSERT OR REPLACE INTO ledger_entry {insert}", *values)
    assert Entry.objects.filter(pk=reversal.pk).exists()


@on_sqlite
@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Evidence, {"url", "dated_on"}),
        (Attachment, {"entry_id", "evidence_id"}),
        (Change, {"idempotency_key"}),
    ],
)
def test_insert_or_replace_by_a_unique_pair_is_refused(
    model: type[Recorded], columns: set[str]
) -> None:
    row = ROWS[model]()
    other: dict[str, Any] = {"id": 10**6, "idempotency_key": "another"}
    insert, values = copied(row, **{k: v for k, v in other.items() if k not in columns})
    if "idempotency_key" not in {str(field.column) for field in model._meta.concrete_fields}:
        insert, values = copied(row, id=10**6)
    with refused():
        execute(f"INSERT OR REPLACE INTO {model._meta.db_table} {insert}", *values)
    assert model._base_manager.filter(pk=row.pk).exists()


@on_postgres
@every_fact
def test_truncate_is_refused(model: type[Recorded]) -> None:
    ROWS[model]()
    # What waits for the end of the transaction would refuse first.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with refused():
        execute(f"TRUNCATE {model._meta.db_table} CASCADE")
    with refused():
        execute("TRUNCATE enterprises_enterprise, clusters_park CASCADE")


@on_postgres
def test_merge_and_changes_without_rows_are_refused() -> None:
    make_entry()
    with refused():
        execute(
            "MERGE INTO ledger_entry USING (SELECT 1) AS one ON true "
            "WHEN MATCHED THEN UPDATE SET note = 'changed'"
        )
    with refused():
        execute("DELETE FROM ledger_entry WHERE false")


def bulk(count: int) -> list[Entry]:
    """Unsaved entries of two projects, two days, two grades."""
    projects = [make_project(), make_project()]
    recorder, evidence = make_recorder(), make_evidence()
    return [
        Entry(
            project=projects[number % 2],
            cluster=projects[number % 2].cluster,
            region=projects[number % 2].region,
            measure=Measure.PAID_IN if number % 3 else Measure.CONTRACTED,
            effective_on=date(2021, 3, 1 + number % 2),
            amount_fen=100 + number,
            evidence=evidence if number % 5 else None,
            recorded_by=recorder,
            idempotency_key=f"bulk-{number}",
        )
        for number in range(count)
    ]


def test_a_bulk_insert_moves_the_totals() -> None:
    Entry.objects.bulk_create(bulk(50))
    assert sum(total.entries for total in DailyTotal.objects.all()) == 50
    assert sum(total.amount_fen for total in ProjectTotal.objects.all()) == 50 * 100 + 49 * 25
    assert list(verifying.problems()) == []


def test_an_insert_from_a_select_moves_the_totals() -> None:
    entry = make_entry()
    columns = ", ".join(
        str(field.column)
        for field in Entry._meta.local_concrete_fields
        if field.column not in {"id", "idempotency_key"}
    )
    execute(
        f"INSERT INTO ledger_entry ({columns}, idempotency_key) "
        f"SELECT {columns}, 'copy-1' FROM ledger_entry UNION ALL "
        f"SELECT {columns}, 'copy-2' FROM ledger_entry"
    )
    assert ProjectTotal.objects.get().amount_fen == 3 * entry.amount_fen
    assert list(verifying.problems()) == []


@on_postgres
def test_copy_moves_the_totals() -> None:
    entries = bulk(50)
    columns = "project_id, cluster_id, region_id, measure, effective_on, amount_fen, currency, "
    columns += "rate_source, reason, note, recorded_by_id, idempotency_key"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ledger_entry ({columns}) FROM STDIN") as copy,
    ):
        for entry in entries:
            copy.write_row(
                (
                    entry.project_id,
                    entry.cluster_id,
                    entry.region_id,
                    str(entry.measure),
                    entry.effective_on,
                    entry.amount_fen,
                    "CNY",
                    "",
                    "",
                    "",
                    entry.recorded_by_id,
                    entry.idempotency_key,
                )
            )
    assert sum(total.entries for total in DailyTotal.objects.all()) == 50
    assert list(verifying.problems()) == []


# --- from outside the program --------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded() -> Iterator[Deployment]:
    """A deployment with one entry in its ledger."""
    with deployment() as made:
        done = made.python(
            "-c", "import django; django.setup(); from tests.make import make_entry; make_entry()"
        )
        assert done.returncode == 0, done.stderr
        yield made


@on_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount_fen = 1",
        "DELETE FROM ledger_entry",
        "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry",
        "UPDATE enterprises_projectstate SET stage = 'production'",
    ],
)
def test_another_sqlite_connection_is_refused(recorded: Deployment, statement: str) -> None:
    beside = sqlite3.connect(recorded.sqlite_path)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="is insert-only"):
            beside.execute(statement)
    finally:
        beside.close()


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount_fen = 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE enterprises_projectstate SET stage = 'production'",
    ],
)
def test_another_postgres_connection_is_refused(recorded: Deployment, statement: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="is insert-only"):
        recorded.execute(statement)
    psql = shutil.which("psql")
    if psql is None:
        return
    done = subprocess.run(
        [psql, recorded.database_url, "-v", "ON_ERROR_STOP=1", "-c", statement],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is insert-only" in done.stderr


# --- missing or altered --------------------------------------------------------------------------


def drop(name: str) -> None:
    """Drop a trigger by its name."""
    if not ON_POSTGRES:
        execute(f"DROP TRIGGER {name}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [name])
        (table,) = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {name} ON {table}")


ALTERED_ON_SQLITE = [
    # Of the right name and on the right table, but it never fires or does nothing.
    "CREATE TRIGGER parktracker_ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
    "WHEN false BEGIN SELECT RAISE(ABORT, 'ledger_entry is insert-only'); END",
    "CREATE TRIGGER parktracker_ledger_entry_no_delete BEFORE DELETE ON ledger_entry "
    "BEGIN SELECT 1; END",
    "CREATE TRIGGER parktracker_ledger_entry_totals AFTER INSERT ON ledger_entry "
    "BEGIN SELECT 1; END",
]
GUARD = "parktracker_ledger_entry_insert_only"
ALTERED_ON_POSTGRES = [
    f"ALTER TABLE ledger_entry DISABLE TRIGGER {GUARD}",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_entry DISABLE TRIGGER parktracker_ledger_entry_totals",
    f"ALTER TABLE ledger_entry ENABLE REPLICA TRIGGER {GUARD}",
    "CREATE OR REPLACE FUNCTION parktracker_refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NULL; END'",
    "CREATE OR REPLACE FUNCTION parktracker_add_to_totals() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NULL; END'",
    # The right function, but not for every act, or not for every column.
    f"CREATE OR REPLACE TRIGGER {GUARD} BEFORE UPDATE OR DELETE ON ledger_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION parktracker_refuse_change()",
    f"CREATE OR REPLACE TRIGGER {GUARD} BEFORE UPDATE OF note OR DELETE OR TRUNCATE "
    "ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION parktracker_refuse_change()",
    f"CREATE OR REPLACE TRIGGER {GUARD} BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry "
    "FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION parktracker_refuse_change()",
]


def assert_does_not_serve() -> None:
    """Check, readiness and verification say what is wrong, and migrate mends it."""
    with pytest.raises(SystemCheckError, match=r"ledger\.E001"):
        call_command("check", databases=["default"], stdout=StringIO(), stderr=StringIO())
    response = Client().get("/readyz")
    assert (response.status_code, b"ledger.E001" in response.content) == (503, True)
    assert any(line.startswith("trigger ") for line in verifying.problems())
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
    assert Client().get("/readyz").status_code == 200


def test_each_missing_trigger_is_noticed() -> None:
    for name in triggers.expected(connection):
        with transaction.atomic():
            drop(name)
            assert triggers.missing(connection) == [name]
            transaction.set_rollback(True)


def test_nothing_serves_without_a_trigger_and_migrate_puts_it_back() -> None:
    drop("parktracker_ledger_entry_totals")
    assert_does_not_serve()


@on_sqlite
@pytest.mark.parametrize("statement", ALTERED_ON_SQLITE)
def test_an_altered_trigger_on_sqlite_is_noticed(statement: str) -> None:
    drop(statement.split()[2])
    execute(statement)
    assert_does_not_serve()


@on_postgres
@pytest.mark.parametrize("statement", ALTERED_ON_POSTGRES)
def test_an_altered_trigger_on_postgres_is_noticed(statement: str) -> None:
    execute(statement)
    assert_does_not_serve()


def test_the_server_does_not_start_until_migrate_has_mended_it() -> None:
    table = " ON ledger_entry" if ON_POSTGRES else ""
    with deployment() as made:
        assert made.python("-c", "import parktracker.wsgi").returncode == 0
        made.execute(f"DROP TRIGGER parktracker_ledger_entry_totals{table}")
        started = made.python("-c", "import parktracker.wsgi")
        assert started.returncode == 1
        assert "does not serve" in started.stderr
        assert "parktracker_ledger_entry_totals" in started.stderr
        checked = made.manage("check", "--database", "default")
        assert (checked.returncode, "ledger.E001" in checked.stderr) == (1, True)
        migrated = made.manage("migrate", "--verbosity", "0")
        assert migrated.returncode == 0, migrated.stderr
        assert made.python("-c", "import parktracker.wsgi").returncode == 0


def test_what_an_act_recorded_cannot_be_taken_from_it() -> None:
    change = ROWS[Change]()
    table = Change.states.through._meta.db_table
    state = make_project().states.get()
    change.states.add(state)  # type: ignore[attr-defined]
    with refused():
        execute(f"DELETE FROM {table}")
    with refused():
        execute(f"UPDATE {table} SET change_id = change_id")
    assert state in change.states.all()  # type: ignore[attr-defined]
