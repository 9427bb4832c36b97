"""Plan files: what is loaded, what is refused, and what a second load does."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from accounts.people import system_user
from accounts.roles import ADMINISTRATOR, PLANNER, RECORDER
from clusters.amounts import FEN_PER_BN, FEN_PER_YUAN
from clusters.models import Cluster, CountingRule, Goal, Park, Plan, Region, Sector, Site
from clusters.vocabulary import GoalMeasure
from tests.make import make_cluster, make_goal, make_plan, make_project, make_region, make_user

EXAMPLE = Path(__file__).parent / "example-plan.toml"
SHIPPED = Path(__file__).parents[2] / "clusters" / "plans" / "qingdao-2020-2025.toml"

pytestmark = pytest.mark.django_db


def load(path: Path, *arguments: str) -> str:
    """Load a file and return what the command says."""
    out = StringIO()
    call_command("load_plan", str(path), *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def refused(path: Path, *arguments: str) -> list[str]:
    """Load a file that must be refused; return its problems, one a line, and change nothing."""
    before = contents()
    problems = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("load_plan", str(path), *arguments, stdout=StringIO(), stderr=problems)
    assert error.value.returncode == 1
    assert contents() == before
    return problems.getvalue().splitlines()


def contents() -> dict[str, list[Any]]:
    """Every row of the plan's tables and of the people's."""
    models: list[type[Model]] = [*apps.get_app_config("clusters").get_models(), User]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the example with some of its text replaced; each text must be in it once."""

    def write(*replacements: tuple[str, str], more: str = "") -> Path:
        text = EXAMPLE.read_text(encoding="utf-8")
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "plan.toml"
        path.write_text(text + more, encoding="utf-8")
        return path

    return write


Write = Callable[..., Path]


def test_the_example_is_loaded_as_it_is_written() -> None:
    said = load(EXAMPLE)

    assert said.startswith("Plan teal-bay-2026-2030: 13 added, 0 changed, 0 as they were.")
    park = Park.objects.get()
    assert (park.slug, park.name_zh, park.parent_en) == (
        "teal-bay",
        "青湾产业园",
        "Three Bays Industrial Belt",
    )
    plan = Plan.objects.get()
    assert (plan.starts_on, plan.ends_on) == (date(2026, 1, 1), date(2030, 12, 31))
    assert plan.source_on == date(2025, 12, 1)
    rule = CountingRule.objects.get()
    assert (rule.counting_stage, rule.investment_measure) == ("construction", "paid_in")
    assert rule.effective_on == date(2026, 1, 1)
    assert [region.code for region in park.regions.all()] == ["990101", "990102"]
    kites, lanterns = park.clusters.all()
    assert (kites.short_en, kites.remark_zh) == ("Kites", "飞得比谁都远")
    assert [(site.region.name_en, str(site.area_km2)) for site in kites.sites.all()] == [
        ("Northmoor", "2.250"),
        ("Southmoor", "3.000"),
    ]
    assert [(sector.slug, sector.in_plan) for sector in kites.sectors.all()] == [
        ("string", True),
        ("other_kites", False),
    ]
    assert str(lanterns) == "灯笼"
    whole, scale = Goal.objects.all()
    assert (whole.cluster, whole.target_count, whole.target_fen) == (None, 12, None)
    assert (scale.cluster, scale.target_fen) == (kites, 1_500_000_000 * FEN_PER_YUAN)
    assert {goal.effective_on for goal in (whole, scale)} == {date(2026, 1, 1)}
    assert whole.recorded_by == system_user()


def test_the_shipped_plan_is_the_published_one() -> None:
    load(SHIPPED)

    park = Park.objects.get()
    assert park.name_zh == "青岛国际招商产业园"
    assert [region.name_en for region in park.regions.all()] == [
        "Laixi",
        "Pingdu",
        "Jiaozhou",
        "Chengyang",
        "Jimo",
        "Shinan",
        "Shibei",
        "Licang",
        "Laoshan",
        "West Coast New Area",
    ]
    areas = {
        (site.cluster.slug, site.region.name_en): float(site.area_km2)
        for site in Site.objects.select_related("cluster", "region")
    }
    assert areas == {
        ("digital", "West Coast New Area"): 4.5,
        ("nev", "Jimo"): 6.3,
        ("nev", "Laixi"): 15,
        ("appliances", "Pingdu"): 11.5,
    }
    plan = Plan.objects.get()
    assert plan.days == 2192  # 6 × 365, and 29 February in 2020 and 2024
    goals = Goal.objects.standing(plan, plan.ends_on, None)
    whole = {goal.measure: goal.target for goal in goals.filter(cluster=None, due_on=plan.ends_on)}
    assert whole == {"leading_enterprises": 130, "industrial_scale": 270 * FEN_PER_BN}
    assert goals.count() == 15
    assert all(goal.wording and goal.source_url and goal.source_on for goal in goals)


