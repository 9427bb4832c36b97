"""The one way into the ledger.

Page, admin, import and command end in `post()` or `reverse()`, and so do the acts that post several
entries at once (ledger.correcting, moving, withdrawal, undoing). `check_entry()` refuses without
writing, so that a form can show the refusal beside its field; the writing functions lock the
project, check again and write. Refusals are ValidationErrors keyed by field (ledger.exceptions).
`post_many()` writes what an import has drafted.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from clusters.vocabulary import Measure, Standing
from enterprises.models import Project, ProjectState
from enterprises.recording import check_date
from ledger.exceptions import (
    AlreadyReversedError,
    BelowZeroError,
    CutEntryError,
    CutTooDeepError,
    CutTooEarlyError,
    KeyReusedError,
    LowersUnclearError,
    NotLowerError,
    OtherAmountError,
    PartOfChangeError,
    PossibleDoubleError,
    ReductionNeedsReasonError,
    ReversalNeedsReasonError,
    ReversalOfReversalError,
    WithdrawnError,
)
from ledger.models import Change, Entry, Evidence
from ledger.money import Money

RELATIONS = [
    "project",
    "cluster",
    "region",
    "evidence",
    "reverses",
    "lowers",
    "change",
    "recorded_by",
    "recorded_at",
]


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
    standing = (
        Entry.objects.doubles_of(
            project=project,
            measure=measure,
            amount_fen=amount_fen,
            evidence_id=evidence.pk if evidence else None,
        )
        .select_related("project")
        .first()
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


@transaction.atomic
def post(
    *,
    project: Project,
    measure: str,
    effective_on: date,
    money: Money,
    recorded_by: User,
    evidence: Evidence | None = None,
    lowers: Entry | None = None,
    reason: str = "",
    note: str = "",
    idempotency_key: str = "",
    allow_double: bool = False,
    change: Change | None = None,
    place: Entry | None = None,
) -> Entry:
    """Add an amount to a project and return the entry.

    The same key with the same figures again returns the entry that stands, so that a form sent
    twice or a file imported twice posts once; with other figures it is refused. The cluster and
    region are those that the project has now, of an annual output those that it had then. An amount
    below zero cuts the entry that it `lowers`; where only one can be meant, that one is taken.

    In an act, which names its `change` and checks the whole, an amount may also be counted in the
    `place` of another entry.
    """
    # Locked, so that of two equal amounts at once the second meets the first as its double, and
    # so that the project does not change its place meanwhile.
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if idempotency_key:
        standing = Entry.objects.filter(idempotency_key=idempotency_key).first()
        if standing is not None:
            same = (
                standing.project_id,
                standing.measure,
                standing.effective_on,
                standing.amount_fen,
            )
            if same != (locked.pk, measure, effective_on, money.amount_fen):
                raise KeyReusedError(standing)
            return standing
    if change is not None:
        check_in_act(locked, measure, effective_on, money.amount_fen, lowers)
    else:
        if money.amount_fen < 0 and lowers is None:
            lowers = only_lowerable(locked, measure)
        check_entry(
            project=locked,
            measure=measure,
            effective_on=effective_on,
            money=money,
            recorded_by=recorded_by,
            evidence=evidence,
            lowers=lowers,
            reason=reason,
            allow_double=allow_double,
        )
    return write(
        locked,
        # A cut is counted where the amount that it cuts is.
        place=place or lowers or place_of(locked, measure, effective_on),
        measure=measure,
        effective_on=effective_on,
        money=money,
        recorded_by=recorded_by,
        evidence=evidence,
        lowers=lowers,
        reason=reason,
        note=note,
        idempotency_key=idempotency_key,
        change=change,
    )


@transaction.atomic
def reverse(*, entry: Entry, recorded_by: User, reason: str, change: Change | None = None) -> Entry:
    """Take `entry` back by its exact opposite on the same day; the entry itself never changes."""
    project = Project.objects.select_for_update().get(pk=entry.project_id)
    if not reason:
        raise ReversalNeedsReasonError
    if entry.reverses_id is not None:
        raise ReversalOfReversalError(entry)
    check_not_reversed(entry)
    if entry.lowerings.standing().exists():
        raise CutEntryError(entry)
    if change is None:
        check_not_part(entry)
        check_standing(project, entry.measure, -entry.amount_fen)
        if entry.amount_fen > 0:
            check_not_below_zero(project, entry.measure, -entry.amount_fen, entry.effective_on)
    return write(
        project,
        # Where the entry was counted, so that it is taken back there.
        place=entry,
        measure=entry.measure,
        effective_on=entry.effective_on,
        money=entry.money.opposite(),
        recorded_by=recorded_by,
        evidence=entry.evidence,
        lowers=entry.lowers,
        reason=reason,
        reverses=entry,
        change=change,
    )


def place_of(project: Project, measure: str, effective_on: date) -> Project | ProjectState:
    """Return where an amount counts: what was produced stays where the project was on that day."""
    if measure != Measure.ANNUAL_OUTPUT:
        return project
    states = project.states.order_by("effective_on", "recorded_at", "pk")
    return states.filter(effective_on__lte=effective_on).last() or states.first() or project


def write(
    project: Project,
    *,
    place: Project | ProjectState | Entry,
    money: Money,
    idempotency_key: str = "",
    **values: Any,
) -> Entry:
    """Insert one row, after what the model can check without a query.

    That the rows it names exist is the caller's knowledge, and like its constraints the database's
    check.
    """
    entry = Entry(
        project=project,
        cluster_id=place.cluster_id,
        region_id=place.region_id,
        idempotency_key=idempotency_key or uuid.uuid4().hex,
        **stated(money),
        **values,
    )
    entry.clean_fields(exclude=RELATIONS)
    entry.save(force_insert=True)
    return entry


def stated(money: Money) -> dict[str, Any]:
    """Return the fields of an entry that hold its amount."""
    return {
        "amount_fen": money.amount_fen,
        "currency": money.currency,
        "original_amount": money.original_amount,
        "rate": money.rate,
        "rate_on": money.rate_on,
        "rate_source": money.rate_source,
    }


def draft(
    *,
    project: Project,
    measure: str,
    effective_on: date,
    money: Money,
    recorded_by: User,
    evidence: Evidence | None,
    note: str,
    idempotency_key: str,
) -> Entry:
    """Return an entry for `post_many()`, checked but for doubles; nothing is written yet."""
    check_date(effective_on)
    check_standing(project, measure, money.amount_fen)
    if money.amount_fen < 0:
        raise ReductionNeedsReasonError
    entry = Entry(
        project=project,
        cluster_id=project.cluster_id,
        region_id=project.region_id,
        measure=measure,
        effective_on=effective_on,
        recorded_by=recorded_by,
        evidence=evidence,
        note=note,
        idempotency_key=idempotency_key,
        **stated(money),
    )
    # That these rows exist is the caller's knowledge and the database's check.
    entry.clean_fields(exclude=RELATIONS)
    return entry


@transaction.atomic
def post_many(drafts: Sequence[Entry]) -> None:
    """Add drafted entries, all or none, in a few statements.

    The caller has locked the projects since before it drafted, looked for doubles, and gives keys
    that no entry has.
    """
    Entry.objects.bulk_create(drafts, batch_size=500)


def cite(
    *,
    url: str,
    recorded_by: User,
    dated_on: date | None = None,
    is_repost: bool = False,
    title: str = "",
    issuer: str = "",
) -> Evidence:
    """Return the evidence for a page, recorded once however often it is cited."""
    about = {"is_repost": is_repost, "title": title, "issuer": issuer}
    evidence = Evidence(url=url, dated_on=dated_on, recorded_by=recorded_by, **about)
    evidence.full_clean(exclude=["recorded_at"], validate_constraints=False)
    # Of two that cite a new page at the same moment the second takes the row of the first.
    kept, _made = Evidence.objects.get_or_create(
        url=evidence.url, dated_on=dated_on, defaults={**about, "recorded_by": recorded_by}
    )
    return kept
