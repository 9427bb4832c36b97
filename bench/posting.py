"""What a write to the ledger costs, against a bare INSERT of the same row.

`python -m bench.posting` measures on SQLite, and on PostgreSQL when BENCH_POSTGRES_URL names a
server on which a database may be made. `--write` puts the figures into docs/performance.md;
`--quick` takes a few rows, to see that it runs: its figures say nothing.
"""

import argparse
import os
from dataclasses import dataclass

from bench import report
from bench.scratch import scratch
from bench.writers import throughput


@dataclass(frozen=True)
class Size:
    """How much is filled in and measured."""

    projects: int
    entries_each: int
    rounds: int
    writes_a_round: int
    writers: tuple[int, ...]
    seconds: float


FULL = Size(
    projects=200, entries_each=30, rounds=12, writes_a_round=50, writers=(1, 4, 8), seconds=3
)
QUICK = Size(projects=4, entries_each=5, rounds=2, writes_a_round=3, writers=(2,), seconds=0.1)


def main() -> None:
    """Measure what can be measured here, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("figures of --quick are not for --write")
    size = QUICK if options.quick else FULL
    server = os.environ.get("BENCH_POSTGRES_URL", "")
    for name, address in (("SQLite", ""), ("PostgreSQL", server)):
        if name == "PostgreSQL" and not server:
            print(
                "PostgreSQL was not measured: set "
                "BENCH_POSTGRES_URL=postgres://USER:PASSWORD@HOST:PORT/NAME"
            )
            continue
        print(f"Measuring on {name}", flush=True)
        text = measure(address, size)
        print(text)
        if options.write:
            report.write(name, text)


def measure(server: str, size: Size) -> str:
    """Return the figures of one engine."""
    # One more round is thrown away, and one withdrawal counts statements.
    leavers = (size.rounds + 1) * max(size.writes_a_round // 10, 1)
    with scratch(server, size.projects, size.entries_each, leavers) as made:
        single = made.answer("bench.single", str(size.rounds), str(size.writes_a_round))
        at_once = {
            (writers, on_one): throughput(made, writers, on_one=on_one, seconds=size.seconds)
            for on_one in (False, True)
            for writers in size.writers
        }
    filled = size.projects * size.entries_each
    return report.text(single, at_once, f"{filled:,} entries on {size.projects} projects")


if __name__ == "__main__":
    main()