def test_a_goal_that_is_not_published_stays_unset() -> None:
    load(SHIPPED)

    at_the_end = Goal.objects.filter(due_on=date(2025, 12, 31)).exclude(cluster=None)
    assert {goal.cluster.slug for goal in at_the_end if goal.cluster} == {"digital"}
    # Nothing is derived from the park's 270 bn and the digital cluster's 50 bn.
    assert not Goal.objects.filter(cluster__slug="nev", measure="industrial_scale").exists()


def test_the_shipped_plan_has_every_sector_of_the_public_record() -> None:
    load(SHIPPED)

    used = {
        "digital": "integrated_circuits intelligent_equipment new_displays other_digital robots "
        "ultra_hd_video",
        "nev": "auto_parts automotive_electrical batteries charging vehicles",
        "appliances": "components home_appliances smart_home",
    }
    for slug, sectors in used.items():
        known = set(Sector.objects.filter(cluster__slug=slug).values_list("slug", flat=True))
        assert set(sectors.split()) <= known


@pytest.mark.parametrize("path", [EXAMPLE, SHIPPED], ids=["example", "shipped"])
def test_a_second_load_changes_nothing(path: Path) -> None:
    load(path)
    before = contents()

    said = load(path)

    assert "0 added, 0 changed" in said
    assert contents() == before


def test_a_second_load_in_chinese_changes_nothing_either() -> None:
    load(EXAMPLE)
    before = contents()
    with translation.override("zh-hans"):
        load(EXAMPLE)
    assert contents() == before


def test_once_leaves_a_loaded_plan_and_what_was_changed_in_it(write: Write) -> None:
    assert "13 added" in load(EXAMPLE, "--once")
    plan = Plan.objects.get()
    make_goal(plan, GoalMeasure.PAID_IN, target_fen=FEN_PER_BN)
    before = contents()

    said = load(write(("target_count = 12", "target_count = 15")), "--once")

    assert said == "Plan teal-bay-2026-2030 is loaded already; it stays as it is.\n"
    assert contents() == before


def test_names_places_and_dates_follow_the_file(write: Write) -> None:
    load(EXAMPLE)

    said = load(
        write(
            ('"Northmoor"', '"North Moor"'),
            ("area_km2 = 2.25", "area_km2 = 2.5"),
            ('slug = "string"\nname_en = "String"', 'slug = "string"\nname_en = "Strings"'),
            ("ends_on = 2030-12-31", "ends_on = 2031-06-30"),
        )
    )

    assert "0 added, 4 changed" in said
    assert Region.objects.get(code="990101").name_en == "North Moor"
    assert str(Site.objects.get(region__code="990101").area_km2) == "2.500"
    assert Sector.objects.get(slug="string").name_en == "Strings"
    assert Plan.objects.get().ends_on == date(2031, 6, 30)


def test_a_changed_target_keeps_the_old_row_and_known_at_sees_the_old_one(write: Write) -> None:
    load(EXAMPLE)
    plan = Plan.objects.get()
    old = Goal.objects.get(cluster=None)

    load(write(("target_count = 12", 'target_count = 15\nreason = "Raised by the council"')))

    new = Goal.objects.filter(cluster=None).latest("pk")
    assert (new.target, new.reason) == (15, "Raised by the council")
    assert new.effective_on == max(timezone.localdate(), plan.starts_on)
    assert Goal.objects.get(pk=old.pk).target == 12
    today = timezone.localdate()
    now = Goal.objects.standing(plan, today, None).get(cluster=None)
    then = Goal.objects.standing(plan, today, old.recorded_at).get(cluster=None)
    assert (now.target, then.target) == (15, 12)


