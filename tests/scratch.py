"""Deployments of their own, for tests that start the program, break it or let writers race.

The database of the test run itself lives in memory on SQLite and inside one transaction, so nothing
outside this process can reach it; these can be reached by any program.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = SERVER.startswith("postgres")
SET_BY_DEPLOYMENTS = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "PARKTRACKER_DATA_DIR",
    "REPLICA_URLS",
    "SECRET_KEY",
)
numbers = count(1)


@dataclass(frozen=True)
class Deployment:
    """A data directory and a database, with the program as it would run on them."""

    data_dir: Path
    database_url: str

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the program; what the test run was given does not reach it."""
        kept = {name: value for name, value in os.environ.items() if name not in SET_BY_DEPLOYMENTS}
        return {
            **kept,
            "PARKTRACKER_DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "parktracker.settings",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def sqlite_path(self) -> Path:
        return self.data_dir / "parktracker.sqlite3"

    def python(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the project's directory and return how it ended."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ | environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def manage(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py and return how it ended."""
        return self.python("manage.py", *arguments, **environ)

    def execute(self, *statements: str) -> None:
        """Run SQL beside Django, as any client could; raises what the database answers."""
        if ON_POSTGRES:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                for statement in statements:
                    connection.execute(statement.encode())
            return
        done = self.python(
            "-c",
            "import sqlite3, sys\n"
            "with sqlite3.connect(sys.argv[1]) as connection:\n"
            "    for statement in sys.argv[2:]: connection.execute(statement)",
            str(self.sqlite_path),
            *statements,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)


def on_server(statement: str) -> None:
    """Run one statement on the server, outside every database that tests use."""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def deployment(*, migrated: bool = True) -> Iterator[Deployment]:
    """Yield a deployment with an empty database, by default with all tables; then remove both."""
    with tempfile.TemporaryDirectory(prefix="parktracker-") as directory:
        data_dir = Path(directory)
        if not ON_POSTGRES:
            made = Deployment(data_dir, "")
            if migrated:
                shutil.copyfile(migrated_sqlite(), made.sqlite_path)
            yield made
            return
        name = f"parktracker_scratch_{os.getpid()}_{next(numbers)}"
        template = f" TEMPLATE {migrated_postgres()}" if migrated else ""
        on_server(f"CREATE DATABASE {name}{template}")
        try:
            yield Deployment(data_dir, database_address(name))
        finally:
            on_server(f"DROP DATABASE {name} WITH (FORCE)")


def database_address(name: str) -> str:
    """Return the address of another database on the server of the test run."""
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


@cache
def migrated_sqlite() -> Path:
    """Return a migrated database to copy, made once in a process."""
    kept = Path(tempfile.mkdtemp(prefix="parktracker-template-"))
    made = Deployment(kept, "")
    done = made.manage("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return made.sqlite_path


@cache
def migrated_postgres() -> str:
    """Return the name of a migrated database to copy, made once in a process."""
    name = f"parktracker_scratch_{os.getpid()}_template"
    on_server(f"CREATE DATABASE {name}")
    with tempfile.TemporaryDirectory(prefix="parktracker-") as directory:
        made = Deployment(Path(directory), database_address(name))
        done = made.manage("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return name


def remove_templates() -> None:
    """Remove what the process kept to copy from."""
    if migrated_sqlite.cache_info().currsize:
        shutil.rmtree(migrated_sqlite().parent)
        migrated_sqlite.cache_clear()
    if migrated_postgres.cache_info().currsize:
        on_server(f"DROP DATABASE IF EXISTS {migrated_postgres()} WITH (FORCE)")
        migrated_postgres.cache_clear()


# Not a fixture: a template serves every test module of the process, in whatever order they run.
atexit.register(remove_templates)
