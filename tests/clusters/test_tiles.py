"""Where the regions stand on the tile map: from the plan file, and as the database holds it."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from clusters.exceptions import PlanFileError
from clusters.models import Region
from clusters.planfile import parse_plan
from tests.make import make_region

EXAMPLE = Path(__file__).parent / "example-plan.toml"
SHIPPED = Path(__file__).parents[2] / "clusters" / "plans" / "qingdao-2020-2025.toml"
FIRST, SECOND = 'code = "990101"\n', 'code = "990102"\n'


def problems(first: str, second: str = "") -> list[tuple[str, str]]:
    """What is said of the example with lines added to its two regions."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace(FIRST, FIRST + first).replace(SECOND, SECOND + second)
    with pytest.raises(PlanFileError) as refused:
        parse_plan(text)
    return refused.value.problems


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        ("tile_column = 1\n", "regions[0].tile_row", "is missing"),
        ("tile_row = 1\n", "regions[0].tile_column", "is missing"),
        ("tile_column = 9\ntile_row = 1\n", "regions[0].tile_column", "9"),
        ("tile_column = 1\ntile_row = 0\n", "regions[0].tile_row", "0"),
        ("tile_column = 1.5\ntile_row = 1\n", "regions[0].tile_column", "1.5"),
        ('tile_column = "1"\ntile_row = 1\n', "regions[0].tile_column", "1"),
    ],
)
def test_a_tile_that_cannot_be_drawn_is_named(lines: str, key: str, said: str) -> None:
    found = dict(problems(lines))
    assert said in found[key]


def test_no_two_regions_stand_on_one_tile() -> None:
    same = "tile_column = 2\ntile_row = 3\n"
    assert problems(same, same) == [("regions[1].tile_column", "repeats regions[0]")]


@pytest.mark.django_db
def test_the_published_plan_places_every_region_and_a_load_changes_that() -> None:
    make_region("990101")
    call_command("load_plan", str(SHIPPED), verbosity=0)
    placed = Region.objects.exclude(code="990101").values_list("code", "tile_column", "tile_row")
    tiles = {code: (column, row) for code, column, row in placed}
    assert tiles["370283"] == (1, 1)
    assert tiles["370202"] == (2, 5)
    assert len(set(tiles.values())) == 10
    Region.objects.filter(code="370283").update(tile_column=None, tile_row=None)
    call_command("load_plan", str(SHIPPED), verbosity=0)
    assert Region.objects.get(code="370283").tile_column == 1


@pytest.mark.django_db
def test_a_column_needs_a_row() -> None:
    region = make_region("370202")
    region.tile_column = 2
    with pytest.raises(ValidationError) as refused:
        region.full_clean()
    assert "a column and a row of the tile map, or neither" in str(refused.value)
    region.tile_row = 13
    with pytest.raises(ValidationError):
        region.full_clean()
