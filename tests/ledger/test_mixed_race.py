"""Twenty people who post, correct, verify, withdraw, revive, move and undo on one project at once.

Two processes with ten threads each, twenty acts a person, on a database outside the test's own.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ledger.mixing import PEOPLE, ROUNDS
from tests.scratch import ROOT, Deployment, deployment

PROCESSES = 2
SET_UP = """
import django
django.setup()
from tests.make import *
make_region("370211")
for number in range(5):
    make_user(username=f"person{number}")
project = make_project()
for fen in (5000, 7000):
    make_entry(project, amount_fen=fen, evidence=make_evidence())
print(project.pk)
"""
# Each "done" left one row of its own: an entry of no act, an act, or a word.
LOOK = """
import json, sys
import django
django.setup()
from ledger import verifying
from ledger.models import Change, Entry, ProjectTotal, Verification
pk = int(sys.argv[1])
entries = Entry.objects.filter(project=pk)
moments = [one.isoformat() for one in entries.order_by("pk").values_list("recorded_at", flat=True)]
print(json.dumps({
    "problems": list(verifying.problems()),
    "below zero": ProjectTotal.objects.filter(amount_fen__lt=0).count(),
    "rows": entries.filter(change=None).count() - 2 + Change.objects.count()
    + Verification.objects.count(),
    "kinds": sorted(set(Change.objects.values_list("kind", flat=True))),
    "in order": moments == sorted(moments),
    "words": Verification.objects.count(),
}))
"""


def answers_of(made: Deployment, project: str, *words: str) -> Counter[str]:
    """Let all people go at once; return how often each answer came."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.mixing", str(number), project, *words],
            cwd=ROOT,
            env=made.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers: Counter[str] = Counter()
    for process in processes:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        answers.update(json.loads(out))
    return answers


def seen(made: Deployment, project: str) -> dict[str, Any]:
    """Return what the database holds, whether it adds up or not."""
    done = made.python("-c", LOOK, project)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def made() -> Iterator[Deployment]:
    with deployment() as one:
        yield one


def project_of(made: Deployment) -> str:
    done = made.python("-c", SET_UP)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def broken(answers: Counter[str], found: dict[str, Any]) -> list[str]:
    """Return what is wrong: answers that are no answers, and rows that do not add up."""
    errors = [answer for answer in answers if answer != "done" and not answer.endswith("Error")]
    lost = [] if found["rows"] == answers["done"] else [f"{found['rows']} rows"]
    below = ["below zero"] if found["below zero"] else []
    order = [] if found["in order"] else ["recorded_at goes back"]
    return [*errors, *lost, *below, *order, *found["problems"]]


def test_all_that_twenty_people_do_at_once_arrives_and_adds_up(made: Deployment) -> None:
    project = project_of(made)
    answers = answers_of(made, project)
    found = seen(made, project)
    assert broken(answers, found) == []
    assert answers.total() == PROCESSES * PEOPLE * ROUNDS == 400
    # Most was done, of every kind; the rest was refused with its reason.
    assert answers["done"] > 150
    assert set(found["kinds"]) >= {"correction", "move", "revival", "withdrawal"}
    assert found["words"] > 10


def test_without_the_lock_it_does_not(made: Deployment) -> None:
    project = project_of(made)
    answers = answers_of(made, project, "unlocked")
    assert broken(answers, seen(made, project)) != []
