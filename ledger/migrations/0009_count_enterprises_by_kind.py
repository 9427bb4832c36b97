"""Counts enterprises by the kinds of their projects, as the triggers have done since."""

from django.db import migrations

# Worded here once more, so that it stays what it was when the triggers change.
COUNT = """
INSERT INTO enterprises_enterprisetally (cluster, region, stage, stripe, "rows")
SELECT cluster, region, kind, 0, COUNT(*) FROM (
  SELECT DISTINCT enterprise_id,
    CASE WHEN c = 1 THEN cluster_id ELSE 0 END AS cluster,
    CASE WHEN r = 1 THEN region_id ELSE 0 END AS region,
    CASE WHEN s = 1 THEN stage ELSE '' END AS kind
  FROM enterprises_project CROSS JOIN (
    SELECT 1 AS c, 0 AS r, 0 AS s UNION ALL SELECT 0, 1, 0 UNION ALL SELECT 1, 1, 0 UNION ALL
    SELECT 0, 0, 1 UNION ALL SELECT 1, 0, 1 UNION ALL SELECT 0, 1, 1 UNION ALL SELECT 1, 1, 1
  ) AS asked
  WHERE s = 0 OR standing <> 'withdrawn'
) AS counted
GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0009_count_enterprises_by_kind"),
        ("ledger", "0008_versions_of_knowledge"),
    ]

    operations = [
        migrations.RunSQL(
            ["DELETE FROM enterprises_enterprisetally", COUNT], migrations.RunSQL.noop
        )
    ]
