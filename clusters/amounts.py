"""Money on the way in and on the way out: fen inside, yuan and its multiples at the edge.

Integers of fen (0.01 CNY) everywhere inside. Here they are read from what people type, and written
in the four precisions of docs/figures.md: goal, dashboard, table, exact. Each is rounded once, from
fen, half up.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from clusters.exceptions import UnreadableAmountError
from clusters.names import reads_chinese

FEN_PER_YUAN = 100
# One entry above ten trillion yuan is a slip of the keyboard; the bound also keeps sums in 64 bits.
MAX_FEN = 10**15
FEN_PER_BN = 10**9 * FEN_PER_YUAN
FEN_PER_YI = 10**8 * FEN_PER_YUAN

UNITS = {
    "": 1,
    "万": 10**4,
    "亿": 10**8,
    "万亿": 10**12,
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "bn": 10**9,
    "b": 10**9,
    "billion": 10**9,
}
AMOUNT = re.compile(
    r"""(?P<sign>[-+\u2212]?)\s*
        (?P<number>(?:[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.[0-9]{1,8})?)\s*
        (?P<unit>万亿|万|亿|million|billion|mn|bn|[kmb])?\s*(?:元|yuan|cny|rmb)?""",
    re.VERBOSE | re.IGNORECASE,
)
MINUS = "\u2212"
NBSP = "\u00a0"


def parse_number(text: str) -> Decimal:
    """Read a number with an optional unit: "3亿", "3000万", "300m", "14,400.50".

    Raises UnreadableAmountError, which says what is accepted, for anything else.
    """
    # NFKC turns the full-width signs of Chinese keyboards into plain ones.
    folded = unicodedata.normalize("NFKC", str(text)[:100]).replace("\u00a5", "").strip()
    match = AMOUNT.fullmatch(folded)
    if match is None:
        raise UnreadableAmountError(text)
    number = Decimal(match["number"].replace(",", "")) * UNITS[(match["unit"] or "").lower()]
    return -number if match["sign"] in {"-", MINUS} else number


def parse_fen(text: str) -> int:
    """Read an amount in yuan as fen; a part of a fen or too large an amount is refused."""
    fen = parse_number(text) * FEN_PER_YUAN
    if fen != fen.to_integral_value() or abs(fen) > MAX_FEN:
        raise UnreadableAmountError(text)
    return int(fen)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Round half up."""
    try:
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:  # more digits than the context holds: leave it exact
        return value


def written(value: Decimal, decimals: int, *, signed: bool = False) -> str:
    """Write with thousands separators and a true minus; `signed` puts a plus before gains."""
    number = rounded(value, decimals)
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return f"{sign}{abs(number):,.{decimals}f}"


def in_page_unit(fen: int) -> Decimal:
    """Return the amount in the unit of the language: billions of yuan, or 亿元."""
    return Decimal(fen) / (FEN_PER_YI if reads_chinese() else FEN_PER_BN)


def page_unit() -> str:
    """Return the unit of `in_page_unit` as column heads and captions show it."""
    return _("bn yuan")


def format_dashboard_number(fen: int, *, signed: bool = False) -> str:
    """Write for a dashboard, without the unit; a small amount keeps a digit that says something."""
    value = in_page_unit(fen)
    if reads_chinese():
        decimals = 1 if 0 < abs(value) < 10 else 0
    else:
        decimals = 2 if 0 < abs(value) < 1 else 1
    return written(value, decimals, signed=signed)


def format_dashboard(fen: int, *, signed: bool = False) -> str:
    """Write for a dashboard: "237.5 bn yuan", "2,375 亿元"."""
    return f"{format_dashboard_number(fen, signed=signed)}{NBSP}{page_unit()}"


def format_goal_number(fen: int) -> str:
    """Write a target without its unit; no decimals that the plan did not give."""
    value = in_page_unit(fen)
    return written(value, 0 if value == value.to_integral_value() else 2)


def format_goal(fen: int) -> str:
    """Write a target: "270 bn yuan", "2,700 亿元"."""
    return f"{format_goal_number(fen)}{NBSP}{page_unit()}"


def format_table(fen: int, *, signed: bool = False) -> str:
    """Write for a table whose head names the unit: "14.40" bn yuan, "144.0" 亿元."""
    return written(in_page_unit(fen), 1 if reads_chinese() else 2, signed=signed)


def format_exact(fen: int) -> str:
    """Write to the fen: "14,400,000,000.00 yuan"."""
    unit = _("yuan")
    return f"{written(Decimal(fen) / FEN_PER_YUAN, 2)}{NBSP}{unit}"


def plain_yuan(fen: int) -> str:
    """Write for files: digits, a point and two decimals, nothing else."""
    return f"{Decimal(fen) / FEN_PER_YUAN:.2f}"