def test_before_the_day_of_the_change_the_old_target_stands(write: Write) -> None:
    load(EXAMPLE)
    plan = Plan.objects.get()

    load(write(("target_count = 12", "target_count = 15\neffective_on = 2028-01-01")))

    def target(day: date) -> int | None:
        return Goal.objects.standing(plan, day, None).get(cluster=None).target

    assert target(date(2027, 12, 31)) == 12
    assert target(date(2028, 1, 1)) == 15


def test_a_mistake_is_put_right_from_the_first_day_where_the_file_says_so(write: Write) -> None:
    load(EXAMPLE)
    plan = Plan.objects.get()
    path = write(("target_count = 12", "target_count = 21\neffective_on = 2026-01-01"))

    load(path)

    assert Goal.objects.standing(plan, plan.starts_on, None).get(cluster=None).target == 21
    assert "0 added, 0 changed" in load(path)


def test_a_change_before_what_it_replaces_is_refused(write: Write) -> None:
    load(EXAMPLE)
    load(write(("target_count = 12", "target_count = 15\neffective_on = 2028-01-01")))

    problems = refused(write(("target_count = 12", "target_count = 9\neffective_on = 2027-01-01")))

    assert problems == [
        "goals[0].effective_on: 2027-01-01 is refused; what it replaces holds from 2028-01-01"
    ]


def test_a_goal_that_vanished_ends_and_can_come_back(write: Write) -> None:
    load(EXAMPLE)
    plan = Plan.objects.get()
    text = EXAMPLE.read_text(encoding="utf-8")
    first, second = text.index("[[goals]]"), text.rindex("[[goals]]")
    shorter = write((text[first:second], ""))

    said = load(shorter)

    assert "Goals ended" in said
    assert "Leading enterprises" in said
    today = timezone.localdate()
    assert not Goal.objects.standing(plan, today, None).filter(cluster=None).exists()
    assert Goal.objects.filter(cluster=None).count() == 2  # the promise and its end
    assert "Goals ended" not in load(shorter)
    load(EXAMPLE)
    assert Goal.objects.standing(plan, today, None).get(cluster=None).target == 12


def test_a_changed_counting_rule_is_added_beside_the_old_one(write: Write) -> None:
    load(EXAMPLE)
    plan = Plan.objects.get()
    old = CountingRule.objects.get()

    load(write(('counting_stage = "construction"', 'counting_stage = "production"')))

    today = timezone.localdate()
    now = CountingRule.objects.standing(plan, today, None)
    then = CountingRule.objects.standing(plan, today, old.recorded_at)
    assert now is not None
    assert then is not None
    assert (now.counting_stage, then.counting_stage) == ("production", "construction")


def test_sites_and_sectors_that_vanish_are_removed_unless_a_project_uses_them(
    write: Write,
) -> None:
    load(EXAMPLE)
    kites = Cluster.objects.get(slug="kites")
    make_project(
        cluster=kites,
        region=Region.objects.get(code="990101"),
        sector=Sector.objects.get(slug="string"),
    )
    text = EXAMPLE.read_text(encoding="utf-8")
    site = '[[clusters.sites]]\nregion = "990102"\narea_km2 = 3\n'
    sectors = text[
        text.index("[[clusters.sectors]]") : text.index('[[clusters]]\nslug = "lanterns"')
    ]

    said = load(write((site, ""), (sectors, "")))

    assert "Removed, as the file no longer has them: site Kites and gliders · Southmoor; " in said
    assert "sector Other" in said.split("Kept")[0]
    assert "Kept, though the file no longer has them: sector String" in said
    assert [sector.slug for sector in kites.sectors.all()] == ["string"]
    assert kites.sites.count() == 1


def test_a_region_or_cluster_that_vanished_is_kept_and_named(write: Write) -> None:
    load(EXAMPLE)
    text = EXAMPLE.read_text(encoding="utf-8")
    lanterns = '[[clusters]]\nslug = "lanterns"\nname_zh = "灯笼"\n'
    assert lanterns in text

    said = load(write((lanterns, "")))

    assert "Kept, though the file no longer has them: cluster 灯笼" in said
    assert Cluster.objects.filter(slug="lanterns").exists()


