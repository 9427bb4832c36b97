"""Ten people at once who do everything that can be done to one project, each a thread.

`python -m tests.ledger.mixing 0 7` prints, as JSON, what the people of process 0 were answered on
project 7. With "unlocked" at the end nobody takes a lock, which is how tests/ledger/test_mixed_race
shows that it can fail; nothing of the program knows of that.
"""

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import django

PEOPLE = 10
ROUNDS = 20
UNLOCKED_ROUNDS = 4
DAY = date(2021, 3, 1)
# Fewer of those that post every entry of the project again.
ACTS = [
    act
    for act, times in {"post": 3, "correct": 9, "verify": 10, "stand": 1, "move": 1}.items()
    for _ in range(times)
]


def main(process: str, project: str, *words: str) -> None:
    """Set up, wait to be let go, and let the threads do it."""
    django.setup()
    from django.db import connections

    # Each thread has a connection of its own, and waits for its turn however busy the machine is.
    options = connections.settings["default"]["OPTIONS"]
    options.pop("pool", None)
    if "timeout" in options:
        options["timeout"] = 200
    rounds = ROUNDS
    if words:
        unlock()
        rounds = UNLOCKED_ROUNDS
    barrier = Barrier(PEOPLE)

    def run(number: int) -> list[str]:
        from django.core.exceptions import ValidationError
        from django.db import connection

        answers = []
        barrier.wait()
        for turn in range(rounds):
            try:
                act(f"{process}-{number}-{turn}", number, int(project))
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
    with ThreadPoolExecutor(PEOPLE) as people:
        answers = [answer for some in people.map(run, range(PEOPLE)) for answer in some]
    sys.stdout.write(json.dumps(answers))


def unlock() -> None:
    """Take the locks away, and hold everybody up between what they checked and what they write.

    On SQLite a transaction also no longer begins as the only one that may write.
    """
    from django.db import connections
    from django.db.models import QuerySet

    from clusters.facts import Recorded

    plain = Recorded.set_clock

    def slowly(self: Recorded) -> None:
        time.sleep(0.01)
        plain(self)

    QuerySet.select_for_update = lambda self, *a, **k: self.all()  # type: ignore[method-assign]
    Recorded.set_clock = slowly  # type: ignore[method-assign]
    # The threads' connections are made later, from these settings.
    settings = connections.settings["default"]
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {**settings["OPTIONS"], "transaction_mode": "DEFERRED"}


def act(name: str, person: int, project_pk: int) -> None:
    """Do one thing, by chance, but with the same chances in every run."""
    from django.db.models import Max

    from accounts.models import User
    from clusters.models import Region
    from clusters.vocabulary import Measure, Standing
    from enterprises.models import Project
    from ledger.correcting import correct
    from ledger.models import Change, Evidence
    from ledger.money import Money
    from ledger.moving import move
    from ledger.posting import post
    from ledger.undoing import undo
    from ledger.verdicts import verify
    from ledger.withdrawal import revive, withdraw

    chance = random.Random(name)  # noqa: S311 no secret
    who = User.objects.get(username=f"person{person % 5}")
    project = Project.objects.get(pk=project_pk)
    said: dict[str, Any] = {"recorded_by": who, "reason": f"By {name}", "idempotency_key": name}
    standing = project.entries.standing().filter(lowers=None, lowerings=None)
    entry = chance.choice([*standing.select_related("evidence").order_by("-pk")[:8], None])
    latest = project.states.aggregate(day=Max("effective_on"))["day"]
    what = chance.choice(ACTS)
    if project.standing == Standing.WITHDRAWN and what in {"post", "move"}:
        what = "stand"
    if what == "correct" and entry is not None:
        correct(
            entry=entry,
            measure=entry.measure,
            effective_on=entry.effective_on,
            money=Money(entry.amount_fen + 1),
            evidence=entry.evidence,
            allow_double=True,
            **said,
        )
    elif what == "verify" and entry is not None:
        verify(entry=entry, recorded_by=who)
    elif what == "stand" and project.standing == Standing.WITHDRAWN:
        revive(project=project, revived_on=latest + timedelta(days=1), **said)
    elif what == "stand":
        withdraw(project=project, withdrawn_on=latest, **said)
    elif what == "move":
        last = project.changes.order_by("-pk").first()
        if last is not None and last.kind == Change.Kind.MOVE:
            undo(change=last, **said)
        else:
            other = Region.objects.exclude(pk=project.region_id).order_by("pk")[0]
            moved_on = chance.choice([None, latest, latest])
            move(project=project, region=other, moved_on=moved_on, **said)
    else:
        post(
            project=project,
            measure=chance.choice([Measure.CONTRACTED, Measure.PAID_IN]),
            effective_on=DAY,
            money=Money(chance.randrange(100, 1000)),
            evidence=Evidence.objects.get(),
            recorded_by=who,
            idempotency_key=name,
            allow_double=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
