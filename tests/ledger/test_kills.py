"""A hundred processes killed in the middle of acts of many rows: each act is whole or was not."""

import json
from collections import Counter

from tests.ledger.killing import ACTS
from tests.scratch import deployment

KILLS = 100
SET_UP = """
import django
django.setup()
from tests.make import *
make_recorder()
make_user(username="verifier")
make_region("370211")
project = make_project()
for fen in (5000, 7000, 11000):
    make_entry(project, amount_fen=fen, evidence=make_evidence())
make_entry(project, amount_fen=2000, measure="paid_in", evidence=make_evidence())
"""


def test_of_a_hundred_acts_that_were_killed_none_is_half_written() -> None:
    with deployment() as made:
        done = made.python("-c", SET_UP)
        assert done.returncode == 0, done.stderr
        done = made.python("-m", "tests.ledger.killing", str(KILLS))
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
    found = json.loads(done.stdout)
    killed = [one for one in found if one["killed"]]
    assert len(killed) == KILLS
    assert Counter(one["left"] for one in found).keys() <= {"nothing", "all"}
    assert [one["problems"] for one in found if one["problems"]] == []
    # By the same key each act can be done again, and is then there once.
    assert all(one["repeated"] for one in found)
    # They died in every act, some by the clock, and most before it was written.
    assert {one["act"] for one in killed} == set(ACTS)
    assert {one["timed"] for one in killed} == {True, False}
    assert sum(one["left"] == "nothing" for one in killed) > KILLS / 2
