"""The words for how a goal stands."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.statuses import Span, Status, completion, judge

SPAN = Span(date(2020, 1, 1), date(2029, 12, 31))  # 3,653 days
# The end of the 1,826th day: half of the time, to within a day.
HALFWAY = date(2024, 12, 31)


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        (100, Status.ACHIEVED),
        (137, Status.ACHIEVED),
        (50, Status.ON_PACE),
        (46, Status.ON_PACE),  # 46 - 50.01 = -4.01 points
        (45, Status.BEHIND),  # -5.01
        (31, Status.BEHIND),  # -19.01
        (30, Status.FAR_BEHIND),  # -20.01
        (0, Status.FAR_BEHIND),
        (None, Status.NOT_REPORTED),
    ],
)
def test_while_it_runs_a_goal_is_judged_by_its_pace(actual: int | None, status: Status) -> None:
    assert judge(span=SPAN, as_of=HALFWAY, target=100, actual=actual, outcome=None) == status


@pytest.mark.parametrize(
    ("outcome", "actual", "status"),
    [
        (100, 100, Status.MET),
        (100, 90, Status.MET),  # met then, whatever became of it later
        (99, 100, Status.MET_LATE),
        (99, 99, Status.MISSED),
        (None, 120, Status.MET_LATE),
        (None, None, Status.NOT_REPORTED),
    ],
)
def test_once_due_there_is_an_outcome(
    outcome: int | None, actual: int | None, status: Status
) -> None:
    for as_of in (SPAN.due_on, date(2031, 1, 1)):
        found = judge(span=SPAN, as_of=as_of, target=100, actual=actual, outcome=outcome)
        assert found == status


def test_before_the_first_day_nothing_is_judged() -> None:
    before = judge(span=SPAN, as_of=date(2019, 12, 31), target=1, actual=5, outcome=None)
    assert before == Status.NOT_STARTED


def test_completion_is_not_capped_and_undefined_for_a_target_of_zero() -> None:
    assert completion(137, 100) == Decimal("1.37")
    assert completion(5, 0) is None
    assert completion(None, 100) is None


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)))
def test_the_elapsed_share_runs_from_zero_to_one(day: date) -> None:
    share = SPAN.elapsed(day)
    assert 0 <= share <= 1
    assert (share == 0) == (day < SPAN.starts_on)
    assert (share == 1) == (day >= SPAN.due_on)
