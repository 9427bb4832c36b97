"""What the ledger refuses to have posted, reversed or corrected; nothing is written here."""

from datetime import date

from django.db.models import Sum

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.models import Project
from enterprises.recording import check_date
from ledger.doubles import find_double
from ledger.exceptions import (
    AlreadyReversedError,
    BelowZeroError,
    CutTooDeepError,
    CutTooEarlyError,
    LowersUnclearError,
    NotLowerError,
    OtherAmountError,
    PartOfChangeError,
    PossibleDoubleError,
    ReductionNeedsReasonError,
    WithdrawnError,
)
from ledger.models import Change, Entry, Evidence
from ledger.money import Money


def check_entry(
    *,
    project: Project,
    measure: str,
    effective_on: date,
    money: Money,
    recorded_by: User,
    evidence: Evidence | None = None,
    lowers: Entry | None = None,
    reason: str = "",
    allow_double: bool = False,
) -> None:
    """Refuse an entry that its date, amount or the project's other entries do not allow."""
    check_date(effective_on)
    check_standing(project, measure, money.amount_fen)
    if money.amount_fen < 0:
        if not reason:
            raise ReductionNeedsReasonError
        check_not_below_zero(project, measure, money.amount_fen, effective_on)
        if lowers is None:
            raise LowersUnclearError
        check_lowers(project, measure, effective_on, money.amount_fen, lowers)
        return
    if lowers is not None:
        raise NotLowerError
    if not allow_double:
        check_double(
            project=project,
            measure=measure,
            amount_fen=money.amount_fen,
            evidence=evidence,
            recorded_by=recorded_by,
        )


def check_in_act(
    project: Project, measure: str, effective_on: date, amount_fen: int, lowers: Entry | None
) -> None:
    """Refuse what not even an act may post.

    An act takes back and posts again, so that only the whole of it says whether it adds to the
    contract of a withdrawn project or leaves a day below zero (ledger.changes).
    """
    check_date(effective_on)
    if amount_fen < 0:
        if lowers is None:
            raise LowersUnclearError
        check_lowers(project, measure, effective_on, amount_fen, lowers)
    elif lowers is not None:
        raise NotLowerError


def check_double(
    *,
    project: Project,
    measure: str,
    amount_fen: int,
    evidence: Evidence | None,
    recorded_by: User,
) -> None:
    """Refuse an amount that stands already, from another source."""
    standing = find_double(
        project=project, measure=measure, amount_fen=amount_fen, evidence=evidence
    )
    if standing is not None:
        visible = Entry.objects.visible_to(recorded_by).filter(pk=standing.pk).exists()
        raise PossibleDoubleError(standing, is_visible=visible)


def check_standing(project: Project, measure: str, amount_fen: int) -> None:
    """Refuse to add to the contract of a withdrawn project."""
    if project.standing == Standing.WITHDRAWN and measure == Measure.CONTRACTED and amount_fen > 0:
        raise WithdrawnError


def check_lowers(
    project: Project, measure: str, effective_on: date, amount_fen: int, lowers: Entry
) -> None:
    """Refuse to cut an entry by more than stands of it, before its day, or one of another kind."""
    is_root = lowers.amount_fen > 0 and lowers.reverses_id is None and lowers.lowers_id is None
    if not is_root or (lowers.project_id, lowers.measure) != (project.pk, measure):
        raise OtherAmountError(lowers)
    check_not_reversed(lowers)
    if effective_on < lowers.effective_on:
        raise CutTooEarlyError(lowers)
    left_fen = remaining_fen(lowers)
    if left_fen + amount_fen < 0:
        raise CutTooDeepError(lowers, left_fen)


def check_not_reversed(entry: Entry) -> None:
    """Refuse to act on an entry that was taken back, and name what took it back."""
    reversal = Entry.objects.filter(reverses=entry).select_related("recorded_by", "change").first()
    if reversal is not None:
        raise AlreadyReversedError(entry, reversal)


def check_not_part(entry: Entry) -> None:
    """Refuse to mend one cut of a move or a withdrawal: the amount would count in two places, or
    for a project that is gone.
    """
    change = entry.change
    if change is not None and is_own_cut(entry, change):
        raise PartOfChangeError(entry, change)


def is_own_cut(entry: Entry, change: Change) -> bool:
    """Whether it takes away what was left of an entry, and is not a cut that a move took along."""
    return (
        change.kind in {Change.Kind.MOVE, Change.Kind.WITHDRAWAL}
        and entry.lowers is not None
        and entry.lowers.change_id != change.pk
    )


def remaining_fen(entry: Entry) -> int:
    """Return what is left of an entry after its reductions, in fen."""
    return entry.amount_fen + entry.lowerings.sum_fen()


def only_lowerable(project: Project, measure: str) -> Entry | None:
    """Return the entry that a reduction must mean, when only one has anything left."""
    found = [
        entry
        for entry in project.entries.standing().filter(measure=measure, lowers=None)
        if entry.amount_fen > 0 and remaining_fen(entry) > 0
    ]
    return found[0] if len(found) == 1 else None


def check_not_below_zero(
    project: Project, measure: str, amount_fen: int, effective_on: date
) -> None:
    """Refuse an amount that would take the project's total of the measure below zero on any day.

    The days from `effective_on` on, as an amount that is dated back lowers all of them.
    """
    by_day = (
        Entry.objects.filter(project=project, measure=measure)
        .order_by("effective_on")
        .values_list("effective_on")
        .annotate(fen=Sum("amount_fen"))
    )
    running_fen = standing_fen = 0
    later = []
    for day, fen in by_day:
        running_fen += fen
        if day <= effective_on:
            standing_fen = running_fen
        else:
            later.append(running_fen)
    lowest_fen = min([standing_fen, *later])
    if lowest_fen + amount_fen < 0:
        raise BelowZeroError(measure, lowest_fen, amount_fen)
