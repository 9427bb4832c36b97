"""The places of the public record, without loading the plan."""

import csv
from pathlib import Path

from clusters.models import Region
from tests.make import make_cluster, make_park, make_sector

DATA = Path(__file__).resolve().parents[2] / "imports" / "data"
RECORD = DATA / "public_record.csv"
KNOWN_DOUBLES = DATA / "known_doubles.csv"
REGIONS = {
    "370285": ("Laixi", "莱西市"),
    "370283": ("Pingdu", "平度市"),
    "370281": ("Jiaozhou", "胶州市"),
    "370214": ("Chengyang", "城阳区"),
    "370215": ("Jimo", "即墨区"),
    "370202": ("Shinan", "市南区"),
    "370203": ("Shibei", "市北区"),
    "370213": ("Licang", "李沧区"),
    "370212": ("Laoshan", "崂山区"),
    "370211": ("West Coast New Area", "西海岸新区(黄岛区)"),
}


def make_places() -> None:
    """The ten regions, and the clusters and sectors that the record names."""
    for position, (code, (name_en, name_zh)) in enumerate(REGIONS.items()):
        Region.objects.create(
            park=make_park(), code=code, name_en=name_en, name_zh=name_zh, position=position
        )
    for path in (RECORD, KNOWN_DOUBLES):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                make_sector(row["sector"], cluster=make_cluster(row["cluster"]))
