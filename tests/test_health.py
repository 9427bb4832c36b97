"""Whether the process lives, and whether it can serve."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ledger import triggers
from tests.scratch import Deployment

pytestmark = pytest.mark.django_db


def test_livez_asks_nothing_of_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_is_ready_when_all_is_there(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_readyz_names_missing_migrations(client: Client) -> None:
    (latest,) = MigrationLoader(connection).graph.leaf_nodes("ledger")
    MigrationRecorder(connection).record_unapplied(*latest)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"migrations are missing: run manage.py migrate\n"


def test_readyz_names_a_missing_trigger(client: Client) -> None:
    triggers.remove(connection)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"ledger.E001" in response.content


def test_readyz_says_that_the_database_does_not_answer_and_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("connection to server at 10.0.0.7 failed for user office")

    monkeypatch.setattr("parktracker.health.MigrationExecutor", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_no_login_is_asked_for_and_nothing_is_set(client: Client, address: str) -> None:
    response = client.get(address)
    assert not response.cookies
    assert response["Content-Type"] == "text/plain"


ASK = """
import django
django.setup()
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
for address in ("/livez", "/readyz"):
    answer = Client().get(address)
    print(answer.status_code, answer.content.decode().strip())
"""


def test_without_a_server_the_process_lives_and_is_not_ready(tmp_path: Path) -> None:
    # Port 1 is nobody's; the pool gives up after the time that is set here.
    nowhere = "postgres://nobody@127.0.0.1:1/park?connect_timeout=1"
    made = Deployment(tmp_path, nowhere)
    done = made.python("-c", ASK)
    lines = done.stdout.splitlines()
    assert lines[0] == "200 ok", done.stderr
    assert lines[1] == "503 the database does not answer", done.stderr
