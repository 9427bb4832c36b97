"""The figures of pages as text."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench import report, targets

if TYPE_CHECKING:
    from bench.bulk import Done
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
    bulk: "Mapping[str, Done]",
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
            "Of each bulk act, confirming it on its page; the quickest of several times.",
            "",
            *head("bulk act", "rows", "rows a second", "processor", "target"),
            *(bulk_line(label, done, engine) for label, done in bulk.items()),
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
    bare_ms = statistics.median(figures.bare_times) * 1000
    allowed = case.kind.ms(engine, size.enterprises, bare_ms)
    queries = len(figures.statements)
    cells = [
        case.label,
        ms(median_ms),
        ms(percentile(figures.times, 0.95) * 1000),
        ms(sum(figures.processor) / len(figures.times) * 1000) if figures.processor else "",
        "" if case.written else f"{figures.a_second:,.0f}",
        str(queries),
        ms(statistics.median(figures.own_times) * 1000),
        ms(bare_ms) if any_bare(figures) else "",
        "" if allowed is None else f"≤ {allowed:.0f} ms",
        targets.verdict(median_ms, allowed, queries if case.kind.counts_queries else 0),
    ]
    return f"| {' | '.join(cells)} |"


def growth(overviews: "Mapping[Size, Figures]", engine: str) -> str:
    """Return what the overview takes of parks of several sizes, the smallest first, as Markdown."""
    sizes = sorted(overviews, key=lambda size: size.entries)
    medians = {size: statistics.median(overviews[size].times) * 1000 for size in sizes}
    lines = head("entries", "median", "of the smallest", "target", "bare SQL", "target")
    for size in sizes:
        figures, median_ms = overviews[size], medians[size]
        grows = median_ms / medians[sizes[0]]
        bare_ms = statistics.median(figures.bare_times) * 1000
        allowed = figures.case.kind.ms(engine, size.enterprises, bare_ms)
        missed = targets.verdict(median_ms, allowed, 0)
        if grows > targets.OVERVIEW_GROWS:
            missed = f"missed: grows {grows:.2f} times"
        cells = [
            f"{size.entries:,}",
            ms(median_ms),
            f"{grows:.2f}",
            f"≤ {targets.OVERVIEW_GROWS}",
            ms(bare_ms),
            "" if allowed is None else f"≤ {allowed:.0f} ms",
            missed,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def any_bare(figures: "Figures") -> bool:
    """Whether bare SQL was written for the page: nothing takes no microseconds."""
    return statistics.median(figures.bare_times) > 5e-6


def bulk_line(label: str, done: "Done", engine: str) -> str:
    """Return the row of a bulk act."""
    wanted = targets.BULK_ROWS_A_SECOND / targets.ALLOWED[engine]
    short = wanted - done.a_second
    told = "met" if short <= 0 else f"missed: {short:,.0f} rows/s short"
    cells = [
        label,
        f"{done.rows:,}",
        f"{done.a_second:,.0f}",
        "" if done.processor is None else f"{done.processor:,.2f} s",
        f"≥ {wanted:,.0f}",
        told,
    ]
    return f"| {' | '.join(cells)} |"


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that a share of all stays within."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def ms(value: float) -> str:
    """Write milliseconds."""
    return f"{value:,.1f} ms"
