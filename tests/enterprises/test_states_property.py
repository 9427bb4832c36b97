"""Whatever the order in which states are recorded: the latest at a date is the one that counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.vocabulary import LeadingBasis, Stage, Standing
from enterprises.models import LeadingClaim, Project, ProjectState
from enterprises.recording import record_claim, record_state
from tests.make import (
    make_cluster,
    make_enterprise,
    make_project,
    make_recorder,
    make_region,
    make_sector,
)

pytestmark = pytest.mark.django_db

FIRST = date(2021, 1, 1)
days = st.integers(0, 12).map(lambda month: FIRST + timedelta(days=30 * month))
moments = st.integers(0, 12).map(lambda h: datetime(2024, 5, 1, tzinfo=UTC) + timedelta(hours=h))
stages = st.sampled_from(list(Stage))
standings = st.sampled_from(list(Standing))
examples = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave the database to each example as the one before found it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@examples
@given(recorded=st.lists(st.tuples(days, stages, standings, st.booleans()), max_size=8), as_of=days)
def test_the_latest_state_at_a_date_counts(
    recorded: list[tuple[date, Stage, Standing, bool]], as_of: date
) -> None:
    with rolled_back():
        clusters = [make_cluster("nev"), make_cluster("digital")]
        project = make_project(on=FIRST, stage=Stage.NEGOTIATING, cluster=clusters[0])
        told: list[tuple[date, int, str, str, int]] = [
            (FIRST, 0, Stage.NEGOTIATING, Standing.ACTIVE, clusters[0].pk)
        ]
        for number, (day, stage, standing, moved) in enumerate(recorded, start=1):
            cluster = clusters[1] if moved else clusters[0]
            record_state(
                project=project,
                recorded_by=make_recorder(),
                effective_on=day,
                stage=stage,
                standing=standing,
                cluster=cluster,
                reason="As the office was told",
            )
            told.append((day, number, stage, standing, cluster.pk))
        at_date = max(state for state in told if state[0] <= as_of)
        counted = ProjectState.objects.standing(as_of, None).get(project=project)
        assert (counted.effective_on, counted.stage, counted.standing, counted.cluster_id) == (
            at_date[0],
            *at_date[2:],
        )
        assert not ProjectState.objects.standing(FIRST - timedelta(days=1), None).exists()
        latest = max(told)
        shown = Project.objects.get(pk=project.pk)
        assert (shown.stage, shown.standing, shown.cluster_id) == latest[2:]
        run = sorted(told, reverse=True)
        others = [n for n, state in enumerate(run) if state[2] != latest[2]]
        assert shown.stage_on == min(state[0] for state in run[: others[0] if others else None])


@examples
@given(
    recorded=st.lists(st.tuples(days, moments, stages), min_size=1, max_size=8),
    as_of=days,
    known_at=moments,
)
def test_what_was_not_known_yet_does_not_count(
    recorded: list[tuple[date, datetime, Stage]], as_of: date, known_at: datetime
) -> None:
    with rolled_back():
        project = make_project(on=FIRST)
        for day, moment, stage in recorded:
            ProjectState.objects.create(
                project=project,
                effective_on=day,
                recorded_at=moment,
                recorded_by=make_recorder(),
                stage=stage,
                cluster=project.cluster,
                region=project.region,
            )
        known = [
            (day, moment, number, stage)
            for number, (day, moment, stage) in enumerate(recorded)
            if day <= as_of and moment <= known_at
        ]
        counted = ProjectState.objects.standing(as_of, known_at).first()
        assert (counted and counted.stage) == (max(known)[3] if known else None)


@examples
@given(
    recorded=st.lists(
        st.tuples(days, st.sampled_from(list(LeadingBasis)), st.booleans()), max_size=8
    ),
    as_of=days,
)
def test_the_latest_claim_of_each_basis_counts(
    recorded: list[tuple[date, LeadingBasis, bool]], as_of: date
) -> None:
    with rolled_back():
        enterprise = make_enterprise()
        for day, basis, holds in recorded:
            record_claim(
                enterprise=enterprise,
                recorded_by=make_recorder(),
                effective_on=day,
                basis=basis,
                holds=holds,
                reason="As the list says",
            )

        def holding(at: date) -> set[str]:
            latest: dict[str, tuple[date, int, bool]] = {}
            for number, (day, basis, holds) in enumerate(recorded):
                if day <= at:
                    claim = (day, number, holds)
                    latest[basis] = max(latest.get(basis, claim), claim)
            return {str(basis) for basis, (_, _, holds) in latest.items() if holds}

        counted = LeadingClaim.objects.filter(enterprise=enterprise).standing(as_of, None)
        assert set(counted.values_list("basis", flat=True)) == holding(as_of)
        enterprise.refresh_from_db()
        now = holding(date(2024, 1, 1))
        assert enterprise.leading_basis in (now or {""})


def test_a_sector_does_not_follow_into_another_cluster() -> None:
    nev, digital = make_cluster("nev"), make_cluster("digital")
    project = make_project(cluster=nev, sector=make_sector(cluster=nev), region=make_region())
    moved: dict[str, Any] = {"effective_on": date(2022, 1, 1), "stage": Stage.SIGNED}
    state = record_state(
        project=project, recorded_by=make_recorder(), cluster=digital, reason="Moved", **moved
    )
    assert (state.sector, project.sector) == (None, None)
