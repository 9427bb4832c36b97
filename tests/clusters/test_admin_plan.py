"""The plan in the admin: what a planner enters, what is refused, what never changes."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import AUDITOR, PLANNER, VIEWER
from clusters.amounts import FEN_PER_BN
from clusters.models import Cluster, CountingRule, Goal, Park, Plan, Region, Sector, Site
from clusters.vocabulary import GoalMeasure
from tests.make import (
    make_cluster,
    make_goal,
    make_park,
    make_plan,
    make_project,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db
MODELS = ("park", "region", "cluster", "sector", "plan", "goal", "countingrule")


@pytest.fixture
def planner() -> User:
    """Somebody who plans."""
    return make_user(PLANNER, username="planner")


@pytest.fixture
def planner_client(planner: User) -> Client:
    """The browser of the planner."""
    client = Client()
    client.force_login(planner)
    return client


def goal_data(plan: Plan, **changes: Any) -> dict[str, Any]:
    """What the form of a goal sends."""
    return {
        "plan": plan.pk,
        "cluster": "",
        "measure": "industrial_scale",
        "due_on": "2022-12-31",
        "target": "24bn",
        "effective_on": "2020-07-23",
        "wording": "产业规模达到240亿元",
        "reason": "",
        "source_url": "https://news.example.org/plan",
        "source_on": "2020-07-23",
        "note": "",
        **changes,
    }


def formset(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """What an inline sends: only new rows, with the management form."""
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": 0,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return the errors that a refused form shows, by field."""
    assert response.status_code == 200
    return {
        name: list(map(str, told)) for name, told in response.context["adminform"].errors.items()
    }


def post_goal(client: Client, data: dict[str, Any]) -> Any:
    return client.post(reverse("admin:clusters_goal_add"), data)


@pytest.mark.parametrize(
    ("typed", "bn"), [("24bn", 24), ("240亿", 24), ("24,000,000,000", 24), ("￥2.5万亿", 2500)]
)
def test_a_planner_adds_a_goal_in_words_of_money(
    typed: str, bn: int, planner: User, planner_client: Client
) -> None:
    plan = make_plan()

    response = post_goal(planner_client, goal_data(plan, target=typed))

    assert response.status_code == 302
    goal = Goal.objects.latest("pk")
    assert (goal.target_fen, goal.target_count) == (bn * FEN_PER_BN, None)
    assert goal.recorded_by == planner
    listed = planner_client.get(reverse("admin:clusters_goal_changelist")).content.decode()
    assert f"{bn:,},000,000,000.00\u00a0yuan" in listed


def test_a_goal_of_enterprises_is_a_number(planner_client: Client) -> None:
    plan, cluster = make_plan(), make_cluster()
    data = goal_data(plan, cluster=cluster.pk, measure="leading_enterprises", target="25")

    assert post_goal(planner_client, data).status_code == 302

    goal = Goal.objects.latest("pk")
    assert (goal.cluster, goal.target_count, goal.target_fen) == (cluster, 25, None)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"target": "abc"}, "target", "“abc” is not an amount"),
        ({"target": "1e400"}, "target", "“1e400” is not an amount"),
        ({"target": "-5"}, "target", "must be above 0"),
        ({"target": "0"}, "target", "must be above 0"),
        ({"target": ""}, "target", "Give the published target."),
        ({"target": "11万亿"}, "target", "is not an amount"),
        ({"measure": "leading_enterprises", "target": "2.5"}, "target", "whole number above 0"),
        ({"measure": "leading_enterprises", "target": "-1"}, "target", "whole number above 0"),
        ({"measure": "leading_enterprises", "target": "3亿"}, "target", "whole number above 0"),
        ({"measure": "happiness"}, "measure", "Select a valid choice"),
        ({"due_on": "2020-02-30"}, "due_on", "Enter a valid date"),
        ({"due_on": "2003-12-31"}, "due_on", "due from 2020-01-01 to 2027-01-01"),
        ({"effective_on": ""}, "effective_on", "required"),
        ({"source_url": "ftp://news.example.org"}, "source_url", "valid URL"),
        ({"target": "5bn", "ends": "on"}, "target", "A goal that ends has no target."),
        ({"target": "", "ends": "on"}, "ends", "no such goal"),
    ],
)
def test_what_is_wrong_with_a_goal_is_said_beside_its_field(
    changes: dict[str, Any], field: str, said: str, planner_client: Client
) -> None:
    plan = make_plan()

    errors = errors_of(post_goal(planner_client, goal_data(plan, **changes)))

    assert list(errors) == [field]
    assert said in errors[field][0]
    assert Goal.objects.count() == 2


