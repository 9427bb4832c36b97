"""What is asked before a step forward, and how the checklist tells it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import PLANNER, RECORDER
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.exceptions import BackwardStepError, GateClosedError, GateNeedsReasonError
from enterprises.gates import checklist, checklists, missing
from enterprises.models import Gate, Project, ProjectState, Requirement
from enterprises.recording import record_state
from ledger.moving import move
from ledger.posting import reverse
from tests.data_entry import browser_of, errors_of, page, send
from tests.make import (
    make_claim,
    make_cluster,
    make_credit_code,
    make_enterprise,
    make_entry,
    make_evidence,
    make_expected,
    make_group,
    make_project,
    make_ready,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2022, 1, 1)


def step(project: Project, stage: str, on: date = DAY, **facts: Any) -> ProjectState:
    """Record a step of `project`."""
    return record_state(
        project=project, recorded_by=make_recorder(), effective_on=on, stage=stage, **facts
    )


def only_gates(*gates: tuple[str, str, bool]) -> None:
    """Put these gates (stage, requirement, binding) in the place of the first ones."""
    Gate.objects.all().delete()
    for stage, requirement, is_binding in gates:
        Gate.objects.create(stage=stage, requirement=requirement, is_binding=is_binding)


def bare_project(**facts: Any) -> Project:
    """A project of an enterprise of which no more is known than its English name."""
    enterprise = make_enterprise("Bare Ltd")
    enterprise.name_zh = ""
    enterprise.save()
    return make_project(enterprise, **facts)


def test_the_first_gates_ask_for_what_the_office_needs() -> None:
    assert {(gate.stage, gate.requirement, gate.is_binding) for gate in Gate.objects.all()} == {
        ("signed", "sector", False),
        ("signed", "contracted", False),
        ("registered", "name_zh", False),
        ("registered", "credit_code", True),
        ("construction", "expected_production", False),
        ("production", "paid_in", False),
        ("full_capacity", "annual_output", False),
    }


def test_no_reason_opens_a_gate_that_binds() -> None:
    project = bare_project(stage=Stage.SIGNED)
    with pytest.raises(GateClosedError) as refused:
        step(project, Stage.REGISTERED, reason="The licence is on its way")
    assert list(refused.value.message_dict) == ["stage"]
    assert refused.value.messages == [
        "Before a project goes on to “Registered”, this must be recorded: "
        "Credit code of the enterprise (Registered)."
    ]
    assert project.states.count() == 1
    project.enterprise.credit_code = make_credit_code()
    project.enterprise.save()
    step(project, Stage.REGISTERED, reason="The Chinese name is not decided")
    assert project.stage == Stage.REGISTERED


def test_a_gate_that_does_not_bind_asks_for_a_reason() -> None:
    project = make_project(stage=Stage.NEGOTIATING)
    with pytest.raises(GateNeedsReasonError) as refused:
        step(project, Stage.SIGNED)
    assert list(refused.value.message_dict) == ["reason"]
    assert "“Signed”: Sector (Signed); Contracted amount (Signed)." in refused.value.messages[0]
    assert project.states.count() == 1
    step(project, Stage.SIGNED, reason="The amount is being negotiated")
    assert project.stage == Stage.SIGNED


def test_a_step_over_several_stages_passes_the_gates_of_all_of_them() -> None:
    project = make_ready(make_project(stage=Stage.NEGOTIATING))
    only_gates(
        (Stage.REGISTERED, Requirement.GROUP, True), (Stage.SIGNED, Requirement.SECTOR, True)
    )
    with pytest.raises(GateClosedError) as refused:
        step(project, Stage.FULL_CAPACITY)
    assert [gate.requirement for gate in refused.value.unmet] == [Requirement.GROUP]
    step(project, Stage.SIGNED)


def test_the_gates_below_the_stage_of_that_day_are_passed_already() -> None:
    project = make_project(stage=Stage.REGISTERED)
    only_gates((Stage.REGISTERED, Requirement.GROUP, True))
    step(project, Stage.PRODUCTION)
    assert project.stage == Stage.PRODUCTION


def test_a_step_that_is_dated_back_is_asked_by_the_stage_of_its_day() -> None:
    project = make_project(stage=Stage.NEGOTIATING, on=date(2020, 1, 1))
    step(project, Stage.PRODUCTION, on=date(2023, 1, 1), reason="Seen at work")
    with pytest.raises(GateNeedsReasonError):
        step(project, Stage.SIGNED, on=date(2021, 1, 1))
    # Before the first state nothing stands, so nothing is passed.
    step(project, Stage.NEGOTIATING, on=date(2019, 1, 1))


def test_back_a_pause_and_what_stays_pass_no_gate() -> None:
    project = make_project(stage=Stage.REGISTERED)
    only_gates(*((stage, Requirement.GROUP, True) for stage in Stage))
    step(project, Stage.REGISTERED, note="Once more")
    step(project, Stage.REGISTERED, standing=Standing.PAUSED, reason="No land")
    step(project, Stage.REGISTERED, reason="There is land")
    with pytest.raises(BackwardStepError):
        step(project, Stage.SIGNED)
    step(project, Stage.SIGNED, reason="Announced too early")
    with pytest.raises(GateClosedError):
        step(project, Stage.REGISTERED, standing=Standing.PAUSED, reason="No land")


def test_what_is_reported_to_have_happened_is_recorded_as_it_is() -> None:
    only_gates(*((stage, Requirement.GROUP, True) for stage in Stage))
    project = make_project(stage=Stage.PRODUCTION, on=date(2021, 1, 1))
    step(project, Stage.FULL_CAPACITY, is_reported=True)
    assert project.stage == Stage.FULL_CAPACITY
    assert all(item.is_open for item in checklist(project))


def test_a_move_that_the_amounts_follow_passes_no_gate() -> None:
    project = make_project(stage=Stage.SIGNED)
    make_entry(project)
    only_gates(*((stage, Requirement.GROUP, True) for stage in Stage))
    move(
        project=project,
        moved_on=DAY,
        cluster=project.cluster,
        region=make_region("370215"),
        recorded_by=make_recorder(),
        reason="Another site",
    )
    project.refresh_from_db()
    assert project.region.code == "370215"


def test_what_the_step_itself_brings_counts() -> None:
    project = make_project(stage=Stage.NEGOTIATING)
    only_gates(
        (Stage.SIGNED, Requirement.SECTOR, True),
        (Stage.SIGNED, Requirement.STEP_SOURCE, True),
        (Stage.CONSTRUCTION, Requirement.EXPECTED_PRODUCTION, True),
    )
    source: dict[str, Any] = {"source_url": "https://news.example.org/1"}
    with pytest.raises(GateClosedError) as refused:
        step(project, Stage.SIGNED)
    assert len(refused.value.unmet) == 2
    with pytest.raises(GateClosedError):
        step(project, Stage.CONSTRUCTION, sector=make_sector(), **source)
    # What runs is not expected to run any more.
    step(project, Stage.PRODUCTION, sector=make_sector(), **source)


def fill_group(project: Project) -> None:
    project.enterprise.shareholdings.create(group=make_group())


def fill_name(project: Project) -> None:
    project.enterprise.name_zh = "全称有限公司"
    project.enterprise.save()


def fill_code(project: Project) -> None:
    project.enterprise.credit_code = make_credit_code()
    project.enterprise.save()


FILL: dict[Requirement, Callable[[Project], Any]] = {
    Requirement.NAME_ZH: fill_name,
    Requirement.CREDIT_CODE: fill_code,
    Requirement.GROUP: fill_group,
    Requirement.LEADING_BASIS: lambda project: make_claim(project.enterprise, on=DAY),
    Requirement.SECTOR: lambda project: step(project, Stage.NEGOTIATING, sector=make_sector()),
    Requirement.CONTRACTED: make_entry,
    Requirement.CONTRACT_EVIDENCE: lambda project: make_entry(project, evidence=make_evidence()),
    Requirement.PAID_IN: lambda project: make_entry(project, measure=Measure.PAID_IN),
    Requirement.ANNUAL_OUTPUT: lambda project: make_entry(project, measure=Measure.ANNUAL_OUTPUT),
    Requirement.EXPECTED_PRODUCTION: make_expected,
    Requirement.STEP_SOURCE: lambda project: step(
        project, Stage.SIGNED, source_url="https://news.example.org/1"
    ),
}


@pytest.mark.parametrize("requirement", Requirement)
def test_each_requirement_is_met_by_what_it_names(requirement: Requirement) -> None:
    only_gates((Stage.SIGNED, requirement, False))
    project = bare_project(stage=Stage.NEGOTIATING, on=date(2021, 1, 1))
    (item,) = checklist(project)
    assert (item.requirement, item.is_met, item.is_open) == (requirement, False, False)
    assert missing(project, Stage.SIGNED) == [item]
    FILL[requirement](project)
    (item,) = checklist(project)
    assert item.is_met
    assert missing(project, Stage.SIGNED) == []


def test_an_amount_that_was_taken_back_is_not_reported() -> None:
    only_gates((Stage.SIGNED, Requirement.CONTRACTED, False))
    entry = make_entry()
    assert checklist(entry.project)[0].is_met
    reverse(entry=entry, recorded_by=make_recorder(), reason="Typed twice")
    assert checklist(entry.project)[0].is_open


def test_a_bare_contract_is_no_evidence() -> None:
    only_gates((Stage.SIGNED, Requirement.CONTRACT_EVIDENCE, False))
    assert checklist(make_entry().project)[0].is_open


def test_the_checklist_goes_by_stage_and_leads_to_where_it_is_filled_in() -> None:
    recorder = browser_of(make_user(RECORDER))
    only_gates(*((Stage.SIGNED, requirement, False) for requirement in Requirement))
    Gate.objects.create(stage=Stage.NEGOTIATING, requirement=Requirement.SECTOR)
    items = checklist(make_project())
    assert [item.stage for item in items] == [Stage.NEGOTIATING, *[Stage.SIGNED] * 11]
    assert [item.requirement for item in items[1:]] == list(Requirement)
    for address in {item.address for item in items}:
        assert recorder.get(address).status_code == 200, address


def test_checklists_of_many_take_as_many_queries_as_of_one() -> None:
    projects = [make_ready(make_project()), *(make_project() for _ in range(11))]
    with CaptureQueriesContext(connection) as one:
        checklist(projects[0])
    with CaptureQueriesContext(connection) as many:
        found = checklists(projects)
    assert len(one) == len(many) == 4
    assert {pk: len(items) for pk, items in found.items()} == dict.fromkeys(found, 7)
    assert all(item.is_met for item in found[projects[0].pk])


examples = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
gates = st.lists(
    st.tuples(st.sampled_from(list(Stage)), st.sampled_from(list(Requirement)), st.booleans()),
    unique_by=lambda gate: gate[:2],
    max_size=8,
)


@examples
@given(
    rules=gates,
    filled=st.sets(st.sampled_from(list(Requirement))),
    begins=st.sampled_from(list(Stage)),
    ends=st.sampled_from(list(Stage)),
    has_reason=st.booleans(),
)
def test_a_step_is_refused_exactly_when_a_gate_on_its_way_is_unmet(
    rules: list[tuple[Stage, Requirement, bool]],
    filled: set[Requirement],
    begins: Stage,
    ends: Stage,
    has_reason: bool,
) -> None:
    with transaction.atomic():
        Gate.objects.all().delete()
        project = bare_project(stage=begins, on=date(2020, 1, 1))
        # These say something of the stage itself; the tests above are about them.
        own = {Requirement.EXPECTED_PRODUCTION, Requirement.STEP_SOURCE, Requirement.SECTOR}
        for requirement in filled - own:
            FILL[requirement](project)
        if Requirement.CONTRACT_EVIDENCE in filled:
            filled = filled | {Requirement.CONTRACTED}
        only_gates(*rules)
        way = range(begins.rank + 1, ends.rank + 1)
        unmet = [
            is_binding
            for stage, requirement, is_binding in rules
            if stage.rank in way
            and requirement not in filled - own
            and not (
                requirement == Requirement.EXPECTED_PRODUCTION
                and ends.rank >= Stage.PRODUCTION.rank
            )
        ]
        refusal: type[Exception] | None = None
        if ends.rank < begins.rank and not has_reason:
            refusal = BackwardStepError
        elif any(unmet):
            refusal = GateClosedError
        elif unmet and not has_reason:
            refusal = GateNeedsReasonError
        reason = "As the office was told" if has_reason else ""
        if refusal is None:
            step(project, ends, on=date(2023, 1, 1), reason=reason)
            assert project.stage == ends
        else:
            with pytest.raises(refusal):
                step(project, ends, on=date(2023, 1, 1), reason=reason)
            assert project.states.count() == 1
        transaction.set_rollback(True)


def test_the_refusal_shows_at_the_stage_in_data_entry() -> None:
    project = bare_project(stage=Stage.SIGNED)
    response = send(
        browser_of(make_user(RECORDER)),
        page("enterprises_project_change", project.pk),
        **{"states-0-stage": Stage.REGISTERED, "states-0-effective_on": "2022-01-01"},
    )
    assert "Credit code" in str(errors_of(response, "states")["stage"])


def test_planners_change_the_gates() -> None:
    planner = browser_of(make_user(PLANNER))
    added = send(
        planner,
        page("enterprises_gate_add"),
        stage=Stage.SIGNED,
        requirement=Requirement.GROUP,
        is_binding="on",
    )
    assert added.status_code == 302
    gate = Gate.objects.get(requirement=Requirement.GROUP)
    assert gate.is_binding
    with pytest.raises(GateClosedError):
        step(make_project(stage=Stage.NEGOTIATING), Stage.SIGNED, reason="Signed on stage")
    again = send(
        planner, page("enterprises_gate_add"), stage=Stage.SIGNED, requirement=Requirement.GROUP
    )
    assert "This stage asks for that already." in str(errors_of(again))
    address = page("enterprises_gate_delete", gate.pk)
    assert planner.post(address, {"post": "yes"}).status_code == 302
    assert not Gate.objects.filter(pk=gate.pk).exists()
    assert LogEntry.objects.filter(content_type__model="gate").count() == 2


def test_gates_are_listed_in_the_order_of_the_stages() -> None:
    response = browser_of(make_user(PLANNER)).get(page("enterprises_gate_changelist"))
    ranks = [Stage(gate.stage).rank for gate in response.context["cl"].queryset]
    assert ranks == sorted(ranks)


def test_a_project_of_another_cluster_is_asked_for_its_own_sector() -> None:
    only_gates((Stage.REGISTERED, Requirement.SECTOR, True))
    project = make_project(sector=make_sector())
    with pytest.raises(GateClosedError):
        step(project, Stage.REGISTERED, cluster=make_cluster("digital"))


def test_nothing_is_asked_of_a_project_that_left() -> None:
    project = make_project(stage=Stage.REGISTERED)
    assert any(item.is_open for item in checklist(project))
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2023, 1, 1),
        stage=Stage.REGISTERED,
        standing="withdrawn",
        reason="Left",
    )
    assert not any(item.is_open for item in checklist(project))
