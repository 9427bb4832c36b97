"""The pages of one program, opened and counted: the product's, or those of the plain admin."""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.browser import ASKED, Browser, UnexpectedAnswer
from bench.cases import Case
from bench.office import PASSWORD
from bench.serving import Server

OK = 200
READS = ("SELECT", "WITH")
# How often a page is opened in a round that computes everything anew.
FEW = 1


@dataclass
class Figures:
    """What was measured of one page, in seconds."""

    case: Case
    status: int = OK
    times: list[float] = field(default_factory=list)
    own_times: list[float] = field(default_factory=list)
    bare_times: list[float] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    a_second: float = 0

    @property
    def reads(self) -> list[str]:
        """The statements that can be sent again and again."""
        return [sql for sql in self.statements if sql.lstrip().upper().startswith(READS)]

    def forget(self) -> None:
        """Begin anew, warm."""
        for times in (self.times, self.own_times, self.bare_times, self.processor):
            times.clear()


@dataclass
class Side:
    """The pages of the product, or those of the plain admin: with the server that is timed, and
    the one that answers with its statements."""

    figures: list[Figures]
    login: str
    timed: Server
    counted: Server

    def __post_init__(self) -> None:
        self.browsers = self.log_in(self.timed)

    def log_in(self, server: Server) -> dict[str, Browser]:
        """Log in everybody who opens one of the pages."""
        people = sorted({figures.case.who for figures in self.figures})
        return {who: Browser(server.port).log_in(who, PASSWORD, self.login) for who in people}

    def count_statements(self, ask: Any) -> None:
        """Find out what each page sends to the database."""
        browsers = self.log_in(self.counted)
        for _ in range(2 if self.timed is not self.counted else 1):
            # Twice, so that nothing is read for the first time.
            for figures in self.figures:
                case = figures.case
                write(ask, case)
                answer = browsers[case.who].get(case.path, {**case.headers, ASKED: "yes"})
                told = json.loads(answer.body)
                figures.status, figures.statements = told["status"], told["statements"]

    def one_round(self, figures: Figures, ask: Any, needed: Sequence[str], times: int) -> None:
        """Open a page some times, and run what it asks of the database, and the bare SQL."""
        if figures.status != OK:
            return
        if figures.case.written:
            times = min(times, FEW)
        browser, before = self.browsers[figures.case.who], self.timed.processor_seconds()
        for _ in range(times):
            write(ask, figures.case)
            answer = browser.get(figures.case.path, figures.case.headers)
            if answer.status != OK:
                raise UnexpectedAnswer(f"{figures.case.path} answered {answer.status}")
            figures.times.append(answer.seconds)
        if before is not None:
            figures.processor.append((self.timed.processor_seconds() or before) - before)
        for _ in range(times):
            figures.own_times.append(seconds_of(ask, figures.reads))
            figures.bare_times.append(seconds_of(ask, needed))

    def at_once(self, case: Case, people: int, seconds: float) -> float:
        """Return how many such pages a second several people get, one after the other each."""
        done: list[int] = []
        started = time.perf_counter()

        def open_pages(window: Browser) -> None:
            pages = 0
            while not pages or time.perf_counter() - started < seconds:
                window.get(case.path, case.headers)
                pages += 1
            done.append(pages)

        windows = [self.browsers[case.who].again() for _ in range(people)]
        threads = [threading.Thread(target=open_pages, args=[window]) for window in windows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.perf_counter() - started)


def write(connection: Any, case: Case) -> None:
    """Make it look as if something was written that the page rests on."""
    if case.written:
        connection.execute(
            "INSERT INTO ledger_knowledge (subject, stripe, version) "
            f"VALUES ('{case.written}', 0, 1) ON CONFLICT (subject, stripe) "
            "DO UPDATE SET version = ledger_knowledge.version + 1"
        )
        connection.commit()


def seconds_of(connection: Any, statements: Sequence[str]) -> float:
    """Return how long some statements take, their rows read."""
    started = time.perf_counter()
    for sql in statements:
        connection.execute(sql).fetchall()
    return time.perf_counter() - started
