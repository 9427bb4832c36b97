"""`prepare` makes a database that can be served, and can be repeated."""

import hashlib
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from clusters.models import Plan
from imports.models import HeldRow, Upload
from imports.posting import import_file
from ledger.models import Entry
from tests.imports.files import row_counts
from tests.imports.places import KNOWN_DOUBLES, RECORD

pytestmark = pytest.mark.django_db


def prepare(*, empty: bool = False) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("prepare", empty=empty, stdout=out)
    return out.getvalue()


def test_it_loads_plan_administrator_record_and_doubles_once() -> None:
    printed = prepare()
    assert Plan.objects.filter(slug="qingdao-2020-2025").exists()
    assert User.objects.filter(is_superuser=True).count() == 1
    shipped = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (RECORD, KNOWN_DOUBLES)}
    assert {*Upload.objects.values_list("sha256", flat=True)} == shipped
    assert (Entry.objects.count(), HeldRow.objects.count()) == (55, 4)
    assert "Loading public_record.csv" in printed
    before = row_counts()
    assert "Loading" not in prepare()
    assert row_counts() == before


def test_empty_leaves_the_public_record_out_until_it_is_wanted() -> None:
    prepare(empty=True)
    assert Plan.objects.exists()
    assert User.objects.filter(is_superuser=True).exists()
    assert not Upload.objects.exists()
    prepare()
    assert Entry.objects.count() == 55


def test_it_goes_on_where_a_run_was_broken_off() -> None:
    prepare(empty=True)
    import_file(RECORD.read_bytes(), name=RECORD.name)
    printed = prepare()
    assert "Loading public_record.csv" not in printed
    assert "Loading known_doubles.csv" in printed
    assert (Entry.objects.count(), HeldRow.objects.count()) == (55, 4)
