"""What a deployment may set, read once and typed.

Every variable has a default that is right for one office on one machine. A value that cannot be
used stops the start with one line that names the variable, the value and what is accepted.
"""

import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import dj_database_url
from environs import Env, EnvError

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY_MIN_LENGTH = 32
SQLITE_SCHEME = "sqlite"
POSTGRES_SCHEMES = ("postgres", "postgresql")

T = TypeVar("T")


@dataclass(frozen=True)
class Environment:
    """The settings of one deployment; `data_dir` holds everything that the program writes."""

    debug: bool
    data_dir: Path
    secret_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    database: dict[str, Any]
    regions_geojson: Path


def stop(problem: str) -> NoReturn:
    """End the process with one line; a traceback would bury what the operator has to mend."""
    sys.exit(f"parktracker cannot start: {problem}")


def read(reader: Callable[..., T], name: str, default: T, accepted: str) -> T:
    """Return the variable `name`, empty as if unset; stop the start when it does not parse."""
    if not Env().str(name, "").strip():
        return default
    try:
        return reader(name, default)
    except EnvError:
        given = str(Env().str(name, ""))
        stop(f"{name} is {given!r}; {accepted}")


def load() -> Environment:
    """Read the whole environment."""
    env = Env()
    debug = read(env.bool, "DEBUG", default=False, accepted="write true or false.")
    data_dir = Path(env.str("PARKTRACKER_DATA_DIR", "") or ROOT / "var").absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"PARKTRACKER_DATA_DIR is {str(data_dir)!r}; it cannot be created: {error.strerror}.")
    hosts = read(
        env.list,
        "ALLOWED_HOSTS",
        default=["127.0.0.1", "localhost", "[::1]"],
        accepted="write host names with commas between them.",
    )
    return Environment(
        debug=debug,
        data_dir=data_dir,
        secret_key=secret_key(env.str("SECRET_KEY", ""), data_dir),
        allowed_hosts=host_names(hosts),
        csrf_trusted_origins=trusted_origins(env.str("CSRF_TRUSTED_ORIGINS", "")),
        database=database(env, data_dir),
        regions_geojson=Path(
            env.str("PARKTRACKER_REGIONS_GEOJSON", "") or data_dir / "regions.geojson"
        ).absolute(),
    )


def secret_key(given: str, data_dir: Path) -> str:
    """Return the key of the environment, else that of `data_dir`, made at the first start."""
    if given:
        if len(given) < SECRET_KEY_MIN_LENGTH:
            stop(
                f"SECRET_KEY has {len(given)} characters; give it {SECRET_KEY_MIN_LENGTH} or more, "
                "or leave it out and one is made."
            )
        return given
    kept = data_dir / "secret_key"
    try:
        if not kept.exists():
            make_key(kept)
        key = kept.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        stop(f"PARKTRACKER_DATA_DIR is {str(data_dir)!r}; {kept.name}: {error.strerror}.")
    if len(key) < SECRET_KEY_MIN_LENGTH:
        stop(f"{kept} holds no usable key; delete it and a new one is made.")
    return key


def make_key(kept: Path) -> None:
    """Make the file of the key, whole at once, so that who starts beside it never reads a part."""
    descriptor, name = tempfile.mkstemp(dir=kept.parent, prefix=f".{kept.name}-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        # Of several processes that start at once the first one's key stands.
        with suppress(FileExistsError):
            kept.hardlink_to(name)
    finally:
        Path(name).unlink()


def host_names(given: list[str]) -> list[str]:
    """Return the names; one with a scheme or path would match no request."""
    names = [str(host).strip() for host in given]
    for name in names:
        if not name or "/" in name:
            stop(f"ALLOWED_HOSTS has {name!r}; write host names with commas between them.")
    return names


def trusted_origins(given: str) -> list[str]:
    """Return the origins; each must have a scheme, or Django would refuse every form."""
    origins = [origin.strip() for origin in given.split(",") if origin.strip()]
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            stop(f"CSRF_TRUSTED_ORIGINS has {origin!r}; write it like https://park.example.org.")
    return origins


def database(env: Env, data_dir: Path) -> dict[str, Any]:
    """Return Django's settings for the database that DATABASE_URL names."""
    default = f"sqlite:///{data_dir / 'parktracker.sqlite3'}"
    url = env.str("DATABASE_URL", "") or default
    scheme = url.partition(":")[0]
    accepted = "write sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME"
    if scheme not in {SQLITE_SCHEME, *POSTGRES_SCHEMES}:
        # The value may hold a password, so only its scheme is named.
        stop(f"DATABASE_URL begins with {scheme!r}; {accepted}.")
    try:
        settings: dict[str, Any] = {**dj_database_url.parse(url)}
    except (ValueError, KeyError):
        stop(f"DATABASE_URL cannot be read; {accepted}.")
    if settings.get("NAME") in {None, "", ":memory:"}:
        stop(f"DATABASE_URL names no database; {accepted}.")
    if scheme == SQLITE_SCHEME:
        settings["OPTIONS"] = {
            # IMMEDIATE takes the write lock at once, so that two writers queue up to the busy
            # timeout; a lock that is upgraded half-way fails without waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        # After this many seconds without a connection a page, and /readyz, gives up.
        settings["OPTIONS"] = {"pool": {"timeout": 10}, **settings.get("OPTIONS", {})}
        settings["CONN_HEALTH_CHECKS"] = True
    return settings
