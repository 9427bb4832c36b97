"""Versions of what figures rest on, and sums by month, filled as the triggers keep them since."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

MONTH = {
    "postgresql": "date_trunc('month', effective_on::timestamp)::date",
    "sqlite": "date(effective_on, 'start of month')",
}
SUM_UP = """
INSERT INTO ledger_monthlytotal
  (measure, cluster_id, region_id, month, grade, stripe, amount_fen, entries)
SELECT measure, cluster_id, region_id, {month}, grade, 0, SUM(amount_fen), SUM(entries)
FROM ledger_dailytotal GROUP BY 1, 2, 3, 4, 5
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Sum the days of each month up."""
    if schema_editor.connection.vendor == "postgresql":
        # A table with events of this transaction that wait could not be altered after it.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("DELETE FROM ledger_monthlytotal")
    month = MONTH[schema_editor.connection.vendor]
    schema_editor.execute(SUM_UP.format(month=month))


def take_off(apps: Any, schema_editor: Any) -> None:
    """Take the triggers off that would write to a table that goes.

    PostgreSQL keeps them on other tables; on SQLite all are off while it migrates.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE pg_table_is_visible(tgrelid) AND tgname LIKE 'parktracker%knows%'"
        )
        found = cursor.fetchall()
    for name, table in found:
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("clusters", "0002_recorded_at_index"),
        ("enterprises", "0008_sort_by_name"),
        ("ledger", "0007_newest_entries_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Knowledge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=10)),
                ("stripe", models.SmallIntegerField(default=0)),
                ("version", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "stripe"), name="ledger_knowledge_unique"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="dailytotal",
            index=models.Index(fields=["effective_on"], name="ledger_dailytotal_day"),
        ),
        migrations.CreateModel(
            name="MonthlyTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("contracted", "Contracted"),
                            ("paid_in", "Paid in"),
                            ("annual_output", "Annual output"),
                        ],
                        max_length=20,
                    ),
                ),
                ("month", models.DateField()),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("verified", "Verified"),
                            ("documented", "Documented"),
                            ("sourced", "Link only"),
                            ("unsupported", "Unsupported"),
                        ],
                        max_length=20,
                    ),
                ),
                ("stripe", models.SmallIntegerField(default=0)),
                ("amount_fen", models.BigIntegerField()),
                ("entries", models.IntegerField()),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clusters.cluster",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clusters.region",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "cluster", "region", "month", "grade", "stripe"),
                        name="ledger_monthlytotal_unique",
                    )
                ],
            },
        ),
        migrations.RunPython(fill, take_off, elidable=False),
    ]
