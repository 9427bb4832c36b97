"""The state with lists that keep columns of their own, before facets and figures kept theirs.

That of evidence and verdicts (tests.upgrades.second), with an enterprise whose project was
withdrawn.
"""

from typing import Any

from tests.upgrades import second

MIGRATIONS = {
    "accounts": "0003_list_choices",
    "clusters": "0002_recorded_at_index",
    "enterprises": "0008_sort_by_name",
    "imports": "0001_initial",
    "ledger": "0007_newest_entries_first",
    "lists": "0001_initial",
    "progress": "0001_initial",
}


def build(apps: Any) -> None:
    """Fill a database of this state; `apps` has the models as they were then."""
    second.build(apps)

    def rows(label: str) -> Any:
        return apps.get_model(label)._base_manager

    user = rows("accounts.User").get(username="recorder")
    first = rows("enterprises.Enterprise").get()
    other = rows("enterprises.Enterprise").create(name_en="Meijin Energy", name_zh="美锦能源")
    cluster, region = rows("clusters.Cluster").get(), rows("clusters.Region").get()
    gone = {"stage": "signed", "standing": "withdrawn", "cluster": cluster, "region": region}
    left = rows("enterprises.Project").create(
        enterprise=other, name_zh="氢能", stage_on=second.DAY, heard_on=second.DAY, **gone
    )
    rows("enterprises.ProjectState").create(
        project=left, reason="They left", effective_on=second.DAY, recorded_by=user, **gone
    )
    rows("enterprises.FormerName").create(enterprise=first, name="海信电器", recorded_by=user)
    rows("enterprises.Revision").create(
        enterprise=first, version=2, changes={"note": ["", "Asked"]}, recorded_by=user
    )
    tag = rows("enterprises.Tag").create(name="rail")
    first.tags.add(tag)
    rows("accounts.User").filter(pk=user.pk).update(
        list_choices={"enterprises:enterprise-list": {"per_page": 100}}
    )
    rows("lists.SavedFilter").create(
        owner=user, list_name="enterprises:enterprise-list", name="NEV", query="cluster=nev"
    )
    rows("enterprises.SearchEntry").create(
        enterprise=first, text="\nhisense visual\n海信视像\n海信电器\nhaixinshixiang\n", around="\n"
    )
    keep(rows, first, cluster, region)


def keep(rows: Any, first: Any, cluster: Any, region: Any) -> None:
    """Add what the triggers of then would have kept; those of now need tables that come later."""
    amounts = {"contracted_fen": 500, "contracted_verified_fen": 500}
    rows("enterprises.Enterprise").filter(pk=first.pk).update(
        version=2, stage_rank=4, lead_group=rows("enterprises.InvestorGroup").get(), **amounts
    )
    rows("enterprises.Project").filter(name_zh="电视").update(heard_on=second.HEARD_ON, **amounts)
    rows("enterprises.Project").filter(name_zh="空调").update(heard_on=second.DAY)
    place = {"cluster": cluster.pk, "region": region.pk}
    sector = {"sector": rows("clusters.Sector").get().pk}
    for kind in (
        {"stage": "production", "standing": "active", "contracted_rows": 1, **sector, **amounts},
        {"stage": "signed", "standing": "active", **sector},
        {"stage": "signed", "standing": "withdrawn"},
    ):
        rows("enterprises.Tally").create(rows=1, **place, **kind)
    # The one for all enterprises is there since it was filled.
    rows("enterprises.Tally").filter(stage="").update(rows=2)
    for grade, fen, number in (("sourced", 0, 2), ("verified", 500, 1)):
        rows("ledger.PlaceTotal").create(
            cluster=cluster,
            region=region,
            measure="contracted",
            grade=grade,
            amount_fen=fen,
            rows=number,
        )


def check() -> None:
    """Raise unless facets and figures have what was recorded before they kept anything."""
    from django.db.models import Sum

    from enterprises.models import Enterprise, EnterpriseTally
    from ledger import verifying
    from ledger.models import MonthlyTotal
    from lists.models import SavedFilter

    assert list(verifying.problems()) == [], list(verifying.problems())
    counted = {
        (row["cluster"] > 0, row["region"] > 0, row["stage"]): row["n"]
        for row in EnterpriseTally.objects.values("cluster", "region", "stage").annotate(
            n=Sum("rows")
        )
    }
    assert counted[True, False, ""] == counted[False, True, ""] == counted[True, True, ""] == 2
    assert counted[False, False, "signed"] == counted[True, True, "production"] == 1
    months = MonthlyTotal.objects.filter(measure="contracted").aggregate(n=Sum("amount_fen"))
    assert months["n"] == 500
    found = Enterprise.objects.search("haixin")
    assert [one.version for one in found] == [2]
    assert SavedFilter.objects.get().query == "cluster=nev"
