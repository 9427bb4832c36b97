"""What is measured: pages by their address, who opens them, and the bare SQL that they need."""

from dataclasses import dataclass, field

from bench.office import ADMINISTRATOR, RECORDER, REGION_RECORDER
from bench.targets import Kind

OVERVIEW = "overview"
HTMX = {"HX-Request": "true"}
PARTIAL = {**HTMX, "HX-Target": "list"}
FACETS = {**HTMX, "HX-Target": "facets"}
# Of names that many enterprises have a part of, and few the whole.
TWO_SIGNS, PINYIN, COMMON = "瑞达", "ruida", "科技"


@dataclass(frozen=True)
class Case:
    """One page; `bare` names its statements in bench.bare."""

    label: str
    path: str
    kind: Kind = Kind.OTHER
    bare: str = ""
    who: str = RECORDER
    headers: dict[str, str] = field(default_factory=dict)
    # Below so many enterprises there is no such page.
    least: int = 0
    # The subject (ledger.subjects) of which something is as if it were written before each time,
    # so that nothing that rests on it is known from before; "" for nothing.
    written: str = ""


def cases(enterprises: int) -> list[Case]:
    """Return the product's pages that there are in a park of this size."""
    return [case for case in CASES if case.least <= enterprises]


CASES = (
    Case("enterprises", "/enterprises/", Kind.LIST, "enterprises"),
    Case("enterprises of one cluster", "/enterprises/?cluster=nev", Kind.LIST, "cluster"),
    Case("enterprises, page 2", "/enterprises/?page=2", Kind.LIST, "page 2"),
    Case("enterprises, page 100", "/enterprises/?page=100", Kind.LIST, "page 100", least=5000),
    Case("sorted by contracted, most", "/enterprises/?sort=-contracted", Kind.SORT, "enterprises"),
    Case("sorted by contracted, least", "/enterprises/?sort=contracted", Kind.SORT, "least"),
    Case("sorted by paid in", "/enterprises/?sort=-paid_in", Kind.SORT, "paid in"),
    Case("sorted by name", "/enterprises/?sort=name", Kind.LIST, "name"),
    Case("search of two signs", f"/enterprises/?q={TWO_SIGNS}", Kind.LIST, "two signs"),
    Case("search by pinyin", f"/enterprises/?q={PINYIN}", Kind.LIST, "pinyin"),
    Case("search of a common word", f"/enterprises/?q={COMMON}", Kind.LIST, "common"),
    Case("partial", "/enterprises/", Kind.PARTIAL, "enterprises", headers=PARTIAL),
    Case(
        "partial of one cluster",
        "/enterprises/?cluster=nev",
        Kind.PARTIAL,
        "cluster",
        headers=PARTIAL,
    ),
    Case(
        "partial while typing",
        f"/enterprises/?q={TWO_SIGNS}",
        Kind.PARTIAL,
        "two signs",
        headers=PARTIAL,
    ),
    Case("facet counts", "/enterprises/?_part=facets", Kind.FACETS, "facets", headers=FACETS),
    Case(
        "facet counts of one cluster",
        "/enterprises/?cluster=nev&_part=facets",
        Kind.FACETS,
        "facets of cluster",
        headers=FACETS,
    ),
    Case("projects", "/projects/", Kind.LIST, "projects"),
    Case("ledger", "/ledger/", Kind.LIST, "ledger"),
    Case(
        "autocomplete",
        f"/enterprises/suggest/?kind=enterprise&q={TWO_SIGNS}",
        Kind.AUTOCOMPLETE,
        "suggest",
    ),
    Case(
        "autocomplete by pinyin",
        f"/enterprises/suggest/?kind=enterprise&q={PINYIN}",
        Kind.AUTOCOMPLETE,
        "suggest pinyin",
    ),
    Case("search of everything", f"/search/?q={TWO_SIGNS}", Kind.OTHER, "everything"),
    Case(OVERVIEW, "/", Kind.OVERVIEW, "overview"),
    Case("overview after an entry", "/", bare="overview", written="entries"),
    Case("overview after a step of a project", "/", bare="overview", written="projects"),
    Case(
        "enterprises of one region",
        "/enterprises/",
        Kind.LIST,
        "enterprises of region",
        REGION_RECORDER,
    ),
    Case(
        "search in one region",
        f"/enterprises/?q={TWO_SIGNS}",
        Kind.LIST,
        "two signs of region",
        REGION_RECORDER,
    ),
    Case("projects of one region", "/projects/", Kind.LIST, "projects of region", REGION_RECORDER),
    Case("ledger of one region", "/ledger/", Kind.LIST, "ledger of region", REGION_RECORDER),
)
ADMIN = "/admin/enterprises/enterprise/"
PLAIN = (
    Case("list", ADMIN, bare="enterprises", who=ADMINISTRATOR),
    Case("list, page 100", f"{ADMIN}?p=100", bare="page 100", who=ADMINISTRATOR, least=5000),
    Case("sorted by contracted", f"{ADMIN}?o=-7", bare="enterprises", who=ADMINISTRATOR),
    Case("of one cluster", f"{ADMIN}?projects__cluster__id__exact=2", who=ADMINISTRATOR),
    Case("search of two signs", f"{ADMIN}?q={TWO_SIGNS}", bare="two signs", who=ADMINISTRATOR),
    Case("search of a common word", f"{ADMIN}?q={COMMON}", bare="common", who=ADMINISTRATOR),
)
