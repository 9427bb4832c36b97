"""The story of one project as its page tells it: every fact, what was said of it, running totals.

Told by either clock. By event date each thing stands at the day it happened, a verdict inside its
entry, and an act that posted several rows is one event with what stood before and what stands now.
By recording date each stands at the moment it became known, verdicts and documents on their own.
Either way the running totals end in the figures on top.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils import timezone

from clusters.vocabulary import Grade, Measure
from ledger.models import Attachment, Change, Entry, ProjectTotal, Verification

BY_EVENT = "event"
BY_RECORDING = "recorded"
# What stands first of the facts of one moment: the state stands before the amount it brought.
RANKS = {"state": 0, "change": 1, "entry": 2, "attachment": 3, "verdict": 4}


@dataclass(frozen=True)
class Running:
    """The total of a measure after an event; of output that of one year, which is never summed."""

    measure: Measure
    year: int | None
    fen: int


@dataclass(frozen=True)
class Effect:
    """What an act came to in one cluster and region, in fen."""

    measure: Measure
    cluster: Any
    region: Any
    fen: int


@dataclass
class Event:
    """Something that happened to a project, and when it was recorded.

    `fact` is a row, as `kind` says: state, entry, change, verdict, attachment, or a kind that the
    caller added. `net` is what the event adds to each running total. `is_same_report` tells that
    the event shown above rests on the same source and note.
    """

    kind: str
    fact: Any
    on: date
    net: dict[tuple[Measure, int | None], int] = field(default_factory=dict)
    posted: Sequence[Entry] = ()
    before: Sequence[Entry] = ()
    now: Sequence[Entry] = ()
    running: Sequence[Running] = ()
    is_same_report: bool = False

    @property
    def recorded_at(self) -> datetime:
        return self.fact.recorded_at  # type: ignore[no-any-return]

    @property
    def recorded_on(self) -> date:
        return timezone.localdate(self.fact.recorded_at)

    @property
    def lag_days(self) -> int:
        return (self.recorded_on - self.on).days

    @property
    def running_fen(self) -> int | None:
        """The one running total of an event that has one."""
        return self.running[0].fen if len(self.running) == 1 else None

    @property
    def effects(self) -> list[Effect]:
        """What an act added to each place, without those where nothing changed."""
        found: dict[tuple[Measure, Any, Any], int] = defaultdict(int)
        for entry in self.posted:
            found[Measure(entry.measure), entry.cluster, entry.region] += entry.amount_fen
        return [
            Effect(m, cluster, region, fen) for (m, cluster, region), fen in found.items() if fen
        ]


def key_of(entry: Entry) -> tuple[Measure, int | None]:
    """Return which running total an entry adds to."""
    measure = Measure(entry.measure)
    return measure, entry.effective_on.year if measure == Measure.ANNUAL_OUTPUT else None


def net_of(entries: Iterable[Entry]) -> dict[tuple[Measure, int | None], int]:
    """Return the sums of entries by running total."""
    found: dict[tuple[Measure, int | None], int] = defaultdict(int)
    for entry in entries:
        found[key_of(entry)] += entry.amount_fen
    return dict(found)


def history(
    *,
    states: Sequence[Any],
    entries: Sequence[Entry],
    changes: Sequence[Change],
    others: Sequence[Event] = (),
    order: str = BY_EVENT,
) -> list[Event]:
    """Return the whole story, the newest first; `others` are events of further kinds."""
    in_changes = {state.pk for change in changes for state in change.states.all()}
    events = [Event("state", s, s.effective_on) for s in states if s.pk not in in_changes]
    events += others
    if order == BY_RECORDING:
        events += told_as_recorded(entries, changes)
        events.sort(key=lambda event: (event.recorded_at, RANKS.get(event.kind, 0), event.fact.pk))
    else:
        events += told_as_happened(entries, changes)
        events.sort(
            key=lambda event: (event.on, event.recorded_at, RANKS.get(event.kind, 0), event.fact.pk)
        )
    running: dict[tuple[Measure, int | None], int] = defaultdict(int)
    for event in events:
        for key, fen in event.net.items():
            running[key] += fen
        event.running = [Running(*key, running[key]) for key in event.net]
    events.reverse()
    for above, event in pairwise(events):
        report = report_of(event.fact)
        event.is_same_report = report is not None and report == report_of(above.fact)
    return events


def told_as_happened(entries: Sequence[Entry], changes: Sequence[Change]) -> list[Event]:
    """Return entries and acts by the day they are dated; what an act corrected stands in it."""
    posted_by = by_change(entries)
    corrected = {
        entry.reverses_id
        for change in changes
        if change.kind == Change.Kind.CORRECTION
        for entry in posted_by[change.pk]
        if entry.reverses_id is not None
    }
    alone = [e for e in entries if e.change_id is None]
    events = [entry_event(entry) for entry in alone if entry.pk not in corrected]
    by_pk = {entry.pk: entry for entry in entries}
    for change in changes:
        posted = posted_by[change.pk]
        # A first version that no act posted stands nowhere else, so it counts here.
        first = [
            by_pk[pk]
            for pk in (entry.reverses_id for entry in posted)
            if pk in corrected and pk in by_pk and by_pk[pk].change_id is None
        ]
        is_correction = change.kind == Change.Kind.CORRECTION
        event = change_event(change, posted, [*posted, *(first if is_correction else ())])
        if is_correction and event.now:
            event.on = event.now[0].effective_on
        events.append(event)
    return events


def told_as_recorded(entries: Sequence[Entry], changes: Sequence[Change]) -> list[Event]:
    """Return entries, acts, verdicts and added evidence, each by itself."""
    events = [entry_event(entry) for entry in entries if entry.change_id is None]
    posted_by = by_change(entries)
    events += [
        change_event(change, posted_by[change.pk], posted_by[change.pk]) for change in changes
    ]
    for entry in entries:
        said: list[Verification | Attachment] = [*entry.verifications.all()]
        for fact in (*said, *entry.attachments.all()):
            fact.entry = entry
            kind = "verdict" if isinstance(fact, Verification) else "attachment"
            events.append(Event(kind, fact, timezone.localdate(fact.recorded_at)))
    return events


def entry_event(entry: Entry) -> Event:
    """Return the event of one entry that no act posted."""
    return Event("entry", entry, entry.effective_on, net_of([entry]))


def by_change(entries: Iterable[Entry]) -> dict[int | None, list[Entry]]:
    """Return what each act posted, in the order of posting."""
    found: dict[int | None, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.pk):
        found[entry.change_id].append(entry)
    return found


def change_event(change: Change, posted: Sequence[Entry], counted: Sequence[Entry]) -> Event:
    """Return the event of an act: what it took back, and what it posted instead."""
    return Event(
        "change",
        change,
        change.effective_on,
        net_of(counted),
        posted=posted,
        before=[entry.reverses for entry in posted if entry.reverses is not None],
        now=[entry for entry in posted if entry.reverses_id is None],
    )


def report_of(fact: Any) -> tuple[Any, ...] | None:
    """Return what a fact rests on, to compare; None when nothing is said of it."""
    evidence = getattr(fact, "evidence", None)
    source = evidence.pk if evidence and evidence.is_document else ""
    url = evidence.url if evidence else getattr(fact, "source_url", "") or ""
    note = getattr(fact, "note", "")
    day = getattr(fact, "effective_on", None)
    return (day, source, url, note) if source or url or note else None


@dataclass(frozen=True)
class Year:
    """What stood contracted and paid in at a year's end, in fen; None: nothing was reported."""

    year: int
    contracted_fen: int | None
    paid_in_fen: int | None

    @property
    def share(self) -> Decimal | None:
        if self.paid_in_fen is None or not self.contracted_fen:
            return None
        return Decimal(self.paid_in_fen) / self.contracted_fen


