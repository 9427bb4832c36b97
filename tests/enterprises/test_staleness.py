"""Projects of which nothing was heard for long, and the word that one still stands."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import PLANNER
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.exceptions import FutureDateError, UnknownThenError, WithdrawnProjectError
from enterprises.models import Confirmation, Project, StaleAfter
from enterprises.recording import record_state
from enterprises.staleness import silence_of
from ledger.posting import reverse
from tests.data_entry import browser_of, errors_of, page, send
from tests.make import (
    make_cluster,
    make_confirmation,
    make_entry,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2024, 1, 1)


def stale(today: date = TODAY) -> list[str]:
    """The names of the stale projects."""
    return sorted(Project.objects.stale(today).values_list("name_en", flat=True))


def heard_on(project: Project) -> date:
    """When the project was last heard of."""
    return silence_of(project).heard_on


def test_the_first_limits_are_by_stage() -> None:
    assert dict(StaleAfter.objects.values_list("stage", "days")) == {
        "negotiating": 180,
        "signed": 365,
        "registered": 365,
        "construction": 365,
        "production": 730,
        "full_capacity": 730,
    }


@pytest.mark.parametrize("stage", Stage)
def test_a_project_is_stale_the_day_after_its_limit(stage: str) -> None:
    limit = StaleAfter.objects.get(stage=stage).days
    make_project(stage=stage, on=TODAY - timedelta(days=limit), name_en="Quiet")
    assert stale() == []
    assert stale(TODAY + timedelta(days=1)) == ["Quiet"]


def test_heard_of_is_the_latest_of_states_standing_entries_and_confirmations() -> None:
    project = make_project(on=date(2020, 1, 1))
    assert heard_on(project) == date(2020, 1, 1)
    make_entry(project, on=date(2021, 1, 1), measure=Measure.PAID_IN)
    assert heard_on(project) == date(2021, 1, 1)
    make_confirmation(project, on=date(2022, 1, 1))
    assert heard_on(project) == date(2022, 1, 1)
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2023, 1, 1),
        stage=Stage.SIGNED,
        note="Once more",
    )
    assert heard_on(project) == date(2023, 1, 1)
    make_entry(project, on=date(2022, 6, 1))
    assert heard_on(project) == date(2023, 1, 1)


def test_an_entry_that_was_taken_back_is_no_sign_of_life() -> None:
    project = make_project(on=date(2020, 1, 1))
    entry = make_entry(project, on=date(2023, 12, 1))
    assert stale() == []
    reverse(entry=entry, recorded_by=make_recorder(), reason="It was 2020")
    assert heard_on(project) == date(2020, 1, 1)
    assert stale() == [project.name_en]


def test_a_paused_project_can_be_stale_and_a_withdrawn_one_cannot() -> None:
    for standing in Standing:
        project = make_project(on=date(2020, 1, 1), name_en=standing)
        record_state(
            project=project,
            recorded_by=make_recorder(),
            effective_on=date(2020, 2, 1),
            stage=Stage.SIGNED,
            standing=standing,
            reason="As told",
        )
    assert stale() == ["active", "paused"]


def test_a_stage_without_a_limit_is_never_stale() -> None:
    make_project(on=date(1990, 1, 1))
    StaleAfter.objects.filter(stage=Stage.SIGNED).delete()
    assert stale() == []
    StaleAfter.objects.all().delete()
    assert stale() == []


def test_a_confirmed_project_is_stale_no_more() -> None:
    project = make_project(on=date(2020, 1, 1))
    assert silence_of(project, TODAY).is_stale
    make_confirmation(project, on=date(2023, 12, 31), note="The manager said so")
    silence = silence_of(project, TODAY)
    assert (silence.days, silence.is_stale, stale()) == (1, False, [])


def test_tomorrow_is_not_confirmed() -> None:
    with pytest.raises(FutureDateError) as refused:
        make_confirmation(on=timezone.localdate() + timedelta(days=1))
    assert list(refused.value.message_dict) == ["effective_on"]
    make_confirmation(on=timezone.localdate())


def test_a_day_before_all_that_is_known_is_not_confirmed() -> None:
    with pytest.raises(UnknownThenError):
        make_confirmation(make_project(on=date(2021, 3, 1)), on=date(2021, 2, 28))


def test_a_withdrawn_project_is_not_confirmed() -> None:
    project = make_project()
    record_state(
        project=project,
        recorded_by=make_recorder(),
        effective_on=date(2022, 1, 1),
        stage=Stage.SIGNED,
        standing=Standing.WITHDRAWN,
        reason="Left",
    )
    with pytest.raises(WithdrawnProjectError):
        make_confirmation(project)


def test_the_same_word_again_adds_nothing() -> None:
    project = make_project()
    first = make_confirmation(project, note="The manager said so")
    assert make_confirmation(project, note="The manager said so") == first
    make_confirmation(project, note="Seen at work")
    make_confirmation(project, note="The manager said so", recorded_by=make_user())
    assert Confirmation.objects.count() == 3


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        make_confirmation(source_url="javascript:alert(1)")
    assert list(refused.value.message_dict) == ["source_url"]


def names(client: Client, **query: Any) -> list[str]:
    """The projects that the list shows."""
    rows = client.get("/projects/", query).context["table"].paginated_rows
    return [row.record.name_en for row in rows]


def test_the_list_shows_stale_projects_and_narrows_to_them(viewer_client: Client) -> None:
    make_project(on=date(2020, 1, 1), name_en="Quiet")
    make_project(on=timezone.localdate(), name_en="Lively")
    assert sorted(names(viewer_client)) == ["Lively", "Quiet"]
    assert names(viewer_client, stale="yes") == ["Quiet"]
    assert names(viewer_client, sort="heard_on") == ["Quiet", "Lively"]
    text = viewer_client.get("/projects/").content.decode()
    assert text.count('<span class="caption silent">') == 1
    assert "1 Jan 2020" in text
    assert ",2020-01-01," in viewer_client.get("/projects/?_export=csv").getvalue().decode()


def test_an_unknown_value_of_the_filter_is_told(viewer_client: Client) -> None:
    response = viewer_client.get("/projects/?stale=perhaps")
    assert response.status_code == 400
    assert "Silence: “perhaps” is not known. Accepted: yes." in response.content.decode()


def test_the_stale_list_takes_as_many_queries_for_twenty_projects_as_for_two(
    viewer_client: Client,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            response = viewer_client.get("/projects/?stale=yes")
        assert response.context["total_rows"] == made
        return len(asked)

    def make(number: int) -> None:
        for place in range(number):
            project = make_project(
                on=date(2020, 1, 1),
                cluster=make_cluster(f"cluster{place % 3}"),
                region=make_region(str(370285 - place % 4)),
            )
            make_entry(project, on=date(2020, 3, 1))
            make_confirmation(project, on=date(2021, 1, 1))

    made = 2
    make(2)
    queries()
    at_two = queries()
    made = 20
    make(18)
    assert queries() == at_two


def test_planners_change_the_limits() -> None:
    planner = browser_of(make_user(PLANNER))
    limit = StaleAfter.objects.get(stage=Stage.SIGNED)
    address = page("enterprises_staleafter_change", limit.pk)
    make_project(on=TODAY - timedelta(days=31), name_en="Quiet")
    for days in ("0", "-1", "1.5", "many", "99999999999999999999"):
        assert list(errors_of(send(planner, address, days=days))) == ["days"]
    assert send(planner, address, days="30").status_code == 302
    assert stale() == ["Quiet"]
    again = send(planner, page("enterprises_staleafter_add"), stage=Stage.SIGNED, days="30")
    assert "has its number of days already" in str(errors_of(again)["stage"])
