"""One figure, wherever it stands: page, chart, its file, JSON, command, list."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

from django.core.management import call_command
from django.db.models import Count
from django.test import Client

from clusters.models import Sector
from clusters.vocabulary import Measure
from enterprises.models import InvestorGroup
from progress.charts import Chart
from progress.results import Progress, ScopeFigures
from tests.progress.charting import file_of

# What a part has most of is counted by.
MOST: dict[Any, str] = {Sector: "projects", InvestorGroup: "enterprises"}
# What the list at an address comes to: fen, or rows where "count" is asked.
Listed = Callable[[str, int, str], int]


def assert_same_everywhere(client: Client, query: str, listed: Listed) -> int:
    """Walk every scope of the current plan at one moment, and a sector and a group; return how many
    lists were opened."""
    told = client.get(f"/api/progress/?{query}").json()
    assert of_command(query) == without_moment(told, query)
    progress: Progress = client.get(f"/progress/definitions/?{query}").context["progress"]
    scopes = (progress.park, *progress.clusters, *progress.regions)
    figures = (told["park"], *told["clusters"], *told["regions"])
    opened = 0
    for scope, facts in zip(scopes, figures, strict=True):
        opened += walk(client, scope.scope, query, facts, listed)
        check_leading(client, query_of(scope, progress, query), facts)
    sectors: Any = Sector.objects.filter(cluster__park=progress.plan.park)
    groups: Any = InvestorGroup.objects.all()
    for rows in (sectors, groups):
        # One of each, as they take long to walk: that with the most.
        part = rows.annotate(most=Count(MOST[rows.model])).order_by("-most", "pk").first()
        if part is not None:
            opened += walk(client, part, query, None, listed)
    return opened


def walk(client: Client, named: Any, query: str, facts: Any, listed: Listed) -> int:
    """Compare the page of one scope with what JSON tells of it; of a sector and a group, of which
    it tells nothing, with the page's own figures."""
    page = client.get(f"{named.get_absolute_url()}?{query}")
    drawn, row, opened = page.content.decode(), page.context["scope"], 0
    facts = facts or facts_of(row["figures"])
    for kind, value, url in figures_of(row, facts):
        assert f'href="{url.replace("&", "&amp;")}" data-{kind}="{value}"' in drawn, url
        assert listed(kind, value, url) == value, url
        opened += 1
    check_trajectory(client, page.context, facts)
    return opened


def facts_of(figures: ScopeFigures) -> dict[str, Any]:
    """Figures with the names that JSON has for them."""
    return {
        "contracted_fen": figures.contracted.fen,
        "paid_in_fen": figures.paid_in.fen,
        "annual_output_fen": figures.annual_output_fen,
        "leading_enterprises": {"actual": figures.leading},
        "projects": figures.projects,
        "enterprises": figures.enterprises,
    }


def of_command(query: str) -> dict[str, Any]:
    """What `manage.py progress --json` prints for an address."""
    out = StringIO()
    words = [f"--{name.replace('_', '-')}={value}" for name, value in parse_qsl(query)]
    call_command("progress", "--json", *words, stdout=out)
    return without_moment(json.loads(out.getvalue()), query)


def without_moment(told: dict[str, Any], query: str) -> dict[str, Any]:
    """The figures without the moment that they were measured at, where none was asked for."""
    return told if "known_at" in query else {**told, "known_at": None}


def figures_of(row: dict[str, Any], facts: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Yield kind, the value that JSON tells and the list that the page opens."""
    found = (
        ("fen", facts["contracted_fen"], row["contracted_url"]),
        ("fen", facts["paid_in_fen"], row["paid_in_url"]),
        ("fen", facts["annual_output_fen"], row["output_url"]),
        ("count", facts["leading_enterprises"]["actual"], row["leading_url"]),
        ("count", facts["projects"] or None, row["projects_url"]),
        ("count", facts["enterprises"] or None, row["enterprises_url"]),
    )
    for kind, value, url in found:
        if value is not None:
            yield kind, value, url


def check_trajectory(client: Client, page: Any, facts: dict[str, Any]) -> None:
    """The last row of the chart, of its table on the page and of its file are the figures."""
    chart: Chart = page["charts"]["trajectory"]
    amounts = (facts["contracted_fen"], facts["paid_in_fen"])
    *_rest, last = chart.year_rows
    assert tuple(cell.value for cell in last[1:3]) == amounts
    row = page["scope"]
    assert [cell.url for cell in last[1:3]] == [row["contracted_url"], row["paid_in_url"]]
    filed = file_of(client, f"/progress/charts/trajectory.csv?{chart.query}")[-1]
    names = [f"{Measure(measure).label}, yuan" for measure in (Measure.CONTRACTED, Measure.PAID_IN)]
    assert tuple(fen(filed[name]) for name in names) == amounts


def check_leading(client: Client, query: str, facts: dict[str, Any]) -> None:
    """The last row of the chart's file is the count."""
    rows = file_of(client, f"/progress/charts/leading.csv?{query}")
    counted = [int(row["Leading enterprises"]) for row in rows[-1:]]
    actual = facts["leading_enterprises"]["actual"]
    assert counted == ([] if actual is None else [actual])


def query_of(scope: ScopeFigures, progress: Progress, query: str) -> str:
    """An address of charts of a scope."""
    if scope in progress.clusters:
        return f"cluster={scope.key}&{query}"
    return f"region={scope.key}&{query}" if scope in progress.regions else query


def fen(yuan: str) -> int | None:
    """An amount of a file; None where nothing was reported."""
    return int(Decimal(yuan) * 100) if yuan else None
