"""How often every list asks the database: the same for many rows as for few, and not often."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from clusters.models import Goal, Plan
from clusters.vocabulary import Measure
from enterprises import finding
from lists.models import SavedFilter
from lists.views import FilteredListView
from progress.figures import measure_progress
from tests.make import (
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_group,
    make_plan,
    make_project,
    make_rate,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db

MOST = 6
LISTS = {
    "enterprises:enterprise-list": "/enterprises/",
    "enterprises:project-list": "/projects/",
    "enterprises:state-list": "/states/",
    "ledger:entry-list": "/ledger/",
    "ledger:evidence-list": "/evidence/",
    "ledger:rate-list": "/rates/",
    "progress:goal-list": "/progress/goals/",
}
# The list that measures a plan besides.
GOALS = "/progress/goals/"
PARTS: dict[str, dict[str, Any]] = {
    "page": {},
    "rows alone": {"headers": {"HX-Request": "true"}},
    "filters and tabs": {"headers": {"HX-Request": "true"}, "part": "facets"},
    "filters alone": {"headers": {"HX-Request": "true"}, "part": "facets-alone"},
}


def viewer() -> User:
    return make_user(VIEWER)


def scoped_recorder() -> User:
    return make_user(RECORDER, regions=[make_region()])


def make_rows(number: int) -> None:
    """Of all that lists show: enterprises of groups, projects, amounts with sources, rates, and
    goals of one plan."""
    plan = Plan.objects.first() or make_plan()
    for place in range(number):
        enterprise = make_enterprise(groups=[make_group()], leading_on=date(2021, 1, 1))
        project = make_project(enterprise, cluster=make_cluster(f"cluster{place % 2}"))
        make_entry(
            project, evidence=make_evidence(f"https://news.example.org/{enterprise.pk}"), note="e"
        )
        make_entry(project, measure=Measure.PAID_IN)
        make_rate(on=date(2020, 1, 1 + place), currency=("USD", "EUR")[place % 2])
        make_goal(
            plan, Measure.PAID_IN, due_on=date(2021 + Goal.objects.count(), 1, 1), target_fen=1
        )


def keep_filters(user: User) -> None:
    """Filters of one's own and of somebody else, for every list."""
    other = make_user(VIEWER)
    for name in LISTS:
        for owner, words in ((user, "e"), (user, "gone"), (other, "project")):
            SavedFilter.objects.create(
                owner=owner, list_name=name, name=words, query=f"q={words}", is_shared=True
            )


def asked(client: Client, address: str, part: dict[str, Any]) -> int:
    """How often the answer asks the database."""
    query = {"q": "e"} | ({"_part": part["part"]} if "part" in part else {})
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, query, headers=part.get("headers"))
    assert response.status_code == 200
    return len(queries)


def lists_of(patterns: list[Any], space: str = "") -> Iterator[str]:
    """Yield the names of the addresses that are lists."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from lists_of(pattern.url_patterns, f"{pattern.namespace or space}")
        else:
            view = getattr(pattern.callback, "view_class", None)
            if isinstance(view, type) and issubclass(view, FilteredListView):
                yield f"{space}:{pattern.name}"


def test_every_list_is_counted_here() -> None:
    assert set(lists_of(get_resolver().url_patterns)) == set(LISTS)


@pytest.mark.parametrize("make", [viewer, scoped_recorder])
def test_lists_ask_as_often_for_many_rows_as_for_few(make: Callable[[], User]) -> None:
    user = make()
    client = Client()
    client.force_login(user)
    keep_filters(user)
    counts: list[dict[tuple[str, str], int]] = []
    for more in (2, 4):
        make_rows(more)
        counts.append(
            {
                (address, name): asked(client, address, part)
                for address in LISTS.values()
                for name, part in PARTS.items()
            }
        )
    few, many = counts
    assert many == few
    most = dict.fromkeys(LISTS.values(), MOST)
    most[GOALS] += queries_of_one_measurement()
    assert {place: n for place, n in many.items() if n > most[place[0]]} == {}


def queries_of_one_measurement() -> int:
    """How often the database is asked to measure a plan, and for the links of its figures."""
    with CaptureQueriesContext(connection) as queries:
        measure_progress(Plan.objects.get(), date(2025, 1, 1))
    return len(queries)


@pytest.mark.parametrize("make", [viewer, scoped_recorder])
def test_a_word_that_very_many_rows_have_takes_no_more_queries(
    make: Callable[[], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FEW", 0)
    client = Client()
    client.force_login(make())
    make_rows(3)
    for looked_at in (1000, 1):
        monkeypatch.setattr(finding, "FIRST", looked_at)
        for address in LISTS.values():
            if address != GOALS:
                assert asked(client, address, PARTS["page"]) <= MOST, (address, looked_at)
