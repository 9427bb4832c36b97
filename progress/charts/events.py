"""The largest single entries, which explain the steps of a line."""

from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from clusters.amounts import format_dashboard_number, in_page_unit
from clusters.templatetags.numbers import quarter
from ledger.models import Entry
from progress.charts.paths import Frame
from progress.charts.reading import Reading

# The chart has room for five; those that would lie on each other make way for the next.
CANDIDATES = 10
AT_ONCE = 4 * CANDIDATES
LARGEST_FIRST = ("-amount_fen", "effective_on", "pk")
# Of a long name so many letters stand at the line; the table of the ledger has the rest.
LETTERS = 24


def largest(reading: Reading, frame: Frame) -> list[dict[str, Any]]:
    """Return the largest entries that the reader may see, the largest first."""
    entries = (
        reading.entries.filter(pk__in=largest_standing(reading, frame))
        .select_related("project__enterprise__lead_group")
        .order_by(*LARGEST_FIRST)
    )
    flow = reading.flow(reading.measure)
    return [
        {
            "on": entry.effective_on.isoformat(),
            "value": float(in_page_unit(flow.total(entry.effective_on).fen)),
            "text": _("%(quarter)s: %(name)s %(amount)s")
            % {
                "quarter": quarter(entry.effective_on),
                "name": short_name(entry),
                "amount": format_dashboard_number(entry.amount_fen),
            },
        }
        for entry in entries
    ]


def largest_standing(reading: Reading, frame: Frame) -> list[int]:
    """Return the keys of the largest entries that the reader may see and that were not taken back.

    Looked up a few at a time: asked all at once which entries stand, a database finds all that do
    before it takes the largest.
    """
    visible = Entry.objects.visible_to(reading.viewer).order_by().values("pk")
    keys = (
        reading.entries.filter(
            measure=reading.measure, amount_fen__gt=0, effective_on__gte=frame.starts_on
        )
        .filter(pk__in=visible)
        .order_by(*LARGEST_FIRST)
        .values_list("pk", flat=True)
    )
    found: list[int] = []
    for start in count(0, AT_ONCE):
        some = list(keys[start : start + AT_ONCE])
        standing = Entry.objects.filter(pk__in=some).standing_at(reading.known_at).order_by()
        stand = set(standing.values_list("pk", flat=True))
        found += [key for key in some if key in stand]
        if len(found) >= CANDIDATES or len(some) < AT_ONCE:
            break
    return found[:CANDIDATES]


def short_name(entry: Entry) -> str:
    """Return the group that leads, else the enterprise, cut to what a chart has room for."""
    enterprise = entry.project.enterprise
    name = (enterprise.lead_group or enterprise).name
    # A Han character is as wide as two letters.
    width = 0
    for place, sign in enumerate(name):
        width += 2 if ord(sign) > 0x2E80 else 1
        if width > LETTERS:
            return f"{name[: max(place - 1, 1)].rstrip()}…"
    return name
