"""Whatever is posted, reversed, withdrawn and moved: totals, ledger and figures agree."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from clusters.models import Plan
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.models import Project
from enterprises.recording import record_state
from ledger import verifying
from ledger.models import DailyTotal, Entry, ProjectTotal
from ledger.money import Money
from ledger.posting import post, reverse
from ledger.withdrawal import withdraw
from progress.figures import measure_progress
from progress.results import Progress
from tests.make import (
    make_cluster,
    make_evidence,
    make_plan,
    make_project,
    make_recorder,
    make_region,
)

pytestmark = pytest.mark.django_db

FIRST = date(2019, 11, 1)
PROJECTS = 3
amounts = st.sampled_from([1, 99, 100, 5_000, 5_000, 10**11, 10**15])
days = st.integers(0, 20).map(lambda quarter: FIRST + timedelta(days=92 * quarter))
projects = st.integers(0, PROJECTS - 1)
measures = st.sampled_from(list(Measure))
places = st.integers(0, 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("post"), projects, measures, days, amounts, st.booleans()),
        st.tuples(st.just("post"), projects, measures, days, amounts, st.booleans()),
        st.tuples(st.just("reduce"), projects, measures, days, amounts),
        st.tuples(st.just("reverse"), st.integers(0, 30)),
        st.tuples(st.just("withdraw"), projects, days),
        st.tuples(st.just("state"), projects, days, st.sampled_from(list(Stage)), places, places),
    ),
    max_size=14,
)
sequences = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave the database to each example as the one before found it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Office:
    """Three projects in two places, and what people do with them."""

    def __init__(self) -> None:
        self.recorder: User = make_recorder()
        self.places = [
            (make_cluster("nev"), make_region("370285")),
            (make_cluster("digital"), make_region("370211")),
        ]
        self.evidence = make_evidence()
        self.projects = [
            make_project(cluster=self.places[n % 2][0], region=self.places[n % 2][1], on=FIRST)
            for n in range(PROJECTS)
        ]

    def do(self, act: str, *details: Any) -> None:
        """Do one thing; what the program refuses does not happen."""
        with suppress(ValidationError):
            getattr(self, act)(*details)

    def project(self, number: int) -> Project:
        return Project.objects.get(pk=self.projects[number].pk)

    def post(self, number: int, measure: str, day: date, fen: int, supported: bool) -> None:
        post(
            project=self.project(number),
            measure=measure,
            effective_on=day,
            money=Money(fen),
            recorded_by=self.recorder,
            evidence=self.evidence if supported else None,
        )

    def reduce(self, number: int, measure: str, day: date, fen: int) -> None:
        post(
            project=self.project(number),
            measure=measure,
            effective_on=day,
            money=Money(-fen),
            recorded_by=self.recorder,
            reason="The contract was cut",
        )

    def reverse(self, number: int) -> None:
        entries = list(Entry.objects.order_by("pk"))
        if entries:
            entry = entries[number % len(entries)]
            reverse(entry=entry, recorded_by=self.recorder, reason="Signed twice")

    def withdraw(self, number: int, day: date) -> None:
        withdraw(
            project=self.project(number),
            withdrawn_on=day,
            recorded_by=self.recorder,
            reason="The investor left",
        )

    def state(self, number: int, day: date, stage: str, cluster: int, region: int) -> None:
        record_state(
            project=self.project(number),
            recorded_by=self.recorder,
            effective_on=day,
            stage=stage,
            standing=Standing.ACTIVE,
            cluster=self.places[cluster][0],
            region=self.places[region][1],
            reason="As the licence says",
        )


def recomputed(entries: list[Entry], *names: str) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Sum and count entries by some of their attributes, in plain Python."""
    sums: dict[tuple[Any, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for entry in entries:
        key = tuple(str(getattr(entry, name)) for name in names)
        fen, count = sums[key]
        sums[key] = (fen + entry.amount_fen, count + (-1 if entry.reverses_id else 1))
    return dict(sums)


def kept(rows: Any, *names: str) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Add up the stripes of the totals that the database keeps."""
    sums: dict[tuple[Any, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        key = tuple(str(getattr(row, name)) for name in names)
        fen, count = sums[key]
        sums[key] = (fen + row.amount_fen, count + row.entries)
    return dict(sums)


def figures(progress: Progress) -> tuple[Any, ...]:
    """All that a page shows, without the moment at which it was measured."""
    return (
        progress.park,
        progress.clusters,
        progress.regions,
        progress.counts,
        progress.investments,
        progress.entries,
    )


@sequences
@given(done=steps)
def test_totals_are_those_of_the_entries(done: list[tuple[Any, ...]]) -> None:
    with rolled_back():
        office, plan = Office(), make_plan()
        for act, *details in done:
            office.do(act, *details)
        entries = list(Entry.objects.all())
        by_day = ("cluster_id", "region_id", "measure", "effective_on", "grade")
        assert kept(DailyTotal.objects.all(), *by_day) == recomputed(entries, *by_day)
        by_project = ("project_id", "measure")
        assert kept(ProjectTotal.objects.all(), *by_project) == recomputed(entries, *by_project)
        assert all(total.amount_fen >= 0 for total in ProjectTotal.objects.all())
        assert list(verifying.problems()) == []
        agree(plan)


def agree(plan: Plan) -> None:
    """Assert that what is kept and what is read from the ledger give the same figures."""
    today = timezone.localdate()
    now = timezone.now() + timedelta(seconds=1)
    for as_of in (FIRST - timedelta(days=1), date(2021, 7, 15), plan.ends_on, today):
        from_totals = measure_progress(plan, as_of)
        from_ledger = measure_progress(plan, as_of, now)
        assert figures(from_totals) == figures(from_ledger)
        scopes = from_totals.clusters
        amounts = [scope.contracted.fen for scope in scopes if scope.contracted.fen is not None]
        assert sum(amounts) == (from_totals.park.contracted.fen or 0)


# --- the two clocks -------------------------------------------------------------------------------

MAY = datetime(2024, 5, 1, tzinfo=UTC)
hours = st.integers(0, 40).map(lambda hour: MAY + timedelta(hours=hour))
# In the order of their recording: the database takes nothing that was recorded before its latest.
past = st.lists(
    st.tuples(days, hours, st.sampled_from([1, 250, 10**11])), min_size=1, max_size=8
).map(lambda recorded: sorted(recorded, key=lambda one: one[1]))


def insert(project: Project, day: date, moment: datetime, fen: int, **other: Any) -> Entry:
    """An entry as it was recorded at a moment of the past."""
    number = Entry.objects.count()
    return Entry.objects.create(
        project=project,
        cluster=project.cluster,
        region=project.region,
        measure=Measure.CONTRACTED,
        effective_on=day,
        amount_fen=fen,
        recorded_at=moment,
        recorded_by=make_recorder(),
        idempotency_key=f"past-{number}",
        **other,
    )


@sequences
@given(recorded=past, as_of=days, known_at=hours)
def test_an_amount_counts_from_its_day_and_is_known_from_its_recording(
    recorded: list[tuple[date, datetime, int]], as_of: date, known_at: datetime
) -> None:
    with rolled_back():
        plan, project = make_plan(), make_project(on=FIRST)
        for day, moment, fen in recorded:
            insert(project, day, moment, fen)
        for day in (as_of - timedelta(days=1), as_of):
            for moment in (known_at - timedelta(microseconds=1000), known_at):
                counted = [f for d, m, f in recorded if d <= day and m <= moment]
                measured = measure_progress(plan, day, moment).park.contracted
                assert measured.fen == (sum(counted) if counted else None)
                assert measured.entries == len(counted)
            counted = [f for d, _, f in recorded if d <= day]
            assert measure_progress(plan, day).park.contracted.fen == (
                sum(counted) if counted else None
            )


@sequences
@given(recorded=past, corrected=st.integers(0, 7), known_at=hours)
def test_a_later_correction_does_not_change_what_was_believed(
    recorded: list[tuple[date, datetime, int]], corrected: int, known_at: datetime
) -> None:
    with rolled_back():
        plan, project = make_plan(), make_project(on=FIRST)
        entries = [insert(project, day, moment, fen) for day, moment, fen in recorded]
        before = figures(measure_progress(plan, plan.ends_on, known_at))
        wrong = entries[corrected % len(entries)]
        insert(
            project,
            wrong.effective_on,
            max(known_at, recorded[-1][1]) + timedelta(seconds=1),
            -wrong.amount_fen,
            reverses=wrong,
            reason="Signed twice",
        )
        assert figures(measure_progress(plan, plan.ends_on, known_at)) == before
        now = measure_progress(plan, plan.ends_on).park.contracted
        assert (now.fen or 0) == sum(fen for _, _, fen in recorded) - wrong.amount_fen
        assert now.entries == len(recorded) - 1