def test_a_cluster_of_another_park_is_refused(planner_client: Client) -> None:
    plan = make_plan()
    other = Cluster.objects.create(park=make_park("other"), slug="other", name_en="Other")

    errors = errors_of(post_goal(planner_client, goal_data(plan, cluster=other.pk)))

    assert errors == {"cluster": ["This cluster belongs to another park than the plan."]}


def test_a_goal_is_changed_by_a_new_row_that_says_why(planner_client: Client) -> None:
    plan = make_plan()
    today = timezone.localdate()
    data = goal_data(plan, due_on="2025-12-31", target="300bn", effective_on=str(today))

    errors = errors_of(post_goal(planner_client, data))
    assert errors == {"reason": ["This replaces what stands already; say why."]}

    assert post_goal(planner_client, data | {"reason": "Raised"}).status_code == 302
    scale = Goal.objects.filter(measure=GoalMeasure.INDUSTRIAL_SCALE)
    assert [goal.target for goal in scale.order_by("pk")] == [270 * FEN_PER_BN, 300 * FEN_PER_BN]
    standing = Goal.objects.standing(plan, today, None).get(measure=GoalMeasure.INDUSTRIAL_SCALE)
    assert standing.target == 300 * FEN_PER_BN

    earlier = data | {"reason": "Lowered", "effective_on": "2024-01-01", "target": "200bn"}
    (told,) = errors_of(post_goal(planner_client, earlier))["effective_on"]
    assert told.startswith("What this replaces holds from ")


def test_a_goal_ends_by_a_row_without_a_target(planner_client: Client) -> None:
    plan = make_plan()
    today = timezone.localdate()
    data = goal_data(
        plan,
        due_on="2025-12-31",
        target="",
        ends="on",
        effective_on=str(today),
        reason="Given up",
    )

    assert post_goal(planner_client, data).status_code == 302

    measures = {goal.measure for goal in Goal.objects.standing(plan, today, None)}
    assert measures == {"leading_enterprises"}
    listed = planner_client.get(reverse("admin:clusters_goal_changelist")).content.decode()
    assert ">ended<" in listed


@pytest.mark.parametrize("model", [Goal, CountingRule])
def test_facts_are_seen_and_neither_changed_nor_deleted_by_anybody(
    model: type[Goal] | type[CountingRule], planner_client: Client
) -> None:
    make_plan()
    name = model._meta.model_name
    fact = model._default_manager.earliest("pk")
    superuser = Client()
    superuser.force_login(get_user_model().objects.create_superuser("root", password="long-enough"))
    change = reverse(f"admin:clusters_{name}_change", args=[fact.pk])
    delete = reverse(f"admin:clusters_{name}_delete", args=[fact.pk])
    for client in (planner_client, superuser):
        page = client.get(change)
        assert page.status_code == 200
        assert b"never changed or deleted" in page.content
        assert b'name="_save"' not in page.content
        assert client.post(change, {"reason": "x"}).status_code == 403
        assert client.post(delete, {"post": "yes"}).status_code == 403
        several = {"action": "delete_selected", "_selected_action": fact.pk, "post": "yes"}
        client.post(reverse(f"admin:clusters_{name}_changelist"), several)
    assert model._default_manager.filter(pk=fact.pk).exists()


def test_a_counting_rule_is_added_and_the_old_one_stays(
    planner: User, planner_client: Client
) -> None:
    plan = make_plan()
    data = {
        "plan": plan.pk,
        "effective_on": "2024-01-01",
        "counting_stage": "production",
        "investment_measure": "paid_in",
        "reason": "",
    }
    address = reverse("admin:clusters_countingrule_add")

    assert "reason" in errors_of(planner_client.post(address, data))
    assert planner_client.post(address, data | {"reason": "As in others"}).status_code == 302

    old, new = CountingRule.objects.order_by("effective_on")
    assert (old.counting_stage, new.counting_stage) == ("registered", "production")
    assert new.recorded_by == planner


def plan_data(park: Park, **changes: Any) -> dict[str, Any]:
    """What the form of a plan sends, without its inlines."""
    return {
        "park": park.pk,
        "slug": "next-plan",
        "name_zh": "",
        "name_en": "Next plan",
        "starts_on": "2026-01-01",
        "ends_on": "2030-12-31",
        **changes,
    }


