"""The first gates and days of silence; planners change them from here on."""

from typing import Any

from django.db import migrations
from django.db.models import Q

GATES = [
    ("signed", "sector", False),
    ("signed", "contracted", False),
    ("registered", "name_zh", False),
    ("registered", "credit_code", True),
    ("construction", "expected_production", False),
    ("production", "paid_in", False),
    ("full_capacity", "annual_output", False),
]
# A negotiation is heard of often or has ended; a plant at work is heard of once a year at best.
DAYS = {
    "negotiating": 180,
    "signed": 365,
    "registered": 365,
    "construction": 365,
    "production": 730,
    "full_capacity": 730,
}


def fill(apps: Any, schema_editor: Any) -> None:
    """Add the rows that are not there."""
    db = schema_editor.connection.alias
    gates = apps.get_model("enterprises", "Gate").objects.using(db)
    days = apps.get_model("enterprises", "StaleAfter").objects.using(db)
    gates.bulk_create(
        [
            gates.model(stage=stage, requirement=requirement, is_binding=is_binding)
            for stage, requirement, is_binding in GATES
        ],
        ignore_conflicts=True,
    )
    days.bulk_create(
        [days.model(stage=stage, days=number) for stage, number in DAYS.items()],
        ignore_conflicts=True,
    )


def take_out(apps: Any, schema_editor: Any) -> None:
    """Delete those rows that are still as they were filled in; what planners set stays."""
    db = schema_editor.connection.alias
    ours = Q()
    for stage, requirement, is_binding in GATES:
        ours |= Q(stage=stage, requirement=requirement, is_binding=is_binding)
    apps.get_model("enterprises", "Gate").objects.using(db).filter(ours).delete()
    ours = Q()
    for stage, number in DAYS.items():
        ours |= Q(stage=stage, days=number)
    apps.get_model("enterprises", "StaleAfter").objects.using(db).filter(ours).delete()


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0003_gates_expected_dates_and_silence")]

    operations = [migrations.RunPython(fill, take_out, elidable=False)]
