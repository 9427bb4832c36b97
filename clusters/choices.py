"""The clusters, regions and sectors that lists are filtered by, read in one query."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import CharField, F, Value

from clusters.models import Cluster, Region, Sector
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
    """All clusters, regions and sectors, each in the plan's order."""

    clusters: list[Named]
    regions: list[Named]
    sectors: list[Named]

    @classmethod
    def load(cls) -> Self:
        """Read all three in one query, since every list page needs them."""
        found: dict[str, list[tuple[Any, Named]]] = {"cluster": [], "region": [], "sector": []}
        none = Value("", output_field=CharField())
        rows = cls._rows(Cluster, "slug", "cluster", F("short_zh"), F("short_en")).union(
            cls._rows(Region, "code", "region", none, none),
            cls._rows(Sector, "slug", "sector", none, none),
            all=True,
        )
        for kind, position, pk, key, *names in rows:
            found[kind].append((position, Named(pk, key, *names)))
        return cls(
            *(
                [named for _, named in sorted(found[kind], key=lambda pair: (pair[0], pair[1].pk))]
                for kind in ("cluster", "region", "sector")
            )
        )

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
        """Return (key, name) pairs for "cluster", "region" or "sector"; equal keys stand once."""
        named = {"cluster": self.clusters, "region": self.regions, "sector": self.sectors}[name]
        return list({one.key: one.name for one in named}.items())

    def cluster(self, pk: int) -> Named:
        """Return one cluster by primary key."""
        return next(one for one in self.clusters if one.pk == pk)
