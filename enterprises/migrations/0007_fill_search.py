"""Make the search entries of what is recorded already."""

from collections import defaultdict
from typing import Any

from django.db import migrations

from enterprises.search_text import grams_of, lines_of, text_of

BATCH = 500
NAMES = ("name_zh", "name_en")


def fill(apps: Any, schema_editor: Any) -> None:
    """Add the entries that are not there, a batch of enterprises at a time."""
    connection = schema_editor.connection

    def rows(model: str) -> Any:
        return apps.get_model("enterprises", model).objects.using(connection.alias).order_by("pk")

    SearchEntry = apps.get_model("enterprises", "SearchEntry")

    def entry(kind: str, pk: int, own: list[str], around: list[str]) -> Any:
        texts = (text_of(own), text_of(around))
        grams = grams_of(*texts) if connection.vendor == "sqlite" else ""
        return SearchEntry(**{f"{kind}_id": pk}, text=texts[0], around=texts[1], grams=grams)

    entries = [
        entry("group", pk, lines_of(names), [])
        for pk, *names in rows("InvestorGroup").values_list("pk", *NAMES)
    ]
    rows("SearchEntry").bulk_create(entries, BATCH, ignore_conflicts=True)
    keys = list(rows("Enterprise").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        enterprises = rows("Enterprise").filter(pk__in=some)
        names = {pk: own for pk, *own in enterprises.values_list("pk", *NAMES, "credit_code")}
        held = rows("Shareholding").filter(enterprise__in=some).order_by("position", "pk")
        of_groups = held.values_list("enterprise", *(f"group__{name}" for name in NAMES))
        for pk, *of_group in of_groups:
            names[pk] += of_group
        lines = {pk: lines_of(own) for pk, own in names.items()}
        beside: defaultdict[int, dict[str, None]] = defaultdict(dict)
        entries = []
        projects = rows("Project").filter(enterprise__in=some)
        for pk, owner, *own in projects.values_list("pk", "enterprise", *NAMES):
            of_project = lines_of(own)
            beside[owner].update(dict.fromkeys(of_project))
            entries.append(entry("project", pk, of_project, lines[owner]))
        entries += [entry("enterprise", pk, own, [*beside[pk]]) for pk, own in lines.items()]
        rows("SearchEntry").bulk_create(entries, BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0006_search_index")]

    # Back, the entries may stay: they are of no use and in nobody's way.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
