"""What is refused of a verdict, an answer, or evidence that is added."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from ledger.models import Entry


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
