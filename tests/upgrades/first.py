"""The state that landed first: clusters to imports, each with what its first migrations made.

One project stands, another was withdrawn as withdrawals were recorded then: one reduction for each
evidence, which does not say what it lowers.
"""

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
LEFT_ON = date(2022, 5, 1)


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
    gone = add(
        "enterprises.Project",
        enterprise=enterprise,
        name_zh="空调",
        stage="registered",
        standing="withdrawn",
        stage_on=DAY,
        **place,
    )
    add("enterprises.ProjectState", project=gone, stage="registered", **place, **fact)
    left = {"effective_on": LEFT_ON, "reason": "The investor left", "recorded_by": user}
    add(
        "enterprises.ProjectState",
        project=gone,
        stage="registered",
        standing="withdrawn",
        **place,
        **left,
    )
    of_gone = amount | {"project": gone}
    paid = of_gone | {"measure": "paid_in"}
    add("ledger.Entry", amount_fen=300, idempotency_key="4", **of_gone, **fact)
    add("ledger.Entry", amount_fen=900, evidence=evidence, idempotency_key="5", **of_gone, **fact)
    add("ledger.Entry", amount_fen=200, idempotency_key="6", **paid, **fact)
    # 300 without evidence less the 200 that were paid in, and all of the 900.
    add("ledger.Entry", amount_fen=-100, idempotency_key="7", **of_gone, **left)
    add("ledger.Entry", amount_fen=-900, evidence=evidence, idempotency_key="8", **of_gone, **left)
    keep_totals(apps)
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


def keep_totals(apps: Any) -> None:
    """Add what the triggers of then would have kept; those of now need tables that come later."""
    by_day: dict[tuple[Any, ...], list[int]] = {}
    by_project: dict[tuple[Any, ...], list[int]] = {}
    for entry in apps.get_model("ledger.Entry")._base_manager.all():
        grade = "sourced" if entry.evidence_id else "unsupported"
        place = (entry.cluster_id, entry.region_id, entry.measure, entry.effective_on, grade)
        for sums, key in ((by_day, place), (by_project, (entry.project_id, entry.measure))):
            fen, count = sums.get(key, (0, 0))
            sums[key] = [fen + entry.amount_fen, count + (-1 if entry.reverses_id else 1)]
    for label, names, sums in (
        ("DailyTotal", ("cluster_id", "region_id", "measure", "effective_on", "grade"), by_day),
        ("ProjectTotal", ("project_id", "measure"), by_project),
    ):
        totals = apps.get_model("ledger", label)._base_manager
        for key, (fen, count) in sums.items():
            totals.create(**dict(zip(names, key, strict=True)), amount_fen=fen, entries=count)


def check() -> None:
    """Raise unless today's program does with the old rows what it does with its own."""
    from accounts.models import User
    from clusters.models import Region
    from enterprises.models import Project
    from ledger import verifying
    from ledger.exceptions import ReductionWithoutEntryError
    from ledger.models import Entry
    from ledger.moving import move
    from ledger.undoing import undo
    from ledger.verdicts import verify
    from ledger.withdrawal import revive

    gone = Project.objects.get(name_zh="空调")
    mover = User.objects.create(username="mover")
    other = Region.objects.create(
        park=gone.region.park, code="370211", name_en="West Coast", name_zh="西海岸新区"
    )

    def contracted() -> dict[str, int]:
        total = gone.totals.get(measure="contracted")
        assert list(verifying.problems()) == [], list(verifying.problems())
        return {
            "all": total.amount_fen,
            "sourced": total.sourced_fen,
            "unsupported": total.unsupported_fen,
        }

    assert contracted() == {"all": 200, "sourced": 0, "unsupported": 200}
    cited = Entry.objects.get(idempotency_key="5")
    try:
        verify(entry=cited, recorded_by=mover)
    except ReductionWithoutEntryError:
        pass
    else:
        raise AssertionError("900 left their grade, in which 900 are taken back")
    act: dict[str, Any] = {"recorded_by": mover, "reason": "As the register says"}
    # A move takes the old reductions along, from the start and from a day on, and is undone.
    for moved_on in (None, LEFT_ON, date(2022, 6, 1)):
        change = move(project=gone, region=other, moved_on=moved_on, **act)
        assert contracted() == {"all": 200, "sourced": 0, "unsupported": 200}
        inside = Entry.objects.filter(project=gone, region=other, measure="contracted")
        assert inside.sum_fen() == 200
        undo(change=change, **act)
        assert contracted() == {"all": 200, "sourced": 0, "unsupported": 200}
        gone.refresh_from_db()
    change = revive(project=gone, revived_on=date(2023, 1, 1), **act)
    assert contracted() == {"all": 1200, "sourced": 900, "unsupported": 300}
    undo(change=change, **act)
    assert contracted() == {"all": 200, "sourced": 0, "unsupported": 200}
