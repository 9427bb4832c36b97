"""Databases made for a measurement: filled once, copied, and gone at the end."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# What a deployment sets must not reach a measurement.
SET_BY_DEPLOYMENTS = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "REPLICA_URLS",
    "SECRET_KEY",
)


@dataclass(frozen=True)
class Scratch:
    """A park in a database, and a second one to which the totals' triggers are lost.

    `url` and `bare` are the two; on SQLite `bare` is the path of a file.
    """

    data_dir: Path
    url: str
    bare: str = ""

    def environ(self, settings: str = "parktracker.settings") -> dict[str, str]:
        """Return the environment of a program on the databases."""
        kept = {name: value for name, value in os.environ.items() if name not in SET_BY_DEPLOYMENTS}
        return {
            **kept,
            "PARKTRACKER_DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.url,
            "BENCH_BARE_NAME": self.bare,
            "DJANGO_SETTINGS_MODULE": settings,
        }

    @property
    def sqlite_path(self) -> Path:
        """Where the database lies, unless it is on a server."""
        return self.data_dir / "parktracker.sqlite3"

    def python(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a module of this package on the databases."""
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self, *arguments: str) -> Any:
        """Run a module to its end and return what it printed, read as JSON."""
        process = self.python(*arguments)
        told, _ = process.communicate()
        if process.returncode:
            sys.exit(f"python -m {' '.join(arguments)} failed; nothing was measured.")
        return json.loads(told)


@contextmanager
def scratch(server: str, *sizes: int) -> Iterator[Scratch]:
    """Yield a park of these sizes on a PostgreSQL server, or without one on SQLite."""
    with tempfile.TemporaryDirectory(prefix="parktracker-bench-") as directory:
        data_dir = Path(directory)
        if server:
            name = f"parktracker_bench_{os.getpid()}"
            made = Scratch(
                data_dir, urlsplit(server)._replace(path=f"/{name}").geturl(), f"{name}_bare"
            )
            names = [name, f"{name}_bare"]
        else:
            made = Scratch(data_dir, "", str(data_dir / "bare.sqlite3"))
            names = []
        try:
            if names:
                on_server(server, f"CREATE DATABASE {names[0]}")
            made.answer("bench.park", *map(str, sizes))
            if names:
                on_server(server, f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
            else:
                shutil.copyfile(made.sqlite_path, made.bare)
            yield made
        finally:
            for name in names:
                on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def on_server(server: str, statement: str) -> None:
    """Run one statement outside every database that is measured."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
