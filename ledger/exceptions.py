"""What the ledger refuses, each keyed by the field to mend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import format_exact
from clusters.vocabulary import Measure

if TYPE_CHECKING:
    from ledger.models import Change, Entry, ExchangeRate


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


class PartOfChangeError(ValidationError):
    """One row of a move or withdrawal would be mended by itself."""

    def __init__(self, entry: "Entry", change: "Change") -> None:
        self.change = change
        super().__init__(
            _("Entry %(id)s is part of “%(change)s”; undo that as a whole.")
            % {"id": entry.pk, "change": change}
        )


class AmountGoneError(ValidationError):
    """The amount or measure of an entry would be corrected that a move or withdrawal took away."""

    def __init__(self, entry: "Entry", change: "Change") -> None:
        super().__init__(
            {
                "amount": _(
                    "What was left of entry %(id)s went with “%(change)s”. Correct the amount "
                    "that this posted, or undo it first."
                )
                % {"id": entry.pk, "change": change}
            }
        )


class CutsRemainError(ValidationError):
    """An entry would be corrected to less than what later cuts take off it."""

    def __init__(self, entry: "Entry", cut_fen: int) -> None:
        super().__init__(
            {
                "amount": _("Entry %(id)s was cut by %(cut)s since; it cannot come to less.")
                % {"id": entry.pk, "cut": format_exact(cut_fen)}
            }
        )


class CorrectedPastCutError(ValidationError):
    """An entry would be corrected to a day after one on which it was cut."""

    def __init__(self, entry: "Entry", cut_on: date) -> None:
        super().__init__(
            {
                "effective_on": _("Entry %(id)s was cut on %(date)s; it cannot begin later.")
                % {"id": entry.pk, "date": date_format(cut_on)}
            }
        )


class DayBelowZeroError(ValidationError):
    """An act would leave a total of a project below zero on some day."""

    def __init__(self, measure: str, day: date, total_fen: int) -> None:
        super().__init__(
            {
                "amount": _(
                    "“%(measure)s” of this project would come to %(total)s on %(date)s, and it "
                    "cannot be less than nothing."
                )
                % {
                    "measure": Measure(measure).label,
                    "total": format_exact(total_fen),
                    "date": date_format(day),
                }
            }
        )


class ReversalNeedsReasonError(ValidationError):
    """An entry was to be reversed without a reason."""

    def __init__(self) -> None:
        super().__init__({"reason": _("Say why the entry is reversed.")})


class NothingCorrectedError(ValidationError):
    """A correction changes nothing."""

    def __init__(self) -> None:
        super().__init__(_("Nothing differs from the entry as it stands; change what is wrong."))


class ChangeNeedsReasonError(ValidationError):
    """An act on a project came without a reason."""

    def __init__(self) -> None:
        super().__init__({"reason": _("Say why.")})


class NowhereToMoveError(ValidationError):
    """A project would be moved to where it is."""

    def __init__(self) -> None:
        super().__init__({"region": _("The project is there already; choose another place.")})


class LaterStepError(ValidationError):
    """A project would be moved before a step that is recorded of it."""

    def __init__(self, later_on: date) -> None:
        super().__init__(
            {
                "effective_on": _(
                    "The project has a step dated %(date)s, which a move cannot come before. "
                    "Choose a later day, or that it was in the new place from the start."
                )
                % {"date": date_format(later_on)}
            }
        )


class NotWithdrawnError(ValidationError):
    """A project that is not withdrawn would be revived."""

    def __init__(self) -> None:
        super().__init__(_("The project is not withdrawn."))


class RevivedTooEarlyError(ValidationError):
    """A project would be revived before it was withdrawn."""

    def __init__(self, withdrawn_on: date) -> None:
        super().__init__(
            {
                "effective_on": _(
                    "The project was withdrawn on %(date)s. Choose a later day; if the withdrawal "
                    "was a mistake, undo it instead."
                )
                % {"date": date_format(withdrawn_on)}
            }
        )


class CannotUndoError(ValidationError):
    """An act was undone before, is an undoing, or something came after it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


class OwnEntryError(ValidationError):
    """Somebody would give a verdict on an entry that they recorded."""

    def __init__(self) -> None:
        super().__init__(_("You recorded this entry, so somebody else has to verify or return it."))


class NotStandingError(ValidationError):
    """A verdict or evidence is meant for an entry that was reversed, or for a reversal."""

    def __init__(self, entry: "Entry") -> None:
        super().__init__(
            _("Entry %(id)s was reversed, or is a reversal; there is nothing to add to it.")
            % {"id": entry.pk}
        )


class NothingProvesItError(ValidationError):
    """An entry without evidence would be verified."""

    def __init__(self) -> None:
        super().__init__(
            _("Nothing stands beside this entry that proves it. Return it and ask for evidence.")
        )


class SaidBeforeError(ValidationError):
    """A verdict repeats the one that stands, or answers none."""

    def __init__(self, entry: "Entry", verdict: str) -> None:
        told = {
            "verified": _("Entry %(id)s is verified already."),
            "returned": _("Entry %(id)s is returned already and waits for its recorder."),
            "defended": _("Entry %(id)s is not returned, so there is nothing to answer."),
        }
        super().__init__(told[verdict] % {"id": entry.pk})


class VerdictNeedsNoteError(ValidationError):
    """An entry was returned or defended without a note."""

    def __init__(self) -> None:
        super().__init__({"note": _("Say what is to mend, or why the entry stands.")})


class AttachedBeforeError(ValidationError):
    """Evidence stands beside an entry already."""

    def __init__(self) -> None:
        super().__init__({"evidence": _("This evidence stands beside the entry already.")})


class ReductionWithoutEntryError(ValidationError):
    """A verdict would leave one grade of a project below zero."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A cut of this project's amount does not say which entry it cuts. Reverse the cut "
                "and record it again at its entry; then this one can be verified."
            )
        )


def accepted_files() -> str:
    """Say which files are taken."""
    return _("Accepted are PDF, PNG, JPEG, WebP, TIFF, XLSX, XLS, ODS and CSV, each up to 20 MB.")


class EmptyFileError(ValidationError):
    """A file without content was uploaded."""

    def __init__(self) -> None:
        super().__init__({"file": _("The file is empty.") + " " + accepted_files()})


class FileTooLargeError(ValidationError):
    """A file of more than 20 MB was uploaded."""

    def __init__(self) -> None:
        super().__init__({"file": _("The file is larger than 20 MB.") + " " + accepted_files()})


class UnknownFileError(ValidationError):
    """The content of a file is of no kind that is taken, whatever its name says."""

    def __init__(self) -> None:
        super().__init__(
            {
                "file": _("By its content, this file is none that is taken, or it is damaged.")
                + " "
                + accepted_files()
            }
        )


class MacroFileError(ValidationError):
    """A spreadsheet with macros was uploaded."""

    def __init__(self) -> None:
        super().__init__(
            {
                "file": _(
                    "This spreadsheet holds macros, which are programs; save it without them or "
                    "as PDF."
                )
            }
        )