def by_year(entries: Iterable[Entry]) -> list[Year]:
    """Return the years in which an amount was dated, the latest last."""
    added: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        if entry.measure != Measure.ANNUAL_OUTPUT:
            added[entry.effective_on.year][entry.measure] += entry.amount_fen
    running: dict[str, int] = {}
    years = []
    for year in sorted(added):
        for measure, fen in added[year].items():
            running[measure] = running.get(measure, 0) + fen
        years.append(Year(year, running.get(Measure.CONTRACTED), running.get(Measure.PAID_IN)))
    return years


def latest_output(entries: Iterable[Entry]) -> tuple[int, int] | None:
    """Return the latest year with output and its sum in fen; None when none was reported."""
    years: dict[int, list[int]] = defaultdict(list)
    for entry in entries:
        stands = entry.reverses_id is None and not hasattr(entry, "reversal")
        if entry.measure == Measure.ANNUAL_OUTPUT and stands:
            years[entry.effective_on.year].append(entry.amount_fen)
    return (max(years), sum(years[max(years)])) if years else None


def evidence_of(totals: Iterable[ProjectTotal], measure: Measure) -> dict[str, int] | None:
    """Return the parts of a project's total by grade, in fen; None when nothing stands."""
    for total in totals:
        if total.measure == measure and total.entries:
            return {grade.value: getattr(total, f"{grade.value}_fen") for grade in Grade}
    return None
