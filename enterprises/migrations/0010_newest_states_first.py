"""The indexes of the list of project states: its order, and who recorded states of a place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0009_count_enterprises_by_kind"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="projectstate",
            index=models.Index(fields=["-effective_on", "id"], name="enterprises_state_newest"),
        ),
        migrations.AddIndex(
            model_name="projectstate",
            index=models.Index(
                fields=["recorded_by", "region", "cluster"], name="enterprises_state_recorder"
            ),
        ),
    ]
