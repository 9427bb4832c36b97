"""What was computed before holds until something that it rests on changes, and no longer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Event, Thread

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from accounts.roles import VIEWER
from clusters.models import Cluster, CountingRule, Park, Plan, Region, Sector, Site
from clusters.vocabulary import GoalMeasure, LeadingBasis, Measure, Stage, Standing
from enterprises.models import InvestorGroup, Shareholding
from enterprises.recording import record_state
from ledger.subjects import Subject
from progress.figures import Measurement, measure_progress
from progress.knowledge import remembered, seen_by, versions
from progress.models import ReportedTotal
from progress.results import Progress
from tests.make import (
    FEN_PER_BN,
    PLAN_END,
    make_claim,
    make_cluster,
    make_confirmation,
    make_correction,
    make_credit_code,
    make_document,
    make_enterprise,
    make_entry,
    make_expected,
    make_goal,
    make_group,
    make_park,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOW = date(2023, 6, 30)


def measured(plan: Plan) -> Progress:
    """The figures as pages read them, without the moment of reading."""
    return timeless(measure_progress(plan, NOW))


def anew(plan: Plan) -> Progress:
    """The figures, computed from all rows."""
    return timeless(Measurement(plan, NOW, None).progress())


def timeless(progress: Progress) -> Progress:
    return replace(progress, measured_at=None)  # type: ignore[arg-type]


def test_every_figure_is_seen_to_change_at_once() -> None:
    plan = make_plan()
    enterprise = make_enterprise(leading_on=date(2020, 1, 1), credit_code=make_credit_code())
    project = make_project(enterprise, on=date(2021, 1, 1))
    entry = make_entry(project)
    group = make_group()

    def moves_on() -> None:
        record_state(
            project=project,
            recorded_by=make_recorder(),
            effective_on=date(2022, 1, 1),
            stage=Stage.PRODUCTION,
            standing=Standing.PAUSED,
            reason="Waits for power",
        )

    def counts_from_production() -> None:
        CountingRule.objects.create(
            plan=plan,
            effective_on=date(2021, 1, 1),
            recorded_by=make_recorder(),
            counting_stage=Stage.PRODUCTION,
            investment_measure=Measure.PAID_IN,
        )

    def is_led_by_a_group() -> None:
        Shareholding.objects.create(enterprise=enterprise, group=group, position=0)
        other = make_enterprise(leading_on=date(2020, 1, 1), groups=[group])
        make_project(other, stage=Stage.PRODUCTION, on=date(2022, 1, 1))

    acts: list[Callable[[], object]] = [
        lambda: make_document(entry=entry),
        lambda: make_verdict(entry),
        lambda: make_entry(project, amount_fen=2 * FEN_PER_BN, measure=Measure.PAID_IN),
        lambda: make_correction(make_entry(project), amount_fen=7),
        moves_on,
        lambda: make_project(make_enterprise(leading_on=date(2022, 1, 1))),
        lambda: make_claim(project.enterprise, on=NOW, basis=LeadingBasis.FORTUNE_GLOBAL_500),
        counts_from_production,
        lambda: make_goal(plan, GoalMeasure.NEW_FORTUNE_500_ENTERPRISES, target_count=1),
        is_led_by_a_group,
        lambda: Shareholding.objects.filter(group=group).update(group=make_group("Another Group")),
        lambda: make_cluster("digital"),
        lambda: Site.objects.create(cluster=project.cluster, region=project.region, area_km2=3),
        lambda: Region.objects.update(code="370299"),
        lambda: Cluster.objects.filter(slug="nev").update(name_en="Renamed"),
        lambda: Plan.objects.update(ends_on=date(2024, 12, 31)),
    ]
    for number, act in enumerate(acts):
        before = measured(plan), versions()
        act()
        plan.refresh_from_db()
        assert measured(plan) == anew(plan), number
        assert versions() != before[1], number
    assert measured(plan).park.leading == 2


def test_whatever_a_page_may_tell_beside_figures_raises_a_version_too() -> None:
    project = make_project()
    make_group()
    make_plan()
    acts: list[Callable[[], object]] = [
        lambda: type(project.enterprise).objects.update(name_zh="新名"),
        lambda: type(project).objects.update(name_en="New name"),
        lambda: type(project).objects.update(assignee=make_recorder()),
        lambda: InvestorGroup.objects.update(name_en="New group"),
        lambda: make_confirmation(project),
        lambda: make_expected(project),
        lambda: Park.objects.update(name_en="Renamed"),
        lambda: Sector.objects.create(
            cluster=project.cluster, slug="cars", name_en="Cars", name_zh="车"
        ),
        lambda: ReportedTotal.objects.create(
            park=make_park(),
            scope=ReportedTotal.Scope.CITY,
            measure=ReportedTotal.Measure.CONTRACTED,
            unit=ReportedTotal.Unit.YUAN,
            value=1,
            as_of=PLAN_END,
            source_url="https://example.org",
        ),
        lambda: ReportedTotal.objects.all().delete(),
    ]
    for number, act in enumerate(acts):
        before = versions()
        act()
        assert versions() != before, number
    # A login is nothing that a figure rests on.
    before = versions()
    User.objects.update(last_login=None)
    assert versions() == before


def test_as_long_as_nothing_changes_one_query_tells_so() -> None:
    plan = make_plan()
    make_entry()
    first = measured(plan)
    with CaptureQueriesContext(connection) as queries:
        again = measured(plan)
    assert len(queries) == 1
    assert again == first


def test_the_moment_of_measuring_is_that_of_reading() -> None:
    plan = make_plan()
    first = measure_progress(plan, NOW)
    assert measure_progress(plan, NOW).measured_at > first.measured_at


def test_words_are_in_the_language_of_who_reads() -> None:
    plan = make_plan()
    english = [count.label for count in measure_progress(plan, NOW).investments]
    with translation.override("zh-hans"):
        chinese = [count.label for count in measure_progress(plan, NOW).investments]
    assert "Paid in" in english
    assert "Paid in" not in chinese


def test_another_day_moment_or_evidence_is_computed_for_itself() -> None:
    plan = make_plan()
    entry = make_entry(on=date(2021, 3, 1))
    assert measure_progress(plan, NOW).park.contracted.fen == FEN_PER_BN
    assert measure_progress(plan, date(2021, 2, 28)).park.contracted.fen is None
    assert measure_progress(plan, NOW, entry.recorded_at).park.contracted.fen == FEN_PER_BN
    assert measure_progress(plan, NOW, verified_only=True).park.contracted.fen is None


def test_what_is_written_elsewhere_shows_once_it_is_committed() -> None:
    plan = make_plan()
    project = make_project()
    written, seen = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                make_entry(project)
                written.set()
                seen.wait(10)
        finally:
            connection.close()

    assert measured(plan).park.contracted.fen is None
    writer = Thread(target=write)
    writer.start()
    assert written.wait(10)
    assert measured(plan).park.contracted.fen is None
    seen.set()
    writer.join(10)
    assert measured(plan).park.contracted.fen == FEN_PER_BN


def test_own_writes_are_seen_in_a_transaction_and_gone_after_its_rollback() -> None:
    plan = make_plan()
    project = make_project()
    assert measured(plan).park.contracted.fen is None
    with transaction.atomic():
        make_entry(project, amount_fen=5)
        assert measured(plan).park.contracted.fen == 5
        transaction.set_rollback(True)
    assert measured(plan).park.contracted.fen is None
    make_entry(project, amount_fen=7)
    assert measured(plan).park.contracted.fen == 7


def test_a_version_that_was_rolled_back_is_never_reached_again() -> None:
    make_plan()
    with transaction.atomic():
        make_park("undone")
        undone = versions()
        transaction.set_rollback(True)
    make_park("done")
    assert versions() != undone


def test_parks_are_kept_apart() -> None:
    plan = make_plan()
    make_entry(amount_fen=5)
    park = make_park("inland")
    other = Plan.objects.create(
        park=park, slug="inland", name_en="Inland", starts_on=plan.starts_on, ends_on=plan.ends_on
    )
    cluster = Cluster.objects.create(park=park, slug="steel", name_en="Steel")
    region = Region.objects.create(park=park, code="370199", name_en="Inland")
    make_entry(make_project(cluster=cluster, region=region), amount_fen=9)
    assert [measured(one).park.contracted.fen for one in (plan, other)] == [5, 9]
    make_entry(make_project(region=make_region()), amount_fen=2)
    assert [measured(one).park.contracted.fen for one in (plan, other)] == [7, 9]


def test_what_is_remembered_rests_on_the_subjects_that_it_names() -> None:
    plan = make_plan()
    computed: list[int] = []

    def number_of_plans() -> int:
        computed.append(1)
        return Plan.objects.count()

    def ask() -> int:
        return remembered("test", compute=number_of_plans, subjects=[Subject.PLANS])

    assert ask() == ask() == 1
    make_entry()
    # The first project brings its place, which is of the plans.
    ask()
    asked = len(computed)
    make_entry(make_project())
    assert ask() == 1
    assert len(computed) == asked
    plan.pk, plan.slug = None, "another"
    plan.save()
    assert ask() == 2


def test_what_is_kept_for_readers_of_other_rights_or_scope_is_kept_apart() -> None:
    """A chart tells names: who may not see entries is not shown what others were."""
    region = make_region()
    guest = make_user()
    guest.user_permissions.add(Permission.objects.get(codename="view_plan"))
    readers = [make_user(VIEWER), make_user(VIEWER, regions=[region]), guest]
    kept = [remembered("who", seen_by(one), compute=partial(int, one.pk)) for one in readers]
    assert kept == [one.pk for one in readers]
    again = remembered("who", seen_by(make_user(VIEWER)), compute=lambda: 0)
    assert again == readers[0].pk
