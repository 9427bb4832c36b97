"""What a page costs: real servers on loopback, asked over HTTP from this process beside them.

`python -m bench.pages` measures parks of 100,000 enterprises on SQLite, and on PostgreSQL when
BENCH_POSTGRES_URL names a server on which a database may be made. `--write` puts the figures into
docs/performance.md; `--quick` takes a small park, to see that it runs: its figures say nothing.
While developing, BENCH_KEEP=1 keeps the filled databases (bench.filled), `--only` takes the pages
whose label has a text, and `--statements` prints what each sends to the database.
"""

import argparse
import os
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import bare, bulk, page_report, report
from bench.cases import OVERVIEW, PLAIN, cases
from bench.filled import Size, filled
from bench.scratch import Scratch
from bench.serving import Server, serving
from bench.sides import OK, Figures, Side


@dataclass(frozen=True)
class Effort:
    """How often each page is opened: by one person some times in each of some rounds, the first of
    which warms up, then by several at once for some seconds.

    With `one_server` the server that is timed is the one that counts statements as well."""

    workers: int
    warm_up: int
    rounds: int
    times: int
    people: int
    seconds: float
    bulk_rows: int
    one_server: bool = False


FULL = Effort(workers=2, warm_up=6, rounds=4, times=8, people=8, seconds=2, bulk_rows=10_000)
QUICK = Effort(
    workers=1, warm_up=1, rounds=1, times=1, people=1, seconds=0, bulk_rows=20, one_server=True
)
# Of a larger park each page of the plain admin takes seconds.
MOST_FOR_PLAIN = 100_000
FULL_SIZE = Size(enterprises=100_000, entries=1_000_000)
QUICK_SIZE = Size(enterprises=60, entries=300)


def main() -> None:
    """Measure what can be measured here, and tell."""
    options = arguments()
    effort, sizes = (QUICK, [QUICK_SIZE]) if options.quick else (FULL, options.size or [FULL_SIZE])
    server = os.environ.get("BENCH_POSTGRES_URL", "")
    for engine, address in (("SQLite", ""), ("PostgreSQL", server)):
        if options.engine not in {None, engine}:
            continue
        if engine == "PostgreSQL" and not server:
            print("Pages on PostgreSQL were not measured: set BENCH_POSTGRES_URL")
            continue
        overviews: dict[Size, Figures] = {}
        for size in sizes:
            print(f"Measuring pages on {engine}, {size.enterprises:,} enterprises", flush=True)
            with filled(address, size) as made:
                product, text = measure(
                    made, size, effort, only=options.only, shows_statements=options.statements
                )
            print(text)
            if options.write:
                report.write(page_report.marker(engine, size), text)
            for figures in product:
                if figures.case.label == OVERVIEW and figures.times:
                    overviews[size] = figures
        if len(overviews) > 1:
            text = page_report.growth(overviews, engine)
            print(text)
            if options.write:
                report.write(f"overview, {engine}", text)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument("--only", default="", help="only pages whose label has this")
    parser.add_argument("--statements", action="store_true", help="print what each page sends")
    parser.add_argument("--engine", choices=("SQLite", "PostgreSQL"))
    parser.add_argument(
        "--size",
        action="append",
        type=size_of,
        metavar="ENTERPRISESxENTRIES",
        help="such as 1000000x10000000; several times for several",
    )
    options = parser.parse_args()
    if options.write and (options.quick or options.only):
        parser.error("figures of --quick or --only are not for --write")
    return options


def size_of(text: str) -> Size:
    """Read a size."""
    enterprises, _, entries = text.partition("x")
    return Size(int(enterprises), int(entries))


def measure(
    made: Scratch, size: Size, effort: Effort, *, only: str = "", shows_statements: bool = False
) -> tuple[list[Figures], str]:
    """Return the figures of the product's pages, and all of a filled database as Markdown."""
    engine = "PostgreSQL" if made.url else "SQLite"
    product = [Figures(case) for case in cases(size.enterprises) if only in case.label]
    is_asked = size.enterprises <= MOST_FOR_PLAIN and not only
    plain = [Figures(case) for case in PLAIN if is_asked and case.least <= size.enterprises]
    with ExitStack() as stack:

        def serve(settings: str, workers: int) -> Server:
            return stack.enter_context(serving(made, settings, workers))

        sides = []
        for pages, settings, counting, login in (
            (product, "parktracker.settings", "bench.counting", "/accounts/login/"),
            (plain, "bench.plain_settings", "bench.plain_counting", "/admin/login/"),
        ):
            if pages:
                counted = serve(counting, 1)
                timed = counted if effort.one_server else serve(settings, effort.workers)
                sides.append(Side(pages, login, timed, counted))
        ask = stack.enter_context(closing(connected(made)))
        for side in sides:
            side.count_statements(ask)
        for turn in range(effort.rounds + 1):
            for side in sides:
                for figures in side.figures:
                    needed = bare.statements(engine, figures.case)
                    side.one_round(figures, ask, needed, effort.times if turn else effort.warm_up)
                    if not turn:
                        figures.forget()
        for side in sides:
            for figures in side.figures:
                if figures.status == OK and not figures.case.written:
                    figures.a_second = side.at_once(figures.case, effort.people, effort.seconds)
        done = {} if only else bulk.measure(sides[0].timed, ask, effort.bulk_rows)
    if shows_statements:
        for figures in product:
            print(f"\n--- {figures.case.label}", *figures.statements, sep="\n")
    return product, page_report.text(engine, size, product, plain, done)


def connected(made: Scratch) -> Any:
    """Return a connection to the database without Django."""
    if made.url:
        return psycopg.connect(made.url, autocommit=True)
    return sqlite3.connect(made.sqlite_path)


if __name__ == "__main__":
    main()
