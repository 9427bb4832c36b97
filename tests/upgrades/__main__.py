"""Takes the database of this environment from a landed state to today's.

The argument of `python -m tests.upgrades` names a module beside this one, which has `MIGRATIONS`,
`build` and `check`. Ends with 0 when every value that was there is there still, the ledger adds up,
and today's program can go on with what it found.
"""

import sys
from importlib import import_module
from io import StringIO
from typing import Any

import django


def main(state: str) -> None:
    """Migrate to the state, fill it, migrate on, compare."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    landed = import_module(f"tests.upgrades.{state}")
    for app, name in landed.MIGRATIONS.items():
        call_command("migrate", app, name, verbosity=0)
    then = MigrationExecutor(connection).loader.project_state(list(landed.MIGRATIONS.items())).apps
    landed.build(then)
    before = {label: rows_of(then.get_model(label)) for label in filled(then, landed.MIGRATIONS)}
    call_command("migrate", verbosity=0)
    from django.apps import apps

    lost = [
        f"{label} {pk}: {column} was {value!r} and is {now.get(column)!r}"
        for label, rows in before.items()
        for pk, values in rows.items()
        for now in [rows_of(apps.get_model(label)).get(pk, {})]
        for column, value in values.items()
        # A column may go or come; one that stayed keeps its values.
        if not now or (column in now and now[column] != value)
    ]
    call_command("verify_ledger", stdout=StringIO())
    if lost:
        sys.exit("\n".join(lost))
    landed.check()
    sys.stdout.write(f"{sum(map(len, before.values()))} rows kept\n")


def filled(apps: Any, migrations: dict[str, str]) -> list[str]:
    """Return the labels of the project's own models; each must have a row."""
    labels = [m._meta.label for m in apps.get_models() if m._meta.app_label in migrations]
    empty = [label for label in labels if not rows_of(apps.get_model(label))]
    # Who has which region or cluster is a table of its own, and no model to fill.
    empty = [label for label in empty if not apps.get_model(label)._meta.auto_created]
    if empty:
        sys.exit(f"the state builds no row of {', '.join(empty)}")
    return labels


def rows_of(model: Any) -> dict[Any, dict[str, Any]]:
    """Return every row by primary key, as values by column."""
    return {row["pk"]: row for row in model._base_manager.values("pk", *columns_of(model))}


def columns_of(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


if __name__ == "__main__":
    main(sys.argv[1])
