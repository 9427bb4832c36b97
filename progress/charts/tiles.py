"""The regions as equal tiles in rough map order, or as the office's own approved map."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.amounts import (
    format_dashboard,
    format_dashboard_number,
    format_goal_number,
    page_unit,
)
from clusters.models import Region, Site
from clusters.vocabulary import Measure
from progress.charts import region_map
from progress.charts.chart import (
    Chart,
    Column,
    Kind,
    all_linked,
    linked,
    missing_note,
    row_of,
    rows_of,
)
from progress.charts.reading import Reading
from progress.measuring.investment import Amount
from progress.results import ScopeFigures

KEY = "regions"
# Where the five shades begin, in fen: round, and the same for all dates.
STEPS_BN = (0, 10, 20, 40, 60)
FEN_PER_BN = 10**11
# A park whose plan has no tiles gets them in its order, so many beside each other.
PLAIN_COLUMNS = 3
BRACKETS = re.compile(r"\s*[(（].*[)）]$")


@dataclass(frozen=True)
class Tile:
    """One region: where it stands, what it has, whose sites lie there."""

    code: str
    name: str
    column: int
    row: int
    fen: int | None
    text: str
    step: int
    # Places in the plan of the clusters with a site here, and their names.
    sites: tuple[tuple[int, str], ...]
    is_scope: bool
    spoken: str
    url: str

    @property
    def css(self) -> str:
        """The classes that put the tile in its place and give it its shade."""
        shade = f"step-{self.step}" if self.step else "step-none"
        here = " tile-here" if self.is_scope else ""
        return f"tile-col-{self.column} tile-row-{self.row} {shade}{here}"


def tiles(reading: Reading) -> Chart:
    """Make the chart; its values are the regions' figures of the page."""
    amounts = amounts_of(reading)
    columns = (
        Column(_("Region")),
        Column(_("Code")),
        Column(str(reading.measure.label), Kind.FEN),
        Column(_("Cluster with a site here")),
    )
    sites = sites_of(reading)
    rows = [
        (
            scope.scope.name,
            scope.key,
            amounts[scope.key].reported_fen,
            _(", ").join(name for _place, name in sites.get(scope.key, ())) or None,
        )
        for scope in reading.progress.regions
    ]
    whole = sum(amounts.values(), Amount())
    drawn = tiles_of(reading, amounts, sites)
    return Chart(
        key=KEY,
        title=reading.told(title(drawn), found=bool(whole.entries)),
        sub=sub(reading),
        source=reading.source(
            whole.entries, "" if reading.place.cluster_id else reading.plan.park.name
        ),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(rows_of(columns, rows), urls_of(reading)),
        total=linked(
            row_of(columns, (_("All regions"), "", whole.reported_fen, None)),
            ("", "", reading.links.entries(around(reading), reading.measure)),
        ),
        notes=(missing_note(),),
        drawing=drawing(drawn),
        query=reading.query,
    )


def amounts_of(reading: Reading) -> dict[str, Amount]:
    """Return what each region has; inside a cluster, only of that cluster."""
    if reading.place.cluster_id is None:
        figures = {scope.key: reading.amount(scope) for scope in reading.progress.regions}
        return {key: Amount(amount.fen or 0, amount.entries) for key, amount in figures.items()}
    found = {}
    for scope in reading.progress.regions:
        region: Any = scope.scope
        found[scope.key] = sum(
            (one.amount for one in reading.place_years if one.region_id == region.pk),
            Amount(),
        )
    return found


def around(reading: Reading) -> ScopeFigures:
    """Return the scope that the regions divide: the cluster of the page, else the park."""
    return reading.scope if reading.place.cluster_id is not None else reading.progress.park


def urls_of(reading: Reading) -> list[tuple[str, ...]]:
    """Return, for each region, its page and the entries of its amount."""
    links, scope = reading.links, around(reading)
    return [
        (
            reading.link(region.scope.get_absolute_url()),  # type: ignore[attr-defined]
            "",
            links.entries(scope, reading.measure, region=region.key),
        )
        for region in reading.progress.regions
    ]


