"""Files of exchange rates: all lines or none, and the command that loads them."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from ledger.exceptions import RatesRefusedError
from ledger.models import ExchangeRate
from ledger.rate_files import MAX_BYTES, Loaded, load_rates, read_rows
from tests.make import make_rate, make_recorder, make_user

pytestmark = pytest.mark.django_db

HEADER = "currency,on,rate,source\n"


def load(text: str | bytes) -> Loaded:
    """Load a file."""
    content = text.encode() if isinstance(text, str) else text
    return load_rates(read_rows(content), recorded_by=make_recorder())


def problems(text: str | bytes) -> list[tuple[int | None, str]]:
    """The lines and columns that a file is refused for; nothing of it is recorded."""
    before = ExchangeRate.objects.count()
    with pytest.raises(RatesRefusedError) as refused:
        load(text)
    assert ExchangeRate.objects.count() == before
    return [(problem.line, problem.column) for problem in refused.value.problems]


def test_a_file_is_recorded_and_a_second_time_changes_nothing() -> None:
    text = HEADER + "USD,2020-07-20,6.984,China Daily\nEUR,2020-07-20,8,PBoC\n"
    assert load(text) == Loaded(added=2, known=0)
    assert load(text) == Loaded(added=0, known=2)
    row = ExchangeRate.objects.get(currency="USD")
    assert (row.on, row.rate, row.source) == (date(2020, 7, 20), Decimal("6.984"), "China Daily")
    assert row.recorded_by == make_recorder()


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + "USD,2020-07-20,6.984,中国日报\n").encode("utf-8-sig"),
        (HEADER + "USD,2020-07-20,6.984,中国日报\r\n\r\n,,,\r\n").encode(),
        'source, Rate ,ON,currency\n"中国日报", 6.984 ,2020-07-20,usd\n'.encode(),
    ],
)
def test_marks_line_ends_spaces_and_the_order_of_columns_do_not_matter(content: bytes) -> None:
    assert load(content).added == 1
    assert ExchangeRate.objects.get().source == "中国日报"


def test_every_bad_cell_of_every_line_is_told_at_once() -> None:
    text = HEADER + (
        "USD,2020-07-20,6.984,China Daily\n"
        "CNY,2020-07-20,1,-\n"
        "US$,2020-02-30,0,\n"
        "USD,2999-01-01,-1,x\n"
        "USD,20.07.2020,6.984,x\n"
        "USD,2020-07-21,NaN,x\n"
        "USD,2020-07-21,Infinity,x\n"
        "USD,2020-07-21,1e400,x\n"
        "USD,2020-07-21,1000000,x\n"
        "USD,2020-07-21,1.123456789,x\n"
        'USD,2020-07-21,"6,98",x\n'
        "USD,0001-01-01,7,x\n"
    )
    assert problems(text) == [
        (3, "currency"),
        (4, "currency"),
        (4, "on"),
        (4, "rate"),
        (4, "source"),
        (5, "on"),
        (5, "rate"),
        (6, "on"),
        (7, "rate"),
        (8, "rate"),
        (9, "rate"),
        (10, "rate"),
        (11, "rate"),
        (12, "rate"),
        (13, "on"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(None, "")]),
        ("\n\n", [(None, "")]),
        ("currency,on,rate\nUSD,2020-07-20,7\n", [(1, "source")]),
        ("currency,on,rate,source,note\n", [(1, "note")]),
        ("currency,on,rate,rate,source\n", [(1, "rate")]),
        ("USD,2020-07-20,6.984,China Daily\n", None),
        (HEADER + "USD,2020-07-20,6.984\nUSD,2020-07-21,0,x\n", [(2, ""), (3, "rate")]),
        (HEADER + 'USD,2020-07-20,6.984,"open\n', [(2, "")]),
        (HEADER + "USD,2020-07-20,6.984,\0\n", [(2, "")]),
        ((HEADER + "USD,2020-07-20,6.984,中国日报\n").encode("gb18030"), [(2, "")]),
        ((HEADER + "USD,2020-07-20,6.984,x\n").encode("utf-16"), [(1, "")]),
        (b"PK\x03\x04 a spreadsheet", [(None, "")]),
        (b"x" * (MAX_BYTES + 1), [(None, "")]),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_line(
    text: str | bytes, found: list[tuple[int | None, str]] | None
) -> None:
    told = problems(text)
    assert found is None or told == found


def test_a_file_that_differs_from_what_stands_is_refused_as_a_correction() -> None:
    make_rate("6.984")
    assert problems(HEADER + "EUR,2020-07-20,8,x\nUSD,2020-07-20,6.99,China Daily\n") == [
        (3, "rate")
    ]


def test_a_file_loaded_again_after_a_correction_changes_nothing() -> None:
    text = HEADER + "USD,2020-07-20,69.84,China Daily\n"
    load(text)
    right = make_rate("6.984", reason="A slip of the comma.")
    assert load(text) == Loaded(added=0, known=1)
    assert ExchangeRate.objects.of_day("USD", date(2020, 7, 20)).first() == right


def test_two_lines_of_one_day_are_the_same_or_refused() -> None:
    line = "USD,2020-07-20,6.984,China Daily\n"
    assert load(HEADER + line + line) == Loaded(added=1, known=1)
    assert problems(HEADER + "EUR,2020-07-20,8,x\nEUR,2020-07-20,8.1,x\n") == [(3, "rate")]


def lines(count: int) -> str:
    """A file of that many days."""
    first = date(1990, 1, 1)
    return HEADER + "".join(
        f"USD,{first + timedelta(n)},{6 + n % 900 / 1000:.3f},China Daily\n" for n in range(count)
    )


def test_ten_thousand_lines_go_in_together_in_a_few_statements() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert load(lines(10_000)) == Loaded(added=10_000, known=0)
    # Batches, and none for each line.
    assert len(captured) < 100
    assert problems(lines(10_000) + "USD,2020-07-20,x,y\n") == [(10_002, "rate")]


# --- the command ----------------------------------------------------------------------------------


def run(path: Path, **options: Any) -> tuple[str, str]:
    """What the command prints, and what it says is wrong."""
    out, err = StringIO(), StringIO()
    try:
        call_command("load_rates", path, stdout=out, stderr=err, no_color=True, **options)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}"
    return out.getvalue(), err.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good file."""
    path = tmp_path / "rates.csv"
    path.write_text(HEADER + "USD,2020-07-20,6.984,China Daily\n", encoding="utf-8")
    return path


