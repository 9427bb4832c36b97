"""The two headline figures, computed from the CSV alone by rules written out by hand.

It shares no line with the product, so that it can check the product: no import from it, no
database. Rules: a row's day is its stage_date, else its source_date. What is contracted is the sum
of amounts of kind contracted up to the day, a foreign one at the rate in the row, rounded half up
to the fen; a row with double_of is left out. A leading enterprise has a leading basis in a row up
to the day, and a project whose last row up to the day is at the counting stage or past it.

Run it with a file and a day:

    python tests/imports/by_hand.py imports/data/public_record.csv 2025-12-31
"""

import csv
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

STAGES = ["negotiating", "signed", "registered", "construction", "production", "full_capacity"]


def rows_until(path: Path, as_of: str) -> list[dict[str, str]]:
    """Return the rows of a day up to `as_of`, as ISO text, in the order of time."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row.get("double_of")]
    dated = [(row["stage_date"] or row["source_date"], row) for row in rows]
    return [row for day, row in sorted(dated, key=lambda pair: pair[0]) if day <= as_of]


def fen(row: dict[str, str]) -> int:
    """Return the amount of a row in fen."""
    if row["amount_yuan"]:
        return int(Decimal(row["amount_yuan"]) * 100)
    rate = Decimal(row["rate"] or 1)
    exact = Decimal(row["amount_original"]) * rate * 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def contracted_fen(path: Path, as_of: str) -> int:
    """Return what is contracted up to a day, in fen."""
    return sum(fen(row) for row in rows_until(path, as_of) if row["amount_kind"] == "contracted")


def enterprise(row: dict[str, str]) -> str:
    """Return what tells an enterprise from another in the file."""
    return row["enterprise_zh"] or row["enterprise_en"]


def leading_enterprises(path: Path, as_of: str, counting_stage: str = "registered") -> int:
    """Return how many leading enterprises have a project at the counting stage or past it."""
    rows = rows_until(path, as_of)
    leading = {enterprise(row) for row in rows if row["leading_basis"]}
    stage_of = {}
    for row in rows:
        if row["stage"]:
            stage_of[enterprise(row), row["project_zh"] or row["project_en"]] = row["stage"]
    far_enough = STAGES[STAGES.index(counting_stage) :]
    return len({name for (name, _), stage in stage_of.items() if stage in far_enough} & leading)


if __name__ == "__main__":
    record, day = Path(sys.argv[1]), sys.argv[2]
    total = contracted_fen(record, day)
    sys.stdout.write(f"contracted: {total} fen, {Decimal(total) / 10**11:.2f} bn yuan\n")
    for stage in STAGES:
        count = leading_enterprises(record, day, stage)
        sys.stdout.write(f"leading enterprises from {stage}: {count}\n")
