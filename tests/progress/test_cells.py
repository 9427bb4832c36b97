"""What stood on a day is summed from whole months and the days since, each of them once."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from progress.measuring.cells import days_since, end_of_whole_months, whole_months

FIRST = date(2023, 11, 1)
# Over the end of a year and a leap February.
DAYS = [FIRST + timedelta(days=number) for number in range(150)]


@given(st.lists(st.sampled_from(DAYS), min_size=1, max_size=6, unique=True).map(sorted))
def test_each_day_up_to_another_is_in_one_piece_of_it(days: list[date]) -> None:
    pieces = [*whole_months(days), *days_since(days)]
    for day in days:
        for one in DAYS:
            found = [
                piece
                for piece in pieces
                # A month counts by its first day.
                if piece.first <= (one.replace(day=1) if piece.of_months else one) <= piece.last
                and piece.counts(day)
            ]
            assert len(found) == (one <= day), (day, one)


def test_a_month_is_over_on_its_last_day() -> None:
    assert end_of_whole_months(date(2024, 2, 28)) == date(2024, 1, 31)
    assert end_of_whole_months(date(2024, 2, 29)) == date(2024, 2, 29)
    assert end_of_whole_months(date(2024, 12, 31)) == date(2024, 12, 31)
    assert days_since([date(2024, 12, 31)]) == []