def test_the_command_records_as_the_program_or_as_a_person(path: Path) -> None:
    assert run(path) == ("New rates: 1; stood already: 0.\n", "")
    assert ExchangeRate.objects.get().recorded_by.username == "parktracker"
    person = make_user(RECORDER, username="li")
    path.write_text(HEADER + "USD,2020-07-21,6.984,China Daily\n", encoding="utf-8")
    run(path, as_user="li")
    assert ExchangeRate.objects.get(on=date(2020, 7, 21)).recorded_by == person


def test_a_dry_run_changes_nothing(path: Path) -> None:
    out, _err = run(path, dry_run=True)
    assert out == "Rates that would be new: 1; stand already: 0. Nothing was changed.\n"
    assert not ExchangeRate.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["nobody", "viewer", "left"])
def test_the_command_refuses_who_may_not(path: Path, name: str) -> None:
    make_user(VIEWER, username="viewer")
    make_user(RECORDER, username="left", is_active=False)
    _out, err = run(path, as_user=name)
    assert name in err
    assert not ExchangeRate.objects.exists()


def test_the_command_tells_each_bad_cell_with_its_line(path: Path) -> None:
    path.write_text(HEADER + "USD,2020-07-20,0,China Daily\nCNY,2020-07-20,1,x\n", encoding="utf-8")
    out, err = run(path)
    assert out == ""
    assert "line 2, rate, “0”: The rate must be above 0" in err
    assert "line 3, currency, “CNY”: Yuan need no rate." in err
    assert "was not loaded: 2 problems." in err


@pytest.mark.parametrize("name", ["missing.csv", ".", "nul\0.csv"])
def test_the_command_says_that_it_cannot_read_a_file(tmp_path: Path, name: str) -> None:
    _out, err = run(tmp_path / name)
    assert "cannot be read" in err
