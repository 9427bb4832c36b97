"""How what is searched is kept: one SearchEntry per enterprise, project and group.

Whoever writes a name, a code, a group or a former name calls one of the `keep_` functions in the
same transaction. They work on sets: a few queries for each BATCH of enterprises, and only entries
that changed are written. `manage.py rebuild_search` makes all of them anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from enterprises.models import (
    Enterprise,
    FormerName,
    InvestorGroup,
    Project,
    SearchEntry,
    Shareholding,
)
from enterprises.search_index import refill
from enterprises.search_text import grams_of, lines_of, text_of

BATCH = 500
NAMES = ("name_zh", "name_en")
TEXTS = ("text", "around")


def keep_enterprises(pks: Iterable[int]) -> int:
    """Make the entries of enterprises, by key, and of their projects what they should be.

    Returns how many were not. The projects are found by what their enterprise is called.
    """
    return sum(map(keep_batch, batches(pks)))


def keep_projects(pks: Iterable[int]) -> int:
    """Do the same after a change of projects; their enterprises are found by their names."""
    owners: set[int] = set()
    for keys in batches(pks):
        owners.update(Project.objects.filter(pk__in=keys).values_list("enterprise", flat=True))
    return keep_enterprises(owners)


def keep_groups(pks: Iterable[int]) -> int:
    """Do the same after a change of groups; the enterprises behind which they stand follow."""
    keys = [*pks]
    owned: set[int] = set()
    for some in batches(keys):
        shares = Shareholding.objects.filter(group__in=some).order_by()
        owned.update(shares.values_list("enterprise", flat=True))
    return keep_own_lines(keys) + keep_enterprises(owned)


def keep_own_lines(groups: Iterable[int]) -> int:
    """Do the same for groups alone, whose enterprises are or will be kept by the caller."""
    written = 0
    for keys in batches(groups):
        rows = InvestorGroup.objects.filter(pk__in=keys).values_list("pk", *NAMES)
        written += write("group", [entry("group", pk, lines_of(own), []) for pk, *own in rows])
    return written


def rebuild() -> int:
    """Make every entry, and SQLite's index of them, what it should be; returns how many entries
    were not."""
    written = keep_enterprises(Enterprise.objects.order_by().values_list("pk", flat=True))
    written += keep_own_lines(InvestorGroup.objects.order_by().values_list("pk", flat=True))
    refill(connection)
    return written


def batches(pks: Iterable[int]) -> Iterator[list[int]]:
    """Yield the keys in their order, as many at a time as go into one query."""
    keys = sorted(set(pks))
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


@transaction.atomic
def keep_batch(keys: list[int]) -> int:
    """Keep the entries of a batch of enterprises and of their projects."""
    # Locked, so that of two writers the second sees what the first added; not against a new
    # project that refers to the row, as both may have added one.
    rows = Enterprise.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    names = {pk: list(own) for pk, *own in rows.values_list("pk", *NAMES, "credit_code")}
    former = FormerName.objects.filter(enterprise__in=keys).order_by("pk")
    for pk, name in former.values_list("enterprise", "name"):
        names[pk].append(name)
    shares = Shareholding.objects.filter(enterprise__in=keys).order_by("position", "pk")
    for pk, *of_group in shares.values_list("enterprise", "group__name_zh", "group__name_en"):
        names[pk] += of_group
    lines = {pk: lines_of(own) for pk, own in names.items()}
    projects: defaultdict[int, dict[int, list[str]]] = defaultdict(dict)
    found = Project.objects.filter(enterprise__in=keys).order_by("pk")
    for pk, owner, *own in found.values_list("pk", "enterprise", *NAMES):
        projects[owner][pk] = lines_of(own)
    return write(
        "enterprise",
        [entry("enterprise", pk, own, once(projects[pk].values())) for pk, own in lines.items()],
    ) + write(
        "project",
        [
            entry("project", pk, own, lines[owner])
            for owner, of_owner in projects.items()
            for pk, own in of_owner.items()
        ],
    )


def once(many: Iterable[Iterable[str]]) -> list[str]:
    """Return the lines of many, each once."""
    return [*dict.fromkeys(line for lines in many for line in lines)]


def entry(kind: str, pk: int, own: Iterable[str], around: Iterable[str]) -> SearchEntry:
    """Return an entry that is not written yet."""
    text, beside = text_of(own), text_of(around)
    # PostgreSQL's index takes them from the texts itself.
    grams = grams_of(text, beside) if connection.vendor == "sqlite" else ""
    return SearchEntry(**{f"{kind}_id": pk}, text=text, around=beside, grams=grams)


def write(kind: str, entries: list[SearchEntry]) -> int:
    """Write those of one kind's entries that are new or changed; returns how many."""
    written = 0
    for start in range(0, len(entries), BATCH):
        some = {getattr(one, f"{kind}_id"): one for one in entries[start : start + BATCH]}
        standing = SearchEntry.objects.filter(**{f"{kind}__in": some})
        for pk, *texts in standing.values_list(kind, *TEXTS):
            if texts == [some[pk].text, some[pk].around]:
                del some[pk]
        SearchEntry.objects.bulk_create(
            some.values(),
            update_conflicts=True,
            unique_fields=[kind],
            update_fields=[*TEXTS, "grams"],
        )
        written += len(some)
    return written
