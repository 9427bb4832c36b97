"""Whether the columns and counts that lists read are what the facts come to.

Each is recomputed by other means than the triggers that keep it (ledger.triggers.keeping).
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Subquery, Sum

from clusters.expressions import stage_rank
from clusters.vocabulary import Measure, Standing
from enterprises.models import Enterprise, EnterpriseTally, Project, Shareholding, Tally
from enterprises.querysets import AMOUNTS
from ledger.models import Entry, PlaceTotal, ProjectTotal

PLACE = ("cluster", "region", "sector", "stage", "standing")
COUNTED = ("n", "contracted_n", "paid_in_n", *AMOUNTS)


def false_columns() -> Iterator[str]:
    """Yield a line for each project or enterprise that shows something else than it comes to."""
    yield from false_projects()
    yield from false_enterprises()
    yield from false_tallies()
    yield from false_kinds()
    yield from false_places()


def false_projects() -> Iterator[str]:
    """Yield a line for each project with other amounts than its totals, or another last day."""
    totals = ProjectTotal.objects.filter(project=OuterRef("pk"), entries__gt=0)
    expected = {
        f"{measure}{part}": Subquery(totals.filter(measure=measure).values(column)[:1])
        for measure in (Measure.CONTRACTED, Measure.PAID_IN)
        for part, column in (("_fen", "amount_fen"), ("_verified_fen", "verified_fen"))
    }
    rows = Project.objects.with_found_heard_on().annotate(
        **{f"found_{name}": found for name, found in expected.items()}
    )
    yield from differing(rows, "project", [*AMOUNTS, "heard_on"])


def false_enterprises() -> Iterator[str]:
    """Yield a line for each enterprise with other amounts than its projects, or another stage or
    first group."""
    of_projects = Project.objects.filter(enterprise=OuterRef("pk")).order_by().values("enterprise")
    first = Shareholding.objects.filter(enterprise=OuterRef("pk"))
    rows = Enterprise.objects.annotate(
        **{
            f"found_{name}": Subquery(of_projects.annotate(sum=Sum(name)).values("sum"))
            for name in AMOUNTS
        },
        found_stage_rank=Subquery(
            of_projects.exclude(standing=Standing.WITHDRAWN)
            .annotate(rank=Max(stage_rank()))
            .values("rank")
        ),
        found_lead_group_id=Subquery(first.order_by("position", "pk").values("group")[:1]),
    )
    yield from differing(rows, "enterprise", [*AMOUNTS, "stage_rank", "lead_group_id"])


def differing(rows: Any, what: str, columns: list[str]) -> Iterator[str]:
    """Yield a line for each row with a column that is not as found."""
    for pk, *values in (
        rows.order_by("pk")
        .values_list("pk", *columns, *(f"found_{name}" for name in columns))
        .iterator()
    ):
        kept, found = values[: len(columns)], values[len(columns) :]
        for name, has, should in zip(columns, kept, found, strict=True):
            if has != should:
                yield f"{what} {pk} shows {name} {has}, and should show {should}"


def false_tallies() -> Iterator[str]:
    """Yield a line for each kind of project of which another number is kept than there are."""
    kept = {
        tuple(row[: len(PLACE)]): tuple(int(value) for value in row[len(PLACE) :])
        for row in Tally.objects.filter(Tally.PROJECTS)
        .order_by()
        .values_list(*PLACE)
        .annotate(
            n=Sum("rows"),
            contracted_n=Sum("contracted_rows"),
            paid_in_n=Sum("paid_in_rows"),
            **{f"sum_{name}": Sum(name) for name in AMOUNTS},
        )
    }
    found = {
        (cluster, region, sector or 0, stage, standing): tuple(int(value or 0) for value in counts)
        for cluster, region, sector, stage, standing, *counts in Project.objects.order_by()
        .values_list(*PLACE)
        .annotate(
            n=Count("pk"),
            contracted_n=Count("contracted_fen"),
            paid_in_n=Count("paid_in_fen"),
            **{f"sum_{name}": Sum(name) for name in AMOUNTS},
        )
    }
    nothing = (0,) * len(COUNTED)
    for key in sorted(kept.keys() | found.keys()):
        has, should = kept.get(key, nothing), found.get(key, nothing)
        if has != should:
            yield f"the tally of {dict(zip(PLACE, key, strict=True))} is {has}, not {should}"
    enterprises = Tally.objects.filter(Tally.ENTERPRISES).aggregate(n=Sum("rows", default=0))["n"]
    if enterprises != (number := Enterprise.objects.count()):
        yield f"the tally has {enterprises} enterprises, and there are {number}"


def false_kinds() -> Iterator[str]:
    """Yield a line for each kind of project that is kept with another number of enterprises."""
    having: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for enterprise, cluster, region, stage, standing in Project.objects.order_by().values_list(
        "enterprise", "cluster", "region", "stage", "standing"
    ):
        stages = {"", stage} if standing != Standing.WITHDRAWN else {""}
        for kind in product((0, cluster), (0, region), stages):
            having[kind].add(enterprise)
    kept = {
        tuple(kind): int(n)
        for *kind, n in EnterpriseTally.objects.order_by()
        .values_list("cluster", "region", "stage")
        .annotate(n=Sum("rows"))
    }
    for kind in sorted(kept.keys() | having.keys()):
        has, should = kept.get(kind, 0), len(having.get(kind, ()))
        if has != should:
            yield f"{has} enterprises are counted with a project of {kind}, and {should} have one"


def false_places() -> Iterator[str]:
    """Yield a line for each place, measure and grade with another total than its entries."""
    key = ("cluster", "region", "measure")
    kept = {
        tuple(row): (int(fen), int(n))
        for *row, fen, n in PlaceTotal.objects.order_by()
        .values_list(*key, "grade")
        .annotate(fen=Sum("amount_fen"), n=Sum("rows"))
    }
    found = {
        tuple(row): (int(fen), n)
        for *row, fen, n in Entry.objects.order_by()
        .annotate(in_grade=F("assessment__grade"))
        .values_list(*key, "in_grade")
        .annotate(fen=Sum("amount_fen"), n=Count("pk"))
    }
    for place in sorted(kept.keys() | found.keys(), key=str):
        has, should = kept.get(place, (0, 0)), found.get(place, (0, 0))
        if has != should:
            yield f"the total of place {place} is {has}, not {should}"
