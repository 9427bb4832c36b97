"""When a project is expected at its stages, and how far that slips."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.vocabulary import Stage, Standing
from enterprises.exceptions import (
    PostponementNeedsReasonError,
    StageReachedError,
    UnlikelyDateError,
    WithdrawnProjectError,
)
from enterprises.expectations import Outlook, outlook
from enterprises.models import ExpectedDate, Project
from enterprises.recording import record_state
from tests.make import make_expected, make_project, make_recorder, make_user

pytestmark = pytest.mark.django_db
FIRST, LATER = date(2024, 6, 30), date(2025, 3, 31)


def step(project: Project, stage: str, on: date, **facts: Any) -> None:
    """Record a step that was reported."""
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=on,
        stage=stage,
        is_reported=True,
        **facts,
    )


def production(project: Project, today: date = date(2024, 1, 1)) -> Outlook:
    """What is expected of the start of production."""
    project.refresh_from_db()
    (found,) = [line for line in outlook(project, today) if line.stage == Stage.PRODUCTION]
    return found


def test_nothing_expected_is_said_as_such() -> None:
    lines = outlook(make_project(stage=Stage.SIGNED, on=date(2021, 3, 1)))
    assert [line.stage for line in lines] == list(Stage)
    assert [line.is_reached for line in lines] == [True, True, False, False, False, False]
    # Negotiating was passed over, and its day was never reported.
    assert [line.reached_on for line in lines[:2]] == [None, date(2021, 3, 1)]
    assert {(line.first, line.latest, line.slipped_days, line.is_overdue) for line in lines} == {
        (None, None, None, False)
    }


def test_the_date_recorded_last_counts_and_the_others_stay() -> None:
    project = make_project()
    make_expected(project, on=FIRST)
    make_expected(project, on=LATER, reason="The permit took longer")
    earlier = make_expected(project, on=date(2024, 5, 31))
    line = production(project)
    assert [change.expected_on for change in line.changes] == [FIRST, LATER, date(2024, 5, 31)]
    assert (line.first, line.latest) == (FIRST, earlier.expected_on)
    # 31 May is 30 days before 30 June.
    assert (line.slipped_days, line.earlier_days) == (-30, 30)


def test_slippage_runs_from_the_first_date_to_the_latest_and_then_to_the_actual_one() -> None:
    project = make_project()
    make_expected(project, on=FIRST)
    make_expected(project, on=LATER, reason="The permit took longer")
    # 30 June 2024 to 31 March 2025: 184 days of the year and 90 of the next.
    assert production(project).slipped_days == 274
    step(project, Stage.PRODUCTION, date(2025, 4, 10))
    line = production(project)
    assert (line.reached_on, line.slipped_days, line.is_overdue) == (date(2025, 4, 10), 284, False)
    assert len(line.changes) == 2


def test_overdue_is_past_and_not_reached() -> None:
    project = make_project()
    make_expected(project, on=FIRST)
    assert not production(project, FIRST).is_overdue
    assert production(project, date(2024, 7, 1)).is_overdue
    step(project, Stage.SIGNED, date(2023, 1, 1), standing=Standing.PAUSED, reason="No land")
    assert production(project, date(2024, 7, 1)).is_overdue
    step(project, Stage.SIGNED, date(2023, 2, 1), standing=Standing.WITHDRAWN, reason="Left")
    assert not production(project, date(2024, 7, 1)).is_overdue


def test_a_stage_that_was_passed_over_is_reached_on_no_known_day() -> None:
    project = make_project()
    make_expected(project, on=FIRST)
    step(project, Stage.FULL_CAPACITY, date(2025, 4, 10))
    line = production(project, date(2025, 5, 1))
    assert (line.is_reached, line.reached_on, line.is_overdue) == (True, None, False)
    assert line.slipped_days == 0


def test_a_stage_that_was_taken_back_is_reached_when_it_is_for_good() -> None:
    project = make_project()
    make_expected(project, on=FIRST)
    step(project, Stage.PRODUCTION, date(2024, 6, 1))
    step(project, Stage.CONSTRUCTION, date(2024, 8, 1), reason="Announced too early")
    assert production(project).reached_on is None
    make_expected(project, on=LATER, reason="The line is rebuilt")
    step(project, Stage.PRODUCTION, date(2025, 1, 1))
    step(project, Stage.PRODUCTION, date(2025, 2, 1), note="Second line")
    assert production(project).reached_on == date(2025, 1, 1)


def test_of_two_states_of_one_day_the_one_recorded_last_says_when() -> None:
    project = make_project()
    step(project, Stage.PRODUCTION, date(2024, 6, 1))
    step(project, Stage.CONSTRUCTION, date(2024, 6, 1), reason="Typed wrongly")
    step(project, Stage.PRODUCTION, date(2024, 9, 1))
    assert production(project).reached_on == date(2024, 9, 1)


def test_a_later_date_needs_a_reason_and_an_earlier_one_does_not() -> None:
    project = make_project()
    make_expected(project, on=FIRST)
    with pytest.raises(PostponementNeedsReasonError) as refused:
        make_expected(project, on=LATER)
    assert refused.value.message_dict == {
        "reason": ["So far this was expected on 30 Jun 2024; say why it will be later."]
    }
    make_expected(project, on=date(2024, 5, 31))
    make_expected(project, on=LATER, reason="The permit took longer")
    # Another stage has dates of its own.
    make_expected(project, stage=Stage.FULL_CAPACITY, on=date(2026, 1, 1))
    assert ExpectedDate.objects.count() == 4


def test_the_same_date_again_adds_nothing() -> None:
    project = make_project()
    first = make_expected(project, on=FIRST)
    assert make_expected(project, on=FIRST, recorded_by=make_user()) == first
    assert ExpectedDate.objects.count() == 1


@pytest.mark.parametrize("stage", [Stage.NEGOTIATING, Stage.SIGNED])
def test_nothing_is_expected_of_a_stage_that_is_reached(stage: str) -> None:
    with pytest.raises(StageReachedError) as refused:
        make_expected(make_project(stage=Stage.SIGNED), stage=stage)
    assert list(refused.value.message_dict) == ["stage"]


def test_nothing_is_expected_of_a_withdrawn_project() -> None:
    project = make_project()
    step(project, Stage.SIGNED, date(2023, 2, 1), standing=Standing.WITHDRAWN, reason="Left")
    with pytest.raises(WithdrawnProjectError):
        make_expected(project)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), date(9999, 12, 31)])
def test_a_day_that_nobody_can_mean_is_refused(day: date) -> None:
    with pytest.raises(UnlikelyDateError) as refused:
        make_expected(on=day)
    assert list(refused.value.message_dict) == ["expected_on"]


def test_a_day_of_years_ahead_and_one_of_the_past_are_taken() -> None:
    project = make_project()
    make_expected(project, on=date(2000, 1, 1))
    make_expected(project, on=date(timezone.localdate().year + 30, 12, 31), reason="Land")
    assert ExpectedDate.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stage": "begun"}, "stage"),
        ({"stage": ""}, "stage"),
        ({"reason": "x" * 501}, "reason"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_what_the_fields_do_not_hold_is_refused_at_the_field(
    wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        make_expected(**wrong)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]
    assert not ExpectedDate.objects.exists()


def test_the_outlook_takes_two_queries_however_much_was_expected() -> None:
    project = make_project()
    for number in range(9):
        make_expected(project, on=date(2030, 1, 1 + number), reason="Later")
    with CaptureQueriesContext(connection) as asked:
        found = outlook(project)
        _ = [str(change.recorded_by) for line in found for change in line.changes]
    assert len(asked) == 2
