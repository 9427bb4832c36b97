"""The figures as text, and where they stand in docs/performance.md."""

import os
import platform
import re
import statistics
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from bench.scratch import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
LABELS = {
    "insert_bare": "bare INSERT, without the totals' triggers",
    "insert": "bare INSERT of the same row",
    "post": "`post()`",
    "post_with_key": "`post()` with a form's key",
    "reverse": "`reverse()`",
    "correct": "`correct()`",
    "verify": "verifying one entry",
    "verify_100": "verifying 100 at once, each",
    "withdraw": "`withdraw()`, three open contracts",
}


def text(single: Mapping[str, Any], at_once: Mapping[tuple[int, bool], float], filled: str) -> str:
    """Return the figures of one engine as Markdown."""
    rounds, statements = single["rounds"], single["statements"]
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}.",
        f"{single['engine']}. {filled[0].upper()}{filled[1:]} to begin with.",
        "",
        "| one write | statements | median | p95 | × bare INSERT (min–max of rounds) |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, label in LABELS.items():
        times = sorted(seconds for each in rounds for seconds in each[name])
        ratios = [median(each, name) / median(each, "insert") for each in rounds]
        lines.append(
            f"| {label} | {statements[name]} | {in_us(statistics.median(times))} "
            f"| {in_us(times[int(len(times) * 0.95)])} "
            f"| {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) |"
        )
    lines += [
        "",
        "| writers at once | posts a second, each on its own project | all on one project |",
        "| ---: | ---: | ---: |",
    ]
    for writers in sorted({writers for writers, _ in at_once}):
        apart, together = at_once[writers, False], at_once[writers, True]
        lines.append(f"| {writers} | {apart:,.0f} | {together:,.0f} |")
    return "\n".join(lines)


def median(times: Mapping[str, list[float]], name: str) -> float:
    """Return the median of one round."""
    return statistics.median(times[name])


def in_us(seconds: float) -> str:
    """Write seconds as microseconds."""
    return f"{seconds * 1e6:,.0f} µs"


def machine() -> str:
    """Return what it was measured on."""
    kernel = f"{platform.system()} {platform.release()}"
    python = f"Python {platform.python_version()}, Django {django.__version__}"
    return f"{os.cpu_count()} cores of {processor()}, {memory_gb()} GB, {kernel}, {python}"


def processor() -> str:
    """Return the model of the processor, where the system says it."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def memory_gb() -> int:
    """Return the memory of the machine."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def write(engine: str, figures: str) -> None:
    """Put the figures of an engine where its last ones stand; the other engine's stay.

    Those that have no place in the document, such as a small park's, are only told.
    """
    begin, end = f"<!-- make bench: {engine} -->", f"<!-- end of {engine} -->"
    document = DOCUMENT.read_text(encoding="utf-8")
    if begin not in document:
        return
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(end)
    DOCUMENT.write_text(f"{before}{begin}\n{figures}\n{end}{after}", encoding="utf-8")
