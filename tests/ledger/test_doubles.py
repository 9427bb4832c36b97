"""How doubles and standing entries are looked for in a long ledger."""

from typing import Any

import pytest
from django.db import connection

from ledger.doubles import FIND
from ledger.models import Entry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL goes by statistics"),
]


def plan(statement: str, *values: Any) -> str:
    """How SQLite would look for the rows, the outermost table first."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", list(values))
        return str(cursor.fetchall()[0][3])


def test_doubles_are_found_by_their_amount_and_not_by_reading_the_ledger() -> None:
    assert "ledger_entry_amount" in plan(FIND, "contracted", 100, 1, "项目", -1)


def test_standing_entries_of_a_project_are_found_by_the_project() -> None:
    sql, values = Entry.objects.standing().filter(project=1).query.sql_with_params()
    assert "ledger_entry_project_day" in plan(sql, *values)
