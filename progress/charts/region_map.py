"""The office's own map of its regions: a GeoJSON file that it has had approved.

None ships with the program: published maps of China need an approved source. Without a file, or
with one that cannot be used, the regions are drawn as tiles.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

MAX_BYTES = 2_000_000
# The width of the drawing that the map is laid out in; its unit is about a pixel.
WIDTH = 640
APPROVAL_LETTERS = 80


class BadMapError(Exception):
    """The file is no map of regions; says what is wrong."""


@dataclass(frozen=True)
class Shape:
    """One region: its outline as the path of an SVG, and where its words stand."""

    path: str
    x: int
    y: int


@dataclass(frozen=True)
class RegionMap:
    """The outlines by region code; `approval` is the number that the map was approved under."""

    width: int
    height: int
    approval: str
    shapes: dict[str, Shape]


def current() -> RegionMap | None:
    """Return the map that is set, None without a usable one."""
    try:
        return read(settings.REGIONS_GEOJSON)
    except BadMapError:
        return None  # `check` says why


def changed() -> int:
    """Return what tells one state of the file from another; 0 without a file."""
    try:
        return int(settings.REGIONS_GEOJSON.stat().st_mtime_ns)
    except OSError:
        return 0


def read(path: Path) -> RegionMap | None:
    """Read the map, anew when the file has changed; None where there is no file.

    Raises BadMapError for a file that cannot be used.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadMapError(f"{path}: {error.strerror}") from error
    return parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def parsed(path: Path, _changed: int, size: int) -> RegionMap:
    """Read one state of the file."""
    if size > MAX_BYTES:
        raise BadMapError(f"{path} has {size:,} bytes; up to {MAX_BYTES:,} are read. Simplify it.")
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadMapError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise BadMapError(f"{path} is no GeoJSON FeatureCollection.")
    features = content.get("features")
    outlines = dict(map(outline, features if isinstance(features, list) else []))
    if not outlines:
        raise BadMapError(f"{path} has no features.")
    approval = content.get("approval", "")
    return laid_out(outlines, str(approval)[:APPROVAL_LETTERS])


def outline(feature: Any) -> tuple[str, list[list[tuple[float, float]]]]:
    """Return region code and rings, in degrees, of a feature."""
    try:
        code = str(feature["properties"]["code"])
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        elif geometry["type"] != "MultiPolygon":
            raise BadMapError(f"{code}: a region is a Polygon or a MultiPolygon.")
        rings = [
            [(float(point[0]), float(point[1])) for point in ring]
            for polygon in polygons
            for ring in polygon
        ]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadMapError(
            "A feature lacks properties.code (six digits) or a geometry of degrees."
        ) from error
    points = [point for ring in rings for point in ring]
    if not points or not all(-180 <= x <= 180 and -90 < y < 90 for x, y in points):
        raise BadMapError(f"{code}: coordinates are longitude and latitude in degrees (WGS 84).")
    return code, rings


def laid_out(outlines: dict[str, list[list[tuple[float, float]]]], approval: str) -> RegionMap:
    """Project the outlines, true to size at the middle latitude, into a box WIDTH wide."""
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * squeeze, north - south
    if wide <= 0 or high <= 0:
        raise BadMapError("The regions have no area.")
    scale = WIDTH / wide

    def place(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * squeeze * scale), round((north - point[1]) * scale)

    shapes = {}
    for code, rings in outlines.items():
        placed = [[place(point) for point in ring] for ring in rings]
        widest = max(placed, key=area)
        xs, ys = [x for x, _y in widest], [y for _x, y in widest]
        shapes[code] = Shape(
            path="".join(map(drawn, placed)),
            x=(min(xs) + max(xs)) // 2,
            y=(min(ys) + max(ys)) // 2,
        )
    return RegionMap(WIDTH, max(round(high * scale), 1), approval, shapes)


def area(ring: list[tuple[int, int]]) -> float:
    """Return the area of a ring."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def drawn(ring: list[tuple[int, int]]) -> str:
    """Return a ring as part of a path; points that fall on the one before are left out."""
    kept = [point for number, point in enumerate(ring) if number == 0 or point != ring[number - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
