"""Whether the ledger is true to itself: every total recomputed, every reversal matched.

What belongs to an entry besides its amount (grades, cuts, acts, verdicts) is in verifying_acts.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth

from clusters.amounts import plain_yuan
from enterprises.models import Project, ProjectState
from ledger import documents, triggers, verifying_acts, verifying_kept
from ledger.models import DailyTotal, Entry, MonthlyTotal, ProjectTotal

Totals = dict[tuple[Any, ...], tuple[int, int]]
PLACE = ("measure", "cluster", "region", "effective_on")
MONTHLY_KEY = ("measure", "cluster", "region", "month")
PROJECT_KEY = ("project", "measure")


def problems() -> Iterator[str]:
    """Yield a line for each thing that is not as it must be; none when all is well."""
    for name in triggers.missing(connection):
        yield f"trigger {name} is missing or altered; run manage.py migrate"
    kept_daily = DailyTotal.objects.order_by().values_list(*PLACE, "grade")
    kept_project = ProjectTotal.objects.order_by().values_list(*PROJECT_KEY)
    entries = Entry.objects.order_by().graded()
    yield from differences(
        "daily total",
        (*PLACE, "grade"),
        as_totals(kept_daily.annotate(fen=Sum("amount_fen"), n=Sum("entries"))),
        as_totals(
            entries.values_list(*PLACE, "graded").annotate(fen=Sum("amount_fen"), n=Sum("counted"))
        ),
    )
    months = MonthlyTotal.objects.order_by().values_list(*MONTHLY_KEY, "grade")
    yield from differences(
        "monthly total",
        (*MONTHLY_KEY, "grade"),
        as_totals(months.annotate(fen=Sum("amount_fen"), n=Sum("entries"))),
        as_totals(
            entries.annotate(month=TruncMonth("effective_on"))
            .values_list(*MONTHLY_KEY, "graded")
            .annotate(fen=Sum("amount_fen"), n=Sum("counted"))
        ),
    )
    yield from differences(
        "project total",
        PROJECT_KEY,
        as_totals(kept_project.annotate(fen=Sum("amount_fen"), n=Sum("entries"))),
        as_totals(
            entries.values_list(*PROJECT_KEY).annotate(fen=Sum("amount_fen"), n=Sum("counted"))
        ),
    )
    yield from verifying_acts.false_parts()
    yield from verifying_acts.false_assessments()
    yield from false_reversals()
    yield from verifying_acts.false_cuts()
    yield from verifying_acts.false_acts()
    yield from verifying_acts.own_verdicts()
    yield from stale_projects()
    yield from verifying_kept.false_columns()
    yield from damaged_documents()


def as_totals(rows: Any) -> Totals:
    """Return rows of key columns, fen and count as a dictionary."""
    return {tuple(key): (int(fen), int(count)) for *key, fen, count in rows}


def differences(what: str, key: tuple[str, ...], kept: Totals, computed: Totals) -> Iterator[str]:
    """Yield a line for each total that is kept and computed differently."""
    for values in sorted(kept.keys() | computed.keys(), key=str):
        have, should = kept.get(values, (0, 0)), computed.get(values, (0, 0))
        if have != should:
            named = ", ".join(f"{k}={v}" for k, v in zip(key, values, strict=True))
            yield (
                f"{what} {named}: kept {plain_yuan(have[0])} yuan in {have[1]} entries, "
                f"the ledger has {plain_yuan(should[0])} yuan in {should[1]}"
            )


def false_reversals() -> Iterator[str]:
    """Yield a line for each reversal of a reversal, or not the exact opposite of its entry."""
    for pk, reversed_pk in (
        Entry.objects.exclude(reverses__reverses=None).order_by("pk").values_list("pk", "reverses")
    ):
        yield f"entry {pk} reverses entry {reversed_pk}, which is a reversal itself"
    matches = Q(
        amount_fen=-F("reverses__amount_fen"),
        project=F("reverses__project"),
        measure=F("reverses__measure"),
        effective_on=F("reverses__effective_on"),
        cluster=F("reverses__cluster"),
        region=F("reverses__region"),
    )
    for pk, reversed_pk in (
        Entry.objects.exclude(reverses=None)
        .filter(~matches)
        .order_by("pk")
        .values_list("pk", "reverses")
    ):
        yield f"entry {pk} is not the exact opposite of entry {reversed_pk}, which it reverses"


def stale_projects() -> Iterator[str]:
    """Yield a line for each project whose current columns are not those of its latest state."""
    columns = ("stage", "standing", "cluster_id", "region_id", "sector_id", "stage_on")
    latest: dict[int, tuple[Any, ...]] = {}
    for pk, day, *state in ProjectState.objects.order_by(
        "project", "effective_on", "recorded_at", "pk"
    ).values_list("project_id", "effective_on", *columns[:-1]):
        known = latest.get(pk)
        # A stage lasts from the first of the states that have it on end.
        since = known[-1] if known and known[0] == state[0] else day
        latest[pk] = (*state, since)
    for pk, *current in Project.objects.order_by("pk").values_list("pk", *columns):
        if latest.get(pk) != tuple(current):
            yield f"project {pk} shows another state than the latest recorded one"


def damaged_documents() -> Iterator[str]:
    """Yield a line for each document whose file is not as it was uploaded; every file is read."""
    for pk, told in documents.damaged():
        yield f"the file of evidence {pk} {told}"


def counted() -> dict[str, int]:
    """Return how much was looked at, for the report."""
    return {
        "entries": Entry.objects.count(),
        "daily_totals": DailyTotal.objects.count(),
        "project_totals": ProjectTotal.objects.count(),
    }
