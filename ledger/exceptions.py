"""What the ledger refuses, each keyed by the field to mend."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import format_exact
from clusters.vocabulary import Measure

if TYPE_CHECKING:
    from ledger.models import Entry


class ReductionNeedsReasonError(ValidationError):
    """An amount below zero came without a reason."""

    def __init__(self) -> None:
        super().__init__(
            {
                "reason": _(
                    "An amount below zero lowers a total, as when a contract is cut: say why. "
                    "To take back a wrong entry, reverse it instead."
                )
            }
        )


class BelowZeroError(ValidationError):
    """A total of a project would fall below zero."""

    def __init__(self, measure: str, total_fen: int, amount_fen: int) -> None:
        super().__init__(
            {
                "amount": _(
                    "“%(measure)s” of this project stands at %(total)s, on that day or a later "
                    "one; it cannot be lowered by %(amount)s."
                )
                % {
                    "measure": Measure(measure).label,
                    "total": format_exact(total_fen),
                    "amount": format_exact(abs(amount_fen)),
                }
            }
        )


class PossibleDoubleError(ValidationError):
    """An amount repeats one that stands, from another source."""

    def __init__(self, standing: "Entry", *, is_visible: bool = True) -> None:
        self.standing = standing
        hidden = _(
            "Possible double: the same amount is recorded already, outside your regions and "
            "clusters."
        )
        super().__init__({"amount": self.describe(standing) if is_visible else hidden})

    @staticmethod
    def describe(standing: "Entry") -> str:
        """Say which entry is repeated."""
        return _(
            "Possible double: “%(project)s” has the same amount (%(measure)s, %(amount)s) "
            "on %(date)s already, from another source (entry %(id)s)."
        ) % {
            "project": standing.project,
            "measure": standing.get_measure_display(),
            "amount": format_exact(standing.amount_fen),
            "date": date_format(standing.effective_on),
            "id": standing.pk,
        }


class AlreadyReversedError(ValidationError):
    """An entry was reversed before."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(_("Entry %(id)s is reversed already.") % {"id": entry.pk})


class ReversalOfReversalError(ValidationError):
    """A reversal itself was to be reversed."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            _("Entry %(id)s is itself a reversal; record the amount again instead.")
            % {"id": entry.pk}
        )


class KeyReusedError(ValidationError):
    """A form or client sent another entry under a key that was used."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            _("This form was sent before, with other figures, as entry %(id)s; open a new form.")
            % {"id": entry.pk}
        )


class RateError(ValidationError):
    """An exchange rate is missing, not positive, or given for yuan."""


class NothingToWithdrawError(ValidationError):
    """A project is withdrawn already."""

    def __init__(self) -> None:
        super().__init__({"standing": _("The project is withdrawn already.")})


class LaterRecordError(ValidationError):
    """A project would be withdrawn before something else that is recorded of it."""

    def __init__(self, later_on: date) -> None:
        super().__init__(
            {
                "effective_on": _(
                    "The project has a step or a contracted amount dated %(date)s; a withdrawal "
                    "cannot come before it."
                )
                % {"date": date_format(later_on)}
            }
        )


class UnusableAmountError(ValidationError):
    """An amount is zero, or comes to a part of a fen or beyond what the ledger holds."""

    def __init__(self, amount: Decimal | int) -> None:
        super().__init__(
            {
                "amount": _(
                    "%(amount)s cannot be recorded: an amount is not 0 and at most ten trillion "
                    "yuan."
                )
                % {"amount": amount}
            }
        )


class WithdrawnError(ValidationError):
    """A withdrawn project would be contracted for more again."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The project is withdrawn, so nothing can be added to its contract; record it as "
                "active again first, with the reason."
            )
        )


class OtherGradeError(ValidationError):
    """A reduction names a link where none stands, or names none where links stand."""

    def __init__(self, *, is_linked: bool) -> None:
        message = (
            _("What is to be lowered stands without a source; leave the evidence empty.")
            if is_linked
            else _("What is to be lowered rests on a page; give the address of that page.")
        )
        super().__init__({"evidence": message})
