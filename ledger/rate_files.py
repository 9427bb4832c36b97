"""Rates from a CSV file: every line is checked, then all of them are recorded or none."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.csv_text import UnreadableCsvError, decode, read_records
from ledger.exceptions import FileProblem, RatesRefusedError
from ledger.models import ExchangeRate
from ledger.rates import code_of, one_at_a_time, rate_problems

COLUMNS = ("currency", "on", "rate", "source")
MAX_BYTES = 10 * 1024 * 1024
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
RATE = re.compile(r"\d{1,10}(\.\d{1,18})?", re.ASCII)
Day = tuple[str, date]


@dataclass(frozen=True)
class RateRow:
    """One line of a file, as it is typed."""

    line: int
    currency: str
    on: str
    rate: str
    source: str


@dataclass(frozen=True)
class Loaded:
    """How many rates were new, and how many stood already."""

    added: int
    known: int


def read_file(path: Path) -> bytes:
    """Return the content of a file; a missing, unreadable or too large one is refused."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RatesRefusedError([FileProblem(None, "", "", too_large())])
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = _("%(path)s cannot be read: %(reason)s.") % {
            "path": path,
            "reason": getattr(error, "strerror", None) or str(error),
        }
        raise RatesRefusedError([FileProblem(None, "", "", reason)]) from error


def too_large() -> str:
    """Say how large a file may be."""
    return _("The file is larger than %(limit)s MB; split it.") % {"limit": MAX_BYTES // 2**20}


def read_rows(content: bytes) -> list[RateRow]:
    """Read CSV in UTF-8 with the four columns, in any order; raises RatesRefusedError."""
    if len(content) > MAX_BYTES:
        raise RatesRefusedError([FileProblem(None, "", "", too_large())])
    try:
        records = list(read_records(decode(content)))
    except UnreadableCsvError as error:
        raise RatesRefusedError([FileProblem(error.line, "", "", error.reason)]) from error
    if not records:
        reason = _("The file is empty; its first line names the columns.")
        raise RatesRefusedError([FileProblem(None, "", "", reason)])
    (line, header), *rest = records
    names = check_header(line, header)
    rows, problems = [], []
    for line, record in rest:
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        if len(cells) != len(names):
            reason = _("The line has %(cells)s cells, the header %(columns)s.") % {
                "cells": len(cells),
                "columns": len(names),
            }
            problems.append(FileProblem(line, "", ",".join(cells), reason))
            continue
        by_name = dict(zip(names, cells, strict=True))
        rows.append(RateRow(line, *(by_name[name] for name in COLUMNS)))
    if problems:
        # What can be read is checked, too, so that one look mends the whole file.
        raise RatesRefusedError(sorted([*problems, *check_rows(rows)[1]], key=place))
    return rows


def check_header(line: int, header: Sequence[str]) -> tuple[str, ...]:
    """Return the columns; an unknown, repeated or missing one is refused and the needed named."""
    names = tuple(name.strip().lower() for name in header)
    needed = _("The columns are: %(columns)s.") % {"columns": ", ".join(COLUMNS)}
    problems = [
        (name, _("There is no such column, or it stands twice."))
        for name, times in Counter(names).items()
        if name not in COLUMNS or times > 1
    ]
    problems += [(name, _("This column is missing.")) for name in COLUMNS if name not in names]
    if problems:
        raise RatesRefusedError(
            [FileProblem(line, name[:60], "", f"{reason} {needed}") for name, reason in problems]
        )
    return names


@transaction.atomic
def load_rates(rows: Iterable[RateRow], *, recorded_by: User) -> Loaded:
    """Record the rates of a file, all or none; a second time changes nothing.

    A rate that was recorded for the day before, also one that was replaced since, is known. Another
    one than stands is refused: that is a correction, which says why. Raises RatesRefusedError with
    every bad cell.
    """
    one_at_a_time()
    rates, problems = check_rows(rows)
    recorded = recorded_rates(rates)
    new: dict[Day, ExchangeRate] = {}
    known = 0
    for line, rate in rates:
        day = (rate.currency, rate.on)
        standing = recorded.get(day, [])
        if any(one.rate == rate.rate and one.source == rate.source for one in standing):
            known += 1
        elif standing:
            reason = _(
                "%(rate)s (%(source)s) stands for this day; record the correction on the page of "
                "rates, with its reason."
            ) % {"rate": standing[0].plain_rate, "source": standing[0].source}
            problems.append(FileProblem(line, "rate", rate.plain_rate, reason))
        else:
            rate.recorded_by = recorded_by
            new[day] = rate
            # Another line of the same day is measured by this one.
            recorded[day] = [rate]
    if problems:
        raise RatesRefusedError(sorted(problems, key=place))
    ExchangeRate.objects.bulk_create(new.values(), batch_size=500)
    return Loaded(added=len(new), known=known)


def place(problem: FileProblem) -> int:
    """Return where a problem stands in the file."""
    return problem.line or 0


def check_rows(
    rows: Iterable[RateRow],
) -> tuple[list[tuple[int, ExchangeRate]], list[FileProblem]]:
    """Return the usable rates with their lines, and what is wrong with the others."""
    rates, problems = [], []
    for row in rows:
        currency, on, rate = code_of(row.currency), read_day(row.on), read_rate(row.rate)
        wrong = rate_problems(currency=currency, on=on, rate=rate, source=row.source)
        if on is None:
            wrong["on"] = _("This is no day; write YYYY-MM-DD, as in 2020-07-20.")
        if rate is None:
            wrong["rate"] = _("Write the yuan per unit of the currency, as in 6.984.")
        problems += [
            FileProblem(row.line, name, getattr(row, name), wrong[name])
            for name in COLUMNS
            if name in wrong
        ]
        if not wrong and on is not None and rate is not None:
            found = ExchangeRate(currency=currency, on=on, rate=rate, source=row.source)
            rates.append((row.line, found))
    return rates, problems


def read_day(text: str) -> date | None:
    """Return a day in ISO form."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:  # 2020-02-30
        return None


def read_rate(text: str) -> Decimal | None:
    """Return a plain number; a sign, an exponent or a word is none."""
    return Decimal(text) if RATE.fullmatch(text) else None


def recorded_rates(rates: Sequence[tuple[int, ExchangeRate]]) -> dict[Day, list[ExchangeRate]]:
    """Return what is recorded for the currencies and the span of days, the standing one first."""
    if not rates:
        return {}
    days = [rate.on for _line, rate in rates]
    rows = ExchangeRate.objects.filter(
        currency__in={rate.currency for _line, rate in rates},
        on__range=(min(days), max(days)),
    )
    found: dict[Day, list[ExchangeRate]] = {}
    for row in rows.order_by("-recorded_at", "-pk"):
        found.setdefault((row.currency, row.on), []).append(row)
    return found
