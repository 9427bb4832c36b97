"""Funnel, cohorts, years, groups and regions: what each counts, and what its title states."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from clusters.models import Region
from clusters.vocabulary import Measure, Stage
from enterprises.recording import record_state
from ledger.posting import reverse
from ledger.withdrawal import withdraw
from tests.make import (
    FEN_PER_BN,
    PLAN_END,
    make_cluster,
    make_enterprise,
    make_entry,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
)
from tests.progress.charting import chart, total, values

pytestmark = pytest.mark.django_db
KEYS = ("regions", "years", "funnel", "cohorts", "concentration", "groups", "leading")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("key", KEYS)
def test_an_empty_park_has_nothing_to_draw_and_says_so(key: str, language: str) -> None:
    make_region("370285")
    with translation.override(language):
        empty = chart(key, make_plan())
        assert empty.title
        assert empty.is_empty or key == "regions"
        assert list(empty.file_rows())


# Funnel


def move_on(project: Any, stage: str, on: date) -> None:
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=on,
        stage=stage,
        reason="As it was",
    )


def test_the_funnel_counts_each_stage_that_a_project_came_past() -> None:
    first = make_project(stage=Stage.SIGNED, on=date(2021, 1, 1))
    move_on(first, Stage.REGISTERED, date(2021, 1, 31))
    move_on(first, Stage.PRODUCTION, date(2022, 1, 31))
    second = make_project(stage=Stage.SIGNED, on=date(2021, 1, 1))
    move_on(second, Stage.REGISTERED, date(2021, 3, 2))
    make_project(stage=Stage.NEGOTIATING)
    gone = make_project(stage=Stage.SIGNED)
    withdraw(project=gone, withdrawn_on=date(2023, 1, 1), recorded_by=make_recorder(), reason="No")
    found = chart("funnel", make_plan())
    rows = {row[0]: row[1:] for row in values(found)}
    assert rows["Negotiating"] == (4, None, 1, None, 0)
    assert rows["Signed"] == (3, Decimal("0.75"), 1, None, 0)
    # 30 and 60 days: the median is between them.
    assert rows["Registered"][0::3] == (2, 45)
    assert rows["Registered"][1] == Decimal(2) / 3
    # Passed, but with no date of its own: no time can be told.
    assert rows["Construction"] == (1, Decimal("0.5"), 0, None, 0)
    assert rows["Production"] == (1, Decimal(1), 0, None, 0)
    assert found.title == "1 of 3 signed projects reached production"


def test_a_stage_that_was_put_right_downwards_counts_as_it_stands() -> None:
    project = make_project(stage=Stage.PRODUCTION, on=date(2021, 1, 1))
    move_on(project, Stage.SIGNED, date(2022, 1, 1))
    plan = make_plan()
    assert chart("funnel", plan).title == "0 of 1 signed project reached production"
    then = chart("funnel", plan, date(2021, 6, 1))
    assert then.title == "1 of 1 signed project reached production"


# Cohorts


def test_a_cohort_is_the_share_of_a_year_that_was_paid_in_by_its_age() -> None:
    project = make_project()
    make_entry(project, amount_fen=8 * FEN_PER_BN, on=date(2021, 12, 1))
    make_entry(project, amount_fen=2 * FEN_PER_BN, on=date(2023, 1, 1))
    make_entry(project, amount_fen=1 * FEN_PER_BN, on=date(2022, 2, 1), measure=Measure.PAID_IN)
    make_entry(project, amount_fen=3 * FEN_PER_BN, on=date(2024, 2, 1), measure=Measure.PAID_IN)
    late = make_project()
    make_entry(late, amount_fen=5 * FEN_PER_BN, on=date(2024, 5, 1))
    bare = make_project()
    make_entry(bare, amount_fen=7 * FEN_PER_BN, measure=Measure.PAID_IN)
    found = chart("cohorts", make_plan())
    assert values(found) == [
        ("2021", 10 * FEN_PER_BN, Decimal("0.1"), Decimal("0.1"), Decimal("0.4"),
         4 * FEN_PER_BN, Decimal("0.4")),
        # Nothing was reported as paid in, and that is not 0; two years are not over.
        ("2024", 5 * FEN_PER_BN, None, None, None, None, None),
        ("no contracted amount", None, None, None, None, 7 * FEN_PER_BN, None),
    ]  # fmt: skip
    assert total(found)[1] == 15 * FEN_PER_BN
    assert total(found)[5] == 11 * FEN_PER_BN
    assert found.title == "Of what was signed in 2021, 40.0% was paid in after three years"


def test_a_signing_that_was_taken_back_makes_no_cohort() -> None:
    project = make_project()
    wrong = make_entry(project, on=date(2020, 5, 1))
    reverse(entry=wrong, recorded_by=make_recorder(), reason="Wrong year")
    make_entry(project, amount_fen=2 * FEN_PER_BN, on=date(2022, 5, 1))
    assert [row[0] for row in values(chart("cohorts", make_plan()))] == ["2022"]


# Years


def test_years_have_a_column_for_each_cluster_and_no_gap() -> None:
    nev = make_project(cluster=make_cluster("nev"))
    digital = make_project(cluster=make_cluster("digital"), region=make_region("370215"))
    make_entry(nev, amount_fen=1 * FEN_PER_BN, on=date(2021, 1, 1))
    make_entry(digital, amount_fen=4 * FEN_PER_BN, on=date(2023, 1, 1))
    make_entry(nev, amount_fen=2 * FEN_PER_BN, on=date(2005, 1, 1))
    found = chart("years", make_plan())
    rows = {row[0]: row[1:] for row in values(found)}
    bn = FEN_PER_BN
    assert rows["before 2012"] == (2 * bn, None, 2 * bn)
    assert rows["2021"] == (1 * bn, None, 1 * bn)
    assert rows["2022"] == (None, None, None)
    assert rows["2023"] == (None, 4 * bn, 4 * bn)
    assert total(found)[1:] == (3 * bn, 4 * bn, 7 * bn)
    assert found.title.replace("\u00a0", " ") == (
        "2023 brought the most, 4.0 bn yuan, over half of it to Cluster digital"
    )
    inside = chart("years", make_plan(slug="other"), scope="digital")
    assert [column.head for column in inside.columns] == ["Year", "Region 370215", "All"]


# Groups


def test_the_first_named_group_counts_and_an_enterprise_without_one_stands_for_itself() -> None:
    haier, faw = make_group("Haier"), make_group("FAW")
    both = make_enterprise("Joint Ltd", groups=[haier, faw])
    make_entry(make_project(both), amount_fen=6 * FEN_PER_BN)
    make_entry(make_project(make_enterprise(groups=[haier])), amount_fen=2 * FEN_PER_BN)
    make_entry(make_project(make_enterprise("Lone Ltd")), amount_fen=2 * FEN_PER_BN)
    found = chart("concentration", make_plan())
    assert values(found) == [
        ("Haier", 8 * FEN_PER_BN, Decimal("0.8"), Decimal("0.8")),
        ("Lone Ltd", 2 * FEN_PER_BN, Decimal("0.2"), Decimal(1)),
    ]
    assert found.title == "All of it comes from 2 groups, the largest with 80.0%"
    area = chart("groups", make_plan(slug="other"))
    assert area.title == "Haier is the largest investor group, with 80.0%"
    assert [box["name"] for box in area.drawing["boxes"]] == ["Haier", "Lone Ltd"]


def test_beyond_ten_groups_the_rest_is_one_row() -> None:
    for number in range(12):
        make_entry(make_project(make_enterprise()), amount_fen=(number + 1) * FEN_PER_BN)
    found = chart("concentration", make_plan())
    assert len(found.rows) == 11
    assert values(found)[-1][:2] == ("All others", 3 * FEN_PER_BN)
    assert found.title == "The ten largest of 12 groups bring 96.2%"


def test_groups_outside_the_scope_of_the_reader_are_counted_and_not_named() -> None:
    own, other = make_region("370285"), make_region("370215")
    make_entry(make_project(make_enterprise("Own Ltd"), region=own))
    group = make_group("Hidden Group")
    make_entry(make_project(make_enterprise("Hidden Ltd", groups=[group]), region=other))
    limited = make_user("viewer", regions=[own])
    plan = make_plan()
    for key in ("concentration", "groups"):
        found = chart(key, plan, viewer=limited)
        assert {row[0] for row in values(found)} == {"Own Ltd", "outside your scope"}
        assert "Hidden" not in json.dumps(found.picture)
        assert total(found)[1] == 2 * FEN_PER_BN


def test_the_boxes_fill_the_area_and_do_not_lie_on_each_other() -> None:
    for number in range(9):
        make_entry(make_project(make_enterprise()), amount_fen=(number**2 + 1) * FEN_PER_BN)
    boxes = chart("groups", make_plan()).drawing["boxes"]
    sides = [[float(box[side].rstrip("%")) for side in ("width", "height")] for box in boxes]
    assert sum(width * height for width, height in sides) == pytest.approx(10_000, rel=1e-3)


# Regions


def test_each_region_has_its_tile_its_figure_and_silence_that_is_no_zero() -> None:
    loud, silent = make_region("370285"), make_region("370215")
    make_cluster("nev", sites=[(loud, "4.5")])
    make_entry(make_project(region=loud), amount_fen=12 * FEN_PER_BN)
    found = chart("regions", make_plan())
    rows = {row[1]: row[2:] for row in values(found)}
    assert rows[loud.code] == (12 * FEN_PER_BN, "Cluster nev")
    assert rows[silent.code] == (None, None)
    assert found.title == "Region 370285 leads; 1 region reports nothing"
    tiles = {tile["code"]: tile for tile in found.drawing["tiles"]}
    assert tiles[loud.code]["step"] == 2
    assert tiles[silent.code]["step"] == 0
    assert "holds a site of Cluster nev" in tiles[loud.code]["spoken"]


def test_tiles_stand_where_the_plan_says_else_in_a_plain_grid() -> None:
    first, second = make_region("370202"), make_region("370203")
    plain = chart("regions", make_plan()).drawing["tiles"]
    assert [(tile["column"], tile["row"]) for tile in plain] == [(1, 1), (2, 1)]
    Region.objects.filter(pk=first.pk).update(tile_column=3, tile_row=2)
    assert chart("regions", make_plan(slug="b")).drawing["tiles"] == plain
    Region.objects.filter(pk=second.pk).update(tile_column=3, tile_row=2)
    assert chart("regions", make_plan(slug="c")).drawing["tiles"] == plain
    Region.objects.filter(pk=second.pk).update(tile_column=1, tile_row=5)
    placed = chart("regions", make_plan(slug="d")).drawing["tiles"]
    assert [(tile["column"], tile["row"]) for tile in placed] == [(3, 2), (1, 5)]


SQUARE = [[[120, 36], [121, 36], [121, 37], [120, 37], [120, 36]]]


def map_file(path: Path, **more: Any) -> Path:
    feature = {
        "type": "Feature",
        "properties": {"code": "370202"},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
        **more,
    }
    content = {"type": "FeatureCollection", "features": [feature], "approval": "GS(2024)1"}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_an_approved_map_of_the_office_is_drawn_in_place_of_the_tiles(
    settings: Any, tmp_path: Path
) -> None:
    settings.REGIONS_GEOJSON = map_file(tmp_path / "regions.geojson")
    make_region("370202")
    make_region("370203")
    drawn = chart("regions", make_plan()).drawing
    assert drawn["kind"] == "map"
    assert drawn["approval"] == "GS(2024)1"
    shaped = {tile["code"]: "shape" in tile for tile in drawn["tiles"]}
    assert shaped == {"370202": True, "370203": False}
    call_command("check")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "no GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "has no features"),
        ('{"type": "FeatureCollection", "features": [7]}', "lacks properties.code"),
    ],
)
def test_a_map_that_cannot_be_used_is_named_by_check_and_tiles_stay(
    content: str, said: str, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.REGIONS_GEOJSON = tmp_path / "regions.geojson"
    settings.REGIONS_GEOJSON.write_text(content, encoding="utf-8")
    make_region("370202")
    assert chart("regions", make_plan()).drawing["kind"] == "tiles"
    call_command("check")
    assert said in capsys.readouterr().err


def test_coordinates_that_are_no_degrees_are_refused(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metres = {"type": "Polygon", "coordinates": [[[4e5, 4e6], [5e5, 4e6], [5e5, 5e6]]]}
    settings.REGIONS_GEOJSON = map_file(tmp_path / "regions.geojson", geometry=metres)
    call_command("check")
    assert "longitude and latitude in degrees" in capsys.readouterr().err


def test_one_enterprise_with_137_percent_reads_right_everywhere() -> None:
    project = make_project(make_enterprise("Only Ltd", leading_on=date(2020, 2, 1)))
    make_entry(project, amount_fen=137 * FEN_PER_BN)
    plan = make_plan(investment_target_fen=100 * FEN_PER_BN, leading_target=1)
    assert chart("trajectory", plan).title.startswith("The goal of 100.0")
    assert chart("concentration", plan).title == "One group brings all of it"
    assert values(chart("groups", plan)) == [("Only Ltd", 137 * FEN_PER_BN, Decimal(1))]
    assert chart("regions", plan, PLAN_END).title.replace("\u00a0", " ") == (
        "Region 370285 leads with 137.0 bn yuan"
    )


def test_where_only_what_is_verified_counts_each_chart_says_so() -> None:
    make_entry(amount_fen=3 * FEN_PER_BN)
    plan = make_plan()
    for key in (*KEYS, "trajectory"):
        found = chart(key, plan, verified_only=True)
        assert found.title == "Nothing has been verified yet"
        assert "Only what is verified counts." in found.picture["source"]
