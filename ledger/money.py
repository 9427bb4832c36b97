"""An amount as it was stated, and what it comes to in fen."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from django.utils.translation import gettext as _

from clusters.amounts import FEN_PER_YUAN, MAX_FEN
from ledger.exceptions import RateError, UnusableAmountError

CNY = "CNY"


@dataclass(frozen=True)
class Money:
    """An amount in fen; a foreign one keeps what was stated and the rate that turned it into fen.

    `rate` is yuan per unit of `currency`, on the day `rate_on`, as `rate_source` has it.
    """

    amount_fen: int
    currency: str = CNY
    original_amount: Decimal | None = None
    rate: Decimal | None = None
    rate_on: date | None = None
    rate_source: str = ""

    def __post_init__(self) -> None:
        if self.amount_fen == 0 or abs(self.amount_fen) > MAX_FEN:
            raise UnusableAmountError(Decimal(self.amount_fen) / FEN_PER_YUAN)

    @classmethod
    def foreign(
        cls, amount: Decimal, currency: str, *, rate: Decimal, rate_on: date, rate_source: str
    ) -> Self:
        """Convert at a rate that stays with the amount; it is never converted again."""
        if currency == CNY:
            raise RateError({"rate": _("Yuan need no rate; leave it empty.")})
        if not rate > 0:
            raise RateError({"rate": _("The rate must be above 0: yuan per unit of the currency.")})
        return cls(
            amount_fen=to_fen(amount, yuan_per_unit=rate),
            currency=currency,
            original_amount=amount,
            rate=rate,
            rate_on=rate_on,
            rate_source=rate_source,
        )

    def opposite(self) -> Self:
        """Return what takes this amount back to the fen."""
        original = None if self.original_amount is None else -self.original_amount
        return replace(self, amount_fen=-self.amount_fen, original_amount=original)


def to_fen(amount: Decimal, *, yuan_per_unit: Decimal) -> int:
    """Convert a foreign amount to fen, rounded half up once, at the end."""
    fen = amount * yuan_per_unit * FEN_PER_YUAN
    if abs(fen) > MAX_FEN:
        raise UnusableAmountError(amount)
    return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def plain_rate(rate: Decimal) -> str:
    """Write a rate with the decimals that it has: "6.984"."""
    return f"{rate.normalize():f}"
