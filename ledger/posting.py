"""The one way into the ledger.

Page, admin, import and command end in `post()` or `reverse()`, and so do the acts that post several
entries at once (ledger.correcting, moving, withdrawal, undoing). `ledger.checking` refuses without
writing, so that a form can show the refusal beside its field; the writing functions lock the
project, check again and write. Refusals are ValidationErrors keyed by field (ledger.exceptions).
`post_many()` writes what an import has drafted.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from clusters.vocabulary import Measure
from enterprises.locking import lock_enterprises
from enterprises.models import Project, ProjectState
from enterprises.recording import check_date
from ledger.checking import (
    check_entry,
    check_in_act,
    check_not_below_zero,
    check_not_part,
    check_not_reversed,
    check_standing,
    only_lowerable,
)
from ledger.exceptions import (
    CutEntryError,
    KeyReusedError,
    ReductionNeedsReasonError,
    ReversalNeedsReasonError,
    ReversalOfReversalError,
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
    # Nearly always a new one, and that there is none is cheaper to ask than which.
    if idempotency_key and Entry.objects.filter(idempotency_key=idempotency_key).exists():
        standing = Entry.objects.get(idempotency_key=idempotency_key)
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
    place = place_of(project, measure, effective_on)
    entry = Entry(
        project=project,
        cluster_id=place.cluster_id,
        region_id=place.region_id,
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
    lock_enterprises({entry.project_id for entry in drafts})
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
