"""The state that landed first: clusters to imports, each with what its first migrations made."""

from datetime import date
from typing import Any

MIGRATIONS = {
    "accounts": "0002_user_scope",
    "clusters": "0001_initial",
    "enterprises": "0001_initial",
    "imports": "0001_initial",
    "ledger": "0001_initial",
    "progress": "0001_initial",
}
DAY = date(2021, 3, 1)


def build(apps: Any) -> None:
    """Fill a database of this state; `apps` has the models as they were then."""

    def add(label: str, **values: Any) -> Any:
        return apps.get_model(label)._base_manager.create(**values)

    user = add("accounts.User", username="recorder", password="!", is_active=True)
    fact = {"effective_on": DAY, "recorded_by": user}
    park = add("clusters.Park", slug="seaside", name_en="Seaside", name_zh="海滨")
    region = add("clusters.Region", park=park, code="370285", name_en="Laixi", name_zh="莱西市")
    cluster = add("clusters.Cluster", park=park, slug="nev", name_en="NEV", name_zh="新能源汽车")
    sector = add("clusters.Sector", cluster=cluster, slug="cars", name_en="Cars", name_zh="整车")
    add("clusters.Site", cluster=cluster, region=region, area_km2="15")
    plan = add(
        "clusters.Plan",
        park=park,
        slug="plan",
        name_en="Plan",
        name_zh="方案",
        starts_on=date(2020, 1, 1),
        ends_on=date(2025, 12, 31),
    )
    add("clusters.CountingRule", plan=plan, counting_stage="registered", **fact)
    add(
        "clusters.Goal",
        plan=plan,
        measure="leading_enterprises",
        target_count=130,
        due_on=date(2025, 12, 31),
        **fact,
    )
    group = add("enterprises.InvestorGroup", name_en="Hisense Group")
    enterprise = add("enterprises.Enterprise", name_en="Hisense Visual", name_zh="海信视像")
    add("enterprises.Shareholding", enterprise=enterprise, group=group)
    add("enterprises.LeadingClaim", enterprise=enterprise, basis="industry_leader", **fact)
    place = {"cluster": cluster, "region": region, "sector": sector}
    project = add(
        "enterprises.Project",
        enterprise=enterprise,
        name_zh="电视",
        stage="registered",
        stage_on=DAY,
        **place,
    )
    add("enterprises.ProjectState", project=project, stage="registered", **place, **fact)
    evidence = add("ledger.Evidence", url="https://news.example.org/1", recorded_by=user)
    amount = {"project": project, "cluster": cluster, "region": region, "measure": "contracted"}
    first = add(
        "ledger.Entry", amount_fen=700, evidence=evidence, idempotency_key="1", **amount, **fact
    )
    add(
        "ledger.Entry",
        amount_fen=-700,
        evidence=evidence,
        reverses=first,
        reason="Signed twice",
        idempotency_key="2",
        **amount,
        **fact,
    )
    add("ledger.Entry", amount_fen=500, idempotency_key="3", **amount, **fact)
    upload = add(
        "imports.Upload",
        name="a.csv",
        sha256="0" * 64,
        rows=2,
        rows_posted=1,
        rows_known=0,
        rows_held=1,
        recorded_by=user,
    )
    held = {"cluster": cluster, "region": region, "entry": first}
    add("imports.HeldRow", upload=upload, line=2, values={"a": "b"}, reason="A double", **held)
    add(
        "progress.ReportedTotal",
        park=park,
        scope="city",
        measure="contracted",
        as_of=DAY,
        value=5,
        unit="yuan",
        source_url="https://news.example.org/2",
    )
