"""Four eyes: what a second person says of an entry, and what its recorder answers.

A verdict is recorded once for all and never changed; the last word on an entry counts. The database
refuses a verdict on one's own entry too, and moves the amount to its new grade (ledger.triggers).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from clusters.facts import one_moment
from clusters.vocabulary import Grade
from enterprises.locking import lock_enterprises
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
from ledger.models import Attachment, Entry, Evidence, ProjectTotal, Verification
from ledger.querysets import Unindexed

Verdict = Verification.Verdict
IN_ONE_GO = 1000
# What of an entry, and of what belongs to it, a word on it depends on.
READ = (
    *("project", "measure", "amount_fen", "evidence", "lowers", "reverses"),
    *("assessment__verdict", "assessment__grade", "reversal__reverses", "evidence__sha256"),
    *("project__name_zh", "project__name_en"),
)


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
    *,
    entries: Iterable[Entry],
    verdict: Verdict,
    recorded_by: User,
    note: str = "",
    is_rehearsal: bool = False,
) -> Judged:
    """Record one word on many entries; those that it is refused for stay as they are.

    With `is_rehearsal` nothing is written: it says what would be.
    """
    keys = [entry.pk for entry in entries]
    if not is_rehearsal:
        lock_projects_of(keys)
    words: list[Verification] = []
    refused: list[tuple[Entry, ValidationError]] = []
    found = Entry.objects.filter(pk__among=keys)
    entries = list(
        found.select_related("assessment", "reversal", "project", "evidence")
        .only(*READ)
        .prefetch_related("attachments__evidence")
        .order_by("pk")
    )
    parts = Parts({entry.project_id for entry in entries})
    own_keys = set(found.owned_by(recorded_by).order_by().values_list("pk", flat=True))
    said: dict[str, Any] = {"verdict": verdict, "note": note, "recorded_by": recorded_by}
    # Of all the same, so it is asked once whether it can be said.
    unfit = unfit_word(Verification(**said))
    moment = one_moment(Verification._meta.db_table, User.objects.filter(pk=recorded_by.pk))
    for entry in entries:
        try:
            check_word(entry, verdict, note, is_own=entry.pk in own_keys)
            if unfit:
                raise unfit
            parts.move(entry, proven_by(entry, verdict))
        except ValidationError as refusal:
            refused.append((entry, refusal))
        else:
            words.append(Verification(entry=entry, recorded_at=moment, **said))
    if not is_rehearsal:
        # The triggers take longer over each row when a statement has very many.
        words = Verification.objects.bulk_create(words, batch_size=IN_ONE_GO)
    return Judged(words, refused)


def unfit_word(word: Verification) -> ValidationError | None:
    """Return why a word cannot be recorded of any entry, such as a note that is too long."""
    try:
        word.clean_fields(exclude=["entry", "recorded_by", "recorded_at"])
    except ValidationError as refusal:
        return refusal
    return None


def lock_projects_of(entries: Iterable[int]) -> None:
    """Lock the projects of these entries (keys), and the enterprises that they add up to.

    All of them first and in one order, so that two who tick the same rows do not wait in a ring.
    """
    projects = Entry.objects.filter(pk__among=entries).order_by().values("project")
    rows = Project.objects.select_for_update().filter(pk__in=projects).order_by("pk")
    lock_enterprises(list(rows.values_list("pk", flat=True)))


def check_word(entry: Entry, verdict: Verdict, note: str, *, is_own: bool) -> None:
    """Refuse a word that the entry, its state or its recorder do not allow."""
    if entry.reverses_id is not None or hasattr(entry, "reversal"):
        raise NotStandingError(entry)
    stands = entry.assessment.verdict
    if verdict == Verdict.DEFENDED:
        if stands != Verdict.RETURNED:
            raise SaidBeforeError(entry, verdict)
    elif is_own:
        raise OwnEntryError
    elif stands == verdict:
        raise SaidBeforeError(entry, verdict)
    if verdict != Verdict.VERIFIED:
        if not note.strip():
            raise VerdictNeedsNoteError
        return
    if entry.evidence_id is None and not entry.attachments.all():
        raise NothingProvesItError


def proven_by(entry: Entry, verdict: str, *more: Evidence) -> Grade:
    """Return the grade that an entry comes to by a last word, with `more` evidence beside it."""
    if verdict == Verdict.VERIFIED:
        return Grade.VERIFIED
    all_of_it = [*more, *(attachment.evidence for attachment in entry.attachments.all())]
    if entry.evidence is not None:
        all_of_it.append(entry.evidence)
    if any(evidence.is_document for evidence in all_of_it):
        return Grade.DOCUMENTED
    return Grade.SOURCED if all_of_it else Grade.UNSUPPORTED


class Parts:
    """What some projects come to by grade, so that no grade is left below zero.

    Cuts name their entry and change grades with it; those recorded before they did stay where they
    are, and only where such a cut stands can a grade lack what another one has.
    """

    def __init__(self, projects: Iterable[int]) -> None:
        cuts = Entry.objects.standing().alias(cut=Unindexed("lowers"))
        cuts = cuts.filter(project__among=projects, amount_fen__lt=0, cut=None)
        self._fen: dict[tuple[int, str], dict[str, int]] = {
            key: {} for key in cuts.order_by().values_list("project", "measure").distinct()
        }
        for total in ProjectTotal.objects.filter(project__in={key for key, _ in self._fen}):
            if (total.project_id, total.measure) in self._fen:
                self._fen[total.project_id, total.measure] = {
                    grade: getattr(total, f"{grade}_fen") for grade in Grade.values
                }

    def move(self, entry: Entry, to: Grade) -> None:
        """Count an entry, with what belongs to it, in another grade; refuse what that leaves."""
        parts = self._fen.get((entry.project_id, entry.measure))
        # Only an amount of its own changes its grade; a cut goes with the entry that it names.
        if parts is None or entry.lowers_id is not None or entry.grade == to:
            return
        fen = entry.amount_fen + entry.lowerings.sum_fen()
        moved = {**parts, entry.grade: parts[entry.grade] - fen, to: parts[to] + fen}
        if min(moved[entry.grade], moved[to]) < min(0, parts[entry.grade], parts[to]):
            raise ReductionWithoutEntryError
        parts.update(moved)


@transaction.atomic
def attach(*, entry: Entry, evidence: Evidence, recorded_by: User, note: str = "") -> Attachment:
    """Add evidence to an entry that stands."""
    Project.objects.select_for_update().get(pk=entry.project_id)
    if entry.reverses_id is not None or Entry.objects.filter(reverses=entry).exists():
        raise NotStandingError(entry)
    beside = entry.attachments.filter(evidence=evidence)
    if entry.evidence_id == evidence.pk or beside.exists():
        raise AttachedBeforeError
    now = Entry.objects.select_related("assessment", "evidence").get(pk=entry.pk)
    Parts({now.project_id}).move(now, proven_by(now, now.assessment.verdict, evidence))
    attachment = Attachment(entry=entry, evidence=evidence, recorded_by=recorded_by, note=note)
    attachment.clean_fields(exclude=["entry", "evidence", "recorded_by", "recorded_at"])
    attachment.save(force_insert=True)
    return attachment
