"""The figures of pages as text."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench import report, targets

if TYPE_CHECKING:
    from bench.filled import Size
    from bench.sides import Figures

NUMBERS = (
    "median",
    "p95",
    "processor",
    "8 at once, pages/s",
    "statements",
    "its SQL",
    "bare SQL",
    "target",
)


def marker(engine: str, size: "Size") -> str:
    """Return the name between whose markers the figures stand in the document."""
    return f"pages, {engine}, {size.enterprises:,} enterprises"


def text(
    engine: str,
    size: "Size",
    counted: "Sequence[Figures]",
    beside: "Sequence[Figures]",
    bulk: Mapping[str, Any],
) -> str:
    """Return the figures of one database as Markdown."""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {report.machine()}.",
        f"{engine}, {size.enterprises:,} enterprises, {size.entries:,} entries, seed {size.seed}.",
        "",
        *head("page", *NUMBERS),
        *(line(one, engine, size) for one in counted),
    ]
    if beside:
        lines += ["", *head("plain Django admin", *NUMBERS)]
        lines += [line(one, engine, size) for one in beside]
    if bulk:
        lines += [
            "",
            *head("bulk change", "rows", "rows a second", "target"),
            *(bulk_line(name, *found, engine=engine) for name, found in bulk.items()),
        ]
    return "\n".join(lines)


def head(what: str, *numbers: str) -> list[str]:
    """Return the head of a table of numbers and a verdict."""
    return [f"| {what} | {' | '.join(numbers)} | |", f"| --- |{' ---: |' * len(numbers)} --- |"]


def line(figures: "Figures", engine: str, size: "Size") -> str:
    """Return the row of one page."""
    case = figures.case
    if not figures.times:
        return f"| {case.label} | answered {figures.status} | | | | | | | | not measured |"
    median_ms = statistics.median(figures.times) * 1000
    allowed = case.kind.ms(engine, size.enterprises)
    queries = len(figures.statements)
    cells = [
        case.label,
        ms(median_ms),
        ms(percentile(figures.times, 0.95) * 1000),
        ms(sum(figures.processor) / len(figures.times) * 1000) if figures.processor else "",
        f"{figures.a_second:,.0f}",
        str(queries),
        ms(statistics.median(figures.own_times) * 1000),
        ms(statistics.median(figures.bare_times) * 1000) if any_bare(figures) else "",
        "" if allowed is None else f"≤ {allowed:.0f} ms",
        targets.verdict(median_ms, allowed, queries),
    ]
    return f"| {' | '.join(cells)} |"


def any_bare(figures: "Figures") -> bool:
    """Whether bare SQL was written for the page: nothing takes no microseconds."""
    return statistics.median(figures.bare_times) > 5e-6


def bulk_line(name: str, rows: float, a_second: float, *, engine: str) -> str:
    """Return the row of a bulk change."""
    wanted = targets.BULK_ROWS_A_SECOND / targets.ALLOWED[engine]
    told = "met" if a_second >= wanted else f"missed: {wanted - a_second:,.0f} rows/s short"
    return f"| {name} | {rows:,.0f} | {a_second:,.0f} | ≥ {wanted:,.0f} | {told} |"


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that a share of all stays within."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def ms(value: float) -> str:
    """Write milliseconds."""
    return f"{value:,.1f} ms"
