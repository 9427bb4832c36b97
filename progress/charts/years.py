"""What each year brought to each cluster; in a cluster, to each of its regions."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from clusters.amounts import format_dashboard, format_dashboard_number, in_page_unit, page_unit
from clusters.models import Cluster
from clusters.names import reads_chinese
from clusters.vocabulary import Measure
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

KEY = "years"
# Earlier years are added up in one row.
MOST_YEARS = 12
MOST_PARTS = 6
ALL_YEARS = (0, 9999)


class Part(NamedTuple):
    """A cluster or a region: its key in the database and in addresses, place in the plan."""

    pk: int
    key: str
    name: str
    place: int


def years(reading: Reading) -> Chart:
    """Make the chart; the total of each column is the figure of the page."""
    amounts: dict[tuple[int, int], Amount] = defaultdict(Amount)
    for one in reading.place_years:
        part = one.region_id if in_cluster(reading) else one.cluster_id
        amounts[part, one.year] += one.amount
    parts = [
        part
        for part in parts_of(reading)
        if sum((a for (pk, _year), a in amounts.items() if pk == part.pk), Amount()).entries
    ]
    spans = spans_of({year for _part, year in amounts})
    columns = (
        Column(_("Year")),
        *(Column(part.name, Kind.FEN) for part in parts),
        Column(_("All"), Kind.FEN),
    )

    def total(pk: int | None, first: int, last: int) -> int | None:
        return sum(
            (
                a
                for (part, year), a in amounts.items()
                if pk in {None, part} and first <= year <= last
            ),
            Amount(),
        ).reported_fen

    def row(name: str, first: int, last: int) -> tuple[Any, ...]:
        return (
            name,
            *(total(part.pk, first, last) for part in parts),
            total(None, first, last),
        )

    rows = [row(name, first, last) for name, first, last in spans]
    return Chart(
        key=KEY,
        title=reading.told(title(rows, [part.name for part in parts]), found=bool(amounts)),
        sub=sub(reading),
        source=reading.source(sum(a.entries for a in amounts.values())),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(
            rows_of(columns, rows),
            (urls_of(reading, parts, first, last) for _name, first, last in spans),
        ),
        total=linked(
            row_of(columns, row(_("All years"), *ALL_YEARS)), urls_of(reading, parts, *ALL_YEARS)
        ),
        notes=(missing_note(),),
        drawing=drawing(parts, rows, of_regions=in_cluster(reading)) if amounts else {},
        query=reading.query,
    )


def urls_of(reading: Reading, parts: list[Part], first: int, last: int) -> list[str]:
    """Return the entries of some years: none of the head, those of each part, those of all."""
    since = date(first, 1, 1) if first else None
    until = min(date(last, 12, 31), reading.as_of)
    name = "region" if in_cluster(reading) else "cluster"

    def entries(**more: str) -> str:
        return reading.links.entries(reading.scope, reading.measure, until, since=since, **more)

    return ["", *(entries(**{name: part.key}) for part in parts), entries()]


def in_cluster(reading: Reading) -> bool:
    """Whether the parts are regions: a cluster has no clusters."""
    return isinstance(reading.scope.scope, Cluster)


def parts_of(reading: Reading) -> list[Part]:
    """Return the regions of a cluster, else the clusters."""
    scopes = reading.progress.regions if in_cluster(reading) else reading.progress.clusters
    named: list[tuple[str, Any]] = [(scope.key, scope.scope) for scope in scopes]
    return [
        Part(one.pk, key, getattr(one, short_name(), "") or one.name, place)
        for place, (key, one) in enumerate(named)
    ]


def short_name() -> str:
    """Return the column of the short name of a cluster in the language of the page."""
    return "short_zh" if reads_chinese() else "short_en"


def spans_of(found: set[int]) -> list[tuple[str, int, int]]:
    """Return name, first and last year of each row, without a gap; the earliest together."""
    if not found:
        return []
    last = max(found)
    first = max(min(found), last - MOST_YEARS + 1)
    spans = [(str(year), year, year) for year in range(first, last + 1)]
    if min(found) < first:
        spans.insert(0, (_("before %(year)s") % {"year": first}, 0, first - 1))
    return spans


def sub(reading: Reading) -> str:
    """Say what is added up by what."""
    words = {"unit": page_unit()}
    if reading.measure == Measure.PAID_IN:
        if in_cluster(reading):
            return _("Paid in by region and year, %(unit)s; one scale for all") % words
        return _("Paid in by cluster and year, %(unit)s; one scale for all") % words
    if in_cluster(reading):
        return _("Contracted by region and year, %(unit)s; one scale for all") % words
    return _("Contracted by cluster and year, %(unit)s; one scale for all") % words


def title(rows: list[tuple[Any, ...]], names: list[str]) -> str:
    """State which year brought most, and to which part most of it."""
    told = [row for row in rows if row[-1] is not None]
    if not told:
        return _("No amount has been reported yet")
    best = max(told, key=lambda row: row[-1])
    words = {"year": best[0], "amount": format_dashboard(best[-1])}
    shares = dict(zip(names, best[1:-1], strict=True))
    first = max(shares, key=lambda name: shares[name] or 0)
    if len(names) > 1 and (shares[first] or 0) * 2 > best[-1]:
        words["name"] = first
        return _("%(year)s brought the most, %(amount)s, over half of it to %(name)s") % words
    return _("%(year)s brought the most, %(amount)s") % words


def drawing(parts: list[Part], rows: list[tuple[Any, ...]], *, of_regions: bool) -> dict[str, Any]:
    """Return a small chart for each part, of many only for the largest."""
    size = {part.pk: sum(row[n + 1] or 0 for row in rows) for n, part in enumerate(parts)}
    drawn = set(sorted(size, key=lambda pk: -size[pk])[:MOST_PARTS])
    return {
        "kind": "years",
        "unit": page_unit(),
        "years": [row[0] for row in rows],
        "parts": [
            {
                "name": part.name,
                # The colour goes by the place in the plan; regions have none.
                "edge": 0 if of_regions else part.place % 3 + 1,
                "values": [
                    None if row[number + 1] is None else float(in_page_unit(row[number + 1]))
                    for row in rows
                ],
                "texts": [
                    "" if row[number + 1] is None else format_dashboard_number(row[number + 1])
                    for row in rows
                ],
            }
            for number, part in enumerate(parts)
            if part.pk in drawn
        ],
    }
