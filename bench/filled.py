"""Databases that the generator filled, of which each run measures a copy.

Filling one takes minutes. With BENCH_KEEP=1 it is kept, by size, seed and what made it, and the
next run copies it; `python -m bench.filled` lists what is kept, and with `--drop` drops it.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.scratch import ROOT, Scratch, on_server

KEPT = Path(tempfile.gettempdir()) / "parktracker-bench-kept"
PREFIX = "parktracker_bench"
COMPLETE = "complete"
# What the rows depend on, and what is kept beside them.
MADE_BY = (
    "*/migrations/*.py",
    "ledger/triggers/*.py",
    "enterprises/search*.py",
    "clusters/plans/*.toml",
    *(
        f"bench/{name}.py"
        for name in (
            "days",
            "generate",
            "kept",
            "lives",
            "loading",
            "naming",
            "office",
            "postings",
            "projects",
            "proofs",
            "spool",
            "words",
        )
    ),
)


@dataclass(frozen=True)
class Size:
    """How much is generated."""

    enterprises: int
    entries: int
    seed: int = 7

    @property
    def name(self) -> str:
        """The name of the database that is kept of this size."""
        return f"{PREFIX}_{self.enterprises}_{self.entries}_{self.seed}_{made_by()}"


def made_by() -> str:
    """Return a word that changes with what the rows are made by."""
    digest = hashlib.sha256()
    for pattern in MADE_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


@contextmanager
def filled(server: str, size: Size) -> Iterator[Scratch]:
    """Yield a filled database to measure on a PostgreSQL server, or without one on SQLite."""
    with tempfile.TemporaryDirectory(prefix="parktracker-bench-") as directory:
        data_dir, name = Path(directory) / "data", f"{PREFIX}_{os.getpid()}"
        made = Scratch(data_dir, address(server, name))
        try:
            if os.environ.get("BENCH_KEEP", "") in {"", "0"}:
                data_dir.mkdir()
                if server:
                    on_server(server, f"CREATE DATABASE {name}")
                generate(made, size)
            else:
                kept = keep(server, size)
                shutil.copytree(kept, data_dir)
                if server:
                    # As files: the other way all of it goes through the log as well.
                    copied = f"TEMPLATE {size.name} STRATEGY file_copy"
                    on_server(server, f"CREATE DATABASE {name} {copied}")
            yield made
        finally:
            if server:
                on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def keep(server: str, size: Size) -> Path:
    """Return the data directory of the kept database of this size, which is filled if need be."""
    folder = KEPT / ("postgresql" if server else "sqlite") / size.name
    is_there = not server or size.name in names_on(server)
    if is_there and (folder / COMPLETE).exists():
        return folder
    # One that was broken off.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if server:
        on_server(server, f"DROP DATABASE IF EXISTS {size.name} WITH (FORCE)")
        on_server(server, f"CREATE DATABASE {size.name}")
    generate(Scratch(folder, address(server, size.name)), size)
    (folder / COMPLETE).touch()
    return folder


def generate(made: Scratch, size: Size) -> None:
    """Fill a database."""
    given = ("--enterprises", size.enterprises, "--entries", size.entries, "--seed", size.seed)
    process = made.python("bench.generate", *map(str, given))
    process.communicate()
    if process.returncode:
        sys.exit("The database could not be filled; nothing was measured.")


def address(server: str, name: str) -> str:
    """Return the address of a database on the server; "" on SQLite."""
    return urlsplit(server)._replace(path=f"/{name}").geturl() if server else ""


def names_on(server: str) -> set[str]:
    """Return the names of the databases on the server."""
    with psycopg.connect(server) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def main() -> None:
    """List what is kept, or drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drop", action="store_true", help="drop every kept database")
    options = parser.parse_args()
    server = os.environ.get("BENCH_POSTGRES_URL", "")
    for folder in sorted(KEPT.glob("*/*")):
        print(folder)
        if options.drop:
            if folder.parent.name == "postgresql" and server:
                on_server(server, f"DROP DATABASE IF EXISTS {folder.name} WITH (FORCE)")
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
