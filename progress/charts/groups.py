"""Amounts by investor group: the first named group leads; an enterprise without one stands for
itself. Whose projects partly lie outside the reader's scope is counted, but not named."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, Q, Sum, Value, When

from accounts.scopes import scope_of
from enterprises.models import Enterprise, InvestorGroup
from progress.measuring.investment import Amount

if TYPE_CHECKING:
    from progress.charts.reading import Reading

# So many are read by name; the rest is one part.
NAMED = 40


@dataclass(frozen=True)
class Party:
    """A group, or an enterprise without one; `name` is "" where it is not for the reader.

    `url` is its page, `entries_url` the entries of its amount; of nobody unnamed.
    """

    name: str
    fen: int
    url: str
    entries_url: str = ""

    @property
    def urls(self) -> tuple[str, str]:
        """Where name and amount lead to."""
        return self.url, self.entries_url


@dataclass(frozen=True)
class Parties:
    """The largest by amount, how many there are, and what all of them come to."""

    largest: tuple[Party, ...]
    count: int
    total: Amount

    @property
    def rest_fen(self) -> int:
        """What those beside the largest come to."""
        return self.total.fen - sum(party.fen for party in self.largest)


def parties_of(reading: "Reading") -> Parties:
    """Read the groups of the scope, in three queries at most; the names only of the largest."""
    enterprise = "project__enterprise"
    hidden = ~scope_of(reading.viewer).q() if reading.is_limited else Q(pk=None)
    rows = (
        reading.entries.filter(measure=reading.measure)
        .values(
            group=F(f"{enterprise}__lead_group"),
            alone=Case(
                When(Q(**{f"{enterprise}__lead_group": None}), then=F(enterprise)),
                default=Value(None),
            ),
        )
        .annotate(fen=Sum("amount_fen"), hidden=Count("pk", filter=hidden))
        .filter(fen__gt=0)
    )
    # Sorted here, where the number of all of them is needed too; asked twice it would cost twice.
    found = sorted(rows, key=lambda row: (-row["fen"], row["group"] or 0, row["alone"] or 0))
    largest = found[:NAMED]
    names = named(largest)
    return Parties(
        largest=tuple(party(row, names, reading) for row in largest),
        count=len(found),
        total=reading.flow(reading.measure).total(reading.as_of),
    )


def named(rows: list[dict[str, Any]]) -> dict[tuple[int | None, int | None], Any]:
    """Return the groups and enterprises of the rows, by the two keys."""
    groups = InvestorGroup.objects.in_bulk([row["group"] for row in rows if row["group"]])
    alone = Enterprise.objects.in_bulk([row["alone"] for row in rows if row["alone"]])
    return {
        **{(pk, None): group for pk, group in groups.items()},
        **{(None, pk): enterprise for pk, enterprise in alone.items()},
    }


def party(
    row: dict[str, Any], names: dict[tuple[int | None, int | None], Any], reading: "Reading"
) -> Party:
    """Return one row with its name, if the reader may have it."""
    if row["hidden"]:
        return Party("", int(row["fen"]), "")
    one = names[row["group"], row["alone"]]
    url = one.get_absolute_url()
    is_alone = isinstance(one, Enterprise)
    whose = {"enterprise" if is_alone else "led_by": str(one.pk)}
    return Party(
        one.name,
        int(row["fen"]),
        url if is_alone else reading.link(url),
        reading.links.entries(reading.scope, reading.measure, None, since=None, **whose),
    )
