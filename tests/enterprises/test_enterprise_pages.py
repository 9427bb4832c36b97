"""The list of enterprises and the page of one, seen from outside."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import RECORDER
from clusters.vocabulary import LeadingBasis, Measure, Stage, Standing
from enterprises.recording import record_claim, record_state
from tests.data_entry import browser_of
from tests.make import (
    FEN_PER_BN,
    make_claim,
    make_cluster,
    make_enterprise,
    make_entry,
    make_group,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)
from tests.reading import sums_of

pytestmark = pytest.mark.django_db


def names(client: Client, **query: Any) -> list[str]:
    """The enterprises that the list shows, in its order."""
    rows = client.get("/enterprises/", query).context["table"].paginated_rows
    return [row.record.name_en for row in rows]


@pytest.mark.parametrize(
    "words", ["Hisense", "海信", "hisense jimo", "91370200", "Qingdao Fridges", "冰箱", "Hitachi"]
)
def test_search_finds_names_code_groups_and_projects(words: str, viewer_client: Client) -> None:
    hisense = make_enterprise(
        "Hisense Jimo",
        name_zh="海信即墨",
        credit_code="913702000000000000",
        groups=[make_group("Hitachi")],
    )
    make_project(hisense, name_en="Qingdao Fridges", name_zh="冰箱基地")
    make_enterprise("Haier")
    assert names(viewer_client, q=words) == ["Hisense Jimo"]


def test_filters_of_projects_must_be_met_by_one_project(viewer_client: Client) -> None:
    nev, home = make_cluster("nev"), make_cluster("home")
    both = make_enterprise("Both")
    make_project(both, cluster=nev, stage=Stage.SIGNED)
    make_project(both, cluster=home, stage=Stage.PRODUCTION)
    assert names(viewer_client, cluster="nev", stage="production") == []
    assert names(viewer_client, cluster="home", stage="production") == ["Both"]
    assert names(viewer_client, cluster=["nev", "home"]) == ["Both"]


def test_other_filters(viewer_client: Client) -> None:
    sector = make_sector("vehicles")
    leader = make_enterprise("Leader", leading_on=date(2021, 1, 1), origin="DE")
    make_project(leader, sector=sector, cluster=sector.cluster)
    make_project(make_enterprise("Other", origin="JP"))
    assert names(viewer_client, leading="industry_leader") == ["Leader"]
    assert names(viewer_client, leading="none") == ["Other"]
    assert names(viewer_client, origin="JP") == ["Other"]
    assert names(viewer_client, sector="vehicles") == ["Leader"]


def test_largest_contract_stands_first_and_unreported_last(viewer_client: Client) -> None:
    for name, fen in (("Small", FEN_PER_BN), ("Large", 2 * FEN_PER_BN)):
        make_entry(make_project(make_enterprise(name)), amount_fen=fen)
    make_project(make_enterprise("Silent"))
    assert names(viewer_client) == ["Large", "Small", "Silent"]
    assert names(viewer_client, sort="contracted") == ["Small", "Large", "Silent"]


def test_amounts_are_those_of_the_projects_that_match(viewer_client: Client) -> None:
    enterprise = make_enterprise()
    for slug in ("nev", "home"):
        make_entry(make_project(enterprise, cluster=make_cluster(slug)))
    response = viewer_client.get("/enterprises/", {"cluster": "nev"})
    assert sums_of(response)["Contracted, bn yuan"] == "1.00, 0% verified"
    assert sums_of(viewer_client.get("/enterprises/")) == {
        "Contracted, bn yuan": "2.00, 0% verified"
    }


def test_withdrawn_project_is_not_the_furthest(viewer_client: Client) -> None:
    enterprise = make_enterprise("Half")
    make_project(enterprise, stage=Stage.SIGNED)
    gone = make_project(enterprise, stage=Stage.PRODUCTION)
    record_state(
        project=gone,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        stage=Stage.PRODUCTION,
        standing=Standing.WITHDRAWN,
        reason="The plant was never built.",
    )
    (row,) = viewer_client.get("/enterprises/").context["table"].paginated_rows
    assert row.record.stage_rank == Stage.SIGNED.rank
    response = viewer_client.get(enterprise.get_absolute_url())
    assert response.context["furthest"] == Stage.SIGNED


def test_page_shows_who_what_and_why(viewer_client: Client) -> None:
    enterprise = make_enterprise(
        "Hisense Jimo",
        name_zh="海信即墨",
        groups=[make_group("Hisense Group"), make_group("Hitachi")],
        credit_code="913702000000000000",
        credit_code_reason="So it is on the licence.",
        origin="JP",
        note="Moved from Shinan.",
    )
    record_claim(
        enterprise=enterprise,
        recorded_by=make_recorder(),
        effective_on=date(2021, 5, 4),
        basis=LeadingBasis.FORTUNE_GLOBAL_500,
        source_url="https://list.example.org/2021",
    )
    project = make_project(enterprise, name_en="Fridges")
    make_entry(project, amount_fen=3 * FEN_PER_BN)
    make_project(enterprise, name_en="Phones")
    response = viewer_client.get(enterprise.get_absolute_url())
    text = response.content.decode()
    for said in (
        "Hisense Jimo",
        '<span lang="zh-Hans">海信即墨</span>',
        "Hisense Group",
        "Hitachi",
        "913702000000000000",
        "So it is on the licence.",
        "Japan",
        "Moved from Shinan.",
        "Fortune Global 500",
        "list year not recorded",
        "4 May 2021",
        'href="https://list.example.org/2021" rel="noopener noreferrer"',
        "Fridges",
        "Phones",
        "All 2 projects",
        "3,000,000,000.00",
        "Press reports, unverified",
    ):
        assert said in text, said
    assert response.context["contracted_fen"] == 3 * FEN_PER_BN
    assert response.context["paid_in_fen"] is None


def test_page_of_an_enterprise_without_anything_says_so(viewer_client: Client) -> None:
    text = viewer_client.get(make_enterprise().get_absolute_url()).content.decode()
    assert "No project is recorded." in text
    assert "No basis was found." in text
    assert "not reported" in text
    assert "None" not in text


def test_ended_claim_stays_in_the_history(viewer_client: Client) -> None:
    enterprise = make_enterprise()
    make_claim(enterprise, on=date(2020, 1, 1))
    record_claim(
        enterprise=enterprise,
        recorded_by=make_recorder(),
        effective_on=date(2023, 1, 1),
        basis=LeadingBasis.INDUSTRY_LEADER,
        holds=False,
        reason="Nobody says so any more.",
    )
    text = viewer_client.get(enterprise.get_absolute_url()).content.decode()
    assert text.count("Industry leader") >= 2
    assert "ended" in text
    assert "Nobody says so any more." in text


def test_page_ends_at_the_scope_and_says_so(viewer_client: Client) -> None:
    enterprise = make_enterprise()
    make_entry(make_project(enterprise, region=make_region("370215"), name_en="Seen"))
    make_entry(make_project(enterprise, region=make_region("370212"), name_en="Unseen"))
    client = browser_of(make_user(RECORDER, regions=[make_region("370215")]))
    response = client.get(enterprise.get_absolute_url())
    text = response.content.decode()
    assert "Seen" in text
    assert "Unseen" not in text
    assert response.context["contracted_fen"] == FEN_PER_BN
    assert "there may be others" in text
    assert (
        "there may be others"
        not in viewer_client.get(enterprise.get_absolute_url()).content.decode()
    )


def test_enterprise_out_of_scope_is_not_there() -> None:
    enterprise = make_enterprise()
    make_project(enterprise, region=make_region("370212"))
    client = browser_of(make_user(RECORDER, regions=[make_region("370215")]))
    assert client.get(enterprise.get_absolute_url()).status_code == 404
    assert client.get("/enterprises/99999999/").status_code == 404
    assert client.get("/enterprises/99999999999999999999999/").status_code == 404


def test_buttons_are_for_those_who_may(viewer_client: Client, recorder_client: Client) -> None:
    enterprise = make_enterprise()
    address = enterprise.get_absolute_url()
    assert "Add project" not in viewer_client.get(address).content.decode()
    text = recorder_client.get(address).content.decode()
    assert f"/projects/new/?enterprise={enterprise.pk}" in text
    assert f"/enterprises/{enterprise.pk}/edit/" in text


def test_page_asks_as_often_for_many_facts_as_for_one(viewer_client: Client) -> None:
    enterprise = make_enterprise(groups=[make_group()])
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_claim(enterprise, on=date(2021, 1, 1))
            make_entry(make_project(enterprise), measure=Measure.PAID_IN)
        with CaptureQueriesContext(connection) as asked:
            assert viewer_client.get(enterprise.get_absolute_url()).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