def test_the_next_plan_is_entered_with_its_rule_and_goals_on_one_page(
    planner: User, planner_client: Client
) -> None:
    park, cluster = make_park(), make_cluster()
    rule = {
        "effective_on": "2026-01-01",
        "counting_stage": "registered",
        "investment_measure": "contracted",
        "reason": "As before",
    }
    goals: list[dict[str, Any]] = [
        {"measure": "leading_enterprises", "target": "200"},
        {"measure": "industrial_scale", "target": "1000亿", "cluster": cluster.pk},
    ]
    for goal in goals:
        goal |= {"due_on": "2030-12-31", "effective_on": "2026-01-01", "wording": "所公布"}
    data = (
        plan_data(park, source_url="news.example.org/next")
        | formset("counting_rules", rule)
        | formset("goals", *goals)
    )

    response = planner_client.post(reverse("admin:clusters_plan_add"), data)

    assert response.status_code == 302
    plan = Plan.objects.get(slug="next-plan")
    assert plan.source_url == "https://news.example.org/next"
    assert CountingRule.objects.get(plan=plan).recorded_by == planner
    targets = {
        goal.measure: goal.target for goal in Goal.objects.standing(plan, plan.ends_on, None)
    }
    assert targets == {"leading_enterprises": 200, "industrial_scale": 100 * FEN_PER_BN}

    page = planner_client.get(reverse("admin:clusters_plan_change", args=[plan.pk]))
    assert "100,000,000,000.00\u00a0yuan" in page.content.decode()


def test_one_bad_goal_on_the_plans_page_saves_nothing(planner_client: Client) -> None:
    goals = [
        {
            "measure": "leading_enterprises",
            "target": target,
            "due_on": due_on,
            "effective_on": "2026-01-01",
        }
        for target, due_on in [("200", "2030-12-31"), ("many", "2028-12-31")]
    ]
    data = plan_data(make_park()) | formset("counting_rules") | formset("goals", *goals)

    response = planner_client.post(reverse("admin:clusters_plan_add"), data)

    assert response.status_code == 200
    assert "“many” is not an amount" in response.content.decode()
    assert not Plan.objects.exists()


def test_a_plan_must_end_after_it_starts_and_have_a_name(planner_client: Client) -> None:
    data = plan_data(make_park(), ends_on="2025-12-31", name_en=" ")
    data |= formset("counting_rules") | formset("goals")

    response = planner_client.post(reverse("admin:clusters_plan_add"), data)

    text = response.content.decode()
    assert "Give a Chinese name, an English name or both." in text
    data |= {"name_en": "Next plan"}
    response = planner_client.post(reverse("admin:clusters_plan_add"), data)
    assert "The last day must come after the first day." in response.content.decode()


def test_a_cluster_is_entered_with_its_sites_and_sectors(planner_client: Client) -> None:
    park, region = make_park(), make_region()
    elsewhere = Region.objects.create(park=make_park("other"), code="110101", name_en="Elsewhere")
    data = {"park": park.pk, "slug": "kites", "name_zh": "风筝", "name_en": "Kites", "position": 0}
    sector = {"slug": "string", "name_en": "String", "name_zh": "", "in_plan": "on", "position": 0}
    address = reverse("admin:clusters_cluster_add")

    def post(*sites: dict[str, Any]) -> Any:
        return planner_client.post(
            address, data | formset("sites", *sites) | formset("sectors", sector)
        )

    refused = post({"region": elsewhere.pk, "area_km2": "4.5"}).content.decode()
    assert "This region belongs to another park than the cluster." in refused
    assert (
        "The area must be above 0 km²."
        in post({"region": region.pk, "area_km2": "0"}).content.decode()
    )
    assert not Cluster.objects.exists()

    assert post({"region": region.pk, "area_km2": "4.5"}).status_code == 302
    assert float(Site.objects.get().area_km2) == 4.5
    assert Sector.objects.get().in_plan


def test_a_region_code_has_six_digits_and_is_unique(planner_client: Client) -> None:
    make_region("370285")
    address = reverse("admin:clusters_region_add")
    data = {"park": make_park().pk, "name_en": "Laixi", "name_zh": "", "position": 0}
    assert errors_of(planner_client.post(address, data | {"code": "3702"})) == {
        "code": ["A region code has six digits."]
    }
    assert (
        "already exists"
        in errors_of(planner_client.post(address, data | {"code": "370285"}))["code"][0]
    )


