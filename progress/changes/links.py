"""The lists that each number of what changed is made of."""

from datetime import date
from typing import Any

from progress.changes.results import DAY
from progress.links import Links, address
from progress.results import ScopeFigures


class ChangeLinks:
    """The addresses of one scope, for what changed after `since`."""

    def __init__(self, links: Links, scope: ScopeFigures, since: date) -> None:
        self.links = links
        self.scope = scope
        self.since = since
        self.first = since + DAY

    @property
    def as_of(self) -> date:
        return self.links.progress.as_of

    def projects(self, name: str = "enterprises:project-list", **more: Any) -> str:
        """Return the projects, or enterprises, whose state before was another one."""
        before = {"was_on": self.since.isoformat()}
        query = {**self.links.within(self.scope), **more, **before, **self.links.on_day()}
        return address(name, query)

    def entries(self, kind: str, measure: str) -> str:
        """Return the entries of a kind; "" where there is no day for them."""
        days = {"recorded_since": self.first, "recorded_until": self.as_of}
        recorded: dict[str, Any] = {name: day.isoformat() for name, day in days.items()}
        if kind == "dated":
            return self.links.entries(self.scope, measure, since=self.first)
        if kind == "late":
            return self.links.entries(self.scope, measure, self.since, **recorded)
        if kind == "taken_back":
            known: dict[str, Any] = {"takes_back": self.since.isoformat()}
            return self.links.entries(self.scope, measure, **recorded, **known)
        told = {"said_since": self.first, "said_until": self.as_of}
        said: dict[str, Any] = {name: day.isoformat() for name, day in told.items()}
        return self.links.entries(self.scope, measure, said=kind, **said)

    @property
    def came_url(self) -> str:
        return self.links.leading(self.scope, new_since=self.first.isoformat())
