"""What one write costs, one after the other, each in a transaction of its own.

`python -m bench.single ROUNDS EACH` prints the seconds of every write as JSON. The writes that are
compared take turns one by one, so that what else the machine does hits all of them alike.
"""

import json
import os
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import django

from bench.park import FEN_PER_MILLION, LAST_DAY, day

if TYPE_CHECKING:
    from ledger.models import Entry

AT_ONCE = 100
Times = dict[str, list[float]]


def main(rounds: str, each: str) -> None:
    """Measure `rounds` times, after one that is thrown away."""
    django.setup()
    writes = Writes()
    writes.warm_up()
    with writes.counting():
        writes.round(min(int(each), 10))
    measured = [writes.round(int(each)) for _ in range(int(rounds))]
    told = {"rounds": measured, "statements": writes.statements, "engine": engine()}
    sys.stdout.write(json.dumps(told))


class Writes:
    """The writes that are measured, on a park that bench.park has filled."""

    def __init__(self) -> None:
        from django.db import connections

        from accounts.models import User
        from enterprises.models import Project
        from ledger.models import Evidence

        self.recorder = User.objects.get(username="bench-recorder")
        self.verifier = User.objects.get(username="bench-verifier")
        self.projects = list(Project.objects.filter(name_en__startswith="Stays").order_by("pk"))
        self.leavers = list(Project.objects.filter(name_en__startswith="Leaves").order_by("pk"))
        self.pages = list(Evidence.objects.order_by("pk"))
        self.numbers = count(1)
        self.rows: list[tuple[str, list[Any]]] = []
        self.times: Times = defaultdict(list)
        self.statements: dict[str, int] = {}
        self.taken = 0
        connections.databases["bare"] = {
            **connections.databases["default"],
            "NAME": os.environ["BENCH_BARE_NAME"],
        }

    def warm_up(self) -> None:
        """Post once on each project, keep the INSERT of each, and drop the totals of the copy."""
        from django.db import connection, connections

        def keep(execute: Any, sql: str, params: Any, *more: Any) -> Any:
            if sql.startswith("INSERT"):
                self.rows.append((sql, list(params)))
            return execute(sql, params, *more)

        with connection.execute_wrapper(keep):
            for _ in self.projects:
                self.post()
        with connections["bare"].cursor() as cursor:
            on_table = " ON ledger_entry" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER parktracker_ledger_entry_totals{on_table}")

    def compared(self) -> dict[str, Callable[[], Any]]:
        """Return what takes turns."""
        return {
            "insert": lambda: self.insert("default"),
            "insert_bare": lambda: self.insert("bare"),
            "post": self.post,
            "post_with_key": lambda: self.post(idempotency_key=uuid.uuid4().hex),
        }

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count the statements of each kind of write; not while they are measured."""
        from django.db import connections

        def count_one(execute: Any, sql: str, *more: Any) -> Any:
            # SQLite is told to begin by a statement, PostgreSQL by its driver.
            self.taken += not sql.startswith("BEGIN")
            return execute(sql, *more)

        with (
            connections["default"].execute_wrapper(count_one),
            connections["bare"].execute_wrapper(count_one),
        ):
            yield

    def timed(self, name: str, act: Callable[[], Any], *, parts: int = 1) -> None:
        """Do one write, and keep how long it took."""
        self.taken = 0
        started = time.perf_counter()
        act()
        self.times[name].append((time.perf_counter() - started) / parts)
        # Of the round that counts.
        self.statements[name] = max(self.taken, self.statements.get(name, 0))

    def round(self, each: int) -> Times:
        """Return the seconds of each write of one round."""
        self.times = defaultdict(list)
        for _ in range(each):
            for name, act in self.compared().items():
                self.timed(name, act)
        few = max(each // 3, 2)
        entries = [self.post() for _ in range(few)]
        for entry in entries:
            self.timed("verify", partial(self.verify, [entry]))
        for entry in entries:
            self.timed("correct", partial(self.correct, entry))
        for entry in [self.post() for _ in range(few)]:
            self.timed("reverse", partial(self.reverse, entry))
        many = [self.post() for _ in range(AT_ONCE)]
        self.timed("verify_100", partial(self.verify, many), parts=AT_ONCE)
        for _ in range(max(each // 10, 1)):
            self.timed("withdraw", self.withdraw)
        return self.times

    def insert(self, using: str) -> None:
        """Send the same row as post() does, and nothing else."""
        from django.db import connections, transaction

        number = next(self.numbers)
        sql, values = self.rows[number % len(self.rows)]
        # The key is the last of the columns, and unique.
        values[-1] = uuid.uuid4().hex
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(sql, values)

    def post(self, **more: Any) -> "Entry":
        """Post an amount that no other entry has, with evidence."""
        from clusters.vocabulary import Measure
        from ledger.money import Money
        from ledger.posting import post

        number = next(self.numbers)
        return post(
            project=self.projects[number % len(self.projects)],
            measure=Measure.CONTRACTED,
            effective_on=day(number),
            money=Money(1000 * FEN_PER_MILLION + number),
            recorded_by=self.recorder,
            evidence=self.pages[number % len(self.pages)],
            **more,
        )

    def verify(self, entries: "list[Entry]") -> None:
        """Verify, one or a page of them."""
        from ledger.verdicts import Verdict, say_of_all

        judged = say_of_all(entries=entries, verdict=Verdict.VERIFIED, recorded_by=self.verifier)
        assert not judged.refused, judged.refused

    def correct(self, entry: "Entry") -> None:
        """Correct the amount of an entry."""
        from ledger.correcting import correct
        from ledger.money import Money

        correct(
            entry=entry,
            measure=entry.measure,
            effective_on=entry.effective_on,
            money=Money(entry.amount_fen + 500 * FEN_PER_MILLION),
            evidence=entry.evidence,
            recorded_by=self.recorder,
            reason="Typed wrong",
        )

    def reverse(self, entry: "Entry") -> None:
        """Take an entry back."""
        from ledger.posting import reverse

        reverse(entry=entry, recorded_by=self.recorder, reason="Signed twice")

    def withdraw(self) -> None:
        """Withdraw a project with three open contracts."""
        from ledger.withdrawal import withdraw

        withdraw(
            project=self.leavers.pop(),
            withdrawn_on=LAST_DAY,
            recorded_by=self.recorder,
            reason="The investor left",
        )


def engine() -> str:
    """Return the engine with its version and how durable its commits are."""
    from django.db import connection

    def ask(statement: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return str(cursor.fetchone()[0])

    if connection.vendor == "sqlite":
        modes = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}
        return (
            f"SQLite {ask('SELECT sqlite_version()')}, "
            f"journal_mode={ask('PRAGMA journal_mode').upper()}, "
            f"synchronous={modes[ask('PRAGMA synchronous')]}"
        )
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    told = ", ".join(f"{name}={ask(f'SHOW {name}')}" for name in settings)
    return f"PostgreSQL {ask('SHOW server_version')}, {told}"


if __name__ == "__main__":
    main(*sys.argv[1:])
