"""The lines of what is contracted, paid in and leading, against the straight path."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from clusters.vocabulary import GoalMeasure, Measure, Stage
from ledger.posting import reverse
from progress.charts.paths import Frame
from tests.make import (
    FEN_PER_BN,
    PLAN_END,
    PLAN_START,
    make_claim,
    make_cluster,
    make_enterprise,
    make_entry,
    make_goal,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_user,
)
from tests.progress.charting import chart, reading, values

pytestmark = pytest.mark.django_db


def test_each_month_end_has_what_stood_on_it_and_where_the_path_was() -> None:
    project = make_project()
    make_entry(project, amount_fen=40 * FEN_PER_BN, on=date(2019, 12, 31))
    make_entry(project, amount_fen=10 * FEN_PER_BN, on=date(2020, 2, 1))
    make_entry(project, amount_fen=3 * FEN_PER_BN, measure=Measure.PAID_IN, on=date(2020, 3, 31))
    rows = {row[0]: row[1:] for row in values(chart("trajectory", make_plan()))}
    assert rows[date(2019, 11, 30)] == (None, None, None)
    assert rows[date(2019, 12, 31)] == (40 * FEN_PER_BN, None, None)
    assert rows[date(2020, 1, 31)][:2] == (40 * FEN_PER_BN, None)
    assert rows[date(2020, 2, 29)][:2] == (50 * FEN_PER_BN, None)
    assert rows[date(2020, 3, 31)][:2] == (50 * FEN_PER_BN, 3 * FEN_PER_BN)
    # 31 of the 2,192 days of the plan are gone.
    assert rows[date(2020, 1, 31)][2] == round(270 * FEN_PER_BN * 31 / 2192)
    assert rows[PLAN_END] == (50 * FEN_PER_BN, 3 * FEN_PER_BN, 270 * FEN_PER_BN)


def test_the_title_says_until_when_the_line_was_ahead_of_its_path() -> None:
    make_entry(amount_fen=100 * FEN_PER_BN, on=date(2020, 6, 1))
    plan = make_plan()
    missed = "Ahead of the straight path until Q1 2022, 170.0 bn yuan short at the end"
    assert chart("trajectory", plan).title.replace("\u00a0", " ") == missed
    assert chart("trajectory", plan, date(2099, 1, 1)).title.replace("\u00a0", " ") == missed
    behind = chart("trajectory", plan, date(2023, 12, 31)).title
    assert behind.endswith("behind the straight path, ahead of it until Q1 2022")
    assert chart("trajectory", plan, date(2021, 1, 1)).title.endswith("ahead of the straight path")
    early = chart("trajectory", plan, date(2019, 5, 1)).title
    assert early == "No contracted amount has been reported yet"
    with translation.override("zh-hans"):
        assert "1,700" in chart("trajectory", plan).title


def test_a_line_that_was_never_ahead_and_one_that_reached_the_goal_say_so() -> None:
    entry = make_entry(amount_fen=1 * FEN_PER_BN, on=date(2020, 6, 1))
    plan = make_plan()
    assert chart("trajectory", plan).title.startswith("Below the straight path throughout")
    make_entry(entry.project, amount_fen=368_900_000_000_00, on=date(2021, 5, 5))
    over = chart("trajectory", plan)
    assert (
        over.title.replace("\u00a0", " ") == "The goal of 270.0 bn yuan was reached on 5 May 2021"
    )
    late = make_plan(slug="short", ends_on=date(2020, 12, 31))
    assert "reached late, on 5 May 2021" in chart("trajectory", late, date(2022, 1, 1)).title


def test_before_the_plan_there_is_what_stood_and_no_path_yet() -> None:
    make_entry(amount_fen=7 * FEN_PER_BN, on=date(2019, 2, 1))
    early = chart("trajectory", make_plan(), date(2019, 6, 30))
    assert early.title.replace("\u00a0", " ") == "7.0 bn yuan stood before the plan begins"
    assert values(early)[-1] == (date(2019, 6, 30), 7 * FEN_PER_BN, None, None)


def test_without_a_goal_or_with_one_of_nothing_there_is_no_path() -> None:
    make_entry(amount_fen=7 * FEN_PER_BN, on=date(2025, 11, 1))
    plan = make_plan(leading_target=None, investment_target_fen=None)
    bare = chart("trajectory", plan)
    assert [column.head for column in bare.columns] == ["Day", "Contracted", "Paid in"]
    assert bare.title.replace("\u00a0", " ") == (
        "7.0 bn yuan so far, 7.0 bn yuan of it in the last 12 months"
    )
    old = chart("trajectory", plan, date(2026, 12, 1))
    assert old.title.endswith("so far, nothing in the last 12 months")
    nothing = make_plan(slug="nothing", investment_target_fen=0)
    assert "Straight path" not in [c.head for c in chart("trajectory", nothing).columns]


def test_an_empty_park_has_a_path_to_draw_and_no_amount() -> None:
    empty = chart("trajectory", make_plan())
    assert empty.title == "No contracted amount has been reported yet"
    assert values(empty)[-1] == (PLAN_END, None, None, 270 * FEN_PER_BN)
    assert not empty.is_empty
    bare = make_plan(slug="bare", leading_target=None, investment_target_fen=None)
    assert chart("trajectory", bare).is_empty


def test_a_line_falls_where_more_was_taken_back_than_came() -> None:
    project = make_project()
    make_entry(project, amount_fen=5 * FEN_PER_BN, on=date(2020, 6, 1))
    make_entry(project, amount_fen=-4 * FEN_PER_BN, on=date(2020, 9, 1), reason="Cut")
    rows = {row[0]: row[1] for row in values(chart("trajectory", make_plan()))}
    assert rows[date(2020, 6, 30)] == 5 * FEN_PER_BN
    assert rows[date(2020, 9, 30)] == 1 * FEN_PER_BN


def test_the_line_ends_at_the_last_entry_and_the_time_since_is_marked() -> None:
    make_entry(amount_fen=5 * FEN_PER_BN, on=date(2021, 6, 15))
    drawn = chart("trajectory", make_plan(), date(2099, 12, 31)).drawing
    line = drawn["lines"][0]
    assert line["points"][-1][0] == "2021-06-15"
    assert line["until"] == "2025-12-31"
    assert drawn["quiet"]["from"] == "2021-06-15"
    assert drawn["quiet"]["to"] == drawn["to"] == "2027-01-01"
    assert drawn["short"]["text"] == "265.0 short"
    silent = [bar["on"] for bar in drawn["bars"] if bar["empty"]]
    assert "2021-04-01" not in silent
    assert "2021-07-01" in silent


def test_what_was_not_known_yet_is_not_drawn() -> None:
    entry = make_entry(amount_fen=5 * FEN_PER_BN)
    plan = make_plan()
    before = chart("trajectory", plan, known_at=datetime(2001, 1, 1, tzinfo=UTC))
    assert values(before)[-1][1] is None
    assert "as known on" in before.source
    reverse(entry=entry, recorded_by=make_recorder(), reason="Not true")
    assert values(chart("trajectory", plan))[-1][1] is None


def test_the_largest_entries_are_named_where_the_reader_may_see_them() -> None:
    own, other = make_region("370285"), make_region("370215")
    seen = make_enterprise("Own Ltd", groups=[make_group("Own Group")])
    make_entry(make_project(seen, region=own), amount_fen=2 * FEN_PER_BN)
    hidden = make_enterprise("Hidden Ltd", groups=[make_group("Hidden Group")])
    make_entry(make_project(hidden, region=other), amount_fen=9 * FEN_PER_BN)
    plan = make_plan()
    limited = make_user("viewer", regions=[own])
    events = chart("trajectory", plan, viewer=limited).drawing["events"]
    assert [event["text"] for event in events] == ["Q1 2021: Own Group 2.0"]
    everybody = chart("trajectory", plan, viewer=make_user("auditor")).drawing["events"]
    assert [event["text"] for event in everybody] == [
        "Q1 2021: Hidden Group 9.0",
        "Q1 2021: Own Group 2.0",
    ]
    # Figures of the whole park are for everybody.
    assert values(chart("trajectory", plan, viewer=limited))[-1][1] == 11 * FEN_PER_BN


def test_milestones_of_the_goals_stand_on_the_chart_of_their_cluster() -> None:
    nev = make_cluster("nev")
    plan = make_plan()
    for year, target in ((2022, 50), (2025, 100)):
        make_goal(
            plan,
            GoalMeasure.INDUSTRIAL_SCALE,
            cluster=nev,
            due_on=date(year, 12, 31),
            target_fen=target * FEN_PER_BN,
        )
    goals = chart("trajectory", plan, scope="nev").drawing["goals"]
    assert [goal["value"] for goal in goals] == [50, 100]


def test_a_plan_measured_by_what_is_paid_in_leads_the_path_to_that() -> None:
    project = make_project()
    make_entry(project, amount_fen=300 * FEN_PER_BN)
    make_entry(project, amount_fen=27 * FEN_PER_BN, measure=Measure.PAID_IN)
    paid = chart("trajectory", make_plan(investment_measure=Measure.PAID_IN))
    assert paid.title.replace("\u00a0", " ").endswith("243.0 bn yuan short at the end")
    produced = chart("trajectory", make_plan(slug="o", investment_measure=Measure.ANNUAL_OUTPUT))
    assert "Straight path" not in [column.head for column in produced.columns]


def test_leading_enterprises_end_at_the_number_of_the_page() -> None:
    first = make_enterprise(leading_on=date(2020, 5, 5))
    make_project(first, stage=Stage.PRODUCTION, on=date(2020, 1, 1))
    second = make_enterprise()
    make_project(second, stage=Stage.PRODUCTION, on=date(2020, 1, 1))
    make_claim(second, on=date(2022, 2, 2))
    plan = make_plan(leading_target=2)
    line = chart("leading", plan)
    rows = {row[0]: row[1] for row in values(line)}
    assert (rows[date(2020, 4, 30)], rows[date(2020, 5, 31)], rows[PLAN_END]) == (0, 1, 2)
    assert line.title == "The goal of 2 enterprises was reached on 2 Feb 2022"
    unreported = chart("leading", plan, scope="370285", as_of=date(2019, 1, 1))
    assert unreported.title == "No project has been reported yet, so no enterprise counts"
    assert unreported.rows == ()


def test_long_spans_are_drawn_by_quarter_and_no_span_is_endless() -> None:
    frame = Frame.around(date(2000, 1, 1), date(2020, 12, 31), None, None, date(2030, 1, 1))
    assert frame.is_quarterly
    assert len(frame.days) < 100
    assert frame.days[-1] == date(2030, 1, 1)
    last = Frame.around(PLAN_START, PLAN_END, None, date(2999, 12, 31), date(2999, 12, 31))
    assert len(last.days) < 4000


def test_the_parts_of_a_picture_are_plain_json() -> None:
    make_entry(amount_fen=FEN_PER_BN)
    picture = chart("trajectory", make_plan()).picture
    assert picture["title"]
    points = picture["points"]
    assert points["heads"][0] == ["Contracted", "\u00a0bn yuan"]
    # Nothing is paid in: told as not reported, never as 0.
    assert points["rows"][-1][1:3] == ["1.00", None]
    assert reading(make_plan(slug="other")).query.startswith("plan=other&as_of=2025-12-31")
