"""Fills the columns and counts that lists read, as the triggers have done since."""

from typing import Any

from django.db import migrations

TOTAL = """(SELECT {column} FROM ledger_projecttotal AS one
  WHERE one.project_id = enterprises_project.id AND measure = '{measure}' AND entries > 0)"""
AMOUNTS = ", ".join(
    f"{measure}{part}_fen = {TOTAL.format(column=column, measure=measure)}"
    for measure in ("contracted", "paid_in")
    for part, column in (("", "amount_fen"), ("_verified", "verified_fen"))
)
# Worded here once more, so that it stays what it was when the triggers change. `+`, since SQLite
# would look for what reverses nothing by the unique index, which is nearly the whole ledger.
FILL = (
    f"""UPDATE enterprises_project SET {AMOUNTS}, heard_on = (SELECT MAX(day) FROM (
      SELECT MAX(effective_on) AS day FROM enterprises_projectstate
        WHERE project_id = enterprises_project.id
      UNION ALL SELECT MAX(effective_on) FROM enterprises_confirmation
        WHERE project_id = enterprises_project.id
      UNION ALL SELECT MAX(effective_on) FROM ledger_entry AS one
        WHERE project_id = enterprises_project.id AND +one.reverses_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM ledger_entry AS back WHERE back.reverses_id = one.id)
    ) AS heard)""",  # noqa: S608
    """UPDATE enterprises_enterprise SET (
      contracted_fen, contracted_verified_fen, paid_in_fen, paid_in_verified_fen, stage_rank
    ) = (
      SELECT SUM(contracted_fen), SUM(contracted_verified_fen), SUM(paid_in_fen),
        SUM(paid_in_verified_fen), MAX(CASE WHEN standing <> 'withdrawn' THEN CASE stage
          WHEN 'negotiating' THEN 0 WHEN 'signed' THEN 1 WHEN 'registered' THEN 2
          WHEN 'construction' THEN 3 WHEN 'production' THEN 4 WHEN 'full_capacity' THEN 5
        END END)
      FROM enterprises_project WHERE enterprise_id = enterprises_enterprise.id
    ), lead_group_id = (
      SELECT group_id FROM enterprises_shareholding
      WHERE enterprise_id = enterprises_enterprise.id ORDER BY position, id LIMIT 1
    )""",
    "DELETE FROM enterprises_tally",
    """INSERT INTO enterprises_tally (
      cluster, region, sector, stage, standing, stripe, "rows",
      contracted_rows, contracted_fen, contracted_verified_fen,
      paid_in_rows, paid_in_fen, paid_in_verified_fen
    )
    SELECT cluster_id, region_id, COALESCE(sector_id, 0), stage, standing, 0, COUNT(*),
      COUNT(contracted_fen), COALESCE(SUM(contracted_fen), 0),
      COALESCE(SUM(contracted_verified_fen), 0),
      COUNT(paid_in_fen), COALESCE(SUM(paid_in_fen), 0), COALESCE(SUM(paid_in_verified_fen), 0)
    FROM enterprises_project GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT 0, 0, 0, '', '', 0, COUNT(*), 0, 0, 0, 0, 0, 0 FROM enterprises_enterprise""",
    "DELETE FROM ledger_placetotal",
    """INSERT INTO ledger_placetotal (
      measure, cluster_id, region_id, grade, stripe, amount_fen, "rows"
    )
    SELECT measure, cluster_id, region_id, grade, 0, SUM(amount_fen), COUNT(*)
    FROM ledger_entry JOIN ledger_assessment ON entry_id = ledger_entry.id
    GROUP BY 1, 2, 3, 4""",
)


def fill(apps: Any, schema_editor: Any) -> None:
    """Run the statements; what is there already is found again."""
    if schema_editor.connection.vendor == "postgresql":
        # A table with events of this transaction that wait could not be altered after it.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in FILL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_totals_by_place")]

    # Back, the columns and tables go.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
