"""What is refused of an exchange rate, or a file of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from ledger.models import ExchangeRate


class RateError(ValidationError):
    """An exchange rate is missing, not positive, or given for yuan."""


class RateNeedsReasonError(RateError):
    """A rate differs from the one that stands for its day, and no reason is given."""

    def __init__(self, standing: "ExchangeRate") -> None:
        super().__init__(
            {
                "reason": _(
                    "%(currency)s of %(date)s stands at %(rate)s (%(source)s); say why that is "
                    "replaced."
                )
                % {
                    "currency": standing.currency,
                    "date": date_format(standing.on),
                    "rate": standing.plain_rate,
                    "source": standing.source,
                }
            }
        )


@dataclass(frozen=True)
class FileProblem:
    """One thing to mend in a file; `line` is None where no one line is meant."""

    line: int | None
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        parts = [] if self.line is None else [_("line %(line)s") % {"line": self.line}]
        if self.column:
            parts.append(self.column)
        if self.value:
            value = self.value if len(self.value) <= 80 else f"{self.value[:79]}…"
            parts.append(_("“%(value)s”") % {"value": value})
        return f"{', '.join(parts)}: {self.reason}" if parts else self.reason


class RatesRefusedError(Exception):
    """A file of rates cannot be loaded; nothing of it was recorded."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
