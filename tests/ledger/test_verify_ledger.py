"""The command that recomputes everything."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F

from clusters.vocabulary import Stage, Standing
from enterprises.models import Enterprise, Project, Tally
from enterprises.recording import record_state
from ledger import triggers
from ledger.models import DailyTotal, Entry, MonthlyTotal, PlaceTotal, ProjectTotal
from ledger.posting import reverse
from tests.make import make_cluster, make_entry, make_evidence, make_project, make_recorder

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    """The lines that the command fails with."""
    lines = StringIO()
    with pytest.raises(CommandError, match="does not add up") as refused:
        call_command("verify_ledger", stdout=StringIO(), stderr=lines)
    assert refused.value.returncode == 1
    return lines.getvalue().splitlines()


def false_reversal(entry: Entry, **other: object) -> Entry:
    """A reversal that went past the one way in, and is not the opposite of its entry."""
    values = {
        "project": entry.project,
        "cluster": entry.cluster,
        "region": entry.region,
        "measure": entry.measure,
        "effective_on": entry.effective_on,
        "amount_fen": -entry.amount_fen,
        "reverses": entry,
        "reason": "By hand",
        "recorded_by": make_recorder(),
        "idempotency_key": "by-hand",
    }
    return Entry.objects.create(**values | other)


def test_a_true_ledger_passes_and_says_how_much_was_read() -> None:
    reverse(entry=make_entry(), recorded_by=make_recorder(), reason="Signed twice")
    make_entry(evidence=make_evidence())
    told, problems = StringIO(), StringIO()
    call_command("verify_ledger", stdout=told, stderr=problems)
    assert told.getvalue().startswith("The ledger adds up: 3 entries")
    assert problems.getvalue() == ""


def test_an_empty_ledger_passes() -> None:
    call_command("verify_ledger", stdout=StringIO())


def test_a_tampered_daily_total_is_found() -> None:
    make_entry(amount_fen=300)
    DailyTotal.objects.update(amount_fen=F("amount_fen") + 1)
    (line,) = found()
    assert line.startswith("daily total")
    assert "kept 3.01 yuan in 1 entries, the ledger has 3.00 yuan in 1" in line


def test_a_tampered_monthly_total_is_found() -> None:
    make_entry(amount_fen=300)
    MonthlyTotal.objects.update(month=date(2021, 2, 1))
    missing, false = sorted(found(), reverse=True)
    assert "month=2021-03-01" in missing
    assert "kept 0 yuan in 0 entries" in missing or "kept 0.00 yuan in 0 entries" in missing
    assert "month=2021-02-01" in false


def test_a_tampered_project_total_is_found() -> None:
    make_entry(amount_fen=300)
    ProjectTotal.objects.update(entries=F("entries") + 1)
    (line,) = found()
    assert line.startswith("project total")
    assert "in 2 entries" in line


def test_an_amount_that_moved_between_two_grades_is_found() -> None:
    make_entry(evidence=make_evidence())
    DailyTotal.objects.update(grade="unsupported")
    assert len(found()) == 2


def test_a_missing_total_is_found() -> None:
    make_entry(amount_fen=300)
    DailyTotal.objects.all().delete()
    ProjectTotal.objects.all().delete()
    daily, project, *columns = found()
    assert daily.startswith("daily total")
    assert project.startswith("project total")
    assert [line.split(" shows ")[1] for line in columns] == [
        "contracted_fen 300, and should show None",
        "contracted_verified_fen 0, and should show None",
    ]
    assert "kept 0 yuan in 0 entries" in daily or "kept 0.00 yuan in 0 entries" in daily


def test_a_total_of_nothing_is_found() -> None:
    entry = make_entry()
    DailyTotal.objects.create(
        cluster=entry.cluster,
        region=entry.region,
        measure="paid_in",
        effective_on=entry.effective_on,
        grade="sourced",
        amount_fen=5,
        entries=1,
    )
    (line,) = found()
    assert "measure=paid_in" in line


@pytest.mark.parametrize("wrong", ["amount", "project", "measure", "day", "cluster"])
def test_a_reversal_that_is_not_the_opposite_is_found(wrong: str) -> None:
    entry = make_entry(amount_fen=300)
    other: dict[str, Any] = {
        "amount": {"amount_fen": -299},
        "project": {"project": make_project()},
        "measure": {"measure": "paid_in"},
        "day": {"effective_on": entry.effective_on.replace(year=2022)},
        "cluster": {"cluster": make_cluster("other")},
    }
    reversal = false_reversal(entry, **other[wrong])
    (line,) = found()
    assert line == (
        f"entry {reversal.pk} is not the exact opposite of entry {entry.pk}, which it reverses"
    )


def test_a_reversal_of_a_reversal_is_found() -> None:
    entry = make_entry(amount_fen=300)
    reversal = reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    back = false_reversal(reversal)
    assert found() == [f"entry {back.pk} reverses entry {reversal.pk}, which is a reversal itself"]


def test_a_project_that_shows_another_state_is_found() -> None:
    project = make_project(stage=Stage.SIGNED)
    Project.objects.filter(pk=project.pk).update(stage=Stage.PRODUCTION)
    assert found() == [f"project {project.pk} shows another state than the latest recorded one"]


def test_a_project_whose_stage_has_another_date_is_found() -> None:
    project = make_project()
    Project.objects.filter(pk=project.pk).update(stage_on="2020-01-01")
    assert len(found()) == 1


def test_a_stage_goes_on_through_a_pause() -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2021, 3, 1))
    for day, standing in ((date(2022, 5, 1), Standing.PAUSED), (date(2023, 6, 1), Standing.ACTIVE)):
        record_state(
            project=project,
            recorded_by=make_recorder(),
            effective_on=day,
            stage=Stage.SIGNED,
            standing=standing,
            reason="Waits for the land",
        )
    assert project.stage_on == date(2021, 3, 1)
    call_command("verify_ledger", stdout=StringIO())


def test_a_missing_trigger_is_found() -> None:
    triggers.remove(connection)
    lines = found()
    assert len(lines) == len(triggers.expected(connection))
    assert all("is missing or altered; run manage.py migrate" in line for line in lines)


def test_every_difference_has_its_line() -> None:
    for _ in range(3):
        make_entry(amount_fen=300)
    ProjectTotal.objects.update(amount_fen=1)
    assert len(found()) == 3


def test_a_tampered_column_of_a_list_is_found() -> None:
    project = make_entry(amount_fen=300).project
    Project.objects.update(contracted_fen=400, heard_on=None)
    assert found() == [
        f"project {project.pk} shows contracted_fen 400, and should show 300",
        f"project {project.pk} shows heard_on None, and should show 2021-03-01",
    ]


def test_a_tampered_enterprise_is_found() -> None:
    enterprise = make_entry(amount_fen=300).project.enterprise
    Enterprise.objects.update(stage_rank=5, paid_in_fen=1)
    assert found() == [
        f"enterprise {enterprise.pk} shows paid_in_fen 1, and should show None",
        f"enterprise {enterprise.pk} shows stage_rank 5, and should show 1",
    ]


def test_a_tampered_count_is_found() -> None:
    make_entry(amount_fen=300)
    Tally.objects.filter(rows=1).update(rows=2)
    PlaceTotal.objects.update(rows=F("rows") + 1)
    tally, enterprises, place = found()
    assert tally.startswith("the tally of ")
    assert enterprises == "the tally has 2 enterprises, and there are 1"
    assert place.endswith("is (300, 2), not (300, 1)")
