"""What is refused of a correction, move, withdrawal, revival or undoing."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import format_exact
from clusters.vocabulary import Measure

if TYPE_CHECKING:
    from ledger.models import Change, Entry


class WithdrawOnItsPageError(ValidationError):
    """A project would be withdrawn by a mere step."""

    def __init__(self) -> None:
        super().__init__(
            {
                "standing": _(
                    "Withdraw the project on its page (“…”, “Withdraw the project”), which shows "
                    "first what that takes back."
                )
            }
        )


class ReviveOnItsPageError(ValidationError):
    """A withdrawn project would go on by a mere step."""

    def __init__(self) -> None:
        super().__init__(
            {
                "standing": _(
                    "Revive the project on its page (“…”, “Revive the project”), which asks what "
                    "becomes of its contract."
                )
            }
        )


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
