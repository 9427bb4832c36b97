"""How the two clocks are read."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from progress.moments import read_as_of, read_known_at, read_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text", ["yesterday", "2020-02-30", "31.12.2025", "", "0001-01-01", "9" * 99]
)
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="2025-12-31"):
        read_as_of(text)


def test_a_moment_without_an_offset_is_in_the_parks_time() -> None:
    moment = read_known_at("2025-12-31T18:00")
    assert moment == datetime(2025, 12, 31, 18, tzinfo=SHANGHAI)


def test_a_moment_without_a_time_is_the_end_of_that_day() -> None:
    assert read_known_at("2025-12-31") > datetime(2025, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)


def test_an_offset_survives_an_address_that_did_not_escape_its_plus_sign() -> None:
    query = QueryDict("known_at=2025-12-31T18:00:00+02:00")
    moment, problems = read_moment(query)
    assert problems == []
    assert moment.known_at == datetime(2026, 1, 1, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["now", "2025-13-01", "2025-12-31T25:00", "12:00"])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="2025-12-31T18:00"):
        read_known_at(text)


def test_nothing_given_is_today_as_known_now() -> None:
    moment, problems = read_moment(QueryDict(""))
    assert problems == []
    assert (moment.as_of, moment.known_at) == (timezone.localdate(), None)
    assert moment.is_now


def test_both_problems_are_told_at_once() -> None:
    _moment, problems = read_moment(QueryDict("as_of=yesterday&known_at=never"))
    assert len(problems) == 2


def test_today_is_the_parks_day_not_that_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    # 20:00 in London on New Year's Eve is New Year's Day in Qingdao.
    eve = datetime(2025, 12, 31, 20, tzinfo=ZoneInfo("Europe/London"))
    monkeypatch.setattr(timezone, "now", lambda: eve)
    assert read_moment(QueryDict(""))[0].as_of == date(2026, 1, 1)
