"""The page of charts and their files, as a reader gets them."""

import json
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from clusters.models import Plan
from clusters.vocabulary import Measure, Stage
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_plan,
    make_project,
    make_region,
)
from tests.progress.charting import chart, file_of

pytestmark = pytest.mark.django_db
FILES = "/progress/charts/"


def make_park_in_use() -> None:
    nev = make_cluster("nev", sites=[(make_region("370285", name_en="Laixi"), "4.5")])
    enterprise = make_enterprise("=HYPERLINK()", leading_on=date(2021, 1, 1))
    project = make_project(enterprise, cluster=nev, stage=Stage.PRODUCTION, on=date(2021, 1, 1))
    make_entry(project, amount_fen=90 * FEN_PER_BN + 1, on=date(2021, 3, 1))
    make_entry(project, amount_fen=9 * FEN_PER_BN, measure=Measure.PAID_IN, on=date(2022, 3, 1))
    make_plan()


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_page_has_each_chart_with_its_table_files_and_source(viewer_client: Client) -> None:
    make_park_in_use()
    page = read(viewer_client, "/progress/charts/")
    assert re.findall(r'<figure [^>]*data-chart="([a-z]+)"', page) == [
        "trajectory", "leading", "regions", "years", "cohorts", "funnel", "concentration", "groups",
    ]  # fmt: skip
    figures = page.split("<figure ")[1:]
    for figure in figures:
        assert 'class="data"' in figure
        assert "Source: " in figure
        assert f"{FILES}" in figure
    drawings = re.findall(r'<script id="chart-(\w+)-drawing" type="application/json">(.*?)<', page)
    assert len(drawings) == len(figures)
    assert all(json.loads(drawing)["title"] for _key, drawing in drawings)


@pytest.mark.parametrize(("language", "comma"), [("en", ", "), ("zh-hans", "，")])
def test_what_is_said_of_a_point_has_the_signs_of_the_language(language: str, comma: str) -> None:
    make_park_in_use()
    with translation.override(language):
        points = chart("trajectory", Plan.objects.get()).picture["points"]
    assert points["comma"] == comma


def test_the_drawing_has_words_for_who_does_not_see_it(viewer_client: Client) -> None:
    make_park_in_use()
    page = read(viewer_client, "/progress/charts/")
    area = page.partition('id="chart-trajectory"')[2].partition("</figure>")[0]
    assert 'tabindex="0"' in area
    assert 'aria-label="Chart: Ahead of the straight path until' in area
    assert "The arrow keys move along its points" in area


def test_charts_stand_on_the_pages_of_the_park_a_cluster_and_a_region(
    viewer_client: Client,
) -> None:
    make_park_in_use()
    for address in ("/", "/progress/clusters/nev/", "/progress/regions/370285/"):
        page = read(viewer_client, address)
        assert 'data-chart="trajectory"' in page
        assert 'data-region="370285"' in page
        assert 'aria-label="Laixi, 90.0\u00a0bn yuan, holds a site of Cluster nev"' in page
        assert "vendor/charts" in page
        assert "/progress/charts/" in page
    assert "vendor/charts" not in read(viewer_client, "/progress/leading/")


def test_a_scope_of_the_address_narrows_every_chart(viewer_client: Client) -> None:
    make_park_in_use()
    make_entry(
        make_project(cluster=make_cluster("digital"), region=make_region("370215")),
        amount_fen=5 * FEN_PER_BN,
    )
    page = read(viewer_client, "/progress/charts/?cluster=digital&as_of=2025-12-31")
    assert "Charts: Cluster digital" in page
    assert "cluster=digital" in page.partition("concentration.csv?")[2].partition('"')[0]
    rows = file_of(viewer_client, FILES + "trajectory.csv?cluster=digital&as_of=2025-12-31")
    assert rows[-1]["Contracted, yuan"] == "5000000000.00"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("cluster=nope", "“nope” is not known here"),
        ("region=1", "“1” is not known here"),
        ("region=370285&cluster=nev", "leave all but one out"),
        ("as_of=yesterday", "is not a date"),
        ("known_at=soon", "is not a moment"),
        ("plan=none", "There is no plan"),
    ],
)
def test_an_address_that_cannot_be_read_says_why(
    query: str, said: str, viewer_client: Client
) -> None:
    make_park_in_use()
    assert said in read(viewer_client, f"/progress/charts/?{query}", 400)
    assert said in read(viewer_client, f"{FILES}years.csv?{query}", 400)


def test_a_chart_that_there_is_not_is_not_found(viewer_client: Client) -> None:
    make_park_in_use()
    assert read(viewer_client, f"{FILES}gauge.csv", 404)


def test_without_a_plan_there_is_no_file_and_the_page_says_what_to_do(
    viewer_client: Client,
) -> None:
    assert read(viewer_client, "/progress/charts/")
    assert read(viewer_client, f"{FILES}years.csv", 404) == "No plan is loaded yet."


def test_a_file_has_exact_yuan_iso_days_and_ratios(viewer_client: Client) -> None:
    make_park_in_use()
    clocks = "as_of=2025-12-31&known_at=2090-01-01"
    rows = file_of(viewer_client, f"{FILES}trajectory.csv?{clocks}")
    assert rows[-1] == {
        "Day": "2025-12-31",
        "Contracted, yuan": "90000000000.01",
        "Paid in, yuan": "9000000000.00",
        "Straight path, yuan": "270000000000.00",
    }
    assert rows[0]["Contracted, yuan"] == ""
    cohort = file_of(viewer_client, f"{FILES}cohorts.csv?{clocks}")[0]
    assert cohort["after 1 year, ratio"] == "0.100000"
    assert viewer_client.get(f"{FILES}years.csv?{clocks}")["Content-Disposition"] == (
        'attachment; filename="chart-years-seaside-2025-12-31.csv"'
    )


def test_a_name_does_not_run_as_a_formula(viewer_client: Client) -> None:
    make_park_in_use()
    rows = file_of(viewer_client, f"{FILES}concentration.csv")
    assert rows[0]["Investor group"] == "'=HYPERLINK()"


def test_a_file_is_in_the_language_of_the_page(viewer_client: Client) -> None:
    make_park_in_use()
    viewer_client.get("/?language=zh-hans")
    rows = file_of(viewer_client, f"{FILES}regions.csv")
    assert [row for row in rows if "370285" in row.values()]
