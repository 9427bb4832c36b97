"""What each figure counts, and what it leaves out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.models import Goal
from clusters.vocabulary import GoalMeasure, Grade, LeadingBasis, Measure, Stage
from enterprises.models import LeadingClaim, Project
from enterprises.recording import record_claim, record_state
from ledger.models import Entry
from ledger.posting import reverse
from ledger.withdrawal import withdraw
from progress.figures import measure_progress
from progress.results import Progress, ScopeFigures
from progress.statuses import Status
from tests.make import (
    FEN_PER_BN,
    PLAN_END,
    make_claim,
    make_cluster,
    make_credit_code,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
)

pytestmark = pytest.mark.django_db


def scope(scopes: tuple[ScopeFigures, ...], key: str) -> ScopeFigures:
    return next(one for one in scopes if one.key == key)


def at_end(**plan: object) -> Progress:
    return measure_progress(make_plan(**plan), PLAN_END)  # type: ignore[arg-type]


# Leading enterprises


def test_an_enterprise_counts_with_a_basis_and_a_project_at_the_counting_stage() -> None:
    counted = make_enterprise(leading_on=date(2021, 1, 1))
    make_project(counted, stage=Stage.REGISTERED)
    signed_only = make_enterprise(leading_on=date(2021, 1, 1))
    make_project(signed_only, stage=Stage.SIGNED)
    make_project(make_enterprise(), stage=Stage.PRODUCTION)  # no basis
    make_enterprise(leading_on=date(2021, 1, 1))  # no project
    assert at_end().park.leading == 1


def test_an_enterprise_with_two_projects_counts_once_for_the_park_and_in_each_cluster() -> None:
    enterprise = make_enterprise(leading_on=date(2021, 1, 1))
    make_project(enterprise, stage=Stage.PRODUCTION, cluster=make_cluster("nev"))
    make_project(enterprise, stage=Stage.PRODUCTION, cluster=make_cluster("digital"))
    progress = at_end()
    assert progress.park.leading == 1
    assert [one.leading for one in progress.clusters] == [1, 1]
    assert progress.in_several_clusters == 1


def test_a_withdrawn_project_carries_its_enterprise_no_longer() -> None:
    project = make_project(make_enterprise(leading_on=date(2021, 1, 1)), stage=Stage.PRODUCTION)
    make_project()  # so that the park still reports
    withdraw(
        project=project, withdrawn_on=date(2023, 5, 1), recorded_by=make_recorder(), reason="Left"
    )
    plan = make_plan()
    assert measure_progress(plan, date(2023, 4, 30)).park.leading == 1
    assert measure_progress(plan, date(2023, 5, 1)).park.leading == 0


def test_a_claim_counts_from_its_date_and_until_it_is_ended() -> None:
    enterprise = make_enterprise()
    make_project(enterprise, stage=Stage.PRODUCTION, on=date(2020, 2, 1))
    make_claim(enterprise, on=date(2021, 1, 1))
    record_claim(
        enterprise=enterprise,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        basis=LeadingBasis.INDUSTRY_LEADER,
        holds=False,
    )
    plan = make_plan()
    days = (date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1))
    assert [measure_progress(plan, day).park.leading for day in days] == [0, 1, 1, 0]


def test_the_count_is_shown_from_each_stage_and_by_leading_group() -> None:
    haier = make_group("Haier Group")
    for stage in (Stage.SIGNED, Stage.REGISTERED, Stage.PRODUCTION):
        make_project(
            make_enterprise(leading_on=date(2021, 1, 1), groups=[haier, make_group("Other")]),
            stage=stage,
        )
    make_project(make_enterprise(leading_on=date(2021, 1, 1)), stage=Stage.CONSTRUCTION)
    counts = {row.stage: row for row in at_end().counts}
    assert {stage: row.enterprises for stage, row in counts.items()} == {
        Stage.SIGNED: 4,
        Stage.REGISTERED: 3,
        Stage.CONSTRUCTION: 2,
        Stage.PRODUCTION: 1,
    }
    # Haier's three count as one, the one without a group for itself.
    assert counts[Stage.SIGNED].groups == 2
    assert counts[Stage.REGISTERED].is_plans_rule


def test_the_plans_rule_says_from_which_stage_is_counted() -> None:
    make_project(make_enterprise(leading_on=date(2021, 1, 1)), stage=Stage.SIGNED)
    assert at_end(counting_stage=Stage.SIGNED).park.leading == 1


def test_what_stood_before_the_plan_counts_and_is_given_apart() -> None:
    old = make_enterprise(leading_on=date(2018, 1, 1))
    make_project(old, stage=Stage.PRODUCTION, on=date(2018, 1, 1))
    new = make_enterprise(leading_on=date(2021, 1, 1))
    make_project(new, stage=Stage.REGISTERED)
    goal = at_end().park.leading_goal
    assert goal is not None
    assert (goal.outcome, goal.before_plan, goal.under_plan) == (2, 1, 1)


def test_new_enterprises_are_those_that_did_not_count_before_the_plan() -> None:
    for day in (date(2018, 1, 1), date(2021, 1, 1)):
        enterprise = make_enterprise(leading_on=day, basis=LeadingBasis.FORTUNE_GLOBAL_500)
        make_project(enterprise, stage=Stage.PRODUCTION, on=day)
    plan = make_plan()
    make_goal(
        plan,
        GoalMeasure.NEW_FORTUNE_500_ENTERPRISES,
        due_on=date(2022, 12, 31),
        target_count=1,
    )
    (goal,) = measure_progress(plan, PLAN_END).park.other_goals
    assert (goal.outcome, goal.status) == (1, Status.MET)


def test_a_goal_that_nothing_measures_says_so() -> None:
    make_project()
    plan = make_plan()
    make_goal(plan, GoalMeasure.NEW_ENGINE_PROJECTS, due_on=date(2020, 12, 31), target_count=2)
    (goal,) = measure_progress(plan, PLAN_END).park.other_goals
    assert (goal.actual, goal.status) == (None, Status.NOT_MEASURED)


# Investment


def test_measures_are_never_added() -> None:
    project = make_project()
    make_entry(project, amount_fen=700, measure=Measure.CONTRACTED)
    make_entry(project, amount_fen=300, measure=Measure.PAID_IN)
    park = at_end().park
    assert (park.contracted.fen, park.paid_in.fen, park.investment.fen) == (700, 300, 700)


def test_the_plans_rule_says_by_which_measure_the_goal_is_compared() -> None:
    make_entry(amount_fen=300, measure=Measure.PAID_IN)
    goal = at_end(investment_measure=Measure.PAID_IN).park.investment_goal
    assert goal is not None
    assert goal.outcome == 300


def test_an_amount_counts_from_its_day_on() -> None:
    make_entry(amount_fen=500, on=date(2022, 6, 30))
    plan = make_plan()
    assert measure_progress(plan, date(2022, 6, 29)).park.contracted.fen is None
    assert measure_progress(plan, date(2022, 6, 30)).park.contracted.fen == 500


def test_silence_is_not_zero() -> None:
    make_project(region=make_region("370285"))
    make_region("370202")
    progress = at_end()
    assert progress.park.investment.fen is None
    assert progress.park.investment_goal is not None
    assert progress.park.investment_goal.status == Status.NOT_REPORTED
    assert scope(progress.regions, "370202").leading is None
    assert scope(progress.regions, "370285").leading == 0


def test_a_reversed_amount_is_not_reported_rather_than_zero() -> None:
    entry = make_entry(amount_fen=500)
    reverse(entry=entry, recorded_by=make_recorder(), reason="Not this park")
    assert at_end().park.contracted.fen is None


def test_clusters_and_regions_add_up_to_the_park() -> None:
    for number, (cluster, region) in enumerate(
        (c, r) for c in ("nev", "digital") for r in ("370285", "370215")
    ):
        project = make_project(cluster=make_cluster(cluster), region=make_region(region))
        make_entry(project, amount_fen=10**number)
    progress = at_end()
    assert progress.park.contracted.fen == 1111
    assert sum(one.contracted.fen or 0 for one in progress.clusters) == 1111
    assert sum(one.contracted.fen or 0 for one in progress.regions) == 1111


def test_the_four_grades_add_up_to_the_amount() -> None:
    project = make_project()
    make_entry(project, amount_fen=100, evidence=make_evidence())
    make_entry(project, amount_fen=40)
    evidence = at_end().park.investment.evidence_fen
    assert evidence[Grade.SOURCED] == 100
    assert evidence[Grade.UNSUPPORTED] == 40
    assert sum(evidence.values()) == 140


def test_annual_output_is_the_latest_year_and_never_a_sum_of_years() -> None:
    project = make_project()
    for year, fen in ((2021, 100), (2022, 300)):
        make_entry(project, amount_fen=fen, measure=Measure.ANNUAL_OUTPUT, on=date(year, 12, 31))
    other = make_project()
    make_entry(other, amount_fen=11, measure=Measure.ANNUAL_OUTPUT, on=date(2022, 12, 31))
    park = at_end().park
    assert (park.annual_output_year, park.annual_output_fen) == (2022, 311)


def test_withdrawing_takes_back_what_is_contracted_and_not_paid_in() -> None:
    project = make_project()
    make_project()
    make_entry(project, amount_fen=900)
    make_entry(project, amount_fen=200, measure=Measure.PAID_IN)
    withdraw(
        project=project, withdrawn_on=date(2024, 1, 1), recorded_by=make_recorder(), reason="Left"
    )
    park = at_end().park
    assert (park.contracted.fen, park.paid_in.fen) == (200, 200)
    assert measure_progress(make_plan(slug="p2"), date(2023, 12, 31)).park.contracted.fen == 900


# Goals in time


def test_after_the_due_date_the_outcome_leads_and_what_came_since_stands_beside() -> None:
    project = make_project()
    make_entry(project, amount_fen=200 * FEN_PER_BN, on=date(2024, 1, 1))
    make_entry(project, amount_fen=5 * FEN_PER_BN, on=date(2026, 2, 1))
    goal = measure_progress(make_plan(), date(2026, 3, 1)).park.investment_goal
    assert goal is not None
    assert goal.status == Status.MISSED
    assert goal.headline == 200 * FEN_PER_BN
    assert goal.since_due == 5 * FEN_PER_BN
    assert goal.short == 70 * FEN_PER_BN


def test_a_goal_that_is_reached_after_its_due_date_is_met_late_with_the_date() -> None:
    project = make_project()
    make_entry(project, amount_fen=200 * FEN_PER_BN, on=date(2024, 1, 1))
    make_entry(project, amount_fen=70 * FEN_PER_BN, on=date(2026, 2, 1))
    goal = measure_progress(make_plan(), date(2026, 3, 1)).park.investment_goal
    assert goal is not None
    assert (goal.status, goal.reached_on) == (Status.MET_LATE, date(2026, 2, 1))


def test_a_goal_for_enterprises_names_the_day_it_was_reached() -> None:
    for month in (1, 2, 3):
        enterprise = make_enterprise(leading_on=date(2022, month, 1))
        make_project(enterprise, stage=Stage.REGISTERED, on=date(2022, month, 5))
    goal = measure_progress(make_plan(leading_target=2), PLAN_END).park.leading_goal
    assert goal is not None
    assert (goal.status, goal.reached_on) == (Status.MET, date(2022, 2, 5))


def test_a_running_goal_has_pace_needed_rate_and_projection() -> None:
    project = make_project(on=date(2020, 1, 1))
    make_entry(project, amount_fen=120 * FEN_PER_BN, on=date(2022, 12, 31))
    plan = make_plan(starts_on=date(2020, 1, 1), ends_on=date(2025, 12, 31))
    goal = measure_progress(plan, date(2022, 12, 31)).park.investment_goal
    assert goal is not None
    assert goal.elapsed == Decimal(1096) / Decimal(2192)  # three of six years
    assert goal.pace == Decimal(120) / 270 - Decimal("0.5")
    assert goal.status == Status.BEHIND
    # 150 bn are left for 1,096 days; the last twelve months brought 120 bn.
    assert goal.needed_per_month == pytest.approx(
        Decimal(150 * FEN_PER_BN) / 36, rel=Decimal("0.001")
    )
    assert goal.recent_per_month == 10 * FEN_PER_BN


def test_before_the_plan_begins_its_goals_have_not_started() -> None:
    make_entry(make_project(on=date(2018, 1, 1)), on=date(2018, 1, 1))
    goal = measure_progress(make_plan(), date(2019, 6, 1)).park.investment_goal
    assert goal is not None
    assert goal.status == Status.NOT_STARTED


def test_a_target_of_zero_has_no_completion_and_is_reached() -> None:
    make_entry()
    goal = at_end(investment_target_fen=0).park.investment_goal
    assert goal is not None
    assert (goal.completion, goal.status) == (None, Status.MET)


def test_a_plan_without_goals_shows_what_there_is() -> None:
    make_entry(amount_fen=500)
    park = at_end(leading_target=None, investment_target_fen=None).park
    assert (park.leading_goal, park.investment_goal, park.contracted.fen) == (None, None, 500)


def test_a_changed_goal_leaves_the_old_one_to_the_time_before() -> None:
    plan = make_plan()
    make_entry()
    make_goal(
        plan,
        GoalMeasure.INDUSTRIAL_SCALE,
        target_fen=300 * FEN_PER_BN,
        effective_on=date(2023, 1, 1),
    )
    before = measure_progress(plan, date(2022, 12, 31)).park.investment_goal
    after = measure_progress(plan, date(2023, 1, 1)).park.investment_goal
    assert before is not None
    assert after is not None
    assert (before.target, after.target) == (270 * FEN_PER_BN, 300 * FEN_PER_BN)


def test_a_goal_without_a_target_has_ended() -> None:
    plan = make_plan()
    make_goal(plan, GoalMeasure.INDUSTRIAL_SCALE, effective_on=date(2023, 1, 1))
    assert measure_progress(plan, PLAN_END).park.investment_goal is None
    assert Goal.objects.count() == 3


# What was known when


def test_an_earlier_moment_knows_less() -> None:
    project = make_project(make_enterprise(leading_on=date(2021, 1, 1)), stage=Stage.REGISTERED)
    make_entry(project, amount_fen=500)
    plan = make_plan()
    now = timezone.now()
    assert measure_progress(plan, PLAN_END, now).park.contracted.fen == 500
    long_ago = measure_progress(plan, PLAN_END, now - timedelta(days=1))
    assert long_ago.park.contracted.fen is None
    assert long_ago.park.leading is None
    assert long_ago.park.investment_goal is None  # the goals were not recorded either


def record_at(moment: datetime, project: Project, fen: int, reverses: Entry | None = None) -> Entry:
    """Insert an entry as if it had been recorded at `moment`."""
    return Entry.objects.create(
        project=project,
        cluster=project.cluster,
        region=project.region,
        measure=Measure.CONTRACTED,
        amount_fen=fen,
        effective_on=date(2022, 5, 1),
        recorded_at=moment,
        recorded_by=make_recorder(),
        reverses=reverses,
        reason="Wrong project" if reverses else "",
        idempotency_key=f"{moment}{fen}",
    )


def test_a_correction_does_not_change_what_was_known_before_it() -> None:
    project, plan = make_project(), make_plan()
    january, june = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC)
    entry = record_at(january, project, 500)
    record_at(june, project, -500, reverses=entry)
    just_before = june - timedelta(microseconds=1000)
    assert measure_progress(plan, PLAN_END, january).park.contracted.fen == 500
    assert measure_progress(plan, PLAN_END, just_before).park.contracted.fen == 500
    assert measure_progress(plan, PLAN_END, june).park.contracted.fen is None
    assert measure_progress(plan, PLAN_END).park.contracted.fen is None


def test_of_two_states_of_one_day_the_later_recorded_one_counts() -> None:
    enterprise = make_enterprise(leading_on=date(2021, 1, 1), credit_code=make_credit_code())
    project = make_project(enterprise, stage=Stage.SIGNED, on=date(2021, 3, 1))
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2021, 3, 1),
        stage=Stage.REGISTERED,
    )
    assert at_end().park.leading == 1


def test_now_and_the_same_moment_by_the_ledger_give_the_same_figures() -> None:
    for number in range(6):
        project = make_project(
            make_enterprise(leading_on=date(2021, 1, 1)),
            stage=Stage.REGISTERED,
            cluster=make_cluster(("nev", "digital")[number % 2]),
            region=make_region(("370285", "370215", "370202")[number % 3]),
        )
        entry = make_entry(project, amount_fen=number + 1, on=date(2019 + number, 5, 1))
        if number == 3:
            reverse(entry=entry, recorded_by=make_recorder(), reason="Twice")
    plan = make_plan()
    now = measure_progress(plan, PLAN_END)
    recorded = measure_progress(plan, PLAN_END, timezone.now())
    assert (now.park, now.clusters, now.regions) == (
        recorded.park,
        recorded.clusters,
        recorded.regions,
    )


def test_the_number_of_queries_does_not_grow_with_the_data() -> None:
    plan = make_plan()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            measure_progress(plan, PLAN_END)
        return len(captured)

    def add(times: int) -> None:
        for _ in range(times):
            project = make_project(
                make_enterprise(leading_on=date(2021, 1, 1), groups=[make_group()]),
                stage=Stage.REGISTERED,
            )
            make_entry(project)

    add(2)
    at_two = queries()
    add(18)
    assert queries() == at_two
    assert Entry.objects.count() == 20
    assert LeadingClaim.objects.count() == 20


# What later events must not change


def test_a_withdrawal_lowers_the_grade_that_its_contract_stood_in() -> None:
    kept, left = make_project(), make_project()
    make_entry(kept, amount_fen=100, evidence=make_evidence("https://a.example.org/1"))
    make_entry(left, amount_fen=60, evidence=make_evidence("https://a.example.org/2"))
    withdraw(
        project=left, withdrawn_on=date(2024, 1, 1), recorded_by=make_recorder(), reason="Left"
    )
    investment = at_end().park.investment
    assert investment.fen == 100
    assert investment.evidence_fen[Grade.SOURCED] == 100
    assert investment.evidence_fen[Grade.UNSUPPORTED] == 0


def test_an_outcome_stays_when_its_projects_leave_later() -> None:
    enterprise = make_enterprise(leading_on=date(2021, 1, 1))
    project = make_project(enterprise, stage=Stage.REGISTERED, on=date(2021, 1, 1))
    plan = make_plan(leading_target=None)
    make_goal(plan, GoalMeasure.LEADING_ENTERPRISES, due_on=date(2022, 12, 31), target_count=1)
    withdraw(
        project=project, withdrawn_on=date(2023, 6, 1), recorded_by=make_recorder(), reason="Left"
    )
    goal = measure_progress(plan, date(2024, 1, 1)).park.leading_goal
    assert goal is not None
    assert (goal.status, goal.outcome, goal.actual) == (Status.MET, 1, 0)


def test_output_counts_by_its_day_and_only_of_the_latest_year() -> None:
    project = make_project()
    for fen, day in ((500, date(2022, 12, 31)), (40, date(2023, 3, 31)), (80, date(2023, 12, 31))):
        make_entry(project, amount_fen=fen, measure=Measure.ANNUAL_OUTPUT, on=day)
    plan = make_plan(investment_measure=Measure.ANNUAL_OUTPUT)
    make_goal(plan, GoalMeasure.ANNUAL_OUTPUT, due_on=date(2023, 6, 30), target_fen=100)
    park = measure_progress(plan, PLAN_END).park
    (goal,) = park.other_goals
    assert (goal.outcome, goal.actual, goal.status) == (40, 120, Status.MET_LATE)
    assert park.investment_goal is not None
    assert park.investment.fen == park.investment_goal.actual == 120
    assert sum(park.investment.evidence_fen.values()) == 120
