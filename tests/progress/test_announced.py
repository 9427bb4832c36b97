"""Announced totals beside the ledger."""

from datetime import date

import pytest
from django.test import Client

from progress.announced import announced, period_days
from progress.models import ReportedTotal
from tests.make import FEN_PER_BN, make_entry, make_park, make_plan, make_project, make_region

pytestmark = pytest.mark.django_db

AS_OF = date(2021, 5, 1)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-Q1", date(2021, 1, 1), date(2021, 3, 31)),
        ("2021-Q4", date(2021, 10, 1), date(2021, 12, 31)),
        ("2016-H1", date(2016, 1, 1), date(2016, 6, 30)),
        ("2020-01..2020-08", date(2020, 1, 1), date(2020, 8, 31)),
        ("2020-11..2020-12", date(2020, 11, 1), date(2020, 12, 31)),
        ("2021-03-02", date(2021, 3, 2), date(2021, 3, 2)),
        ("", date.min, AS_OF),
        ("cumulative", date.min, AS_OF),
    ],
)
def test_a_period_is_read_as_its_days(period: str, first: date, last: date) -> None:
    assert period_days(period, AS_OF) == (first, last)


@pytest.mark.parametrize("period", ["2021-H3", "2021-13..2021-14", "2021-02-30", "0000", "spring"])
def test_a_period_in_other_words_is_not_compared_and_breaks_no_page(
    viewer_client: Client, period: str
) -> None:
    make_plan()
    make_total(period)
    assert period_days(period, AS_OF) is None
    answer = viewer_client.get("/progress/announced/")
    assert answer.status_code == 200
    assert "not compared" in answer.content.decode()


def make_total(period: str, *, unit: str = "yuan", value: int = 5 * 10**9) -> ReportedTotal:
    return ReportedTotal.objects.create(
        park=make_park(),
        scope="region",
        region=make_region("370285"),
        measure="contracted",
        period=period,
        as_of=AS_OF,
        value=value,
        unit=unit,
        source_url="https://city.example.org/1",
    )


def test_the_ledgers_sum_is_of_the_same_region_and_days() -> None:
    here = make_project(region=make_region("370285"))
    make_entry(here, amount_fen=FEN_PER_BN, on=date(2021, 2, 1))
    make_entry(here, amount_fen=7 * FEN_PER_BN, on=date(2020, 2, 1))
    make_entry(make_project(region=make_region("370202")), amount_fen=FEN_PER_BN)
    (row,) = announced(make_park(), [make_total("2021")])
    assert row.ledger_fen == FEN_PER_BN
    assert row.gap_fen == 4 * FEN_PER_BN


def test_dollars_are_not_converted() -> None:
    make_entry(make_project(region=make_region("370285")))
    (row,) = announced(make_park(), [make_total("2021", unit="usd")])
    assert (row.is_compared, row.ledger_fen, row.gap_fen) == (False, None, None)
