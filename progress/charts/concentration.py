"""How much of the investment the ten largest investor groups bring."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.amounts import format_dashboard_number, page_unit
from clusters.templatetags.numbers import percent
from clusters.vocabulary import Measure
from progress.charts.chart import Chart, Column, Kind, all_linked, linked, row_of, rows_of
from progress.charts.groups import Parties
from progress.charts.reading import Reading
from progress.statuses import completion

KEY = "concentration"
TOP = 10


def concentration(reading: Reading) -> Chart:
    """Make the chart; its total is the figure of the page."""
    parties = reading.parties
    top = parties.largest[:TOP]
    whole = parties.total.fen
    share = completion(sum(party.fen for party in top), max(whole, 0))
    columns = (
        Column(_("Investor group")),
        Column(str(reading.measure.label), Kind.FEN),
        Column(_("Share"), Kind.SHARE),
        Column(_("Share with those above"), Kind.SHARE),
    )
    rows = []
    above = 0
    for party in top:
        above += party.fen
        rows.append(
            (
                party.name or _("outside your scope"),
                party.fen,
                completion(party.fen, max(whole, 0)),
                completion(above, max(whole, 0)),
            )
        )
    if parties.count > len(top):
        rest = whole - above
        rows.append(
            (
                _("All others"),
                rest,
                completion(rest, max(whole, 0)),
                completion(whole, max(whole, 0)),
            )
        )
    return Chart(
        key=KEY,
        title=reading.told(title(parties, share), found=bool(parties.largest)),
        sub=(
            _("Paid in by investor group, %(unit)s and share of all")
            if reading.measure == Measure.PAID_IN
            else _("Contracted by investor group, %(unit)s and share of all")
        )
        % {"unit": page_unit()},
        source=reading.source(parties.total.entries),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(rows_of(columns, rows), (party.urls for party in top)),
        total=linked(
            row_of(
                columns,
                (_("All"), parties.total.reported_fen, completion(whole, max(whole, 0)), None),
            ),
            ("", reading.links.entries(reading.scope, reading.measure)),
        ),
        notes=(
            _(
                "The first named group of an enterprise leads; one without a group stands for "
                "itself."
            ),
        ),
        drawing=drawing(rows) if top else {},
        query=reading.query,
    )


def title(parties: Parties, share: Decimal | None) -> str:
    """State the share of the largest."""
    if not parties.largest or share is None:
        return _("No investor group has brought an amount yet")
    if parties.count > TOP:
        return _("The ten largest of %(n)s groups bring %(share)s") % {
            "n": f"{parties.count:,}",
            "share": percent(share),
        }
    return ngettext(
        "One group brings all of it",
        "All of it comes from %(n)s groups, the largest with %(share)s",
        parties.count,
    ) % {
        "n": parties.count,
        "share": percent(completion(parties.largest[0].fen, parties.total.fen)),
    }


def drawing(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Return a bar for each of the ten and one, told apart, for all others."""
    return {
        "kind": "bars",
        "unit": page_unit(),
        "bars": [
            {
                "name": name,
                "value": float(share * 100) if share is not None else 0,
                "text": _("%(share)s, %(amount)s")
                % {"share": percent(share), "amount": format_dashboard_number(fen)},
                "isRest": number >= TOP,
            }
            for number, (name, fen, share, _above) in enumerate(rows)
        ],
    }
