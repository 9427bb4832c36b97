"""How many enterprises have a project of a kind is kept true, and is what facets show."""

from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import RECORDER
from clusters.models import Region
from clusters.vocabulary import Stage, Standing
from enterprises.filters import EnterpriseFilterSet
from enterprises.models import Enterprise, EnterpriseTally, Project
from ledger import verifying
from tests.make import make_cluster, make_enterprise, make_project, make_region, make_user

pytestmark = pytest.mark.django_db
ASKED: tuple[dict[str, str], ...] = (
    {},
    {"cluster": "nev"},
    {"region": "370285"},
    {"stage": "signed"},
    {"cluster": "nev", "region": "370285"},
    {"cluster": "digital", "stage": "production"},
    {"region": "370215", "stage": "signed", "cluster": "nev"},
)


def kept(**kind: Any) -> int:
    """Return how many enterprises are counted with a project of that kind."""
    whole: dict[str, Any] = {"cluster": 0, "region": 0, "stage": ""}
    rows = EnterpriseTally.objects.filter(**{**whole, **kind})
    return int(rows.aggregate(n=Sum("rows", default=0))["n"])


def test_an_enterprise_with_two_projects_of_a_kind_counts_once() -> None:
    nev, digital = make_cluster("nev"), make_cluster("digital")
    first = make_project(cluster=nev)
    make_project(first.enterprise, cluster=nev)
    assert [kept(cluster=one.pk) for one in (nev, digital)] == [1, 0]
    Project.objects.filter(pk=first.pk).update(cluster=digital)
    assert [kept(cluster=one.pk) for one in (nev, digital)] == [1, 1]
    Project.objects.update(cluster=digital)
    assert [kept(cluster=one.pk) for one in (nev, digital)] == [0, 1]


def test_a_withdrawn_project_stands_at_no_stage_but_still_in_its_cluster() -> None:
    project = make_project(stage=Stage.SIGNED)
    assert kept(stage="signed") == 1
    Project.objects.update(standing=Standing.WITHDRAWN)
    assert kept(stage="signed") == 0
    assert kept(cluster=project.cluster_id) == 1


def test_a_wrong_number_is_found() -> None:
    make_project()
    assert list(verifying.problems()) == []
    EnterpriseTally.objects.filter(cluster=0, region=0, stage="").update(rows=7)
    (found,) = verifying.problems()
    assert found.startswith("7 enterprises are counted with a project of")


@pytest.fixture
def places() -> dict[str, list[Any]]:
    """Two clusters, two regions and three enterprises."""
    return {
        "clusters": [make_cluster("nev"), make_cluster("digital")],
        "regions": [make_region("370285"), make_region("370215")],
        "firms": [make_enterprise(f"Firm {number}") for number in range(3)],
    }


PROJECT = st.tuples(*(st.integers(0, end) for end in (2, 1, 1, 2, 1)))
MOVE = st.tuples(st.integers(0, 5), PROJECT)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=st.lists(PROJECT, max_size=5), moves=st.lists(MOVE, max_size=4))
def test_whatever_projects_go_through_each_kind_has_the_enterprises_that_have_one(
    places: dict[str, list[Any]], made: list[Any], moves: list[Any]
) -> None:
    Project.objects.all().delete()

    def columns(project: Any) -> dict[str, Any]:
        firm, cluster, region, stage, standing = project
        return {
            "enterprise": places["firms"][firm],
            "cluster": places["clusters"][cluster],
            "region": places["regions"][region],
            "stage": list(Stage)[stage],
            "standing": (Standing.ACTIVE, Standing.WITHDRAWN)[standing],
        }

    Project.objects.bulk_create(
        Project(name_en=f"P{number}", stage_on="2021-01-01", **columns(one))
        for number, one in enumerate(made)
    )
    for number, project in moves:
        Project.objects.filter(name_en=f"P{number}").update(**columns(project))
    assert [told for told in verifying.problems() if "are counted with" in told] == []


@pytest.fixture
def _several(places: dict[str, list[Any]]) -> None:
    for number, firm in enumerate(places["firms"]):
        for other in range(number + 1):
            make_project(
                firm,
                cluster=places["clusters"][other % 2],
                region=places["regions"][number % 2],
                stage=(Stage.SIGNED, Stage.PRODUCTION)[other % 2],
            )
    make_enterprise("Without a project")
    Project.objects.filter(pk=Project.objects.last().pk).update(standing=Standing.WITHDRAWN)  # type: ignore[union-attr]


def counts(client: Client, asked: dict[str, str]) -> dict[str, dict[str, int | None]]:
    """Return the numbers that the facets of the list show."""
    response = client.get("/enterprises/", {**asked, "_part": "facets-alone"})
    assert response.status_code == 200
    return {
        facet.name: {option.value: option.count for option in facet.options}
        for facet in response.context["facets"]
    }


@pytest.mark.usefixtures("_several")
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("is_limited", [False, True])
def test_facets_show_what_counting_anew_gives(
    client: Client, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], is_limited: bool
) -> None:
    regions = [Region.objects.get(code="370215")] if is_limited else []
    client.force_login(make_user(RECORDER, regions=regions))
    shown = counts(client, asked)
    assert any(any(values.values()) for values in shown.values())
    monkeypatch.setattr(EnterpriseFilterSet, "kinds", lambda self, of: None)
    assert counts(client, asked) == shown
    assert Enterprise.objects.count() == 4
