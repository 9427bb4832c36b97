"""Amounts: what is read, what is refused, and how many digits are written."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from clusters.amounts import (
    FEN_PER_BN,
    FEN_PER_YI,
    FEN_PER_YUAN,
    MAX_FEN,
    MINUS,
    NBSP,
    format_dashboard,
    format_dashboard_number,
    format_exact,
    format_goal,
    format_table,
    parse_fen,
    parse_number,
    plain_yuan,
    rounded,
    written,
)
from clusters.exceptions import UnreadableAmountError

FENS = st.integers(min_value=-MAX_FEN, max_value=MAX_FEN)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("14400000000", "14400000000"),
        ("14,400,000,000.00", "14400000000"),
        ("14，400.50", "14400.50"),
        ("0.01", "0.01"),
        ("3000万", "30000000"),
        ("3000万元", "30000000"),
        ("3亿", "300000000"),
        ("3.05 亿元", "305000000"),
        ("2700亿", "270000000000"),
        ("1.2万亿", "1200000000000"),
        ("300m", "300000000"),
        ("300 mn", "300000000"),
        ("2.5bn", "2500000000"),
        ("2.5 billion yuan", "2500000000"),
        ("270BN", "270000000000"),
        ("15k", "15000"),
        ("¥ 120", "120"),
        ("￥１２０", "120"),  # as a Chinese keyboard writes it
        ("120 CNY", "120"),
        ("  7  ", "7"),
        ("-5", "-5"),
        ("−5万", "-50000"),
        ("+5", "5"),
        ("0.00000001亿", "1"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, yuan: str) -> None:
    assert parse_fen(text) == Decimal(yuan) * FEN_PER_YUAN


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1e400",
        "1e3",
        "NaN",
        "Infinity",
        "亿",
        "3 亿 5",
        "3亿5000万",
        "5 USD",
        "1.2.3",
        "--5",
        "0x10",
        "1_000",
        "0.001",  # part of a fen
        "1.234567k5",
        "10000000000001",  # ten trillion and one
        "10.1万亿",
        "9" * 18,
        "9" * 400,
        "1,5亿",  # a decimal comma would be read as 15亿
        "1,00",
        "1 000 000",
        "12\n13",
        "1\x000",
    ],
)
def test_what_is_no_amount_is_refused_and_named(text: str) -> None:
    with pytest.raises(UnreadableAmountError) as error:
        parse_fen(text)
    assert text[:60] in str(error.value)
    assert "write 14400000, 3000万, 3亿, 300m or 2.5bn" in str(error.value)


def test_ten_trillion_is_the_most() -> None:
    assert parse_fen("10万亿") == MAX_FEN
    assert parse_fen("-10万亿") == -MAX_FEN


@given(FENS)
def test_what_a_file_says_is_read_as_what_it_was(fen: int) -> None:
    assert parse_fen(plain_yuan(fen)) == fen


@given(FENS)
def test_the_exact_form_is_read_as_what_it_was(fen: int) -> None:
    assert parse_fen(format_exact(fen).replace(NBSP, " ")) == fen


@given(st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from(["万", "亿", "m", "bn"]))
def test_a_unit_is_a_factor(number: Decimal, unit: str) -> None:
    factor = {"万": 10**4, "亿": 10**8, "m": 10**6, "bn": 10**9}[unit]
    assert parse_number(f"{number}{unit}") == number * factor


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        fen = parse_fen(text)
    except UnreadableAmountError:
        return
    assert abs(fen) <= MAX_FEN


@pytest.mark.parametrize(
    ("fen", "en", "zh"),
    [
        (27_000_000_000_000, "270", "2,700"),
        (5 * FEN_PER_BN, "5", "50"),
        (FEN_PER_BN + FEN_PER_BN // 2, "1.50", "15"),
        (FEN_PER_YI // 4, "0.03", "0.25"),  # 0.025 bn, half up
    ],
)
def test_a_target_has_no_decimals_that_the_plan_did_not_give(fen: int, en: str, zh: str) -> None:
    assert format_goal(fen) == f"{en}{NBSP}bn yuan"
    with translation.override("zh-hans"):
        assert format_goal(fen).split(NBSP)[0] == zh


@pytest.mark.parametrize(
    ("yuan", "en", "zh"),
    [
        ("237460000000", "237.5", "2,375"),
        ("14400000000", "14.4", "144"),
        ("1000000000", "1.0", "10"),
        ("70000000", "0.07", "0.7"),
        ("950000000", "0.95", "9.5"),
        ("0", "0.0", "0"),
        ("-3200000000", f"{MINUS}3.2", f"{MINUS}32"),
        ("237450000000", "237.5", "2,375"),  # the half goes up, and so do 2,374.5亿
        ("237449999999.99", "237.4", "2,374"),
    ],
)
def test_a_dashboard_has_one_decimal_and_chinese_none(yuan: str, en: str, zh: str) -> None:
    fen = int(Decimal(yuan) * FEN_PER_YUAN)
    assert format_dashboard(fen) == f"{en}{NBSP}bn yuan"
    with translation.override("zh-hans"):
        assert format_dashboard_number(fen) == zh


def test_a_change_has_its_sign() -> None:
    assert format_dashboard_number(48 * FEN_PER_YI, signed=True) == "+4.8"
    assert format_dashboard_number(-48 * FEN_PER_YI, signed=True) == f"{MINUS}4.8"
    assert format_dashboard_number(0, signed=True) == "0.0"


@pytest.mark.parametrize(
    ("yuan", "en", "zh"),
    [
        (14_400_000_000, "14.40", "144.0"),
        (5_000_000, "0.01", "0.1"),
        (4_999_999, "0.00", "0.0"),
        (1_234_567_000_000, "1,234.57", "12,345.7"),
    ],
)
def test_a_table_has_the_same_precision_in_both_languages(yuan: int, en: str, zh: str) -> None:
    assert format_table(yuan * FEN_PER_YUAN) == en
    with translation.override("zh-hans"):
        assert format_table(yuan * FEN_PER_YUAN) == zh


def test_exact_amounts_are_written_to_the_fen() -> None:
    assert format_exact(1_440_000_000_000) == f"14,400,000,000.00{NBSP}yuan"
    assert format_exact(-1) == f"{MINUS}0.01{NBSP}yuan"
    assert plain_yuan(1_440_000_000_001) == "14400000000.01"
    assert plain_yuan(-5) == "-0.05"


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_rounding_is_half_up_away_from_nought(thousandths: int) -> None:
    value = Decimal(thousandths) / 1000
    by_hand = (abs(thousandths) + 5) // 10  # in hundredths
    assert rounded(value, 2) == Decimal(by_hand if thousandths >= 0 else -by_hand) / 100


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_what_is_written_never_shows_a_minus_nought(fen: int) -> None:
    text = written(Decimal(fen) / FEN_PER_BN, 2)
    assert text.strip(f"{MINUS}0.,") or not text.startswith(MINUS)
