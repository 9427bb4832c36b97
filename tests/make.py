"""Rows for tests: each with fixed defaults, so that a test names only what it depends on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.roles import RECORDER, VERIFIER
from clusters.models import Cluster, CountingRule, Goal, Park, Plan, Region, Sector, Site
from clusters.vocabulary import GoalMeasure, LeadingBasis, Measure, Stage
from enterprises.credit_codes import check_sign
from enterprises.expectations import expect
from enterprises.models import (
    Confirmation,
    Enterprise,
    ExpectedDate,
    InvestorGroup,
    LeadingClaim,
    Project,
    Shareholding,
)
from enterprises.recording import record_claim, record_project, record_state
from enterprises.searching import keep_enterprises, keep_groups
from enterprises.staleness import confirm
from ledger.correcting import correct
from ledger.documents import keep
from ledger.models import Change, Entry, Evidence, ExchangeRate, Verification
from ledger.money import Money
from ledger.posting import cite, post
from ledger.rates import record_rate
from ledger.verdicts import attach, say

numbers = count(1)
PLAN_START = date(2020, 1, 1)
PLAN_END = date(2025, 12, 31)
FEN_PER_BN = 10**11


def make_user(
    *roles: str,
    username: str = "",
    regions: Sequence[Region] = (),
    clusters: Sequence[Cluster] = (),
    **fields: Any,
) -> User:
    """A person with roles and, where given, a scope; the password is "park-2020-pass"."""
    user = User.objects.create_user(
        username or f"user{next(numbers)}", password="park-2020-pass", **fields
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    user.regions.set(regions)
    user.clusters.set(clusters)
    return user


def make_recorder() -> User:
    """The one recorder of a test."""
    known = User.objects.filter(username="recorder").first()
    return known or make_user(RECORDER, username="recorder")


def make_park(slug: str = "seaside") -> Park:
    """A park, the same one for the same slug."""
    park, _ = Park.objects.get_or_create(
        slug=slug, defaults={"name_en": "Seaside Park", "name_zh": "海滨产业园"}
    )
    return park


def make_region(code: str = "370285", *, name_en: str = "", name_zh: str = "") -> Region:
    """A region, the same one for the same code."""
    region, _ = Region.objects.get_or_create(
        code=code,
        defaults={
            "park": make_park(),
            "name_en": name_en or f"Region {code}",
            "name_zh": name_zh or f"区{code}",
            "position": int(code) % 1000,
        },
    )
    return region


def make_cluster(
    slug: str = "nev", *, name_en: str = "", sites: Sequence[tuple[Region, str]] = ()
) -> Cluster:
    """A cluster, the same one for the same slug."""
    cluster, made = Cluster.objects.get_or_create(
        slug=slug,
        defaults={
            "park": make_park(),
            "name_en": name_en or f"Cluster {slug}",
            "name_zh": f"集群{slug}",
            "position": Cluster.objects.count(),
        },
    )
    if made:
        for region, area in sites:
            Site.objects.create(cluster=cluster, region=region, area_km2=Decimal(area))
    return cluster


def make_sector(slug: str = "vehicles", *, cluster: Cluster | None = None) -> Sector:
    """A sector, the same one for the same slug and cluster."""
    sector, _ = Sector.objects.get_or_create(
        slug=slug,
        cluster=cluster or make_cluster(),
        defaults={"name_en": slug.capitalize(), "name_zh": f"领域{slug}"},
    )
    return sector


def make_plan(
    *,
    starts_on: date = PLAN_START,
    ends_on: date = PLAN_END,
    slug: str = "seaside-plan",
    counting_stage: str = Stage.REGISTERED,
    investment_measure: str = Measure.CONTRACTED,
    leading_target: int | None = 130,
    investment_target_fen: int | None = 270 * FEN_PER_BN,
) -> Plan:
    """A plan with its counting rule and, unless None, the park's two goals."""
    plan = Plan.objects.create(
        park=make_park(),
        slug=slug,
        name_en=f"Plan {slug}",
        name_zh=f"方案{slug}",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    CountingRule.objects.create(
        plan=plan,
        effective_on=starts_on,
        recorded_by=make_recorder(),
        counting_stage=counting_stage,
        investment_measure=investment_measure,
    )
    if leading_target is not None:
        make_goal(plan, GoalMeasure.LEADING_ENTERPRISES, target_count=leading_target)
    if investment_target_fen is not None:
        make_goal(plan, GoalMeasure.INDUSTRIAL_SCALE, target_fen=investment_target_fen)
    return plan


def make_goal(
    plan: Plan,
    measure: str,
    *,
    cluster: Cluster | None = None,
    due_on: date | None = None,
    target_count: int | None = None,
    target_fen: int | None = None,
    effective_on: date | None = None,
) -> Goal:
    """A goal of the park, or of a cluster."""
    return Goal.objects.create(
        plan=plan,
        measure=measure,
        cluster=cluster,
        due_on=due_on or plan.ends_on,
        target_count=target_count,
        target_fen=target_fen,
        effective_on=effective_on or plan.starts_on,
        recorded_by=make_recorder(),
    )


def make_group(name_en: str = "Hisense Group", *, name_zh: str = "") -> InvestorGroup:
    """A group, the same one for the same name."""
    group, made = InvestorGroup.objects.get_or_create(
        name_en=name_en, defaults={"name_zh": name_zh}
    )
    if made:
        keep_groups([group.pk])
    return group


def make_enterprise(
    name_en: str = "",
    *,
    name_zh: str = "",
    groups: Sequence[InvestorGroup] = (),
    leading_on: date | None = None,
    basis: str = LeadingBasis.INDUSTRY_LEADER,
    **fields: Any,
) -> Enterprise:
    """An enterprise; `leading_on` adds a leading claim of that day."""
    number = next(numbers)
    enterprise = Enterprise.objects.create(
        name_en=name_en or f"Enterprise {number}", name_zh=name_zh or f"企业{number}", **fields
    )
    for position, group in enumerate(groups):
        Shareholding.objects.create(enterprise=enterprise, group=group, position=position)
    keep_enterprises([enterprise.pk])
    if leading_on is not None:
        make_claim(enterprise, on=leading_on, basis=basis)
    return enterprise


def make_credit_code() -> str:
    """A credit code of its own, with the right check sign."""
    begun = f"91370200MA{next(numbers):07d}"
    return begun + check_sign(begun)


def make_claim(
    enterprise: Enterprise, *, on: date, basis: str = LeadingBasis.INDUSTRY_LEADER
) -> LeadingClaim:
    """A leading claim."""
    return record_claim(
        enterprise=enterprise, recorded_by=make_recorder(), effective_on=on, basis=basis
    )


def make_project(
    enterprise: Enterprise | None = None,
    *,
    cluster: Cluster | None = None,
    region: Region | None = None,
    stage: str = Stage.SIGNED,
    on: date = date(2021, 3, 1),
    **names: Any,
) -> Project:
    """A project with its first state, of an enterprise that may be registered."""
    number = next(numbers)
    return record_project(
        enterprise=enterprise or make_enterprise(credit_code=make_credit_code()),
        recorded_by=make_recorder(),
        effective_on=on,
        stage=stage,
        cluster=cluster or make_cluster(),
        region=region or make_region(),
        name_zh=names.pop("name_zh", f"项目{number}"),
        name_en=names.pop("name_en", f"Project {number}"),
        **names,
    )


def make_evidence(url: str = "https://news.example.org/1") -> Evidence:
    """A page, the same one for the same address."""
    return cite(url=url, recorded_by=make_recorder(), dated_on=date(2021, 3, 2))


def make_rate(
    rate: str = "6.984",
    *,
    currency: str = "USD",
    on: date = date(2020, 7, 20),
    source: str = "China Daily",
    **fields: Any,
) -> ExchangeRate:
    """A rate that was recorded here."""
    return record_rate(
        currency=currency,
        on=on,
        rate=Decimal(rate),
        source=source,
        recorded_by=fields.pop("recorded_by", None) or make_recorder(),
        **fields,
    )


PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n% {}\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def make_document(
    name: str = "contract.pdf",
    *,
    content: bytes = b"",
    entry: Entry | None = None,
    recorded_by: User | None = None,
    **about: Any,
) -> Evidence:
    """A document, a PDF of its own unless `content` is given; added to `entry` where one is."""
    upload = SimpleUploadedFile(name, content or PDF.replace(b"{}", name.encode()))
    document = keep(upload, recorded_by=recorded_by or make_recorder(), **about)
    if entry is not None:
        attach(entry=entry, evidence=document, recorded_by=recorded_by or make_recorder())
    return document


def make_entry(
    project: Project | None = None,
    *,
    amount_fen: int = FEN_PER_BN,
    money: Money | None = None,
    measure: str = Measure.CONTRACTED,
    on: date = date(2021, 3, 1),
    **fields: Any,
) -> Entry:
    """An entry that went the way every entry goes; doubles are allowed, as tests repeat amounts."""
    return post(
        project=project or make_project(),
        measure=measure,
        effective_on=on,
        money=money or Money(amount_fen),
        recorded_by=fields.pop("recorded_by", None) or make_recorder(),
        allow_double=fields.pop("allow_double", True),
        **fields,
    )


def make_ready(project: Project) -> Project:
    """Record all that the first gates ask for, from the signing to full capacity."""
    if not project.enterprise.credit_code:
        project.enterprise.credit_code = make_credit_code()
        project.enterprise.save()
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=project.stage_on,
        stage=project.stage,
        sector=make_sector(cluster=project.cluster),
    )
    make_expected(project)
    for measure in Measure:
        make_entry(project, measure=measure)
    return project


