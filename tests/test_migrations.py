"""Migrations: complete, reversible, and kind to what stands."""

from pathlib import Path

import pytest

from tests import upgrades
from tests.scratch import deployment

# Each landed state has a module in tests/upgrades/; a new one is added there and nowhere else.
STATES = sorted(
    path.stem
    for path in Path(upgrades.__file__).parent.glob("*.py")
    if not path.stem.startswith("_")
)
TO_ZERO_AND_BACK = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from ledger import triggers
for app in ("progress", "imports", "ledger", "enterprises", "accounts", "clusters"):
    call_command("migrate", app, "zero", verbosity=0)
    left = [t for t in connection.introspection.table_names() if t.startswith(f"{app}_")]
    assert left == [], left
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
    call_command("verify_ledger")
from accounts.roles import ROLES
from django.contrib.auth.models import Group
assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
"""
FILL = "import django; django.setup(); from tests.make import make_entry; make_entry()"


def test_no_migration_is_missing() -> None:
    with deployment() as made:
        done = made.manage("makemigrations", "--check", "--dry-run")
        assert done.returncode == 0, done.stdout


def test_every_app_goes_to_zero_and_back() -> None:
    with deployment() as made:
        assert made.python("-c", FILL).returncode == 0
        done = made.python("-c", TO_ZERO_AND_BACK)
        assert done.returncode == 0, done.stderr


def test_migrating_again_changes_nothing() -> None:
    with deployment() as made:
        assert made.python("-c", FILL).returncode == 0
        done = made.manage("migrate")
        assert "No migrations to apply" in done.stdout
        assert made.manage("verify_ledger").returncode == 0


@pytest.mark.parametrize("state", STATES)
def test_a_landed_state_is_upgraded_with_all_its_data(state: str) -> None:
    with deployment(migrated=False) as made:
        done = made.python("-m", "tests.upgrades", state)
        assert done.returncode == 0, done.stderr
        assert "rows kept" in done.stdout
