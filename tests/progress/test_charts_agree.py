"""Charts against the figures of the page: on facts of all kinds, in each scope and at each date."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.vocabulary import Measure, Stage
from enterprises.models import Project
from ledger.models import Entry
from ledger.posting import reverse
from ledger.withdrawal import withdraw
from progress.charts import CHARTS, charts
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_verdict,
)
from tests.progress.charting import reading, total, values

pytestmark = pytest.mark.django_db
SCOPES = ("nev", "digital", "370285", "370215")
DATES = (date(2019, 6, 30), date(2022, 3, 15), date(2025, 12, 31), date(2099, 12, 31))


def some_facts(seed: int, projects: int = 6) -> None:
    """Projects here and there, with amounts, verdicts, reversals and withdrawals."""
    chance = Random(seed)  # noqa: S311 the same facts each time
    regions = [make_region("370285"), make_region("370215")]
    clusters = [make_cluster("nev"), make_cluster("digital")]
    groups = [make_group("Haier"), make_group("FAW")]

    def day() -> date:
        return date(2018, 1, 1) + timedelta(days=chance.randrange(3000))

    for _number in range(projects):
        begun = date(2018, 1, 1) + timedelta(days=chance.randrange(1500))
        project = make_project(
            make_enterprise(
                groups=chance.sample(groups, chance.randrange(3)),
                leading_on=day() if chance.random() < 0.7 else None,
            ),
            region=chance.choice(regions),
            cluster=chance.choice(clusters),
            stage=chance.choice(list(Stage)),
            on=begun,
        )
        for _entry in range(3):
            make_entry(
                project,
                amount_fen=chance.randrange(1, 10 * FEN_PER_BN),
                measure=chance.choice([Measure.CONTRACTED, Measure.PAID_IN]),
                on=day(),
                evidence=make_evidence(),
            )
    entries = list(Entry.objects.order_by("-pk")[: 3 * projects])
    for entry in chance.sample(entries, 4):
        make_verdict(entry)
    reverse(entry=chance.choice(entries), recorded_by=make_recorder(), reason="Wrong")
    withdraw(
        project=chance.choice(list(Project.objects.order_by("pk"))),
        withdrawn_on=date(2026, 6, 1),
        recorded_by=make_recorder(),
        reason="Gone",
    )


@pytest.mark.parametrize(("seed", "verified_only"), [(1, False), (2, True)])
def test_every_chart_ends_at_the_figures_of_the_page(seed: int, verified_only: bool) -> None:
    some_facts(seed)
    plan = make_plan()
    for place, as_of in enumerate(DATES):
        known_at = datetime(2098, 1, 1, tzinfo=UTC) if place % 2 else None
        for scope in ("", SCOPES[place]):
            asked = reading(plan, as_of, known_at, scope=scope, verified_only=verified_only)
            figures, made = asked.scope, charts(asked)
            contracted, paid_in = figures.contracted.fen, figures.paid_in.fen
            last = values(made["trajectory"])[-1]
            assert last[:3] == (as_of, contracted, paid_in)
            line = values(made["leading"])
            assert (line[-1][1] if line else None) == figures.leading
            assert total(made["years"])[-1] == contracted
            assert total(made["cohorts"])[1] == contracted
            assert total(made["cohorts"])[5] == paid_in
            assert total(made["concentration"])[1] == contracted
            assert total(made["groups"])[1] == contracted
            negotiating = values(made["funnel"])[0]
            assert negotiating[1] - negotiating[3] == figures.projects
            tiles = {row[1]: row[2] for row in values(made["regions"])}
            if scope in tiles:
                assert tiles[scope] == contracted
            else:
                assert total(made["regions"])[2] == contracted
            if not scope:
                assert tiles == {one.key: one.contracted.fen for one in asked.progress.regions}
                # Without an amount a cluster has no column.
                named = [c.scope.name for c in asked.progress.clusters if c.contracted.entries]
                assert [column.head for column in made["years"].columns[1:-1]] == named


def test_the_number_of_queries_does_not_grow_with_the_data() -> None:
    plan = make_plan()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            charts(reading(plan))
        return len(captured)

    some_facts(3, projects=5)
    few = queries()
    some_facts(4, projects=5)
    assert queries() == few
    assert set(charts(reading(plan))) == set(CHARTS)
