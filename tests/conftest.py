"""What every test may rely on."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connection
from django.dispatch import receiver
from django.test import Client, override_settings
from django.utils import translation

from accounts.roles import ADMINISTRATOR, RECORDER, VIEWER
from clusters.templatetags.park import drawn_icon
from ledger import triggers
from tests.make import make_user


@receiver(setting_changed)
def _forget_where_icons_are(*, setting: str, **told: Any) -> None:
    """Drawn once for a process, icons keep the address of their file, as the storage gives it."""
    if setting == "STORAGES":
        drawn_icon.cache_clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file, as a deployment does.

    In memory, where several connections share one cache, a page that reads while another writes is
    refused at once and not after the busy timeout.
    """
    if connection.vendor == "sqlite":
        place = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(place)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let nobody hold on to the test database when it is dropped at the end.

    The thread of a live server may still have a connection of the pool in hand.
    """
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [connection.settings_dict["NAME"]],
            )


@pytest.fixture(autouse=True, scope="session")
def _empty_guarded_tables() -> Iterator[None]:
    """Let a test with its own transactions empty the tables that refuse it to everybody else."""
    operations = type(connection.ops)
    first_rules = import_module("enterprises.migrations.0004_first_gates_and_days_of_silence")
    refused = operations.execute_sql_flush

    def flush(self: Any, sql_list: Iterable[str]) -> None:
        triggers.remove(self.connection)
        refused(self, sql_list)
        triggers.install(self.connection)
        # What a migration filled in is emptied with the rest; the next test relies on it.
        first_rules.fill(apps, SimpleNamespace(connection=self.connection))

    operations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    operations.execute_sql_flush = refused  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hash the passwords of made-up people quickly; each would else take a third of a second."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _documents_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests upload out of the directory of the data."""
    default = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("uploads")},
    }
    with override_settings(STORAGES={**settings.STORAGES, "default": default}):
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin each test in English, whatever language the one before ended in."""
    with translation.override("en"):
        yield


@pytest.fixture
def viewer_client(db: None) -> Client:
    """A browser of somebody who may look at everything."""
    client = Client()
    client.force_login(make_user(VIEWER, username="viewer"))
    return client


@pytest.fixture
def recorder_client(db: None) -> Client:
    """A browser of somebody who records."""
    client = Client()
    client.force_login(make_user(RECORDER, username="recorder"))
    return client


@pytest.fixture
def admin_client(db: None) -> Client:
    """A browser of an administrator."""
    client = Client()
    client.force_login(make_user(ADMINISTRATOR, username="administrator"))
    return client