def test_a_second_plan_of_the_same_park_stands_beside_the_first(write: Write) -> None:
    load(EXAMPLE)
    load(
        write(
            ('slug = "teal-bay-2026-2030"', 'slug = "teal-bay-2031-2035"'),
            ("starts_on = 2026-01-01", "starts_on = 2031-01-01"),
            ("ends_on = 2030-12-31", "ends_on = 2035-12-31"),
            ("due_on = 2030-12-31", "due_on = 2035-12-31"),
            ("due_on = 2028-12-31", "due_on = 2033-12-31"),
        )
    )

    first = Plan.objects.get(slug="teal-bay-2026-2030")
    assert Goal.objects.standing(first, first.ends_on, None).count() == 2
    assert Plan.objects.count() == 2
    assert Park.objects.count() == 1
    assert Cluster.objects.count() == 2


def test_regions_clusters_and_plans_of_another_park_are_refused() -> None:
    make_region("990101")
    make_cluster("kites")
    make_plan(slug="teal-bay-2026-2030")

    problems = refused(EXAMPLE)

    other = "belongs to another park, Seaside Park (seaside)"
    assert problems == [
        f"regions[0].code: “990101” {other}",
        f"clusters[0].slug: “kites” {other}",
        f"plan.slug: “teal-bay-2026-2030” {other}",
    ]


def test_it_is_recorded_as_the_planner_who_is_named() -> None:
    planner = make_user(PLANNER, username="wang")
    load(EXAMPLE, "--as-user", "wang")
    assert {goal.recorded_by for goal in Goal.objects.all()} == {planner}
    assert not User.objects.filter(username="parktracker").exists()


@pytest.mark.parametrize(
    ("name", "said"), [("nobody", "nobody is named “nobody”"), ("zhao", "may not set goals")]
)
def test_somebody_who_is_no_planner_cannot_be_named(name: str, said: str) -> None:
    make_user(RECORDER, username="zhao")
    make_user(ADMINISTRATOR, username="gone", is_active=False)
    with pytest.raises(CommandError, match=said):
        load(EXAMPLE, "--as-user", name)
    with pytest.raises(CommandError, match="may not set goals"):
        load(EXAMPLE, "--as-user", "gone")
    assert not Park.objects.exists()


def test_nobody_can_log_in_as_the_recorder_of_commands() -> None:
    user = system_user()
    assert not user.is_active
    assert not user.has_usable_password()
    assert not user.check_password("")
    assert system_user() == user