def sites_of(reading: Reading) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return the clusters with a site in each region, by its code."""
    sites = Site.objects.filter(cluster__park=reading.plan.park).select_related("cluster", "region")
    if reading.place.cluster_id is not None:
        sites = sites.filter(cluster=reading.place.cluster_id)
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for site in sites:
        mark = (site.cluster.position % 3 + 1, site.cluster.name)
        found[site.region.code] = (*found.get(site.region.code, ()), mark)
    return found


def arrangement(regions: list[Region]) -> dict[str, tuple[int, int]]:
    """Return column and row of each region: the plan's, or a plain grid where they do not make
    one place for each."""
    given = {r.code: (r.tile_column, r.tile_row) for r in regions}
    has_all = all(column and row for column, row in given.values())
    if has_all and len(set(given.values())) == len(given):
        return given  # type: ignore[return-value]
    return {
        region.code: (number % PLAIN_COLUMNS + 1, number // PLAIN_COLUMNS + 1)
        for number, region in enumerate(regions)
    }


def step_of(fen: int | None) -> int:
    """Return the shade of an amount, 1 to 5; 0 where nothing was reported."""
    if fen is None:
        return 0
    return max(sum(fen >= bn * FEN_PER_BN for bn in STEPS_BN), 1)


def tiles_of(
    reading: Reading,
    amounts: dict[str, Amount],
    sites: dict[str, tuple[tuple[int, str], ...]],
) -> list[Tile]:
    """Return the tiles in the order of the plan."""
    regions: list[Any] = [scope.scope for scope in reading.progress.regions]
    places = arrangement(regions)
    return [
        tile(
            region,
            places[region.code],
            amounts[region.code].reported_fen,
            sites.get(region.code, ()),
            is_scope=reading.place.region_id == region.pk,
            url=reading.link(region.get_absolute_url()),
        )
        for region in regions
    ]


def tile(
    region: Region,
    place: tuple[int, int],
    fen: int | None,
    sites: tuple[tuple[int, str], ...],
    *,
    is_scope: bool,
    url: str,
) -> Tile:
    """Return one tile with its words."""
    words = {
        "name": region.name,
        "amount": _("not reported") if fen is None else format_dashboard(fen),
        "clusters": _(", ").join(name for _place, name in sites),
    }
    spoken = (
        _("%(name)s, %(amount)s, holds a site of %(clusters)s")
        if sites
        else _("%(name)s, %(amount)s")
    ) % words
    return Tile(
        code=region.code,
        # Without what stands in brackets: 西海岸新区(黄岛区); the table has the whole name.
        name=BRACKETS.sub("", region.name) or region.name,
        column=place[0],
        row=place[1],
        fen=fen,
        text=_("not reported") if fen is None else format_dashboard_number(fen),
        step=step_of(fen),
        sites=sites,
        is_scope=is_scope,
        spoken=spoken,
        url=url,
    )


def sub(reading: Reading) -> str:
    """Say what the tiles show, and that they are no map."""
    words = {"unit": page_unit()}
    if region_map.current() is not None:
        if reading.measure == Measure.PAID_IN:
            return _("Paid in by region, %(unit)s. The map is the office’s own.") % words
        return _("Contracted by region, %(unit)s. The map is the office’s own.") % words
    if reading.measure == Measure.PAID_IN:
        return _("Paid in by region, %(unit)s. Equal tiles in rough map order, not a map.") % words
    return _("Contracted by region, %(unit)s. Equal tiles in rough map order, not a map.") % words


def title(drawn: list[Tile]) -> str:
    """State who leads, and how many report nothing."""
    told = [one for one in drawn if one.fen is not None]
    if not told:
        return _("No region has reported an amount yet")
    first = max(told, key=lambda one: one.fen or 0)
    silent = len(drawn) - len(told)
    words = {"name": first.name, "n": silent, "amount": format_dashboard(first.fen or 0)}
    if not silent:
        return _("%(name)s leads with %(amount)s") % words
    return (
        ngettext(
            "%(name)s leads; %(n)s region reports nothing",
            "%(name)s leads; %(n)s regions report nothing",
            silent,
        )
        % words
    )


def drawing(drawn: list[Tile]) -> dict[str, Any]:
    """Return the tiles, the key to their shades, and the shapes of the map where there is one."""
    if not drawn:
        return {}
    own = region_map.current()
    shapes = own.shapes if own else {}
    return {
        "kind": "map" if own else "tiles",
        "unit": page_unit(),
        "tiles": [
            {
                "code": one.code,
                "name": one.name,
                "column": one.column,
                "row": one.row,
                "text": one.text,
                "step": one.step,
                "sites": [place for place, _name in one.sites],
                "spoken": one.spoken,
                "url": one.url,
                "css": one.css,
                "isScope": one.is_scope,
                **(
                    {
                        "shape": shapes[one.code].path,
                        "x": shapes[one.code].x,
                        "y": shapes[one.code].y,
                    }
                    if one.code in shapes
                    else {}
                ),
            }
            for one in drawn
        ],
        "columns": max(one.column for one in drawn),
        "rows": max(one.row for one in drawn),
        "size": [own.width, own.height] if own else [],
        "approval": own.approval if own else "",
        "key": _("steps at %(steps)s %(unit)s")
        % {
            "steps": _(", ").join(format_goal_number(bn * FEN_PER_BN) for bn in STEPS_BN[1:]),
            "unit": page_unit(),
        },
    }
