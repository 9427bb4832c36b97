"""How filters are read, told and drawn, whatever the list."""

import re
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.roles import VIEWER
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from ledger.filters import EntryFilterSet
from lists.filter_kinds import amount_words
from tests.lists.asking import asked, problems
from tests.make import (
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db

FILTERSETS = [EnterpriseFilterSet, ProjectFilterSet, EntryFilterSet]
LISTS = ["/enterprises/", "/projects/", "/ledger/"]


def told(kind: Any, **query: Any) -> list[tuple[str, str]]:
    """The chips of what is asked for."""
    chips = asked(kind, make_user(VIEWER), **query).told()
    return [(chip.label, chip.value.replace("\u00a0", " ")) for chip in chips]


@pytest.mark.parametrize(
    ("typed", "fen", "written"),
    [
        ("3亿", 3 * 10**10, "0.30 bn yuan"),
        ("3000万", 3 * 10**9, "0.03 bn yuan"),
        ("300m", 3 * 10**10, "0.30 bn yuan"),
        ("1.5bn", 15 * 10**10, "1.50 bn yuan"),
        # Rounded, it would be another amount.
        ("14,400.50", 1_440_050, "14,400.50 yuan"),
        (" -5 ", -500, "−5.00 yuan"),
        ("0", 0, "0.00 bn yuan"),
    ],
)
def test_amounts_are_typed_as_people_do_and_told_as_pages_do(
    typed: str, fen: int, written: str
) -> None:
    found = asked(ProjectFilterSet, make_user(VIEWER), contracted_min=typed)
    assert found.asked("contracted_min") == fen
    assert told(ProjectFilterSet, contracted_min=typed) == [("Contracted at least", written)]


def test_in_chinese_amounts_have_the_unit_of_chinese_pages() -> None:
    with override("zh-hans"):
        assert amount_words(3 * 10**10).replace("\u00a0", " ").startswith("3.0 ")
        assert amount_words(123_456).startswith("1,234.56")


def test_each_kind_of_value_is_told_in_words() -> None:
    group = make_group("Hisense")
    make_project(make_enterprise(groups=[group]), cluster=make_cluster("nev", name_en="NEV"))
    assert told(
        ProjectFilterSet,
        not_cluster="nev",
        reached="construction",
        reached_since="2021-03-01",
        assignee=["me", "none"],
        group=group.pk,
        known_at="2025-12-31T18:00",
    ) == [
        ("Assigned to", "Me"),
        ("Assigned to", "Nobody"),
        ("Reached", "Construction"),
        ("Reached from", "1 Mar 2021"),
        ("Group", "Hisense"),
        ("As known at", "31 Dec 2025, 18:00"),
        ("Cluster is not", "NEV"),
    ]


@pytest.mark.parametrize("kind", FILTERSETS)
def test_five_hundred_values_are_refused_at_once(kind: Any) -> None:
    begun = monotonic()
    (said,) = problems(kind, make_user(VIEWER), cluster=[f"c{n}" for n in range(500)])
    assert said == "The address has 500 values of filters, more than 100; leave some out."
    assert monotonic() - begun < 2


@pytest.mark.parametrize("address", LISTS)
def test_five_hundred_filters_are_answered_with_a_short_page(
    address: str, viewer_client: Client
) -> None:
    make_project()
    for name, value in (("not_cluster", "nev"), ("group", "1"), ("since", "x")):
        query = "&".join(f"{name}={value}{n}" for n in range(500))
        response = viewer_client.get(f"{address}?{query}")
        assert response.status_code == 400
        assert len(response.content) < 400_000


@pytest.mark.parametrize("kind", FILTERSETS)
def test_every_filter_takes_nonsense_without_an_error(kind: Any) -> None:
    user = make_user(VIEWER)
    names = list(kind.base_filters)
    assert len(names) > 20
    for value in ("", "x", "-1", "0", "'\"%_\\", "9" * 400, "２０２１", "2021-00-00", "\ud800"[:0]):
        found = asked(kind, user, **dict.fromkeys(names, value))
        # Either refused with a reason, or it can be asked for.
        if not found.errors:
            assert found.qs.count() == 0


@pytest.mark.parametrize("address", LISTS)
def test_filters_cost_no_further_query(address: str, viewer_client: Client) -> None:
    group = make_group()
    project = make_project(make_enterprise(groups=[group]))
    entry = make_entry(project, evidence=make_evidence())
    make_region("370212")
    query: dict[str, Any] = {"cluster": "nev", "not_region": "370212", "group": group.pk}
    if address == "/ledger/":
        query |= {
            "project": entry.project_id,
            "evidence": entry.evidence_id,
            "recorded_by": make_recorder().pk,
            "grade": "sourced",
            "amount_min": "1",
            "stands": "yes",
        }
    else:
        query |= {
            "as_of": "2021-12-31",
            "reached": "signed",
            "grade": "sourced",
            "contracted_min": "1",
            "assignee": "none",
            "stale": "yes",
        }
    counts = []
    for asked_for in ({}, query):
        with CaptureQueriesContext(connection) as made:
            response = viewer_client.get(address, asked_for)
        assert response.context["problems"] == []
        assert response.context["total_rows"] == 1
        counts.append(len(made))
    # Of enterprises the keys of the page are found first, by what their projects come to.
    assert counts[1] <= counts[0] + (address == "/enterprises/")
    assert counts[1] <= 6


def test_what_can_be_looked_for_can_be_left_out_beside_it(viewer_client: Client) -> None:
    make_project(cluster=make_cluster("nev"))
    text = viewer_client.get("/projects/", {"not_cluster": "nev"}).content.decode()
    assert re.search(r'name="cluster" value="nev"[^>]*id="facet-cluster-1"(?! checked)', text)
    assert re.search(r'name="not_cluster" value="nev"[^>]*checked', text)
    # Folded out where it is used, and a filter of its own nowhere.
    assert re.search(r'id="facet-not_cluster" open', text)
    assert 'id="facet-not_region" open' not in text
    assert text.count('id="facet-not_cluster"') == 1


def test_what_no_control_shows_stays_in_the_form_and_can_be_taken_off(
    viewer_client: Client,
) -> None:
    groups = [make_group("Bosch"), make_group("Hisense")]
    make_project(make_enterprise(groups=groups))
    keys = [group.pk for group in groups]
    query: dict[str, Any] = {"group": keys, "as_of": "2025-12-31"}
    response = viewer_client.get("/projects/", query)
    text = response.content.decode()
    for key in keys:
        assert f'<input type="hidden" name="group" value="{key}" form="filters">' in text
    assert '<input type="hidden" name="as_of" value="2025-12-31" form="filters">' in text
    chip = response.context["chips"][0]
    assert (chip.label, chip.value) == ("Group", "Bosch")
    assert chip.remove_url == f"/projects/?group={keys[1]}&as_of=2025-12-31"


def test_a_fold_opens_once_one_of_its_filters_is_used(viewer_client: Client) -> None:
    make_project()
    used = {"reached": "signed", "reached_until": "2025-01-01"}
    for query, is_open in (({}, False), (used, True)):
        text = viewer_client.get("/projects/", query).content.decode()
        assert ('id="facet-reached" open' in text) is is_open


def test_a_facet_counts_as_if_nothing_of_it_were_asked_for(viewer_client: Client) -> None:
    for slug in ("nev", "digital"):
        make_project(cluster=make_cluster(slug))
    answer = viewer_client.get(
        "/projects/",
        {"not_cluster": "nev", "_part": "facets"},
        headers={"HX-Request": "true"},
    )
    facet = next(one for one in answer.context["facets"] if one.name == "cluster")
    assert [option.count for option in facet.options] == [1, 1]
