"""What is refused of an amount that is posted or reversed."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import format_exact
from clusters.vocabulary import Measure

if TYPE_CHECKING:
    from ledger.models import Change, Entry


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

    def __init__(self, entry: "Entry", reversal: "Entry") -> None:
        self.reversal = reversal
        super().__init__(
            _("Entry %(id)s is reversed already, by entry %(reversal)s of %(person)s: %(reason)s")
            % {
                "id": entry.pk,
                "reversal": reversal.pk,
                "person": reversal.recorded_by,
                "reason": reversal.reason,
            }
        )


class ReversalOfReversalError(ValidationError):
    """A reversal itself was to be reversed."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            _("Entry %(id)s is itself a reversal; record the amount again instead.")
            % {"id": entry.pk}
        )


class KeyReusedError(ValidationError):
    """A form or client sent another entry under a key that was used."""

    def __init__(self, row: "Entry | Change") -> None:
        super().__init__(
            _("This form was sent before, with other figures, as no. %(id)s; open a new form.")
            % {"id": row.pk}
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


class LowersUnclearError(ValidationError):
    """An amount below zero does not say which entry it cuts, and several stand."""

    def __init__(self) -> None:
        super().__init__(
            {
                "amount": _(
                    "More than one entry, or none, could be meant by an amount below zero: open "
                    "the entry that is cut and record the cut there."
                )
            }
        )


class NotLowerError(ValidationError):
    """An amount above zero names an entry that it would cut."""

    def __init__(self) -> None:
        super().__init__({"amount": _("A cut is an amount below zero.")})


class OtherAmountError(ValidationError):
    """A cut names an entry of another project or measure, or one that is itself a cut."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            {
                "lowers": _("Entry %(id)s is not an amount of this project that can be cut.")
                % {"id": entry.pk}
            }
        )


class CutTooEarlyError(ValidationError):
    """A cut is dated before the amount that it cuts."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            {
                "effective_on": _("The amount stands from %(date)s on; it cannot be cut before.")
                % {"date": date_format(entry.effective_on)}
            }
        )


class CutTooDeepError(ValidationError):
    """A cut is more than what stands of the entry."""

    def __init__(self, entry: "Entry", left_fen: int) -> None:
        super().__init__(
            {
                "amount": _("Of entry %(id)s only %(left)s is left; cut it by no more.")
                % {"id": entry.pk, "left": format_exact(left_fen)}
            }
        )


class CutEntryError(ValidationError):
    """An entry would be reversed while cuts of it stand."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            _(
                "Entry %(id)s is cut by later entries. Correct it, which takes them along, or "
                "reverse those first."
            )
            % {"id": entry.pk}
        )


class ReversalNeedsReasonError(ValidationError):
    """An entry was to be reversed without a reason."""

    def __init__(self) -> None:
        super().__init__({"reason": _("Say why the entry is reversed.")})
