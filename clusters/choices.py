"""The clusters, regions and sectors that lists are filtered by, read in one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from django.db.models import CharField, F, Value

from clusters.models import Cluster, Park, Region, Sector
from clusters.names import reads_chinese

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Named:
    """One of them: the key as addresses have it, and its names."""

    pk: int
    key: str
    name_zh: str
    name_en: str
    short_zh: str = ""
    short_en: str = ""

    @property
    def name(self) -> str:
        names = (self.name_zh, self.name_en) if reads_chinese() else (self.name_en, self.name_zh)
        return names[0] or names[1]

    @property
    def short(self) -> str:
        """The short name where there is one."""
        return (self.short_zh if reads_chinese() else self.short_en) or self.name


@dataclass(frozen=True)
class Places:
    """All clusters, regions and sectors, each in the plan's order, and what else a list names.

    `others` has the parks, and by kind what an app above reads with them: tags, people, groups.
    """

    clusters: list[Named]
    regions: list[Named]
    sectors: list[Named]
    others: dict[str, list[Named]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        """Read all three in one query, since every list page needs them."""
        return cls.of(cls.rows())

    @classmethod
    def rows(cls) -> Any:
        """Return the query of all three: kind, position, key of the row, then what Named has."""
        # A copy: what is read of it must not stay with the one that is kept.
        return cls._every_row().all()

    @classmethod
    @cache
    def _every_row(cls) -> Any:
        none = Value("", output_field=CharField())
        return cls._rows(Cluster, "slug", "cluster", F("short_zh"), F("short_en")).union(
            cls._rows(Region, "code", "region", none, none),
            cls._rows(Sector, "slug", "sector", none, none),
            named_rows(Park.objects.all(), "park", key="slug"),
            all=True,
        )

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> Self:
        """Put the rows of that query in the plan's order."""
        found: dict[str, list[tuple[Any, Named]]] = {"cluster": [], "region": [], "sector": []}
        for kind, position, pk, key, *names in rows:
            found.setdefault(kind, []).append((position, Named(pk, key, *names)))
        in_order = {
            kind: [named for _, named in sorted(pairs, key=lambda pair: (pair[0], pair[1].pk))]
            for kind, pairs in found.items()
        }
        clusters, regions, sectors = map(in_order.pop, ("cluster", "region", "sector"))
        return cls(clusters, regions, sectors, in_order)

    @staticmethod
    def _rows(model: Any, key: str, kind: str, short_zh: Any, short_en: Any) -> Any:
        return (
            model.objects.order_by()
            .annotate(
                kind=Value(kind, output_field=CharField()),
                key=F(key),
                zh_short=short_zh,
                en_short=short_en,
            )
            .values_list(
                "kind", "position", "pk", "key", "name_zh", "name_en", "zh_short", "en_short"
            )
        )

    def choices(self, name: str) -> Choices:
        """Return (key, name) pairs of a kind such as "cluster"; equal keys stand once."""
        return list({one.key: one.name for one in self.all_of(name)}.items())

    def all_of(self, kind: str) -> list[Named]:
        """Return all of a kind: "cluster", "region", "sector", or one of the others."""
        own = {"cluster": self.clusters, "region": self.regions, "sector": self.sectors}
        return own[kind] if kind in own else self.others.get(kind, [])

    def cluster(self, pk: int) -> Named:
        """Return one cluster by primary key."""
        return next(one for one in self.clusters if one.pk == pk)

    def region(self, pk: int) -> Named:
        """Return one region by primary key."""
        return next(one for one in self.regions if one.pk == pk)

    def sector(self, pk: int) -> Named:
        """Return one sector by primary key."""
        return next(one for one in self.sectors if one.pk == pk)


def named_rows(
    rows: Any, kind: str, *, key: Any = "", name_zh: Any = "name_zh", name_en: Any = "name_en"
) -> Any:
    """Return rows of whatever model as `Places.rows()` has them, to be read in the same query.

    `key`, `name_zh` and `name_en` are columns or expressions; "" stands for an empty text.
    """
    nothing = Value("", output_field=CharField())
    columns = {"key": key, "zh": name_zh, "en": name_en}
    return (
        rows.order_by()
        .annotate(
            named_kind=Value(kind, output_field=CharField()),
            named_position=Value(0),
            **{
                f"named_{name}": (F(column) if isinstance(column, str) and column else column)
                or nothing
                for name, column in columns.items()
            },
            named_short=nothing,
        )
        .values_list(
            "named_kind",
            "named_position",
            "pk",
            "named_key",
            "named_zh",
            "named_en",
            "named_short",
            "named_short",
        )
    )
