"""What the amount of a row comes to: yuan as they are, other currencies at a rate that is kept."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from clusters.amounts import FEN_PER_YUAN, parse_fen, parse_number
from clusters.exceptions import UnreadableAmountError
from clusters.vocabulary import Measure
from enterprises.recording import FIRST_DAY
from imports.cells import DAY, MAX_NAME, Cells, one_of
from ledger.exceptions import UnusableAmountError
from ledger.money import CNY, Money

MAX_ORIGINAL = Decimal(10) ** 18  # what the ledger's column holds
RATE = re.compile(r"\d{1,10}(\.\d{1,8})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}")
# As in "[rate: CNY per USD from the ECB euro reference rates of 2022-02-01]".
RATE_TAG = re.compile(r"\[rate:\s*([^\]]+?)\s*\]")


def read_money(cells: Cells, happened_on: date, source_url: str) -> tuple[str, Money | None]:
    """Read measure and amount; None where the row has none or it was refused."""
    measure = cells.read_choice("amount_kind", Measure.values)
    has_amount = bool(cells.text("amount_yuan") or cells.text("amount_original"))
    if has_amount and not cells.text("amount_kind"):
        cells.refuse("amount_kind", _("Say what the amount is: ") + one_of(Measure.values))
    if cells.text("amount_kind") and not has_amount:
        cells.refuse(
            "amount_kind",
            _("Give the amount in amount_yuan or amount_original, or leave this cell empty."),
        )
    if not has_amount:
        for column in ("currency", "rate"):
            if cells.text(column):
                cells.refuse(column, _("There is no amount; leave this cell empty."))
        return measure, None
    currency = cells.text("currency") or (CNY if cells.text("amount_yuan") else "")
    if not currency and not cells.text("amount_original"):
        currency = CNY
    if not CURRENCY.fullmatch(currency):
        cells.refuse("currency", _("Write the currency as three capitals, as in CNY or USD."))
        return measure, None
    if currency == CNY:
        money = read_yuan(cells)
    else:
        money = read_foreign(cells, currency, happened_on, source_url)
    return measure, money if measure else None


def read_yuan(cells: Cells) -> Money | None:
    """Read an amount in yuan, which may stand in both columns."""
    if cells.text("rate"):
        cells.refuse("rate", _("Yuan need no rate; leave it empty."))
    stated = {
        column: read_fen(cells, column)
        for column in ("amount_yuan", "amount_original")
        if cells.text(column)
    }
    if None in stated.values():
        return None
    if len({*stated.values()}) > 1:
        cells.refuse(
            "amount_original",
            _("In yuan the two amounts are the same; amount_yuan says %(amount)s.")
            % {"amount": cells.text("amount_yuan")},
        )
        return None
    return Money(next(fen for fen in stated.values() if fen is not None))


def read_fen(cells: Cells, column: str) -> int | None:
    """Read an amount above 0 in yuan."""
    try:
        fen = parse_fen(cells.text(column))
    except UnreadableAmountError:
        fen = 0
    if fen > 0:
        return fen
    refuse_amount(cells, column)
    return None


def refuse_amount(cells: Cells, column: str) -> None:
    """Say what an amount is."""
    cells.refuse(
        column,
        _(
            "Write an amount above 0, at most ten trillion yuan and in whole fen: 14400000, "
            "14400000.50, 3000万, 3亿, 300m or 2.5bn. What lowers a total is recorded on the "
            "data entry page."
        ),
    )


def read_foreign(cells: Cells, currency: str, happened_on: date, source_url: str) -> Money | None:
    """Read a foreign amount with the rate that turned it into yuan."""
    original, rate = read_original(cells), read_rate(cells, currency)
    yuan_fen = read_fen(cells, "amount_yuan") if cells.text("amount_yuan") else None
    if original is None or rate is None:
        return None
    rate_on, rate_source = read_rate_source(cells, happened_on, source_url)
    try:
        money = Money.foreign(
            original, currency, rate=rate, rate_on=rate_on, rate_source=rate_source
        )
    except UnusableAmountError:
        refuse_amount(cells, "amount_original")
        return None
    # Pages and offices round to the yuan; more than that is another amount.
    if yuan_fen is not None and abs(yuan_fen - money.amount_fen) >= FEN_PER_YUAN:
        cells.refuse(
            "amount_yuan",
            _("amount_original at the rate comes to %(yuan)s yuan; correct one of the three.")
            % {"yuan": f"{Decimal(money.amount_fen) / FEN_PER_YUAN:.2f}"},
        )
        return None
    return money


def read_original(cells: Cells) -> Decimal | None:
    """Read the amount in the foreign currency, above 0 with at most two decimals."""
    if not cells.text("amount_original"):
        cells.refuse(
            "amount_original",
            _("Give the amount in %(currency)s, or leave currency and rate empty for yuan.")
            % {"currency": cells.text("currency")},
        )
        return None
    try:
        amount = parse_number(cells.text("amount_original"))
    except UnreadableAmountError:
        amount = Decimal(0)
    if not 0 < amount < MAX_ORIGINAL or amount != round(amount, 2):
        cells.refuse(
            "amount_original",
            _("Write an amount above 0 with at most two decimals: 40000000, 4000万 or 40m."),
        )
        return None
    return amount


def read_rate(cells: Cells, currency: str) -> Decimal | None:
    """Read the yuan per unit of the currency."""
    text = cells.text("rate")
    rate = Decimal(text) if RATE.fullmatch(text) else Decimal(0)
    if rate <= 0:
        cells.refuse(
            "rate",
            _("Write the yuan per %(currency)s, above 0 with at most eight decimals.")
            % {"currency": currency},
        )
        return None
    return rate


def read_rate_source(cells: Cells, happened_on: date, source_url: str) -> tuple[date, str]:
    """Return the day and source of the rate: those of the note's [rate: …], else the row's."""
    tag = RATE_TAG.search(cells.text("note"))
    if tag is None:
        return happened_on, (urlsplit(source_url).hostname or "")[:MAX_NAME]
    for text in DAY.findall(tag[1]):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if FIRST_DAY <= day <= cells.today:
            return day, tag[1][:MAX_NAME]
    return happened_on, tag[1][:MAX_NAME]
