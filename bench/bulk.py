"""How many rows a second bulk acts come to, done on their pages as a person does them.

Each act is done several times, to other rows or with another value: all that an address leaves are
chosen, what would become of them is shown, and that is confirmed. Only the last request is timed,
and the quickest of each act counts, as other work of the machine makes a single one slower.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from bench.browser import TOKEN, Answer, Browser, UnexpectedAnswer
from bench.office import ADMINISTRATOR, PASSWORD, RECORDER, VERIFIER
from bench.serving import Server

SEALED = re.compile(r'name="selection" value="([^"]+)"')
WOULD_CHANGE = re.compile(r"([\d,]+) rows? would change")
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
DONE = 302
PROJECTS = "SELECT contracted_fen AS fen FROM enterprises_project"
ENTERPRISES = "SELECT contracted_fen AS fen FROM enterprises_enterprise"
PENDING = (
    "SELECT amount_fen AS fen FROM ledger_entry AS one JOIN ledger_assessment ON entry_id = one.id "
    "WHERE grade = 'documented' AND verdict IN ('', 'defended')"
)


@dataclass(frozen=True)
class Act:
    """An act on a list.

    `filters` are those of its rows, and `fen` is the SQL of the amounts by the least of which, as
    the filter `least`, no more rows are left than wanted. `asked` is what it is told, each time.
    """

    label: str
    path: str
    name: str
    asked: Sequence[Mapping[str, str]]
    fen: str
    filters: Mapping[str, str]
    least: str = "contracted_min"
    who: str = ADMINISTRATOR


@dataclass(frozen=True)
class Done:
    """What confirming an act took; `processor` is the server's time on it, None if not told."""

    rows: int
    seconds: float
    processor: float | None

    @property
    def a_second(self) -> float:
        """How many rows were done in each second."""
        return self.rows / self.seconds


def measure(server: Server, ask: Any, rows: int) -> dict[str, Done]:
    """Do each act to so many rows or fewer, and return by its label how quick it was."""
    found = {}
    people = {who: Browser(server.port) for who in (ADMINISTRATOR, VERIFIER)}
    for who, browser in people.items():
        browser.log_in(who, PASSWORD, "/accounts/login/")
    for act in acts(ask):
        times = [do(act, asked, people[act.who], server, ask, rows) for asked in act.asked]
        quickest = max((one for one in times if one), key=lambda one: one.a_second, default=None)
        if quickest:
            found[act.label] = quickest
    return found


def acts(ask: Any) -> Iterator[Act]:
    """Yield the acts that there are; on projects, enterprises and entries."""
    recorder = one_row(ask, f"SELECT id FROM accounts_user WHERE username = '{RECORDER}'")[0]
    yield Act(
        "projects assigned",
        "/projects/",
        "assign",
        [{"assignee": str(recorder)}, {"assignee": "nobody"}, {"assignee": str(recorder)}],
        PROJECTS,
        {},
    )
    tags = [{"add_tags": f"bulk {time}"} for time in range(3)]
    yield Act("projects tagged", "/projects/", "tag", tags, PROJECTS, {})
    yield Act("enterprises tagged", "/enterprises/", "tag", tags, ENTERPRISES, {})
    today = {"effective_on": f"{datetime.now(UTC):%Y-%m-%d}", "reason": "Seen on site"}
    yield Act(
        "stages recorded",
        "/projects/",
        "stage",
        [{"stage": "production", **today}] * 3,
        f"{PROJECTS} WHERE stage = 'construction'",
        {"stage": "construction"},
    )
    cluster, slug = one_row(
        ask,
        "SELECT one.id, slug FROM clusters_cluster AS one JOIN enterprises_project "
        "ON cluster_id = one.id GROUP BY one.id, slug ORDER BY COUNT(*) DESC LIMIT 1",
    )
    sectors = ask.execute(
        f"SELECT id FROM clusters_sector WHERE cluster_id = {cluster} ORDER BY id LIMIT 3"
    ).fetchall()
    yield Act(
        "sectors set",
        "/projects/",
        "sector",
        [{"sector": str(sector), **today} for (sector,) in sectors],
        f"{PROJECTS} WHERE cluster_id = {cluster}",
        {"cluster": slug},
    )
    yield Act(
        "entries verified",
        "/ledger/",
        "verify",
        [{"note": ""}] * 3,
        PENDING,
        {"grade": "documented", "verdict": "pending"},
        "amount_min",
        VERIFIER,
    )


def do(
    act: Act, asked: Mapping[str, str], browser: Browser, server: Server, ask: Any, rows: int
) -> Done | None:
    """Do an act once; None when there is nothing to do it to."""
    least = least_of(ask, act.fen, rows)
    if least is None:
        return None
    filters = urlencode({**act.filters, act.least: f"{least // 100}.{least % 100:02}"})
    address = f"{act.path}bulk/?{filters}"
    page = browser.get(f"{act.path}?{filters}")
    page = send(browser, address, page, {"act": act.name, "all": "1"})
    if page.status == DONE:
        return None
    page = send(browser, address, page, {"act": act.name, "step": "preview", **asked})
    told = WOULD_CHANGE.search(page.body.decode())
    if told is None or told[1] == "0":
        return None
    before = server.processor_seconds()
    answer = send(browser, address, page, {"act": act.name, "step": "write", **asked})
    if answer.status != DONE:
        raise UnexpectedAnswer(f"{act.label}: {answer.status} when it was confirmed")
    processor = None if before is None else (server.processor_seconds() or before) - before
    return Done(int(told[1].replace(",", "")), answer.seconds, processor)


def send(browser: Browser, address: str, page: Answer, fields: Mapping[str, str]) -> Answer:
    """Send a step of an act with what the page before holds for it."""
    text = page.body.decode()
    hidden = {"csrfmiddlewaretoken": TOKEN, "selection": SEALED}
    held = {name: found[1] for name, one in hidden.items() if (found := one.search(text))}
    return browser.ask("POST", address, FORM, urlencode({**held, **fields}).encode())


def least_of(ask: Any, amounts: str, rows: int) -> int | None:
    """Return the least of the largest amounts, at most so many; None when there is none."""
    largest = f"SELECT fen FROM ({amounts}) AS one WHERE fen IS NOT NULL"
    (least,) = one_row(
        ask, f"SELECT MIN(fen) FROM ({largest} ORDER BY fen DESC LIMIT {rows}) AS one"
    )
    if least is None:
        return None
    (reach,) = one_row(ask, f"SELECT COUNT(*) FROM ({largest} AND fen >= {least}) AS one")
    if reach > rows:
        (least,) = one_row(ask, f"SELECT MIN(fen) FROM ({largest} AND fen > {least}) AS one")
    return None if least is None else int(least)


def one_row(ask: Any, sql: str) -> Any:
    """Return the one row of a query."""
    return ask.execute(sql).fetchone()
