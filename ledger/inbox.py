"""What waits for one person: to verify, to answer, to ask about, to fill in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from enterprises.gates import Item, checklists
from enterprises.models import Project
from ledger.models import Entry

# So far the header counts; more is "99+".
COUNTED = 100
SHOWN = 10
# So many of a person's projects are looked at for open gates, the largest first.
LOOKED_AT = 200


class CountOf(Subquery):
    """The number of rows of a query; one that is cut off stays cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Waiting:
    """How much waits for a person, each number up to COUNTED."""

    to_verify: int
    returned: int
    stale: int

    @property
    def total(self) -> int:
        return self.to_verify + self.returned + self.stale

    @property
    def shown(self) -> str:
        """The total as the header has it."""
        return str(self.total) if self.total < COUNTED else f"{COUNTED - 1}+"


def to_verify(user: User) -> QuerySet[Entry]:
    """Entries that wait for the verdict of `user`, the oldest first."""
    return Entry.objects.verifiable_by(user).pending().oldest_first()


def returned(user: User) -> QuerySet[Entry]:
    """Entries that were returned and wait for the answer of `user`, the oldest first."""
    return Entry.objects.answerable_by(user).returned().oldest_first()


def stale(user: User) -> QuerySet[Project]:
    """Projects of `user` of which nothing was heard for too long."""
    return Project.objects.answerable_by(user).stale(timezone.localdate())


def waiting_for(user: User) -> Waiting:
    """Count what waits for `user`, in one query; none for who has nothing to do here."""
    numbers = {
        name: CountOf(rows.order_by().values("pk")[:COUNTED])
        for name, rows in (
            ("to_verify", to_verify(user)),
            ("returned", returned(user)),
            ("stale", stale(user)),
        )
        if not rows.query.is_empty()
    }
    counts: dict[str, int] = {"to_verify": 0, "returned": 0, "stale": 0}
    for found in User.objects.filter(pk=user.pk).values(**numbers) if numbers else ():
        counts.update(found)  # type: ignore[arg-type]
    return Waiting(**counts)


@dataclass(frozen=True)
class OpenGates:
    """A project and what its gates ask for that is not known."""

    project: Project
    items: list[Item]


def open_gates(user: User) -> list[OpenGates]:
    """Return the projects of `user` that lack what their stage asks for, the largest first."""
    mine: Any = Project.objects.answerable_by(user).for_list()
    projects = list(mine.order_by("-contracted_fen", "pk")[:LOOKED_AT])
    lists = checklists(projects)
    found = []
    for project in projects:
        items = [item for item in lists[project.pk] if item.is_open]
        if items:
            found.append(OpenGates(project, items))
    return found
