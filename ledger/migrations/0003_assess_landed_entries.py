"""Grades what was recorded before grades were kept, as the triggers have done since."""

from typing import Any

from django.db import migrations
from django.db.migrations.exceptions import IrreversibleError
from django.db.models import F, Sum

BATCH = 1000


def assess(apps: Any, schema_editor: Any) -> None:
    """Give every entry its assessment, and every project total its parts."""
    db = schema_editor.connection.alias
    entry = apps.get_model("ledger", "Entry")
    assessment = apps.get_model("ledger", "Assessment")
    project_total = apps.get_model("ledger", "ProjectTotal")
    # Until now evidence was a page, and a reversal carried that of its entry.
    batch = []
    for pk, evidence in entry._base_manager.using(db).values_list("pk", "evidence").iterator():
        batch.append(assessment(entry_id=pk, grade="sourced" if evidence else "unsupported"))
        if len(batch) == BATCH:
            assessment.objects.using(db).bulk_create(batch)
            batch = []
    assessment.objects.using(db).bulk_create(batch)
    totals = project_total.objects.using(db)
    totals.update(unsupported_fen=F("amount_fen"))
    for project, measure, fen in (
        entry._base_manager.using(db)
        .exclude(evidence=None)
        .values_list("project", "measure")
        .annotate(fen=Sum("amount_fen"))
        .order_by()
    ):
        totals.filter(project=project, measure=measure).update(
            sourced_fen=fen, unsupported_fen=F("amount_fen") - fen
        )


def leave(apps: Any, schema_editor: Any) -> None:
    """Go back only while nothing is there that the state before has no place for."""
    db = schema_editor.connection.alias
    for name in ("Verification", "Attachment", "Change", "ExchangeRate"):
        if apps.get_model("ledger", name)._base_manager.using(db).exists():
            raise IrreversibleError(f"there are rows of {name}, which going back would lose")
    if apps.get_model("ledger", "Evidence")._base_manager.using(db).exclude(sha256="").exists():
        raise IrreversibleError("there are documents, which going back would lose")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_evidence_verdicts_changes_rates")]

    # Back, the table goes and the columns with it.
    operations = [migrations.RunPython(assess, leave, elidable=False)]
