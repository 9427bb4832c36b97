"""Several writers at the same moment: nothing is lost, nothing happens twice, nobody is locked out.

Two processes with four threads each, as the server runs, on a database outside the test's own.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.ledger.racing import ROUNDS, THREADS
from tests.scratch import ROOT, Deployment, deployment

PROCESSES = 2
PEOPLE = PROCESSES * THREADS
ACTS = PEOPLE * ROUNDS
SET_UP = """
import json
import django
django.setup()
from tests.make import (
    make_cluster, make_credit_code, make_enterprise, make_entry, make_project, make_recorder)
make_recorder()
# Of one enterprise, whose sums all of them keep.
firm = make_enterprise(credit_code=make_credit_code())
projects = [make_project(firm, cluster=make_cluster(f"c{n % 2}")).pk for n in range(4)]
print(json.dumps({"projects": projects, "entry": make_entry(amount_fen=700).pk}))
"""
LOOK = """
import json, sys
import django
django.setup()
from ledger import verifying
from ledger.models import DailyTotal, Entry, Evidence, ProjectTotal
from enterprises.models import Confirmation, ExpectedDate, Project, ProjectState, Revision
pk = int(sys.argv[1])
print(json.dumps({
    "problems": list(verifying.problems()),
    "entries": Entry.objects.filter(project=pk).count(),
    "documents": Evidence.objects.exclude(sha256="").count(),
    "all entries": Entry.objects.count(),
    "reversals": Entry.objects.exclude(reverses=None).count(),
    "fen": sum(t.amount_fen for t in ProjectTotal.objects.filter(project=pk)),
    "all fen": sum(t.amount_fen for t in DailyTotal.objects.all()),
    "version": Project.objects.get(pk=pk).version,
    "revisions": Revision.objects.filter(project=pk).count(),
    "tags": Project.objects.get(pk=pk).tags.count(),
    "states": ProjectState.objects.filter(project=pk).count(),
    "expected": [
        one.expected_on.day for one in ExpectedDate.objects.order_by("recorded_at", "pk")
    ],
    "confirmations": Confirmation.objects.filter(project=pk).count(),
}))
"""


class Race:
    """A deployment with four projects, and the people who write there."""

    def __init__(self, made: Deployment) -> None:
        self.made = made
        self.known = self.json("-c", SET_UP)

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.made.python(*arguments)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def run(self, race: str, *pks: int) -> Counter[str]:
        """Let all people do it at once; return how often each answer came."""
        arguments = [sys.executable, "-m", "tests.ledger.racing", race]
        processes = [
            subprocess.Popen(
                [*arguments, str(number), *map(str, pks)],
                cwd=ROOT,
                env=self.made.environ,
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
        answers: Counter[str] = Counter()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
            answers.update(json.loads(out))
        return answers

    def look(self, project: int) -> dict[str, Any]:
        """Return what the database holds now."""
        found = self.json("-c", LOOK, str(project))
        assert found["problems"] == []
        return found


@pytest.fixture
def race() -> Iterator[Race]:
    with deployment() as made:
        yield Race(made)


def test_all_posts_to_one_project_arrive(race: Race) -> None:
    project = race.known["projects"][0]
    assert race.run("one project", project) == {"done": ACTS}
    found = race.look(project)
    assert (found["entries"], found["fen"]) == (ACTS, 100 * ACTS)


def test_all_posts_to_several_projects_arrive(race: Race) -> None:
    projects = race.known["projects"]
    assert race.run("several projects", *projects) == {"done": ACTS}
    found = race.look(projects[0])
    assert (found["entries"], found["all entries"]) == (ACTS // 4, ACTS + 1)
    assert found["all fen"] == 100 * ACTS + 700


def test_one_key_posts_once_and_everybody_is_answered(race: Race) -> None:
    project = race.known["projects"][0]
    assert race.run("one key", project) == {"done": ACTS}
    assert race.look(project)["entries"] == 1


def test_the_second_equal_amount_meets_the_first_as_its_double(race: Race) -> None:
    project = race.known["projects"][0]
    assert race.run("doubles", project) == {"done": 1, "PossibleDoubleError": ACTS - 1}
    assert race.look(project)["entries"] == 1


def test_an_entry_is_reversed_once(race: Race) -> None:
    answers = race.run("reversal", race.known["entry"])
    assert answers == {"done": 1, "AlreadyReversedError": ACTS - 1}
    found = race.look(race.known["projects"][0])
    assert (found["reversals"], found["all fen"]) == (1, 0)


def test_all_states_arrive_and_the_latest_shows(race: Race) -> None:
    project = race.known["projects"][0]
    assert race.run("states", project) == {"done": ACTS}
    assert race.look(project)["states"] == ACTS + 1


def test_of_edits_at_once_each_is_written_or_told_what_it_met(race: Race) -> None:
    projects = race.known["projects"]
    answers = race.run("edits", projects[0])
    done = answers["done"]
    assert answers["StaleVersionError"] == ACTS - done
    assert done > 0
    found = race.look(projects[0])
    assert (found["version"], found["revisions"]) == (1 + done, done)
    # Of many rows at once, each time all of them.
    assert race.run("tags", *projects) == {"done": ACTS}
    found = race.look(projects[0])
    assert (found["version"], found["tags"]) == (1 + done + ACTS, ACTS)


def test_of_expected_dates_at_once_each_is_checked_against_the_one_before(race: Race) -> None:
    project = race.known["projects"][0]
    assert race.run("expected dates", project) == {"done": ACTS}
    days = race.look(project)["expected"]
    assert set(days) == set(range(1, PEOPLE + 1))
    # A day that stands already is not recorded again, whoever says it.
    assert all(day != before for before, day in pairwise(days))


def test_the_same_word_at_once_confirms_once(race: Race) -> None:
    project = race.known["projects"][0]
    assert race.run("confirmation", project) == {"done": ACTS}
    assert race.look(project)["confirmations"] == 1


def test_a_project_is_withdrawn_once(race: Race) -> None:
    project = race.known["projects"][0]
    race.run("one project", project)
    answers = race.run("withdrawal", project)
    assert answers == {"done": 1, "NothingToWithdrawError": ACTS - 1}
    found = race.look(project)
    # One cut for each entry, which names it.
    assert (found["fen"], found["entries"]) == (0, 2 * ACTS)


def test_posts_and_states_across_projects_do_not_lock_each_other_out(race: Race) -> None:
    projects = race.known["projects"]
    assert race.run("everything", *projects) == {"done": ACTS}
    assert race.look(projects[0])["all entries"] == ACTS // 2 + 1


def test_a_document_that_many_upload_at_once_is_kept_once(race: Race) -> None:
    assert race.run("one document") == {"done": ACTS}
    # That its file is whole is among what look() checks.
    assert race.look(race.known["projects"][0])["documents"] == 1
