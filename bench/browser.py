"""Somebody who is logged in and opens pages, over one connection that stays open."""

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import quote, urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE_S = 300
# Asks a server of bench.counting for its statements in place of the page.
ASKED = "X-Bench-Statements"
# Before the server closes a connection on which nobody asks.
IDLE_S = 1


@dataclass(frozen=True)
class Answer:
    """What came back, and after how long all of it was there."""

    status: int
    seconds: float
    body: bytes


class UnexpectedAnswer(Exception):  # noqa: N818
    """A page that cannot be measured, as it is not there or not shown."""


class Browser:
    """Keeps cookies and the connection, as browsers do."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.last = 0.0
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)

    def log_in(self, username: str, password: str, path: str) -> Self:
        """Log in by the form at a path; UnexpectedAnswer when it is refused."""
        form = self.get(path)
        token = TOKEN.search(form.body.decode())
        fields = {
            "csrfmiddlewaretoken": token[1] if token else "",
            "username": username,
            "password": password,
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", path, kind, urlencode(fields).encode())
        if answer.status != 302:
            told = f"{username} could not log in at {path}: {form.status}, then {answer.status}"
            raise UnexpectedAnswer(told)
        return self

    def again(self) -> "Browser":
        """Return another window of the same person, with a connection of its own."""
        other = Browser(self.port)
        other.cookies = self.cookies
        return other

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Open a page."""
        return self.ask("GET", path, headers or {})

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """Send one request and read all of the answer."""
        if self.cookies:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {**headers, "Cookie": cookie}
        if time.perf_counter() - self.last > IDLE_S:
            self.connection.close()
        started = time.perf_counter()
        self.connection.request(method, quote(path, safe="/?&=%,"), body, headers)
        response = self.connection.getresponse()
        content = response.read()
        self.last = time.perf_counter()
        seconds = self.last - started
        for told in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(told).items()}
        return Answer(response.status, seconds, content)
