"""The state that counts enterprises by the kinds of their projects, before those of any kind.

That of lists with columns of their own (tests.upgrades.third), with what was kept since.
"""

from itertools import product
from typing import Any

from tests.upgrades import second, third

MIGRATIONS = {
    "accounts": "0003_list_choices",
    "clusters": "0003_region_tiles",
    "enterprises": "0011_states_by_place",
    "imports": "0001_initial",
    "ledger": "0010_entries_by_recorder",
    "lists": "0001_initial",
    "progress": "0001_initial",
}


def build(apps: Any) -> None:
    """Fill a database of this state; `apps` has the models as they were then."""
    from django.db import connection

    from ledger import triggers

    # Those of now have all their tables here, and would keep what is written by hand below.
    triggers.remove(connection)
    third.build(apps)

    def rows(label: str) -> Any:
        return apps.get_model(label)._base_manager

    cluster, region = rows("clusters.Cluster").get(), rows("clusters.Region").get()
    having = {"": 2, "production": 1, "signed": 1}
    for c, r, stage in product((0, cluster.pk), (0, region.pk), having):
        if c or r or stage:
            kind = {"cluster": c, "region": r, "stage": stage}
            rows("enterprises.EnterpriseTally").create(rows=having[stage], **kind)
    place = {"cluster": cluster, "region": region, "measure": "contracted"}
    month = second.DAY.replace(day=1)
    for grade, fen, number in (("sourced", 0, 0), ("verified", 500, 1)):
        kept = {"month": month, "grade": grade, "amount_fen": fen, "entries": number}
        rows("ledger.MonthlyTotal").create(**place, **kept)
    rows("ledger.Knowledge").create(subject="entries", version=4)


def check() -> None:
    """Raise unless the enterprises that have a project of any kind are counted too."""
    from enterprises.models import EnterpriseTally

    third.check()
    assert EnterpriseTally.objects.get(cluster=0, region=0, stage="").rows == 2
