"""The triggers of SQLite, which has no functions: each holds all that it does."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger.triggers.keeping import (
    CONFIRMATION,
    COUNTED,
    ENTERPRISE,
    ENTERPRISE_TALLY,
    KIND,
    PROJECT,
    PROJECT_TOTAL,
    SHAREHOLDING,
    STATE,
    add_to_tally,
    count_by_kind,
    count_enterprises,
    keep_amounts,
    keep_enterprises,
    keep_heard_on,
    keep_lead_group,
    keep_verified,
)
from ledger.triggers.knowledge import sqlite_knowledge_triggers
from ledger.triggers.sql import (
    ATTACHMENT,
    CLOCKED,
    ENTRY,
    FOUR_EYES_TOLD,
    INTO_ASSESSMENT,
    MONTHLY_TOTAL,
    OWN_GRADE,
    OWNERS,
    PLACE_TOTAL,
    PREFIX,
    ROOT,
    VERIFICATION,
    add_entries,
    recorded_models,
    regrade,
)


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
    for together in model._meta.unique_together:
        yield [str(model._meta.get_field(name).column) for name in together]  # type: ignore[union-attr]
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
        " AND ".join(f"{column} = NEW.{column} AND {column} <> ''" for column in group[:1])
        + "".join(f" AND {column} IS NEW.{column}" for column in group[1:])
        for group in unique_groups(model)
        if all((model._meta.db_table, column) in columns for column in group)
    ]
    return " OR ".join(f"({group})" for group in groups)


def sqlite_triggers(tables: set[str], columns: set[tuple[str, str]]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name."""
    made: dict[str, str] = sqlite_knowledge_triggers(tables)

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
    if not {ENTRY, PLACE_TOTAL, MONTHLY_TOTAL, ENTERPRISE_TALLY} <= tables:
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
            "sqlite",
        ),
    )
    add(
        f"{PREFIX}_{VERIFICATION}_four_eyes",
        f"BEFORE INSERT ON {VERIFICATION} WHEN NEW.verdict <> 'defended' "
        f"AND NEW.recorded_by_id IN {OWNERS.format(word='NEW')}",
        f"SELECT RAISE(ABORT, '{FOUR_EYES_TOLD}');",
    )
    add(
        f"{PREFIX}_{VERIFICATION}_grades",
        f"AFTER INSERT ON {VERIFICATION}",
        "UPDATE ledger_assessment SET verdict = NEW.verdict WHERE entry_id = NEW.entry_id;"
        + regrade("0", "= NEW.entry_id", "sqlite"),
    )
    add(
        f"{PREFIX}_{ATTACHMENT}_grades",
        f"AFTER INSERT ON {ATTACHMENT}",
        regrade("0", "= NEW.entry_id", "sqlite"),
    )
    differ = "(OLD.amount_fen, OLD.entries) IS NOT (NEW.amount_fen, NEW.entries)"
    for name, when, kept in (
        ("insert", "INSERT", keep_amounts),
        ("update", "UPDATE", keep_amounts),
        ("verdict", "UPDATE", keep_verified),
    ):
        # A verdict changes the verified part alone, and not what was heard of the project.
        condition = {
            "insert": "",
            "update": f" WHEN {differ}",
            "verdict": f" WHEN OLD.verified_fen IS NOT NEW.verified_fen AND NOT ({differ})",
        }[name]
        add(
            f"{PREFIX}_{PROJECT_TOTAL}_{name}",
            f"AFTER {when} ON {PROJECT_TOTAL}{condition}",
            kept("(NEW.project_id)"),
        )
    said = "(SELECT NEW.project_id AS project_id, NEW.effective_on AS effective_on) AS one"
    for table in (STATE, CONFIRMATION):
        add(f"{PREFIX}_{table}_heard", f"AFTER INSERT ON {table}", keep_heard_on(said))
    changed = differs(COUNTED)
    for event, rows, when in (
        ("INSERT", {"NEW": 1}, ""),
        ("DELETE", {"OLD": -1}, ""),
        (f"UPDATE OF {', '.join(COUNTED)}", {"OLD": -1, "NEW": 1}, f" WHEN {changed}"),
    ):
        add(
            f"{PREFIX}_{PROJECT}_kept_{event[:6].lower()}",
            f"AFTER {event} ON {PROJECT}{when}",
            "".join(
                add_to_tally(f"(SELECT {row_of(row, sign)}) AS one", "0")
                for row, sign in rows.items()
            )
            + keep_enterprises(f"({', '.join(f'{row}.enterprise_id' for row in rows)})"),
        )
        kind = f" WHEN {differs(KIND)}" if len(rows) > 1 else ""
        sides = " UNION ALL ".join(f"SELECT {row_of(row, sign)}" for row, sign in rows.items())
        add(
            f"{PREFIX}_{PROJECT}_kind_{event[:6].lower()}",
            f"AFTER {event} ON {PROJECT}{kind}",
            count_by_kind(f"({sides}) AS one", "0"),
        )
    for event, row, sign in (("INSERT", "NEW", 1), ("DELETE", "OLD", -1)):
        add(
            f"{PREFIX}_{ENTERPRISE}_counted_{event.lower()}",
            f"AFTER {event} ON {ENTERPRISE}",
            count_enterprises(str(sign), "0"),
        )
        add(
            f"{PREFIX}_{SHAREHOLDING}_lead_{event.lower()}",
            f"AFTER {event} ON {SHAREHOLDING}",
            keep_lead_group(f"({row}.enterprise_id)"),
        )
    add(
        f"{PREFIX}_{SHAREHOLDING}_lead_update",
        f"AFTER UPDATE ON {SHAREHOLDING}",
        keep_lead_group("(OLD.enterprise_id, NEW.enterprise_id)"),
    )
    return made


def differs(columns: Iterable[str]) -> str:
    """Return the condition that one of the columns has changed."""
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


def row_of(row: str, sign: int) -> str:
    """Return the columns of OLD or NEW that the tallies read."""
    columns = ", ".join(f"{row}.{column} AS {column}" for column in ("id", *COUNTED))
    return f"{sign} AS sign, {columns}"
