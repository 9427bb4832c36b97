"""Fills the columns and counts that lists read, as the triggers have done since."""

from typing import Any

from django.db import migrations

from ledger.triggers import keeping


def fill(apps: Any, schema_editor: Any) -> None:
    """Run the statements; what is there already is found again."""
    if schema_editor.connection.vendor == "postgresql":
        # A table with events of this transaction that wait could not be altered after it.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in keeping.fill():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_totals_by_place")]

    # Back, the columns and tables go.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