def test_a_cluster_stays_with_its_park(planner_client: Client) -> None:
    cluster, other = make_cluster(), make_park("other")
    address = reverse("admin:clusters_cluster_change", args=[cluster.pk])
    data = {
        "park": other.pk,
        "slug": cluster.slug,
        "name_en": "Renamed",
        "name_zh": "",
        "position": 3,
        **formset("sites"),
        **formset("sectors"),
    }

    assert planner_client.post(address, data).status_code == 302

    cluster.refresh_from_db()
    assert (cluster.name_en, cluster.park.slug) == ("Renamed", "seaside")


def test_what_is_referred_to_is_not_deleted(admin_client: Client) -> None:
    sector = make_sector()
    make_project(cluster=sector.cluster, sector=sector)
    for row in (sector, sector.cluster, Region.objects.get(), Park.objects.get()):
        address = reverse(f"admin:clusters_{row._meta.model_name}_delete", args=[row.pk])
        page = admin_client.post(address, {"post": "yes"})
        assert page.status_code == 200
        assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_a_region_or_cluster_that_limits_a_user_is_not_deleted(admin_client: Client) -> None:
    """Its deletion would empty the scope, and an empty scope limits nobody."""
    region, cluster = make_region(), make_cluster()
    free = make_region("370283")
    make_user(VIEWER, regions=[region], clusters=[cluster])
    for row in (region, cluster):
        name = row._meta.model_name
        address = reverse(f"admin:clusters_{name}_delete", args=[row.pk])
        assert admin_client.post(address, {"post": "yes"}).status_code == 403
        several = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        admin_client.post(reverse(f"admin:clusters_{name}_changelist"), several)
        assert type(row)._default_manager.filter(pk=row.pk).exists()
    address = reverse("admin:clusters_region_delete", args=[free.pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("name", MODELS)
def test_an_auditor_sees_and_enters_nothing(name: str) -> None:
    make_plan()
    make_sector()
    make_region()
    client = Client()
    client.force_login(make_user(AUDITOR))
    assert client.get(reverse(f"admin:clusters_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:clusters_{name}_add")).status_code == 403


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_list_and_form_opens_in_both_languages_and_is_searched(
    name: str, language: str, planner_client: Client
) -> None:
    make_plan()
    make_sector()
    make_region()
    planner_client.cookies["django_language"] = language
    listed = reverse(f"admin:clusters_{name}_changelist")
    assert planner_client.get(listed, {"q": "海滨 nev 370285"}).status_code == 200
    assert planner_client.get(reverse(f"admin:clusters_{name}_add")).status_code == 200


def test_regions_are_found_by_code_and_by_either_name(planner_client: Client) -> None:
    make_region("370285", name_en="Laixi", name_zh="莱西市")
    make_region("370283", name_en="Pingdu", name_zh="平度市")
    address = reverse("admin:autocomplete")
    asked = {"app_label": "clusters", "model_name": "site", "field_name": "region"}
    for term in ("3702 85".replace(" ", ""), "laix", "莱西"):
        found = planner_client.get(address, asked | {"term": term}).json()["results"]
        assert [row["text"] for row in found] == ["Laixi"]


def test_goals_are_filtered_by_plan_cluster_and_measure(planner_client: Client) -> None:
    plan = make_plan()
    cluster = make_cluster()
    make_goal(plan, GoalMeasure.LEADING_ENTERPRISES, cluster=cluster, target_count=40)
    listed = reverse("admin:clusters_goal_changelist")
    for asked, count in (
        ({"plan__id__exact": plan.pk}, 3),
        ({"cluster__id__exact": cluster.pk}, 1),
        ({"measure__exact": "leading_enterprises"}, 2),
    ):
        assert planner_client.get(listed, asked).context["cl"].result_count == count


def test_the_list_of_goals_takes_as_many_queries_for_twenty_as_for_two(
    planner_client: Client,
) -> None:
    plan = make_plan()
    listed = reverse("admin:clusters_goal_changelist")
    page = reverse("admin:clusters_plan_change", args=[plan.pk])

    def counts() -> list[int]:
        found = []
        for address in (listed, page):
            with CaptureQueriesContext(connection) as queries:
                assert planner_client.get(address).status_code == 200
            found.append(len(queries))
        return found

    cluster = make_cluster()
    make_goal(plan, GoalMeasure.PAID_IN, cluster=cluster, target_fen=FEN_PER_BN)
    at_three = counts()
    for day in range(1, 18):
        due_on = date(2024, 12, day)
        make_goal(plan, GoalMeasure.PAID_IN, cluster=cluster, due_on=due_on, target_fen=day)
    assert counts() == at_three
