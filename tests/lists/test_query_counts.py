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
from clusters.vocabulary import Measure
from lists.models import SavedFilter
from lists.views import FilteredListView
from tests.make import (
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
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
    "ledger:entry-list": "/ledger/",
    "ledger:evidence-list": "/evidence/",
    "ledger:rate-list": "/rates/",
}
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
    """Of all that lists show: enterprises of groups, projects, amounts with sources, rates."""
    for place in range(number):
        enterprise = make_enterprise(groups=[make_group()], leading_on=date(2021, 1, 1))
        project = make_project(enterprise, cluster=make_cluster(f"cluster{place % 2}"))
        make_entry(
            project, evidence=make_evidence(f"https://news.example.org/{enterprise.pk}"), note="e"
        )
        make_entry(project, measure=Measure.PAID_IN)
        make_rate(on=date(2020, 1, 1 + place), currency=("USD", "EUR")[place % 2])


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
    assert {place: count for place, count in many.items() if count > MOST} == {}
