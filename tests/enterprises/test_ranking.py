"""Who has most among some projects is the same found from the largest as by adding all up."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import RECORDER
from clusters.names import first_name
from enterprises import ranking
from enterprises.models import Enterprise, Project, Tally
from lists import address
from tests.make import make_cluster, make_enterprise, make_project, make_region, make_user

pytestmark = pytest.mark.django_db
# Enterprise, whether inside the condition, and the amount in fen.
PROJECTS = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.one_of(st.none(), st.integers(-2, 9))),
    max_size=14,
)


@pytest.fixture
def places() -> dict[str, Any]:
    return {
        "inside": make_cluster("nev"),
        "outside": make_cluster("digital"),
        "firms": [make_enterprise(f"Firm {number}") for number in range(6)],
    }


def by_hand(made: list[tuple[int, bool, int | None]], firms: list[Any]) -> Iterator[Any]:
    """Yield (sum, key) of the enterprises with a project inside, the largest first."""
    sums: dict[int, int | None] = {}
    for firm, is_inside, fen in made:
        if is_inside:
            key = firms[firm].pk
            had = sums.get(key)
            sums[key] = had if fen is None else (had or 0) + fen
    yield from sorted(sums.items(), key=lambda one: (one[1] is None, -(one[1] or 0), one[0]))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=PROJECTS, start=st.integers(0, 3), size=st.integers(1, 3), looked_at=st.integers(1, 3))
def test_the_largest_are_those_of_adding_all_up(
    places: dict[str, Any], made: list[Any], start: int, size: int, looked_at: int
) -> None:
    Project.objects.all().delete()
    Project.objects.bulk_create(
        Project(
            enterprise=places["firms"][firm],
            cluster=places["inside" if is_inside else "outside"],
            region=make_region("370211"),
            name_en=f"P{number}",
            stage="signed",
            stage_on="2021-01-01",
            contracted_fen=fen,
        )
        for number, (firm, is_inside, fen) in enumerate(made)
    )
    ranked = [key for key, _fen in by_hand(made, places["firms"])]
    window = slice(start, start + size)
    with patch.multiple(ranking, MANY=-1, LOOKED_AT=looked_at):
        found = ranking.keys_by_sum(
            Q(cluster=places["inside"]),
            "contracted_fen",
            window,
            total=len(ranked),
            largest_first=True,
            has_others=False,
        )
    assert found == ranked[window]


def test_the_largest_of_many_are_found_without_adding_all_up(places: dict[str, Any]) -> None:
    for number, firm in enumerate(places["firms"]):
        make_project(firm, cluster=places["inside"])
        Project.objects.filter(enterprise=firm).update(contracted_fen=100 + number)
    with patch.object(ranking, "LOOKED_AT", 2):
        found = ranking.largest_keys(Q(cluster=places["inside"]), "contracted_fen", 2)
        assert list(found) == [firm.pk for firm in places["firms"][:-3:-1]]


@pytest.mark.parametrize("order", ["", "&sort=contracted"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_who_is_limited_to_a_region_sees_the_same_order_and_sums_as_by_hand(
    client: Client, monkeypatch: pytest.MonkeyPatch, order: str, nth: int
) -> None:
    monkeypatch.setattr(address, "PER_PAGE_CHOICES", (3,))
    region, other = make_region("370211"), make_region("370285")
    amounts: list[tuple[int | None, int]] = [(5, 90), (None, 80), (7, 0), (7, 20), (None, 0)]
    firms = []
    for number, (inside, outside) in enumerate(amounts):
        firm = make_enterprise(f"Firm {number}")
        firms.append(firm)
        for where, fen in ((region, inside), (other, outside)):
            project = make_project(firm, name_en=f"{where.pk}", region=where)
            Project.objects.filter(pk=project.pk).update(contracted_fen=fen)
    make_project(make_enterprise("Elsewhere"), region=other)
    firms += [make_enterprise("No project yet"), make_enterprise("Nor this")]
    client.force_login(make_user(RECORDER, regions=[region]))

    def place(firm: Enterprise) -> Any:
        fen = dict(zip(firms, (one[0] for one in amounts), strict=False)).get(firm)
        return (fen is None, (fen or 0) * (1 if order else -1), firm.pk)

    expected = sorted(firms, key=place)
    response = client.get(f"/enterprises/?per_page=3&page={nth}{order}")
    shown = [row.record.pk for row in response.context["table"].page.object_list]
    assert shown == [firm.pk for firm in expected[(nth - 1) * 3 : nth * 3]]
    assert response.context["total_rows"] == len(firms)
    assert [total.fen for total in response.context["totals"]][:1] == [19]


def test_the_list_of_an_office_that_has_recorded_nothing_says_so(client: Client) -> None:
    Tally.objects.all().delete()
    for reader in (make_user(RECORDER), make_user(RECORDER, regions=[make_region()])):
        client.force_login(reader)
        response = client.get("/enterprises/")
        assert response.context["total_rows"] == 0
        assert "No enterprise is recorded yet" in response.content.decode()


def test_names_are_sorted_by_an_index(places: dict[str, Any]) -> None:
    """With a parameter in the order SQLite reads and sorts the whole table."""
    by_name = Enterprise.objects.order_by(first_name(["name_en", "name_zh"]), "pk")
    statement, parameters = by_name.query.sql_with_params()
    assert "NULLIF" in statement
    assert not parameters
    if connection.vendor == "sqlite":  # PostgreSQL reads so few rows without one
        assert "enterprises_by_name_en" in by_name[:5].explain()
