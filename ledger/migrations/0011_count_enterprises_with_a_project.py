"""Counts the enterprises that have a project of any kind, as the triggers have done since."""

from django.db import migrations

COUNT = """
INSERT INTO enterprises_enterprisetally (cluster, region, stage, stripe, "rows")
SELECT 0, 0, '', 0, COUNT(DISTINCT enterprise_id) FROM enterprises_project HAVING COUNT(*) > 0
"""
UNCOUNT = "DELETE FROM enterprises_enterprisetally WHERE cluster = 0 AND region = 0 AND stage = ''"


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0011_states_by_place"),
        ("ledger", "0010_entries_by_recorder"),
    ]

    operations = [migrations.RunSQL([UNCOUNT, COUNT], UNCOUNT)]
