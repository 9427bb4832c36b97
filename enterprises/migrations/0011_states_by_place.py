from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0010_newest_states_first")]

    operations = [
        migrations.AddIndex(
            model_name="projectstate",
            index=models.Index(
                fields=["cluster", "region", "effective_on"], name="enterprises_state_place_day"
            ),
        ),
    ]
