"""Several people at once, each a thread with a connection of its own.

`python -m tests.ledger.racing` prints what each was answered, as JSON. Two of
these processes, let go at the same moment, are what tests/ledger/test_races.py looks at.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import django

THREADS = 4
ROUNDS = 5
DAY = date(2021, 3, 1)


def main(race: str, process: str, *pks: str) -> None:
    """Set up, wait to be let go, and let the threads do it."""
    django.setup()
    barrier = Barrier(THREADS)

    def run(number: int) -> list[str]:
        from django.core.exceptions import ValidationError
        from django.db import connection

        act = acts()[race]
        answers = []
        connection.ensure_connection()
        barrier.wait()
        for turn in range(ROUNDS):
            try:
                act(f"{process}-{number}-{turn}", int(process) * THREADS + number, *map(int, pks))
                answers.append("done")
            except ValidationError as refusal:
                answers.append(type(refusal).__name__)
            except Exception as error:  # noqa: BLE001 the test must see whatever came
                answers.append(f"{type(error).__name__}: {error}")
        connection.close()
        return answers

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as people:
        answers = [answer for some in people.map(run, range(THREADS)) for answer in some]
    sys.stdout.write(json.dumps(answers))


def acts() -> dict[str, Callable[..., Any]]:
    """Return what can be done, by the name of the race."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from clusters.vocabulary import Measure, Stage
    from enterprises.editing import Changes, edit_many, edit_project
    from enterprises.expectations import expect
    from enterprises.models import Project
    from enterprises.recording import record_state
    from enterprises.staleness import confirm
    from ledger.documents import keep
    from ledger.models import Entry
    from ledger.money import Money
    from ledger.posting import post, reverse
    from ledger.withdrawal import withdraw
    from tests.make import PDF, make_recorder

    def posted(project_pk: int, key: str) -> None:
        post(
            project=Project.objects.get(pk=project_pk),
            measure=Measure.CONTRACTED,
            effective_on=DAY,
            money=Money(100),
            recorded_by=make_recorder(),
            idempotency_key=key,
            allow_double=True,
        )

    def step(project_pk: int, person: int) -> None:
        record_state(
            project=Project.objects.get(pk=project_pk),
            recorded_by=make_recorder(),
            effective_on=DAY,
            stage=list(Stage)[person % len(Stage)],
            reason="As the office was told",
        )

    def expected(project_pk: int, person: int) -> None:
        expect(
            project=Project.objects.get(pk=project_pk),
            stage=Stage.PRODUCTION,
            expected_on=date(2031, 1, 1 + person),
            recorded_by=make_recorder(),
            reason="As the office was told",
        )

    def edited(project_pk: int, name: str) -> None:
        seen = Project.objects.get(pk=project_pk)
        edit_project(
            project=seen,
            seen_version=seen.version,
            edited_by=make_recorder(),
            values={"name_en": name},
        )

    return {
        "edits": lambda name, person, *pks: edited(pks[0], name),
        "tags": lambda name, person, *pks: edit_many(
            Project.objects.filter(pk__in=pks),
            edited_by=make_recorder(),
            changes=Changes(add_tags=[name]),
        ),
        "expected dates": lambda name, person, *pks: expected(pks[0], person),
        "confirmation": lambda name, person, *pks: confirm(
            project=Project.objects.get(pk=pks[0]),
            confirmed_on=DAY,
            recorded_by=make_recorder(),
            note="The manager said so",
        ),
        "one project": lambda name, person, *pks: posted(pks[0], name),
        "several projects": lambda name, person, *pks: posted(pks[person % len(pks)], name),
        "one key": lambda name, person, *pks: posted(pks[0], "the same form"),
        "doubles": lambda name, person, *pks: post(
            project=Project.objects.get(pk=pks[0]),
            measure=Measure.PAID_IN,
            effective_on=DAY,
            money=Money(100),
            recorded_by=make_recorder(),
        ),
        "reversal": lambda name, person, *pks: reverse(
            entry=Entry.objects.get(pk=pks[0]), recorded_by=make_recorder(), reason="Signed twice"
        ),
        "states": lambda name, person, *pks: step(pks[0], person),
        "one document": lambda name, person: keep(
            SimpleUploadedFile(f"{name}.pdf", PDF), recorded_by=make_recorder()
        ),
        "withdrawal": lambda name, person, *pks: withdraw(
            project=Project.objects.get(pk=pks[0]),
            withdrawn_on=DAY,
            recorded_by=make_recorder(),
            reason="The investor left",
        ),
        "everything": lambda name, person, *pks: (
            posted(pks[person % len(pks)], name) if person % 2 else step(pks[person % 3], person)
        ),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
