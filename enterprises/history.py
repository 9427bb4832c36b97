"""The story of one project as its page tells it: states and entries, newest first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from clusters.vocabulary import Measure

GRADES = ("verified", "documented", "sourced", "unsupported")


@dataclass(frozen=True)
class Event:
    """Something that happened to a project, and when it was recorded.

    `fact` is a ProjectState or an Entry, as `kind` says. `running_fen` is the total of the entry's
    measure after it, that of its year for output, which is never summed across years.
    `is_same_report` tells that the event shown above rests on the same source and note.
    """

    kind: str
    fact: Any
    running_fen: int | None
    is_same_report: bool

    @property
    def on(self) -> date:
        return self.fact.effective_on  # type: ignore[no-any-return]

    @property
    def recorded_on(self) -> date:
        return timezone.localdate(self.fact.recorded_at)

    @property
    def lag_days(self) -> int:
        return (self.recorded_on - self.on).days


def history(states: list[Any], entries: list[Any]) -> list[Event]:
    """Return states and entries as one story, the newest first."""
    facts = [("entry", entry) for entry in entries] + [("state", state) for state in states]
    # What is recorded in one act has one moment: the state stands before the amount it brought.
    facts.sort(
        key=lambda one: (one[1].effective_on, one[1].recorded_at, one[0] == "entry", one[1].pk)
    )
    running: dict[tuple[str, int | None], int] = {}
    totals: list[int | None] = []
    for kind, fact in facts:
        if kind == "state":
            totals.append(None)
            continue
        is_output = fact.measure == Measure.ANNUAL_OUTPUT
        key = (fact.measure, fact.effective_on.year if is_output else None)
        running[key] = running.get(key, 0) + fact.amount_fen
        totals.append(running[key])
    events: list[Event] = []
    for (kind, fact), total in zip(facts[::-1], totals[::-1], strict=True):
        above = report_of(events[-1].fact) if events else None
        is_same_report = above is not None and above == report_of(fact)
        events.append(Event(kind, fact, total, is_same_report))
    return events


def report_of(fact: Any) -> tuple[Any, ...] | None:
    """Return what a fact rests on, to compare; None when nothing is said of it."""
    evidence = getattr(fact, "evidence", None)
    url = evidence.url if evidence else fact.source_url or ""
    return (fact.effective_on, url, fact.note) if url or fact.note else None


def latest_output(entries: list[Any]) -> tuple[int, int] | None:
    """Return the latest year with output and its sum in fen; None when none was reported."""
    years: dict[int, list[int]] = {}
    for entry in entries:
        stands = entry.reverses_id is None and not hasattr(entry, "reversal")
        if entry.measure == Measure.ANNUAL_OUTPUT and stands:
            years.setdefault(entry.effective_on.year, []).append(entry.amount_fen)
    return (max(years), sum(years[max(years)])) if years else None


def evidence_of(entries: list[Any]) -> dict[str, int] | None:
    """Return what is contracted by grade, in fen; None when nothing is."""
    found = dict.fromkeys(GRADES, 0)
    for entry in entries:
        if entry.measure == Measure.CONTRACTED:
            found[entry.grade] += entry.amount_fen
    return found if any(found.values()) else None


def shares_of(fen: dict[str, int] | None) -> dict[str, Decimal] | None:
    """Return each part as a share of all; None when there is no whole."""
    whole = sum(fen.values()) if fen else 0
    return {grade: Decimal(part) / whole for grade, part in fen.items()} if fen and whole else None


def reported_sum(rows: list[Any], column: str) -> int | None:
    """Return the sum of what was reported; None when nothing was."""
    reported = [getattr(row, column) for row in rows if getattr(row, column) is not None]
    return sum(reported) if reported else None
