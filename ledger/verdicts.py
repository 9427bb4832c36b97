"""Four eyes: what a second person says of an entry, and what its recorder answers.

A verdict is recorded once for all and never changed; the last word on an entry counts. The database
refuses a verdict on one's own entry too, and moves the amount to its new grade (ledger.triggers).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from enterprises.models import Project
from ledger.exceptions import (
    AttachedBeforeError,
    NothingProvesItError,
    NotStandingError,
    OwnEntryError,
    ReductionWithoutEntryError,
    SaidBeforeError,
    VerdictNeedsNoteError,
)
from ledger.models import Attachment, Entry, Evidence, Verification

Verdict = Verification.Verdict


@dataclass(frozen=True)
class Judged:
    """What came of one verdict on many entries: the words recorded, and what was refused why."""

    said: Sequence[Verification]
    refused: Sequence[tuple[Entry, ValidationError]]


def verify(*, entry: Entry, recorded_by: User, note: str = "") -> Verification:
    """Say that the evidence of `entry` proves it."""
    return say(entry=entry, verdict=Verdict.VERIFIED, recorded_by=recorded_by, note=note)


def send_back(*, entry: Entry, recorded_by: User, note: str) -> Verification:
    """Return `entry` to who recorded it, with what is to mend."""
    return say(entry=entry, verdict=Verdict.RETURNED, recorded_by=recorded_by, note=note)


def defend(*, entry: Entry, recorded_by: User, note: str) -> Verification:
    """Answer that a returned `entry` stands, so that it waits for a verdict again."""
    return say(entry=entry, verdict=Verdict.DEFENDED, recorded_by=recorded_by, note=note)


def say(*, entry: Entry, verdict: Verdict, recorded_by: User, note: str) -> Verification:
    """Record one word on one entry."""
    judged = say_of_all(entries=[entry], verdict=verdict, recorded_by=recorded_by, note=note)
    for _entry, refusal in judged.refused:
        raise refusal
    return judged.said[0]


@transaction.atomic
def say_of_all(
    *, entries: Iterable[Entry], verdict: Verdict, recorded_by: User, note: str = ""
) -> Judged:
    """Record one word on many entries; those that it is refused for stay as they are."""
    keys = {entry.pk for entry in entries}
    projects = Entry.objects.filter(pk__in=keys).values("project")
    # All of them first and in one order, so that two who tick the same rows do not wait in a ring.
    list(Project.objects.select_for_update().filter(pk__in=projects).order_by("pk"))
    words: list[Verification] = []
    refused: list[tuple[Entry, ValidationError]] = []
    for entry in (
        Entry.objects.filter(pk__in=keys)
        .select_related("assessment", "reversal", "project")
        .prefetch_related("attachments")
        .order_by("pk")
    ):
        try:
            check_word(entry, verdict, recorded_by, note)
            word = Verification(entry=entry, verdict=verdict, note=note, recorded_by=recorded_by)
            word.clean_fields(exclude=["entry", "recorded_by", "recorded_at"])
        except ValidationError as refusal:
            refused.append((entry, refusal))
        else:
            words.append(word)
    return Judged(Verification.objects.bulk_create(words), refused)


def check_word(entry: Entry, verdict: Verdict, recorded_by: User, note: str) -> None:
    """Refuse a word that the entry, its state or its recorder do not allow."""
    if entry.reverses_id is not None or hasattr(entry, "reversal"):
        raise NotStandingError(entry)
    stands = entry.assessment.verdict
    if verdict == Verdict.DEFENDED:
        if stands != Verdict.RETURNED:
            raise SaidBeforeError(entry, verdict)
    elif entry.recorded_by_id == recorded_by.pk:
        raise OwnEntryError
    elif stands == verdict:
        raise SaidBeforeError(entry, verdict)
    if verdict != Verdict.VERIFIED:
        if not note.strip():
            raise VerdictNeedsNoteError
        return
    if entry.evidence_id is None and not entry.attachments.all():
        raise NothingProvesItError
    check_parts(entry)


def check_parts(entry: Entry) -> None:
    """Refuse to take an amount out of a grade that cuts without an entry would leave below zero.

    Cuts name their entry and go with it; those recorded before they did stay where they are.
    """
    unnamed = Entry.objects.standing().filter(
        project=entry.project_id, measure=entry.measure, amount_fen__lt=0, lowers=None
    )
    if not unnamed.exists():
        return
    left_fen = (
        Entry.objects.filter(
            project=entry.project_id,
            measure=entry.measure,
            assessment__grade=entry.assessment.grade,
        ).sum_fen()
        - entry.amount_fen
        - entry.lowerings.sum_fen()
    )
    if left_fen < 0:
        raise ReductionWithoutEntryError


@transaction.atomic
def attach(*, entry: Entry, evidence: Evidence, recorded_by: User, note: str = "") -> Attachment:
    """Add evidence to an entry that stands."""
    Project.objects.select_for_update().get(pk=entry.project_id)
    if entry.reverses_id is not None or Entry.objects.filter(reverses=entry).exists():
        raise NotStandingError(entry)
    beside = entry.attachments.filter(evidence=evidence)
    if entry.evidence_id == evidence.pk or beside.exists():
        raise AttachedBeforeError
    check_parts(Entry.objects.select_related("assessment").get(pk=entry.pk))
    attachment = Attachment(entry=entry, evidence=evidence, recorded_by=recorded_by, note=note)
    attachment.clean_fields(exclude=["entry", "evidence", "recorded_by", "recorded_at"])
    attachment.save(force_insert=True)
    return attachment