def make_expected(
    project: Project | None = None,
    *,
    stage: str = Stage.PRODUCTION,
    on: date = date(2024, 6, 30),
    **fields: Any,
) -> ExpectedDate:
    """The day that a project is expected at a stage."""
    return expect(
        project=project or make_project(),
        stage=stage,
        expected_on=on,
        recorded_by=fields.pop("recorded_by", None) or make_recorder(),
        **fields,
    )


def make_confirmation(
    project: Project | None = None, *, on: date = date(2023, 1, 1), **fields: Any
) -> Confirmation:
    """The word that a project still stands as recorded."""
    return confirm(
        project=project or make_project(),
        confirmed_on=on,
        recorded_by=fields.pop("recorded_by", None) or make_recorder(),
        **fields,
    )


def make_verifier() -> User:
    """The one verifier of a test."""
    known = User.objects.filter(username="verifier").first()
    return known or make_user(VERIFIER, username="verifier")


def make_verdict(
    entry: Entry, verdict: str = Verification.Verdict.VERIFIED, *, note: str = "Seen"
) -> Verification:
    """A word of the verifier on an entry."""
    return say(
        entry=entry,
        verdict=Verification.Verdict(verdict),
        recorded_by=make_verifier(),
        note=note,
    )


def make_correction(entry: Entry, *, amount_fen: int | None = None, **fields: Any) -> Change:
    """A correction of an entry; of its amount unless told otherwise."""
    return correct(
        **{
            "entry": entry,
            "measure": entry.measure,
            "effective_on": entry.effective_on,
            "money": Money(entry.amount_fen + 100 if amount_fen is None else amount_fen),
            "recorded_by": make_recorder(),
            "reason": "Typed wrong",
            "evidence": entry.evidence,
            "allow_double": True,
            **fields,
        }
    )
