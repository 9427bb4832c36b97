"""The line below a list: how many rows the whole filter has, and what they add up to."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from clusters.amounts import format_table
from clusters.templatetags.numbers import whole_percent


@dataclass(frozen=True)
class Total:
    """One sum of a list, in fen, and as the page writes it."""

    label: str
    fen: int
    text: str


@dataclass(frozen=True)
class Totals:
    """Number of rows of the whole filter, and its sums; None of what was never reported."""

    rows: int = 0
    sums: list[Total] = field(default_factory=list)


def graded_total(label: str, fen: int, verified_fen: int | None) -> Total:
    """Return a sum that is written with the share of it that is verified."""
    if not fen:
        return Total(label, fen, format_table(fen))
    share = whole_percent(Decimal(verified_fen or 0) / fen)
    text = _("%(sum)s, %(share)s verified") % {"sum": format_table(fen), "share": share}
    return Total(label, fen, text)
