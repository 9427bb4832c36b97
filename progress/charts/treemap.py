"""The investment as one area, divided among the investor groups.

Drawn by the server as SVG whose lengths are percentages, so that it needs no script; squarified
after Bruls, Huizing and van Wijk: rows are filled along the shorter side while that makes their
boxes less long.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from clusters.amounts import format_dashboard_number, page_unit
from clusters.templatetags.numbers import percent
from clusters.vocabulary import Measure
from progress.charts.chart import Chart, Column, Kind, all_linked, linked, row_of, rows_of
from progress.charts.groups import Parties
from progress.charts.reading import Reading
from progress.statuses import completion

KEY = "groups"
# The areas that boxes are laid out in, in pixels; a page stretches one to the width that it has.
WIDE, PHONE = (900.0, 384.0), (310.0, 480.0)
# So much room the words of a box take.
LEAST_WIDTH, LEAST_HEIGHT = 64.0, 44.0


@dataclass(frozen=True)
class Box:
    """A part of the area, in percent of it, and its words."""

    name: str
    text: str
    x: str
    y: str
    width: str
    height: str
    step: int
    # As much of the name as there is room for; "" where there is none for words.
    letters: str


def treemap(reading: Reading) -> Chart:
    """Make the chart; its total is the figure of the page."""
    parties = reading.parties
    whole = parties.total.fen
    columns = (
        Column(_("Investor group")),
        Column(str(reading.measure.label), Kind.FEN),
        Column(_("Share"), Kind.SHARE),
    )
    rows: list[tuple[str, int, Any]] = [
        (party.name or _("outside your scope"), party.fen, completion(party.fen, max(whole, 0)))
        for party in parties.largest
    ]
    if parties.count > len(rows):
        rest = parties.rest_fen
        rows.append((_("All others"), rest, completion(rest, max(whole, 0))))
    return Chart(
        key=KEY,
        title=reading.told(title(parties), found=bool(parties.largest)),
        sub=(
            _("Paid in by investor group, %(unit)s; the area is the amount")
            if reading.measure == Measure.PAID_IN
            else _("Contracted by investor group, %(unit)s; the area is the amount")
        )
        % {"unit": page_unit()},
        source=reading.source(parties.total.entries),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(rows_of(columns, rows), (party.urls for party in parties.largest)),
        total=linked(
            row_of(
                columns,
                (_("All"), parties.total.reported_fen, completion(whole, max(whole, 0))),
            ),
            ("", reading.links.entries(reading.scope, reading.measure)),
        ),
        notes=(
            _(
                "The first named group of an enterprise leads; one without a group stands for "
                "itself."
            ),
        ),
        drawing=drawing(rows),
        query=reading.query,
    )


def title(parties: Parties) -> str:
    """State who is the largest."""
    if not parties.largest or parties.total.fen <= 0:
        return _("No investor group has brought an amount yet")
    first = parties.largest[0]
    words = {"name": first.name, "share": percent(completion(first.fen, parties.total.fen))}
    if not first.name:
        return _("The largest investor group brings %(share)s") % words
    return _("%(name)s is the largest investor group, with %(share)s") % words


def drawing(rows: Sequence[tuple[str, int, Any]]) -> dict[str, Any]:
    """Return the boxes, for wide and for narrow screens; {} where there is no area to divide."""
    drawn = [row for row in rows if row[1] > 0]
    if not drawn:
        return {}
    return {
        "kind": "treemap",
        "unit": page_unit(),
        "boxes": boxes(drawn, *WIDE),
        "phone": boxes(drawn, *PHONE),
    }


def boxes(
    rows: Sequence[tuple[str, int, Any]], area_width: float, area_height: float
) -> list[dict[str, Any]]:
    """Lay the rows out in an area."""
    whole = sum(fen for _name, fen, _share in rows)
    areas = [fen / whole * area_width * area_height for _name, fen, _share in rows]
    laid_out = squarified(areas, 0, 0, area_width, area_height)
    found = []
    for (name, fen, share), (x, y, width, height) in zip(rows, laid_out, strict=True):
        has_room = width >= LEAST_WIDTH and height >= LEAST_HEIGHT
        box = Box(
            name=name,
            text=_("%(amount)s, %(share)s")
            % {"amount": format_dashboard_number(fen), "share": percent(share)},
            x=f"{x / area_width * 100:.3f}%",
            y=f"{y / area_height * 100:.3f}%",
            width=f"{width / area_width * 100:.3f}%",
            height=f"{height / area_height * 100:.3f}%",
            step=step_of(fen / whole),
            letters=fitting(name, width) if has_room else "",
        )
        found.append(asdict(box))
    return found


def step_of(part: float) -> int:
    """Return the shade of a box, by fixed shares of the whole."""
    return 1 + sum(part >= bound for bound in (0.01, 0.03, 0.08, 0.2))


def fitting(name: str, width: float) -> str:
    """Return as much of a name as a box of that width has room for, at 13 px."""
    room = width - 16
    used = 0.0
    for place, sign in enumerate(name):
        used += 13.0 if ord(sign) > 0x2E80 else 7.0
        if used > room:
            return f"{name[: max(place - 1, 0)].rstrip()}…" if place > 3 else ""
    return name


def squarified(
    areas: Sequence[float], x: float, y: float, width: float, height: float
) -> list[tuple[float, float, float, float]]:
    """Lay out `areas`, the largest first, as boxes (x, y, width, height) that fill a box."""
    found: list[tuple[float, float, float, float]] = []
    left = list(areas)
    while left:
        side = min(width, height)
        row = [left[0]]
        while len(row) < len(left) and longest([*row, left[len(row)]], side) <= longest(row, side):
            row.append(left[len(row)])
        left = left[len(row) :]
        thick = sum(row) / side if side else 0
        along = 0.0
        for area in row:
            length = area / thick if thick else 0
            found.append(
                (x, y + along, thick, length) if width >= height else (x + along, y, length, thick)
            )
            along += length
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return found


def longest(row: Sequence[float], side: float) -> float:
    """Return how long the least square box of a row along `side` is, 1 for a square."""
    whole = sum(row)
    if not whole or not side:
        return float("inf")
    return max(
        max(side**2 * area / whole**2, whole**2 / (side**2 * area)) if area else float("inf")
        for area in row
    )
