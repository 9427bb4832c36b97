"""A clock that is put back: what is recorded next is never known before what was recorded first."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clusters.vocabulary import Stage
from enterprises.recording import record_state
from ledger import verifying
from ledger.correcting import correct
from ledger.models import Entry
from ledger.money import Money
from ledger.verdicts import verify
from tests.make import (
    make_claim,
    make_confirmation,
    make_entry,
    make_evidence,
    make_expected,
    make_project,
    make_rate,
    make_recorder,
    make_user,
)
from tests.scratch import ON_POSTGRES

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)


def moments() -> list[Any]:
    return list(Entry.objects.order_by("pk").values_list("recorded_at", flat=True))


def insert(entry: Entry, moment: Any, key: str) -> None:
    """Insert a copy past the program, as recorded at `moment`."""
    columns = ", ".join(
        str(field.column)
        for field in Entry._meta.local_concrete_fields
        if field.column not in {"id", "idempotency_key", "recorded_at"}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_entry ({columns}, idempotency_key, recorded_at) "
            f"SELECT {columns}, %s, %s FROM ledger_entry WHERE id = %s",
            [
                key,
                Entry._meta.get_field("recorded_at").get_db_prep_value(moment, connection),
                entry.pk,
            ],
        )


def test_an_earlier_moment_is_lifted_or_refused() -> None:
    entry = make_entry()
    earlier = timezone.now() - timedelta(days=1)
    if ON_POSTGRES:
        insert(entry, earlier, "earlier")
        first, second = moments()
        assert first == second
    else:
        with (
            pytest.raises(DatabaseError, match="recorded_at lies before the latest"),
            transaction.atomic(),
        ):
            insert(entry, earlier, "earlier")
    assert list(verifying.problems()) == []


def test_the_program_goes_on_after_a_row_of_the_future() -> None:
    project = make_project()
    entry = make_entry(project, amount_fen=5, evidence=make_evidence())
    future = timezone.now() + timedelta(days=365)
    insert(entry, future, "future")
    make_entry(project, amount_fen=7)
    correct(
        entry=entry,
        measure=entry.measure,
        effective_on=entry.effective_on,
        money=Money(6),
        evidence=entry.evidence,
        allow_double=True,
        recorded_by=make_recorder(),
        reason="Misread",
    )
    verify(entry=Entry.objects.get(amount_fen=6), recorded_by=make_user())
    Entry.objects.bulk_create(
        [
            Entry(
                project=project,
                cluster=project.cluster,
                region=project.region,
                measure="paid_in",
                effective_on=entry.effective_on,
                amount_fen=number,
                recorded_by=make_recorder(),
                idempotency_key=f"bulk-{number}",
            )
            for number in (1, 2, 3)
        ]
    )
    found = moments()
    assert found == sorted(found)
    assert len(found) == 8
    assert list(verifying.problems()) == []


def test_a_row_without_a_moment_gets_that_of_the_database() -> None:
    entry = make_entry()
    columns = ", ".join(
        str(field.column)
        for field in Entry._meta.local_concrete_fields
        if field.column not in {"id", "idempotency_key", "recorded_at"}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_entry ({columns}, idempotency_key) "
            f"SELECT {columns}, 'now' FROM ledger_entry WHERE id = %s",
            [entry.pk],
        )
    first, second = moments()
    assert first <= second <= timezone.now() + timedelta(seconds=5)


@pytest.mark.parametrize("kind", ["state", "claim", "rate", "expected", "confirmation"])
def test_every_recorded_row_follows_the_latest_of_its_kind(kind: str) -> None:
    project = make_project()
    ahead = timezone.now() + timedelta(hours=3)
    record: dict[str, Callable[[int], Any]] = {
        "state": lambda n: record_state(
            project=project,
            recorded_by=make_recorder(),
            effective_on=DAY,
            stage=list(Stage)[2 + n],
            reason="As told",
        ),
        "claim": lambda n: make_claim(project.enterprise, on=DAY + timedelta(days=n)),
        "rate": lambda n: make_rate(on=DAY + timedelta(days=n)),
        "expected": lambda n: make_expected(project, on=date(2030 - n, 1, 1)),
        "confirmation": lambda n: make_confirmation(project, on=DAY + timedelta(days=n)),
    }
    first = record[kind](0)
    model = type(first)
    values = {f.attname: getattr(first, f.attname) for f in model._meta.concrete_fields}
    later = model(**(values | {"id": None, "recorded_at": ahead}))
    if kind == "rate":
        later.on += timedelta(days=9)
    later.save(force_insert=True)
    assert record[kind](1).__class__._default_manager.latest("pk").recorded_at >= ahead