def test_a_plan_of_two_hundred_goals_is_compared_in_few_queries(write: Write) -> None:
    goals = "".join(
        f'\n[[goals]]\nmeasure = "paid_in"\ndue_on = {date(2026 + day // 28, 3, day % 28 + 1)}\n'
        f"target_yuan = {day + 1}\n"
        for day in range(100)
    )
    path = write(more=goals)
    load(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert "0 added, 0 changed" in load(path)
    assert len(queries) < 30


# --- what is refused --------------------------------------------------------------------------

GOAL = '\n[[goals]]\nmeasure = "paid_in"\ndue_on = 2027-12-31\ntarget_yuan = 5\n'
SECOND = '"kites"\nname_en'
REFUSALS: dict[str, tuple[tuple[str, str], list[str]]] = {
    "unknown key": (
        ('slug = "teal-bay"', 'slug = "teal-bay"\ncolour = "teal"'),
        ["park.colour: not a key here; accepted are slug, name_en, name_zh, parent_en, parent_zh"],
    ),
    "unknown table": (
        ("[park]", "[people]\n[park]"),
        ["people: not a key here; accepted are park, plan, regions, clusters, goals"],
    ),
    "key that TOML quotes": (
        ("[park]", '"a\\nb" = 1\n[park]'),
        ['"a\\nb": not a key here; accepted are park, plan, regions, clusters, goals'],
    ),
    "missing key": (("starts_on = 2026-01-01\n", ""), ["plan.starts_on: is missing"]),
    "no name at all": (
        ('name_en = "Northmoor"\nname_zh = "北泽区"\n', ""),
        ["regions[0].name_en: is missing; give name_en, name_zh or both"],
    ),
    "number as a name": (
        ('"Northmoor"', "7"),
        ["regions[0].name_en: must be a text in quotes, not 7"],
    ),
    "text too long": (
        ('"Kites"', f'"{"k" * 41}"'),
        ["clusters[0].short_en: has 41 characters; 40 are accepted"],
    ),
    "NUL": (('"Northmoor"', '"North\\u0000moor"'), ["regions[0].name_en: has a control character"]),
    "empty reason": (
        ('"The plan counts an enterprise once it builds, and money once it has arrived."', '" "'),
        ["plan.counting_rule.reason: must not be empty"],
    ),
    "slug with capitals": (
        ('slug = "teal-bay"', 'slug = "Teal Bay"'),
        ["park.slug: “Teal Bay” is refused; use up to 50 small letters, digits, - and _"],
    ),
    "date in quotes": (
        ("starts_on = 2026-01-01", 'starts_on = "2026-01-01"'),
        ["plan.starts_on: “2026-01-01” is not a date; write it without quotes, as 2020-12-31"],
    ),
    "date with a time": (
        ("starts_on = 2026-01-01", "starts_on = 2026-01-01T08:00:00"),
        [
            "plan.starts_on: 2026-01-01 08:00:00 is not a date; "
            "write it without quotes, as 2020-12-31"
        ],
    ),
    "end before start": (
        ("ends_on = 2030-12-31", "ends_on = 2020-12-31"),
        ["plan.ends_on: 2020-12-31 is refused; it must come after starts_on, 2026-01-01"],
    ),
    "no web address": (
        ('"Teal Bay Gazette, 1 December 2025"\nsource_url = "https:', '"G"\nsource_url = "ftp:'),
        [
            "plan.source_url: “ftp://gazette.example.org/teal-bay/plan” is no web address; "
            "it begins with http:// or https://"
        ],
    ),
    "unknown stage": (
        ('"construction"', '"built"'),
        [
            "plan.counting_rule.counting_stage: “built” is not known; accepted are negotiating, "
            "signed, registered, construction, production, full_capacity"
        ],
    ),
    "unknown measure of the ledger": (
        ('investment_measure = "paid_in"', 'investment_measure = "industrial_scale"'),
        [
            "plan.counting_rule.investment_measure: “industrial_scale” is not known; "
            "accepted are contracted, paid_in, annual_output"
        ],
    ),
    "region code with a letter": (
        ('code = "990102"', 'code = "99010B"'),
        [
            "regions[1].code: “99010B” is refused; a region code has six digits (GB/T 2260)",
            "clusters[0].sites[1].region: “990102” is not known; accepted are 990101, 99010B",
        ],
    ),
    "region code as a number": (
        ('code = "990102"', "code = 990102"),
        [
            "regions[1].code: must be a text in quotes, not 990102",
            "clusters[0].sites[1].region: “990102” is not known; accepted are 990101",
        ],
    ),
    "region twice": (
        ('code = "990102"\nname_en = "Southmoor"', 'code = "990101"\nname_en = "Northmoor"'),
        [
            "regions[1].code: repeats regions[0]",
            "regions[1].name_en: repeats regions[0]",
            "clusters[0].sites[1].region: “990102” is not known; accepted are 990101, 990101",
        ],
    ),
    "site of an unknown region": (
        ('region = "990102"', 'region = "990103"'),
        ["clusters[0].sites[1].region: “990103” is not known; accepted are 990101, 990102"],
    ),
    "two sites in one region": (
        ('region = "990102"', 'region = "990101"'),
        ["clusters[0].sites[1].region: repeats clusters[0].sites[0]"],
    ),
    "site of no area": (
        ("area_km2 = 3", "area_km2 = 0"),
        [
            "clusters[0].sites[1].area_km2: 0 is refused; "
            "a number above 0 and up to 999,999.999 is accepted"
        ],
    ),
    "site without an area": (
        ("area_km2 = 3\n", ""),
        ["clusters[0].sites[1].area_km2: is missing"],
    ),
    "area that is no number": (
        ("area_km2 = 3", 'area_km2 = "3"'),
        ["clusters[0].sites[1].area_km2: must be a number without quotes, not “3”"],
    ),
    "area not a number at all": (
        ("area_km2 = 3", "area_km2 = nan"),
        [
            "clusters[0].sites[1].area_km2: NaN is refused; "
            "a number above 0 and up to 999,999.999 is accepted"
        ],
    ),
    "area beyond all bounds": (
        ("area_km2 = 3", "area_km2 = 1e400"),
        [
            "clusters[0].sites[1].area_km2: 1E+400 is refused; "
            "a number above 0 and up to 999,999.999 is accepted"
        ],
    ),
    "area finer than a square metre": (
        ("area_km2 = 3", "area_km2 = 3.0001"),
        ["clusters[0].sites[1].area_km2: 3.0001 is refused; at most 3 decimals are accepted"],
    ),
    "sites as one table": (
        ('slug = "lanterns"', 'slug = "lanterns"\nsites = { region = "990101" }'),
        ["clusters[1].sites: must be a list of tables, [[clusters.sites]], not a table"],
    ),
    "park as a text": (
        ("[park]", 'park = "teal-bay"\n[garden]'),
        [
            "park: must be a table, [park], not “teal-bay”",
            "park.slug: is missing",
            "park.name_en: is missing; give name_en, name_zh or both",
            "garden: not a key here; accepted are park, plan, regions, clusters, goals",
        ],
    ),
    "cluster twice": (
        ('slug = "lanterns"', 'slug = "kites"'),
        ["clusters[1].slug: repeats clusters[0]"],
    ),
    "sector twice": (
        ('slug = "other_kites"', 'slug = "string"'),
        ["clusters[0].sectors[1].slug: repeats clusters[0].sectors[0]"],
    ),
    "flag in quotes": (
        ("in_plan = true", 'in_plan = "yes"'),
        ["clusters[0].sectors[0].in_plan: must be true or false, not “yes”"],
    ),
    "goal of an unknown cluster": (
        ('cluster = "kites"', 'cluster = "dragons"'),
        ["goals[1].cluster: “dragons” is not known; accepted are kites, lanterns"],
    ),
    "goal of an empty cluster": (
        ('cluster = "kites"', 'cluster = ""'),
        ["goals[1].cluster: “” is not known; accepted are kites, lanterns"],
    ),
    "goal of an unknown measure": (
        ('measure = "leading_enterprises"', 'measure = "happiness"'),
        [
            "goals[0].measure: “happiness” is not known; accepted are leading_enterprises, "
            "industrial_scale, new_fortune_500_enterprises, new_industry_leaders, "
            "new_engine_projects, contracted, paid_in, annual_output"
        ],
    ),
    "negative target": (
        ("target_count = 12", "target_count = -12"),
        ["goals[0].target_count: -12 is refused; a number above 0 and up to 1,000,000 is accepted"],
    ),
    "target of nothing": (
        ("target_count = 12", "target_count = 0"),
        ["goals[0].target_count: 0 is refused; a number above 0 and up to 1,000,000 is accepted"],
    ),
    "half an enterprise": (
        ("target_count = 12", "target_count = 12.5"),
        ["goals[0].target_count: 12.5 is refused; a whole number is accepted"],
    ),
    "true as a number": (
        ("target_count = 12", "target_count = true"),
        ["goals[0].target_count: must be a number without quotes, not true"],
    ),
    "part of a fen": (
        ("target_yuan = 1_500_000_000", "target_yuan = 0.001"),
        ["goals[1].target_yuan: 0.001 is refused; at most 2 decimals are accepted"],
    ),
    "more than ten trillion": (
        ("target_yuan = 1_500_000_000", "target_yuan = 10_000_000_000_001"),
        [
            "goals[1].target_yuan: 10000000000001 is refused; "
            "a number above 0 and up to 10,000,000,000,000 is accepted"
        ],
    ),
    "number of any length": (
        ("target_count = 12", f"target_count = 0x{'f' * 9000}"),
        [
            "goals[0].target_count: a number of over 60 digits is refused; "
            "a number above 0 and up to 1,000,000 is accepted"
        ],
    ),
    "target of the other kind": (
        ("target_count = 12", "target_yuan = 12"),
        ["goals[0].target_yuan: does not fit the measure leading_enterprises; give target_count"],
    ),
    "targets of both kinds": (
        ("target_count = 12", "target_count = 12\ntarget_yuan = 12"),
        ["goals[0].target_yuan: does not fit the measure leading_enterprises; give target_count"],
    ),
    "goal without a target": (
        ("target_count = 12\n", ""),
        ["goals[0].target_count: is missing; leave out a goal that has no published target"],
    ),
    "goal due before the plan": (
        ("due_on = 2030-12-31", "due_on = 2003-12-31"),
        ["goals[0].due_on: 2003-12-31 is refused; a goal is due from 2026-01-01 to 2032-01-01"],
    ),
    "goal twice": (
        ('[[clusters]]\nslug = "lanterns"', f'{GOAL}{GOAL}[[clusters]]\nslug = "lanterns"'),
        ["goals[1].due_on: repeats goals[0]"],
    ),
    "no regions": (
        ('[[regions]]\ncode = "990101"\nname_en', '[[areas]]\ncode = "990101"\nname_en'),
        [
            "clusters[0].sites[0].region: “990101” is not known; accepted are 990102",
            "areas: not a key here; accepted are park, plan, regions, clusters, goals",
        ],
    ),
}


@pytest.mark.parametrize(
    ("replacement", "expected"),
    REFUSALS.values(),
    ids=[name.replace(" ", "-") for name in REFUSALS],
)
def test_a_wrong_file_is_refused_with_key_and_reason(
    replacement: tuple[str, str], expected: list[str], write: Write
) -> None:
    assert refused(write(replacement)) == expected


def test_all_problems_are_told_at_once_and_the_good_half_is_not_loaded(write: Write) -> None:
    problems = refused(
        write(
            ('slug = "teal-bay"', 'slug = ""'),
            ("area_km2 = 3", "area_km2 = -3"),
            ('cluster = "kites"', 'cluster = "dragons"'),
        )
    )

    assert [problem.split(":")[0] for problem in problems] == [
        "park.slug",
        "clusters[0].sites[1].area_km2",
        "goals[1].cluster",
    ]
    assert not Park.objects.exists()


def test_a_bad_file_leaves_a_loaded_plan_as_it_was(write: Write) -> None:
    load(EXAMPLE)
    refused(write(('"Northmoor"', '"North Moor"'), ("target_count = 12", "target_count = -1")))
    assert Region.objects.get(code="990101").name_en == "Northmoor"


def test_an_empty_file_is_told_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.touch()
    assert refused(path)[:2] == ["park: is missing", "park.slug: is missing"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[park]\nname_en = "Teal\nBay"', "is not TOML: Illegal character '\\n' (at line 2"),
        (b"[plan]\nstarts_on = 2020-02-30", "is not TOML: "),
        (b"[park]\n[park]", "is not TOML: Cannot declare ('park',) twice (at line 2"),
        ('[park]\nname_zh = "青湾'.encode()[:-1], "is not UTF-8 in line 2; save it as UTF-8"),
        ("[park]\n\nname_zh = '青湾'".encode("gb18030"), "is not UTF-8 in line 3"),
        (b"a = " + b"[" * 5000, "is not TOML: "),
        (b"a = " + b"9" * 5000, "is not TOML: "),
        (b"a = 1e" + b"9" * 30, "is not TOML: "),
        (b"#" * 1_000_001, "is larger than 1 MB, so it is no plan file"),
    ],
    ids=["syntax", "date", "twice", "cut-off", "gb18030", "nesting", "digits", "exponent", "large"],
)
def test_what_is_no_plan_file_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    (problem,) = refused(path)
    assert problem.startswith(f"{path}: {said}")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert refused(missing) == [f"{missing}: cannot be read: No such file or directory"]
    assert refused(tmp_path) == [f"{tmp_path}: cannot be read: Is a directory"]


def test_the_mark_and_line_ends_of_windows_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(text.encode("utf-8-sig"))
    load(path)
    assert Goal.objects.count() == 2


def test_goals_entered_by_hand_for_another_plan_are_left_alone() -> None:
    other = make_plan(slug="other-plan")
    make_goal(other, GoalMeasure.PAID_IN, target_fen=FEN_PER_BN)
    load(EXAMPLE)
    assert Goal.objects.standing(other, other.ends_on, None).count() == 3
