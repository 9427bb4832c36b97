"""What the lists of enterprises and projects can be narrowed by."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from clusters.models import Sector
from clusters.vocabulary import LeadingBasis, Measure, Stage, Standing
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from enterprises.models import Enterprise, Project, Tag
from enterprises.recording import record_claim, record_state
from enterprises.templatetags.groups import elsewhere_url
from progress.figures import measure_progress
from tests.lists.asking import problems, rows
from tests.make import (
    FEN_PER_BN,
    make_claim,
    make_cluster,
    make_correction,
    make_document,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
    make_verdict,
)

pytestmark = pytest.mark.django_db

JIMO, LAOSHAN = "370215", "370212"
CONSTRUCTION, REGISTERED = Stage.CONSTRUCTION, Stage.REGISTERED


def projects(user: User | None = None, /, **query: Any) -> list[Project]:
    return rows(ProjectFilterSet, user or make_user(VIEWER), **query)


def enterprises(user: User | None = None, /, **query: Any) -> list[Enterprise]:
    return rows(EnterpriseFilterSet, user or make_user(VIEWER), **query)


def step(project: Project, stage: str, on: date, **more: Any) -> None:
    """A step of a project that is taken as it was reported."""
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=on,
        stage=stage,
        is_reported=True,
        **more,
    )


# Is, and is not


def test_a_value_may_be_looked_for_or_left_out() -> None:
    nev = make_project(cluster=make_cluster("nev"), region=make_region(JIMO))
    digital = make_project(cluster=make_cluster("digital"), region=make_region(LAOSHAN))
    assert projects(cluster="nev") == [nev]
    assert projects(not_cluster="nev") == [digital]
    assert projects(not_cluster=["nev", "digital"]) == []
    assert projects(not_cluster="nev", region=JIMO) == []
    assert projects(cluster="nev", not_cluster="nev") == []


def test_a_project_without_a_sector_is_in_no_sector() -> None:
    sector = make_sector(cluster=make_cluster())
    with_one, without = make_project(), make_project()
    step(with_one, Stage.SIGNED, with_one.stage_on, sector=sector)
    assert projects(sector=sector.slug) == [with_one]
    assert projects(not_sector=sector.slug) == [without]


def test_sectors_of_one_name_in_two_clusters_are_both_meant() -> None:
    found = []
    for slug in ("nev", "digital"):
        cluster = make_cluster(slug)
        sector = Sector.objects.create(slug="chips", cluster=cluster, name_en="Chips")
        found.append(make_project(cluster=cluster))
        step(found[-1], Stage.SIGNED, found[-1].stage_on, sector=sector)
    assert projects(sector="chips") == found


def test_a_withdrawn_project_stands_at_no_stage() -> None:
    gone, there = make_project(stage=REGISTERED), make_project(stage=REGISTERED)
    step(gone, REGISTERED, date(2022, 1, 1), standing=Standing.WITHDRAWN, reason="Gone")
    assert projects(stage=REGISTERED) == [there]
    assert projects(not_stage=REGISTERED) == [gone]
    assert projects(standing="withdrawn") == [gone]
    assert projects(not_standing="withdrawn") == [there]


def test_one_project_of_an_enterprise_must_meet_all() -> None:
    both, one = make_enterprise(), make_enterprise()
    make_project(both, cluster=make_cluster("nev"), region=make_region(JIMO))
    make_project(both, cluster=make_cluster("digital"), region=make_region(LAOSHAN))
    make_project(one, cluster=make_cluster("nev"), region=make_region(LAOSHAN))
    assert enterprises(cluster="nev", region=LAOSHAN) == [one]
    assert enterprises(cluster="nev") == [both, one]
    assert enterprises(not_cluster="nev") == [both]
    assert enterprises(not_cluster="nev", region=JIMO) == []


# Leading


def test_an_enterprise_on_two_bases_is_found_by_each() -> None:
    both = make_enterprise(leading_on=date(2021, 1, 1))
    make_claim(both, on=date(2021, 1, 1), basis=LeadingBasis.FORTUNE_GLOBAL_500)
    plain = make_enterprise()
    for basis in LeadingBasis.values:
        assert enterprises(leading=basis) == [both]
        assert enterprises(not_leading=basis) == [plain]
    assert enterprises(leading="none") == [plain]
    assert enterprises(leading=["none", "industry_leader"]) == [both, plain]
    assert enterprises(leading=LeadingBasis.values) == [both]


def end_claim(enterprise: Enterprise, on: date) -> None:
    record_claim(
        enterprise=enterprise,
        recorded_by=make_recorder(),
        effective_on=on,
        basis=LeadingBasis.INDUSTRY_LEADER,
        holds=False,
        reason="Dropped",
    )


def test_a_basis_is_that_of_the_day_asked_about() -> None:
    enterprise = make_enterprise(leading_on=date(2021, 1, 1))
    end_claim(enterprise, date(2023, 1, 1))
    assert enterprises(leading="industry_leader") == []
    assert enterprises(leading="industry_leader", as_of="2022-12-31") == [enterprise]
    assert enterprises(leading="none", as_of="2022-12-31") == []
    assert enterprises(leading="industry_leader", as_of="2020-12-31") == []


def test_counting_is_what_progress_counts() -> None:
    plan = make_plan()
    old = make_enterprise(leading_on=date(2018, 1, 1))
    make_project(old, stage=REGISTERED, on=date(2018, 1, 1))
    signed = make_enterprise(leading_on=date(2021, 1, 1))
    make_project(signed, stage=Stage.SIGNED)
    left = make_enterprise(leading_on=date(2021, 1, 1))
    gone = make_project(left, stage=REGISTERED)
    step(gone, REGISTERED, date(2022, 1, 1), standing=Standing.WITHDRAWN, reason="Gone")
    make_project(make_enterprise(), stage=REGISTERED)
    assert enterprises(counting="yes") == [old]
    assert measure_progress(plan, timezone.localdate()).park.leading == 1
    assert enterprises(counting="yes", counting_from="signed") == [old, signed]
    assert enterprises(counting="yes", as_of="2021-12-31") == [old, left]
    assert projects(counting="yes", as_of="2021-12-31") == [*old.projects.all(), gone]


def test_counting_goes_by_the_rule_of_the_plan_in_force_that_day() -> None:
    make_plan(counting_stage=Stage.SIGNED)
    signed = make_enterprise(leading_on=date(2018, 1, 1))
    make_project(signed, on=date(2018, 1, 1))
    # Before the plan begins its first rule stands.
    for query in ({}, {"as_of": "2018-06-01"}, {"as_of": "2025-01-01"}):
        assert enterprises(counting="yes", **query) == [signed]


def test_without_a_plan_counting_begins_at_the_registration() -> None:
    registered = make_enterprise(leading_on=date(2021, 1, 1))
    make_project(registered, stage=REGISTERED)
    make_project(make_enterprise(leading_on=date(2021, 1, 1)))
    assert enterprises(counting="yes") == [registered]


def test_what_counts_anew_and_what_counted_already_are_all_that_counts() -> None:
    old, new = (make_enterprise(leading_on=date(year, 1, 1)) for year in (2018, 2021))
    for enterprise, year in ((old, 2018), (new, 2021)):
        make_project(enterprise, stage=REGISTERED, on=date(year, 5, 1))
    end_claim(old, date(2024, 1, 1))
    on: dict[str, str] = {"counting": "yes", "as_of": "2023-01-01"}
    assert enterprises(**on) == [old, new]
    assert enterprises(**on, new_since="2020-01-01") == [new]
    assert enterprises(**on, counted_before="2020-01-01") == [old]
    assert enterprises(**on, gone_by="2024-01-01") == [old]
    # The day itself counts.
    assert enterprises(**on, new_since="2021-05-01") == [new]
    assert enterprises(**on, new_since="2021-05-02") == []


def test_a_project_is_looked_for_where_it_was_that_day_and_as_it_was_known() -> None:
    nev, digital = make_cluster("nev"), make_cluster("digital")
    enterprise = make_enterprise(leading_on=date(2020, 1, 1))
    project = make_project(enterprise, cluster=nev, stage=REGISTERED, on=date(2020, 1, 1))
    before = project.states.get().recorded_at
    step(project, CONSTRUCTION, date(2022, 1, 1), cluster=digital)
    assert projects(cluster="nev") == []
    assert projects(cluster="nev", as_of="2021-12-31") == [project]
    assert projects(cluster="digital", as_of="2021-12-31") == []
    assert projects(stage="construction", as_of="2022-01-01") == [project]
    known = {"known_at": localtime(before).isoformat()}
    assert projects(cluster="digital", as_of="2022-06-01", **known) == []
    assert enterprises(cluster="nev", counting="yes", as_of="2022-06-01", **known) == [enterprise]
    # A moment alone is about today.
    assert projects(cluster="nev", **known) == [project]


def test_of_each_group_one_enterprise_stands_for_it() -> None:
    hisense, bosch = make_group("Hisense"), make_group("Bosch")
    first = make_enterprise(groups=[hisense, bosch])
    make_enterprise(groups=[hisense])
    other, alone = make_enterprise(groups=[bosch]), make_enterprise()
    assert enterprises(one_per_group="yes") == [first, other, alone]


def test_enterprises_in_several_clusters() -> None:
    both, one = make_enterprise(leading_on=date(2021, 1, 1)), make_enterprise()
    for slug in ("nev", "digital"):
        make_project(both, cluster=make_cluster(slug), stage=REGISTERED)
        make_project(one, cluster=make_cluster("nev"))
    assert enterprises(several_clusters="yes") == [both]
    assert enterprises(several_clusters="yes", counting="yes") == [both]
    assert enterprises(several_clusters="yes", as_of="2021-12-31") == [both]
    assert enterprises(several_clusters="yes", counting="yes", cluster="nev") == []


# Reached


@pytest.mark.parametrize(
    ("since", "until", "is_found"),
    [
        ("2022-01-01", "2022-12-31", True),
        ("2022-05-01", "2022-05-01", True),
        ("2022-05-02", "", False),
        ("", "2022-04-30", False),
        ("", "2022-05-01", True),
        ("", "", True),
    ],
)
def test_a_stage_is_reached_on_the_first_day_at_it_or_past_it(
    since: str, until: str, is_found: bool
) -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2021, 1, 1))
    # It passed over construction.
    step(project, Stage.PRODUCTION, date(2022, 5, 1))
    step(project, CONSTRUCTION, date(2023, 1, 1), reason="Taken too far")
    step(project, Stage.FULL_CAPACITY, date(2024, 1, 1))
    query = {"reached": "construction", "reached_since": since, "reached_until": until}
    assert projects(**query) == ([project] if is_found else [])
    assert enterprises(**query) == ([project.enterprise] if is_found else [])


def test_a_state_that_another_of_its_day_put_right_was_never_reached() -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2021, 1, 1))
    step(project, CONSTRUCTION, date(2022, 5, 1))
    step(project, Stage.SIGNED, date(2022, 5, 1), reason="Typed wrong")
    assert projects(reached="construction") == []


def test_withdrawn_it_reaches_nothing_and_one_of_several_stages_is_enough() -> None:
    project = make_project(stage=Stage.SIGNED, on=date(2021, 1, 1))
    step(project, REGISTERED, date(2022, 1, 1), standing=Standing.WITHDRAWN, reason="Gone")
    assert projects(reached="registered") == []
    assert projects(reached=["registered", "signed"], reached_until="2021-01-01") == [project]


# Amounts


def test_amounts_lie_within_a_range_ends_included_and_silence_in_none() -> None:
    small, large, silent = make_project(), make_project(), make_project()
    make_entry(small, amount_fen=FEN_PER_BN)
    make_entry(large, amount_fen=3 * FEN_PER_BN)
    assert projects(contracted_min="10亿") == [small, large]
    assert projects(contracted_min="1.1bn") == [large]
    assert projects(contracted_max="1bn") == [small]
    assert projects(contracted_min="1bn", contracted_max="2bn") == [small]
    assert silent not in projects(contracted_max="10bn")
    assert projects(paid_in_min="1") == []


def test_an_enterprise_is_measured_by_what_its_list_shows() -> None:
    enterprise = make_enterprise()
    for region in (JIMO, LAOSHAN):
        make_entry(make_project(enterprise, region=make_region(region)), amount_fen=2 * FEN_PER_BN)
    assert enterprises(contracted_min="4bn") == [enterprise]
    assert enterprises(contracted_min="3bn", region=JIMO) == []
    assert enterprises(contracted_min="2bn", region=JIMO) == [enterprise]
    # Nobody finds out what lies outside their scope.
    narrow = make_user(VIEWER, regions=[make_region(JIMO)])
    assert enterprises(narrow, contracted_min="3bn") == []
    assert enterprises(narrow, contracted_max="2bn") == [enterprise]


def test_evidence_is_that_of_an_amount_that_stands() -> None:
    bare, linked, documented, verified = (make_project() for _ in range(4))
    make_entry(bare)
    make_correction(make_entry(linked), amount_fen=FEN_PER_BN, evidence=make_evidence())
    make_document(entry=make_entry(documented))
    make_verdict(make_entry(verified, evidence=make_evidence()))
    for grade, project in (
        ("unsupported", bare),
        ("sourced", linked),
        ("documented", documented),
        ("verified", verified),
    ):
        assert projects(grade=grade) == [project]
        assert enterprises(grade=grade) == [project.enterprise]
    assert projects(not_grade="unsupported") == [linked, documented, verified]


def test_with_a_verified_entry_only_from_its_day_on() -> None:
    project = make_project(on=date(2021, 1, 1))
    make_project()
    entry = make_entry(project, on=date(2022, 1, 1), evidence=make_evidence())
    make_verdict(entry)
    assert projects(evidence="verified") == [project]
    assert projects(evidence="verified", as_of="2021-12-31") == []
    make_correction(entry, amount_fen=5)
    assert projects(evidence="verified") == []


# Whose


def test_mine_is_what_is_assigned_to_me_or_else_recorded_by_me() -> None:
    me, other = make_user(RECORDER), make_user(RECORDER)
    recorded, taken, assigned, foreign = (make_project() for _ in range(4))
    for project in (recorded, taken):
        record_state(
            project=project, recorded_by=me, effective_on=date(2021, 6, 1), stage=Stage.SIGNED
        )
    Project.objects.filter(pk=taken.pk).update(assignee=other)
    Project.objects.filter(pk=assigned.pk).update(assignee=me)
    assert projects(me, mine="yes") == [recorded, assigned]
    assert projects(me, assignee="me") == [assigned]
    assert projects(me, assignee="none") == [recorded, foreign]
    assert projects(me, assignee=["me", str(other.pk)]) == [taken, assigned]
    assert projects(me, not_assignee="me") == [recorded, taken, foreign]
    assert enterprises(me, mine="yes") == [recorded.enterprise, assigned.enterprise]


def test_an_assigned_project_is_asked_of_its_assignee_while_there_is_one() -> None:
    me, other = make_user(RECORDER), make_user(RECORDER)
    project = make_project()
    record_state(project=project, recorded_by=me, effective_on=date(2021, 6, 1), stage=Stage.SIGNED)
    answerable = Project.objects.answerable_by
    assert (list(answerable(me)), list(answerable(other))) == ([project], [])
    Project.objects.filter(pk=project.pk).update(assignee=other)
    assert (list(answerable(me)), list(answerable(other))) == ([], [project])
    other.is_active = False
    other.save()
    assert list(answerable(me)) == [project]


def test_stale_and_last_heard_of() -> None:
    fresh = make_project(on=timezone.localdate() - timedelta(days=2))
    silent = make_project(on=date(2015, 1, 1))
    assert projects(stale="yes") == [silent]
    assert enterprises(stale="yes") == [silent.enterprise]
    assert projects(heard_until="2015-01-01") == [silent]
    assert projects(heard_since="2015-01-02") == [fresh]


def test_tags_are_those_of_the_row_itself() -> None:
    project, other = make_project(), make_project()
    tag, second = Tag.objects.create(name="专班"), Tag.objects.create(name="export")
    project.tags.set([tag, second])
    other.enterprise.tags.set([tag])
    assert projects(tag="专班") == [project]
    assert projects(tag=["专班", "export"]) == [project]
    assert projects(not_tag="专班") == [other]
    assert enterprises(tag="专班") == [other.enterprise]


def test_a_group_is_any_behind_the_enterprise_and_its_other_regions_are_a_link_away() -> None:
    bosch, hisense = make_group("Bosch"), make_group("Hisense")
    joint = make_enterprise(groups=[hisense, bosch])
    here = make_project(joint, region=make_region(JIMO))
    there = make_project(make_enterprise(groups=[bosch]), region=make_region(LAOSHAN))
    make_project(region=make_region(LAOSHAN))
    assert projects(group=bosch.pk) == [here, there]
    assert enterprises(group=[hisense.pk]) == [joint]
    assert elsewhere_url([hisense, bosch], project=here) == (
        f"/projects/?group={hisense.pk}&group={bosch.pk}&not_region={JIMO}"
    )
    assert projects(group=[hisense.pk, bosch.pk], not_region=JIMO) == [there]
    assert elsewhere_url([]) == ""


def test_origin() -> None:
    german, other = make_enterprise(origin="DE"), make_enterprise()
    assert enterprises(origin="DE") == [german]
    assert enterprises(not_origin="DE") == [other]
    project = make_project(german)
    make_project(other)
    assert projects(origin="DE") == [project]


# What cannot be used


@pytest.mark.parametrize("kind", [EnterpriseFilterSet, ProjectFilterSet])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"not_cluster": "nope"}, "Cluster is not: “nope” is not known. Accepted: nev"),
        ({"reached": "nope"}, "Accepted: negotiating, signed"),
        ({"reached_since": "2021-01-01"}, "Say which stage too, such as reached=construction."),
        ({"reached": "signed", "reached_until": "2021-02-30"}, "Write a date like 2025-12-31."),
        (
            {"reached": "signed", "reached_since": "2022-01-01", "reached_until": "2021-01-01"},
            "Reached from “1 Jan 2022” lies above Reached until “1 Jan 2021”; swap the two.",
        ),
        (
            {"contracted_min": "5亿", "contracted_max": "3亿"},
            "Contracted at least “0.50 bn yuan” lies above Contracted at most “0.30 bn yuan”",
        ),
        ({"paid_in_max": "lots"}, "“lots” is not an amount; write 14400000, 3000万"),
        ({"grade": "gold"}, "Accepted: verified, documented, sourced, unsupported"),
        ({"stale": "no"}, "Accepted: yes"),
        ({"mine": "1"}, "Accepted: yes"),
        ({"assignee": "999999"}, "Accepted: me, none"),
        ({"tag": "nope"}, "is not known"),
        ({"origin": "XX"}, "is not known"),
        ({"group": "999999"}, "Group: “999999” cannot be used. There is no such row"),
        ({"group": "one"}, "Give the number of a row"),
        ({"group": "9" * 30}, "Give the number of a row"),
        ({"counting_from": "registered"}, "Say counting=yes too."),
        ({"as_of": "0001-01-01"}, "Write a date like 2025-12-31."),
        ({"known_at": "soon"}, "Write a moment like 2025-12-31T18:00."),
        ({"known_at": "9999-12-31T23:59:59.999999-14:00"}, "Write a moment like"),
        ({"evidence": "gold"}, "Accepted: verified."),
        ({"contracted_min": "9" * 10_000}, "is not an amount"),
        ({"q": "x" * 10_000}, "at most 200"),
    ],
)
def test_what_cannot_be_used_is_told(kind: Any, query: dict[str, str], said: str) -> None:
    make_project()
    found = problems(kind, make_user(VIEWER), **query)
    assert len(found) == 1
    assert said in found[0].replace("\u00a0", " ")
    assert len(found[0]) < 1500


def test_filters_in_force_never_join_a_row_twice() -> None:
    """Everything at once, of a project with two of all that could be joined."""
    me = make_user(RECORDER)
    group = make_group()
    enterprise = make_enterprise(
        groups=[group, make_group("Bosch")], leading_on=date(2020, 1, 1), origin="DE"
    )
    make_claim(enterprise, on=date(2020, 1, 1), basis=LeadingBasis.FORTUNE_GLOBAL_500)
    made: Sequence[Project] = [
        make_project(enterprise, stage=REGISTERED, on=date(2020, 1, 1)) for _ in range(2)
    ]
    Tag.objects.create(name="one")
    for project in made:
        step(project, CONSTRUCTION, date(2022, 1, 1))
        project.tags.set(Tag.objects.all())
        for measure in Measure:
            make_verdict(make_entry(project, measure=measure, evidence=make_evidence()))
    Project.objects.update(assignee=me)
    enterprise.tags.set(Tag.objects.all())
    query = {
        "cluster": "nev",
        "stage": "construction",
        "leading": LeadingBasis.values,
        "not_standing": "withdrawn",
        "mine": "yes",
        "assignee": "me",
        "grade": "verified",
        "reached": "registered",
        "contracted_min": "1",
        "paid_in_max": "10bn",
        "origin": "DE",
        "group": group.pk,
        "tag": "one",
        "counting": "yes",
        "evidence": "verified",
        "heard_since": "2000-01-01",
    }
    assert projects(me, **query) == made
    assert projects(me, **query, as_of="2023-01-01") == made
    assert enterprises(me, **query) == [enterprise]
    assert enterprises(me, **query, as_of="2023-01-01") == [enterprise]
