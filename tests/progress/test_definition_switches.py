"""Another definition than the plan's: chosen in the address, said on the page, carried along."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from clusters.vocabulary import Measure, Stage
from enterprises.models import InvestorGroup
from progress.choosing import read_choice
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_plan,
    make_project,
    make_region,
    make_sector,
    make_verdict,
)
from tests.progress.test_progress_pages import read

pytestmark = pytest.mark.django_db

AT_END = "as_of=2025-12-31"


def make_two() -> None:
    """Two leading enterprises of one group: one inside the planned site, in production, proven; one
    outside it, signed, with two projects."""
    jimo, west = make_region("370215"), make_region("370211")
    nev = make_cluster("nev", sites=[(jimo, "6.3")])
    make_plan(leading_target=2, investment_target_fen=4 * FEN_PER_BN)
    group = make_group()
    inside = make_enterprise("Inside", groups=[group], leading_on=date(2021, 1, 1))
    outside = make_enterprise("Outside", groups=[group], leading_on=date(2021, 1, 1))
    first = make_project(inside, cluster=nev, region=jimo, stage=Stage.PRODUCTION)
    make_verdict(make_entry(first, amount_fen=3 * FEN_PER_BN, evidence=make_evidence()))
    make_entry(first, measure=Measure.PAID_IN)
    make_entry(first, measure=Measure.ANNUAL_OUTPUT, amount_fen=2 * FEN_PER_BN)
    for _ in range(2):
        make_entry(make_project(outside, cluster=nev, region=west, stage=Stage.SIGNED))


@pytest.mark.parametrize(
    ("query", "leading", "fen"),
    [
        ("", 1, 5),
        ("from=signed", 2, 5),
        ("from=signed&count=groups", 1, 5),
        ("from=signed&count=projects", 3, 5),
        ("measure=paid_in", 1, 1),
        ("measure=annual_output", 1, 2),
        ("from=signed&sites=inside", 1, 3),
        ("from=signed&evidence=verified", 1, 3),
    ],
)
def test_a_choice_changes_page_json_and_command_alike(
    viewer_client: Client, query: str, leading: int, fen: int
) -> None:
    make_two()
    page = viewer_client.get(f"/?{AT_END}&{query}")
    park = page.context["progress"].park
    assert (park.leading, park.investment.fen) == (leading, fen * FEN_PER_BN)
    told = viewer_client.get(f"/api/progress/?{AT_END}&{query}").json()
    printed = StringIO()
    flags = [f"--{pair}" for pair in query.split("&") if pair]
    call_command("progress", "--json", "--as-of=2025-12-31", *flags, stdout=printed)
    said = json.loads(printed.getvalue())
    for answer in (told, said):
        figures = answer["park"]
        assert figures["leading_enterprises"]["actual"] == leading
        assert figures["investment"]["actual_fen"] == fen * FEN_PER_BN
    chosen = {k: v for k, v in (p.split("=") for p in query.split("&") if p) if k != "evidence"}
    assert told.get("definition", {}) == chosen
    assert said.get("definition", {}) == chosen


def test_without_a_choice_the_object_has_the_keys_it_always_had(viewer_client: Client) -> None:
    make_two()
    told = viewer_client.get(f"/api/progress/?{AT_END}&from=registered&measure=contracted").json()
    assert set(told) == {"plan", "as_of", "known_at", "park", "clusters", "regions"}


def test_a_page_under_another_definition_says_so_and_leads_back(viewer_client: Client) -> None:
    make_two()
    for address in ("/", "/progress/clusters/nev/", "/progress/regions/370215/"):
        page = read(viewer_client, f"{address}?{AT_END}&from=signed&count=groups")
        assert "This page does not show the plan’s own definition." in page
        assert "Counted from : Signed" in page.replace("Counted from:", "Counted from :")
        assert "Back to the plan’s own definition" in page
        assert "does not show" not in read(viewer_client, f"{address}?{AT_END}&from=registered")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/progress/clusters/nev/",
        "/progress/regions/370215/",
        "/progress/sectors/nev/vehicles/",
        "/progress/groups/{group}/",
        "/progress/plans/seaside-plan/",
        "/progress/leading/",
        "/progress/charts/",
        "/progress/changes/",
        "/progress/compare/",
        "/progress/definitions/",
    ],
)
def test_each_page_says_on_top_how_it_counts_and_leads_to_the_headline_under_each_definition(
    viewer_client: Client, address: str
) -> None:
    make_two()
    make_sector()
    address = address.format(group=InvestorGroup.objects.get().pk)
    own = viewer_client.get(f"{address}?{AT_END}").content.decode()
    assert "all evidence · everywhere (the plan’s rule)" in own
    top, _rest = own.split('id="definition"')
    assert 'class="panel' not in top
    assert "does not show" not in own
    page = viewer_client.get(f"{address}?{AT_END}&from=signed&sites=inside").content.decode()
    assert "Counted: <strong>from signed on</strong> · " in page
    link = page.partition('#definitions"')[0].rpartition("href")[2]
    assert "from=signed" in link
    assert "sites=inside" in link
    assert "This page does not show the plan’s own definition." in page


def test_the_list_of_leading_enterprises_follows_what_it_says_on_top(viewer_client: Client) -> None:
    make_two()
    address = f"/progress/leading/?{AT_END}&from=signed"
    assert "2 enterprises" in read(viewer_client, address)
    assert "1 enterprise counted" in read(viewer_client, f"{address}&sites=inside")
    # It lists enterprises, whatever is counted elsewhere.
    assert "does not show" not in read(viewer_client, f"/progress/leading/?{AT_END}&count=groups")


def test_how_figures_are_defined_tells_the_plans_own_rule_whatever_is_chosen(
    viewer_client: Client,
) -> None:
    make_two()
    page = read(viewer_client, "/progress/definitions/?from=signed&measure=paid_in")
    assert "stands at “registered” or past it" in page
    assert "compared by contracted investment" in page


def test_a_status_under_another_definition_is_never_told_as_the_plans(
    viewer_client: Client,
) -> None:
    make_two()
    own = read(viewer_client, f"/?{AT_END}")
    assert "Missed by 1 enterprise" in own
    assert "under this definition" not in own
    other = read(viewer_client, f"/?{AT_END}&from=signed")
    assert "Met, under this definition" in other
    assert "Under another definition than the plan’s: When the plan ended" in other
    assert "Met, under this definition" in read(viewer_client, f"/?{AT_END}&from=signed&measure=")


def test_the_table_shows_the_headline_under_each_choice_whatever_is_chosen(
    viewer_client: Client,
) -> None:
    make_two()
    tables = []
    for query in ("", "&from=signed&sites=inside&count=groups&measure=paid_in"):
        found = viewer_client.get(f"/?{AT_END}{query}").context["definitions"]
        counts = [(row.stage, row.narrowed, row.enterprises) for row, _urls in found["counts"]]
        amounts = [(row.definition.value, row.fen) for row, _url in found["investments"]]
        tables.append((counts, amounts))
    assert tables[0] == tables[1]
    counts, amounts = tables[0]
    assert counts == [
        ("signed", "", 2),
        ("registered", "", 1),
        ("construction", "", 1),
        ("production", "", 1),
        ("registered", "in_sites", 1),
        ("registered", "verified", 1),
    ]
    assert dict(amounts) == {
        "contracted": 5 * FEN_PER_BN,
        "in_sites": 3 * FEN_PER_BN,
        "under_plan": 5 * FEN_PER_BN,
        "verified": 3 * FEN_PER_BN,
        "paid_in": FEN_PER_BN,
        "annual_output": 2 * FEN_PER_BN,
    }


def test_links_and_charts_carry_the_choice_on(viewer_client: Client) -> None:
    make_two()
    page = viewer_client.get(f"/?{AT_END}&from=signed&sites=inside")
    html = page.content.decode()
    assert f"/progress/clusters/nev/?{AT_END}&amp;from=signed&amp;sites=inside" in html
    for chart in page.context["charts"].values():
        assert "from=signed" in chart.query
        assert "sites=inside" in chart.query
    trajectory = page.context["charts"]["trajectory"]
    assert trajectory.rows[-1][1].value == 3 * FEN_PER_BN
    assert "This is not the plan’s own definition." in html
    file = viewer_client.get(f"/progress/charts/leading.csv?{AT_END}&from=signed&count=projects")
    assert b"Projects of leading enterprises" in file.content
    assert b",3," in file.content.splitlines()[-1] + b","


@pytest.mark.parametrize("name", ["from", "count", "measure", "sites"])
@pytest.mark.parametrize("address", ["/", "/progress/clusters/nev/", "/api/progress/"])
def test_a_choice_that_there_is_not_is_refused_with_those_that_there_are(
    viewer_client: Client, address: str, name: str
) -> None:
    make_two()
    answer = viewer_client.get(address, {name: "kindest"})
    assert answer.status_code == 400
    assert "kindest" in answer.content.decode()
    assert "Accepted" in answer.content.decode()


def test_a_choice_is_read_whatever_is_written() -> None:
    for text in ("'", "\x00", "x" * 500, "registered ", "négociation"):
        choice, problems = read_choice({"from": text, "sites": text})
        assert choice.is_plans
        assert len(problems) == 2
