"""Acts of many rows on one project, each begun by a process that is killed in the middle of it.

`python -m tests.ledger.killing 100` ends when a hundred were killed by SIGKILL, and prints what was
found after each as JSON. Every other one is killed before or after a statement of its own
choice, drawn from those that the act was seen to take, the others after a while from outside; both
are drawn from a fixed seed. The acts come one after the other: correct, move, undo, withdraw,
revive, and verify several.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import django

ACTS = ("correct", "move", "undo", "withdraw", "revive", "verify")


def main(kills: str) -> None:
    """Kill until there were enough; this process itself never opens a connection."""
    django.setup()
    import tests.make
    from ledger import correcting, moving, undoing, verdicts, verifying, withdrawal

    assert all((correcting, moving, undoing, tests.make, verdicts, verifying, withdrawal))
    chance = random.Random(20200720)  # noqa: S311 no secret
    found: list[dict[str, Any]] = []
    number = killed = 0
    while killed < int(kills):
        kind, key = ACTS[number % len(ACTS)], f"act-{number}"
        plan = in_child(partial(rehearse, kind, key))
        number += 1
        if number % 2:
            at, delay = chance.randint(1, plan["statements"]), None
        else:
            at, delay = None, chance.uniform(0, plan["seconds"] * 1.2)
        pid = os.fork()
        if pid == 0:
            end(partial(perform, kind, key, plan["pks"], at))
        if delay is not None:
            time.sleep(delay)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        killed += was_killed
        seen = in_child(partial(look, kind, key, plan))
        found.append({"act": kind, "killed": was_killed, "timed": delay is not None, **seen})
    sys.stdout.write(json.dumps(found))


def end(work: Callable[[], Any]) -> None:
    """Do the work of a child, and leave without what the parent would do at its end."""
    try:
        work()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 the parent goes by the code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)


def in_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what a child found, which has a connection of its own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        end(lambda: os.write(writer, json.dumps(work()).encode()))
    os.close(writer)
    with os.fdopen(reader) as told:
        text = told.read()
    os.waitpid(pid, 0)
    found: dict[str, Any] = json.loads(text)
    return found


def counts() -> list[int]:
    """Return how many rows of each kind there are."""
    from enterprises.models import ProjectState
    from ledger.models import Attachment, Change, Entry, Verification

    models = (Entry, ProjectState, Change, Change.states.through, Verification, Attachment)
    return [model._base_manager.count() for model in models]


def rehearse(kind: str, key: str) -> dict[str, Any]:
    """Return what the act takes and adds, without doing it."""
    from django.db import connection, transaction

    from ledger.models import Entry

    whole = Entry.objects.standing().filter(lowers=None, lowerings=None)
    if kind == "verify":
        whole = whole.filter(assessment__verdict="")
    pks = list(whole.order_by("-pk").values_list("pk", flat=True)[:4])
    before, statements = counts(), 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    started = time.monotonic()
    with transaction.atomic():
        with connection.execute_wrapper(count):
            act(kind, key, pks)
        seconds = time.monotonic() - started
        after = counts()
        transaction.set_rollback(True)
    return {
        "pks": pks,
        "before": before,
        "after": after,
        "statements": statements,
        "seconds": seconds,
    }


def perform(kind: str, key: str, pks: list[int], at: int | None) -> None:
    """Do the act, and be killed around its statement no. `at`."""
    from django.db import connection

    left = at or 0

    def die(execute: Any, *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and pks and pks[0] % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = execute(*arguments)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    with ExitStack() as stack:
        if at is not None:
            stack.enter_context(connection.execute_wrapper(die))
        act(kind, key, pks)


def look(kind: str, key: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Return what the killed one left, and what doing the act again by the same key makes of it."""
    from ledger import verifying

    now = counts()
    states = {tuple(plan["before"]): "nothing", tuple(plan["after"]): "all"}
    left = states.get(tuple(now), f"half: {plan['before']} {now} {plan['after']}")
    problems = list(verifying.problems())
    act(kind, key, plan["pks"])
    return {
        "left": left,
        "problems": problems + list(verifying.problems()),
        "repeated": counts() == plan["after"],
    }


def act(kind: str, key: str, pks: list[int]) -> None:
    """Do one act; `pks` are entries that it may be about, the last one first."""
    from django.db.models import Max

    from accounts.models import User
    from clusters.models import Region
    from enterprises.models import Project
    from ledger.correcting import correct
    from ledger.models import Change, Entry
    from ledger.money import Money
    from ledger.moving import move
    from ledger.undoing import undo
    from ledger.verdicts import Verdict, say_of_all
    from ledger.withdrawal import revive, withdraw

    project = Project.objects.get()
    recorder, verifier = User.objects.order_by("pk")[:2]
    said: dict[str, Any] = {"recorded_by": recorder, "reason": key, "idempotency_key": key}
    # What is done again is done with the same values.
    done = Change.objects.filter(idempotency_key=key).first()
    latest = done.effective_on if done else project.states.aggregate(d=Max("effective_on"))["d"]
    if kind == "correct":
        entry = Entry.objects.select_related("evidence").get(pk=pks[0])
        correct(
            entry=entry,
            measure=entry.measure,
            effective_on=entry.effective_on,
            money=Money(entry.amount_fen + 1),
            evidence=entry.evidence,
            allow_double=True,
            **said,
        )
    elif kind == "move":
        there = done.states.get().region if done else None
        other = there or Region.objects.exclude(pk=project.region_id).get()
        move(project=project, region=other, moved_on=latest, **said)
    elif kind == "undo":
        moves = Change.objects.filter(kind=Change.Kind.MOVE)
        undo(change=moves.latest("pk"), **said)
    elif kind == "withdraw":
        withdraw(project=project, withdrawn_on=latest, **said)
    elif kind == "revive":
        revived_on = latest if done else latest + timedelta(days=1)
        revive(project=project, revived_on=revived_on, **said)
    else:
        entries = Entry.objects.filter(pk__in=pks)
        say_of_all(entries=entries, verdict=Verdict.VERIFIED, recorded_by=verifier)


if __name__ == "__main__":
    main(*sys.argv[1:])
