"""The state with evidence, verdicts, acts and gates, before lists kept columns of their own.

One project with a corrected amount of which what stands is verified, and one without any.
"""

from datetime import date
from typing import Any

MIGRATIONS = {
    "accounts": "0002_user_scope",
    "clusters": "0002_recorded_at_index",
    "enterprises": "0004_first_gates_and_days_of_silence",
    "imports": "0001_initial",
    "ledger": "0004_find_equal_amounts",
    "progress": "0001_initial",
}
DAY = date(2021, 3, 1)
HEARD_ON = date(2024, 5, 1)


def build(apps: Any) -> None:
    """Fill a database of this state; `apps` has the models as they were then."""

    def add(label: str, **values: Any) -> Any:
        return apps.get_model(label)._base_manager.create(**values)

    user = add("accounts.User", username="recorder", password="!", is_active=True)
    second = add("accounts.User", username="verifier", password="!", is_active=True)
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
    goal = {"measure": "leading_enterprises", "target_count": 130, "due_on": date(2025, 12, 31)}
    add("clusters.Goal", plan=plan, **goal, **fact)
    group = add("enterprises.InvestorGroup", name_en="Hisense Group", name_zh="海信集团")
    enterprise = add("enterprises.Enterprise", name_en="Hisense Visual", name_zh="海信视像")
    add("enterprises.Shareholding", enterprise=enterprise, group=group)
    add("enterprises.LeadingClaim", enterprise=enterprise, basis="industry_leader", **fact)
    place = {"cluster": cluster, "region": region, "sector": sector}
    projects = [
        add(
            "enterprises.Project",
            enterprise=enterprise,
            name_zh=name,
            stage=stage,
            stage_on=DAY,
            **place,
        )
        for name, stage in (("电视", "production"), ("空调", "signed"))
    ]
    for project in projects:
        add("enterprises.ProjectState", project=project, stage=project.stage, **place, **fact)
    project = projects[0]
    add(
        "enterprises.ExpectedDate",
        project=project,
        stage="full_capacity",
        expected_on=HEARD_ON,
        recorded_by=user,
    )
    add("enterprises.Confirmation", project=project, effective_on=HEARD_ON, recorded_by=user)
    amount = {"project": project, "cluster": cluster, "region": region, "measure": "contracted"}
    cited = add("ledger.Evidence", url="https://news.example.org/1", recorded_by=user)
    entries = [
        add("ledger.Entry", amount_fen=700, evidence=cited, idempotency_key="1", **amount, **fact)
    ]
    why = {"reason": "It was 500"}
    act = add("ledger.Change", kind="correct", project=project, idempotency_key="a", **why, **fact)
    entries += [
        add(
            "ledger.Entry",
            amount_fen=fen,
            evidence=cited,
            idempotency_key=key,
            reverses=entries[0] if fen < 0 else None,
            change=act,
            **why,
            **amount,
            **fact,
        )
        for fen, key in ((-700, "2"), (500, "3"))
    ]
    standing = entries[-1]
    other = add("ledger.Evidence", url="https://news.example.org/2", recorded_by=user)
    add("ledger.Attachment", entry=standing, evidence=other, recorded_by=second)
    add("ledger.Verification", entry=standing, verdict="verified", recorded_by=second)
    rate = {"currency": "USD", "on": DAY, "rate": "6.5", "source": "A bank"}
    add("ledger.ExchangeRate", recorded_by=user, **rate)
    keep_totals(add, entries)
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
    held = {"cluster": cluster, "region": region, "entry": standing}
    add("imports.HeldRow", upload=upload, line=2, values={"a": "b"}, reason="A double", **held)
    add(
        "progress.ReportedTotal",
        park=park,
        scope="city",
        measure="contracted",
        as_of=DAY,
        value=5,
        unit="yuan",
        source_url="https://news.example.org/3",
    )


def keep_totals(add: Any, entries: list[Any]) -> None:
    """Add what the triggers of then would have kept; those of now need tables that come later."""
    first, reversal, standing = entries
    for entry, grade in ((first, "sourced"), (reversal, "sourced"), (standing, "verified")):
        verdict = "verified" if entry == standing else ""
        add("ledger.Assessment", entry=entry, grade=grade, verdict=verdict)
    place = {"cluster": first.cluster, "region": first.region, "measure": "contracted"}
    for grade, fen, count in (("sourced", 0, 0), ("verified", 500, 1)):
        kept = {"effective_on": DAY, "grade": grade, "amount_fen": fen, "entries": count}
        add("ledger.DailyTotal", **place, **kept)
    add(
        "ledger.ProjectTotal",
        project=first.project,
        measure="contracted",
        amount_fen=500,
        verified_fen=500,
        entries=1,
    )


def check() -> None:
    """Raise unless lists find, show and count what was recorded before they kept anything."""
    from enterprises.models import Enterprise, Project, Tally
    from ledger import verifying

    assert list(verifying.problems()) == [], list(verifying.problems())
    project = Project.objects.get(name_zh="电视")
    assert (project.contracted_fen, project.contracted_verified_fen) == (500, 500)
    assert (project.heard_on, project.version) == (HEARD_ON, 1)
    found = Enterprise.objects.search("haixin")
    assert [one.contracted_fen for one in found] == [500]
    assert sum(one.rows for one in Tally.objects.filter(Tally.PROJECTS)) == 2
