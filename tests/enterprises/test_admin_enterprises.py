"""Enterprises in the data entry pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.roles import ADMINISTRATOR, AUDITOR, PLANNER, RECORDER
from clusters.vocabulary import LeadingBasis, Stage
from enterprises.editing import edit_enterprise
from enterprises.models import (
    Enterprise,
    InvestorGroup,
    LeadingClaim,
    Project,
    Revision,
    Shareholding,
)
from tests.data_entry import browser_of, errors_of, page, send, shown
from tests.make import (
    make_cluster,
    make_enterprise,
    make_entry,
    make_group,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db

ADD = "enterprises_enterprise_add"
CHANGE = "enterprises_enterprise_change"
LIST = "enterprises_enterprise_changelist"


def project_fields(**changed: Any) -> dict[str, Any]:
    """The inline form of a new project, filled in."""
    fields = {
        "name_en": "Works",
        "cluster": make_cluster().pk,
        "region": make_region().pk,
        "stage": Stage.SIGNED,
        "effective_on": "2021-03-01",
    }
    return {f"projects-0-{name}": value for name, value in (fields | changed).items()}


def test_an_enterprise_is_entered_with_group_project_and_leading_claim(
    recorder_client: Client,
) -> None:
    group = make_group()
    response = send(
        recorder_client,
        page(ADD),
        name_zh="海信日立",
        origin="CN",
        **{"shareholdings-0-group": group.pk},
        **project_fields(),
        **{
            "leading_claims-0-basis": LeadingBasis.INDUSTRY_LEADER,
            "leading_claims-0-effective_on": "2021-01-01",
        },
    )
    assert response.status_code == 302
    enterprise = Enterprise.objects.get()
    assert [str(held.group) for held in Shareholding.objects.all()] == ["Hisense Group"]
    assert enterprise.leading_basis == LeadingBasis.INDUSTRY_LEADER
    project = enterprise.projects.get()
    assert [(state.stage, str(state.recorded_by)) for state in project.states.all()] == [
        (Stage.SIGNED, "recorder")
    ]
    logged = LogEntry.objects.values_list("content_type__model", "action_flag")
    assert sorted(logged) == [("enterprise", 1), ("leadingclaim", 1), ("project", 1)]


def test_an_enterprise_alone_needs_nothing_of_the_other_forms(recorder_client: Client) -> None:
    assert send(recorder_client, page(ADD), name_en="Alone Ltd").status_code == 302
    assert not Project.objects.exists()
    assert not LeadingClaim.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"effective_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "effective_on"),
        ({"effective_on": "2020-02-30"}, "effective_on"),
        ({"effective_on": ""}, "effective_on"),
        ({"name_en": ""}, "name_zh"),
        ({"stage": "nope"}, "stage"),
        ({"region": "9999"}, "region"),
    ],
)
def test_a_refused_project_shows_at_its_field_and_leaves_nothing(
    recorder_client: Client, changed: dict[str, str], field: str
) -> None:
    response = send(recorder_client, page(ADD), name_en="Half Ltd", **project_fields(**changed))
    assert list(errors_of(response, "projects")) == [field]
    assert not Enterprise.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_sector_of_another_cluster_shows_at_the_sector(recorder_client: Client) -> None:
    sector = make_sector(cluster=make_cluster("digital"))
    response = send(
        recorder_client, page(ADD), name_en="Half Ltd", **project_fields(sector=sector.pk)
    )
    assert "is not a sector of" in str(errors_of(response, "projects")["sector"])
    assert not Enterprise.objects.exists()


def test_a_second_project_of_the_same_name_is_refused(recorder_client: Client) -> None:
    enterprise = make_project(name_en="Works").enterprise
    response = send(recorder_client, page(CHANGE, enterprise.pk), **project_fields())
    assert "already has a project of that name" in str(errors_of(response, "projects"))


def test_what_stands_is_shown_and_not_sent_back(recorder_client: Client) -> None:
    project = make_project(make_enterprise(leading_on=timezone.localdate()))
    address = page(CHANGE, project.enterprise.pk)
    assert str(project) in recorder_client.get(address).content.decode()
    assert not [
        name
        for name in shown(recorder_client, address)
        if name.endswith("-id")
        and not name.startswith("shareholdings")
        and shown(recorder_client, address)[name]
    ]


def test_saving_unchanged_changes_nothing(recorder_client: Client) -> None:
    project = make_project(make_enterprise(leading_on=timezone.localdate()))
    before = Enterprise.objects.values().get()
    assert send(recorder_client, page(CHANGE, project.enterprise.pk)).status_code == 302
    assert Enterprise.objects.values().get() == before
    assert project.states.count() == 1
    assert LeadingClaim.objects.count() == 1


def test_a_claim_on_the_500_names_its_year(recorder_client: Client) -> None:
    address = page(CHANGE, make_enterprise().pk)
    claim = {
        "leading_claims-0-basis": LeadingBasis.FORTUNE_GLOBAL_500,
        "leading_claims-0-effective_on": "2021-08-01",
    }
    response = send(recorder_client, address, **claim)
    assert list(errors_of(response, "leading_claims")) == ["list_year"]
    year = {"leading_claims-0-list_year": "2021"}
    assert send(recorder_client, address, **claim, **year).status_code == 302
    assert LeadingClaim.objects.get().list_year == 2021


def test_a_claim_is_ended_by_another_one(recorder_client: Client) -> None:
    enterprise = make_enterprise(leading_on=timezone.localdate() - timedelta(days=9))
    ended = shown(recorder_client, page(CHANGE, enterprise.pk))
    del ended["leading_claims-0-holds"]
    ended |= {
        "leading_claims-0-basis": LeadingBasis.INDUSTRY_LEADER,
        "leading_claims-0-effective_on": timezone.localdate().isoformat(),
        "leading_claims-0-reason": "Left the list",
    }
    assert recorder_client.post(page(CHANGE, enterprise.pk), ended).status_code == 302
    enterprise.refresh_from_db()
    assert enterprise.leading_basis == ""
    assert enterprise.leading_claims.count() == 2


def test_a_forged_edit_of_a_claim_is_no_edit(recorder_client: Client) -> None:
    enterprise = make_enterprise(leading_on=timezone.localdate())
    claim = enterprise.leading_claims.get()
    send(
        recorder_client,
        page(CHANGE, enterprise.pk),
        **{
            "leading_claims-INITIAL_FORMS": "1",
            "leading_claims-0-id": claim.pk,
            "leading_claims-0-basis": LeadingBasis.INDUSTRY_LEADER,
            "leading_claims-0-effective_on": "2001-01-01",
            "leading_claims-0-DELETE": "on",
        },
    )
    assert list(enterprise.leading_claims.all()) == [claim]
    assert enterprise.leading_claims.get().effective_on == claim.effective_on


def test_an_enterprise_whose_name_was_taken_meanwhile_is_refused_and_not_a_crash(
    recorder_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(self: Enterprise, *args: Any, **kwargs: Any) -> None:
        raise IntegrityError("unique")

    sent = shown(recorder_client, page(ADD)) | {"name_zh": "海信"}
    monkeypatch.setattr(Enterprise, "save", save)
    response = recorder_client.post(page(ADD), sent)
    assert "at the same moment" in str(errors_of(response))
    assert not LogEntry.objects.exists()


def test_a_name_that_is_recorded_shows_at_the_name(recorder_client: Client) -> None:
    make_enterprise(name_zh="海信")
    response = send(recorder_client, page(ADD), name_zh=" 海信 ")
    assert "recorded already" in str(errors_of(response)["name_zh"])


def test_editing_a_name_keeps_what_functions_keep(recorder_client: Client) -> None:
    enterprise = make_enterprise()
    sent = shown(recorder_client, page(CHANGE, enterprise.pk)) | {"name_en": "Renamed"}
    Enterprise.objects.filter(pk=enterprise.pk).update(leading_basis="industry_leader")
    assert recorder_client.post(page(CHANGE, enterprise.pk), sent).status_code == 302
    enterprise.refresh_from_db()
    assert (enterprise.name_en, enterprise.leading_basis) == ("Renamed", "industry_leader")


def test_history_names_what_was_added(recorder_client: Client) -> None:
    enterprise = make_enterprise()
    send(recorder_client, page(CHANGE, enterprise.pk), **project_fields())
    history = recorder_client.get(page("enterprises_enterprise_history", enterprise.pk))
    assert "Works" in history.content.decode()
    history = recorder_client.get(page("enterprises_project_history", enterprise.projects.get().pk))
    assert "Added" in history.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Hisense", {"Hisense Hitachi"}),
        ("q=9135", {"Hisense Hitachi"}),
        ("q=Cabin", {"FAW"}),
        ("q=海信", {"Hisense Hitachi"}),
        ("leading=industry_leader", {"FAW"}),
        ("leading=none", {"Hisense Hitachi"}),
        ("origin=DE", {"Hisense Hitachi"}),
        ("stage=production", {"FAW"}),
        ("cluster={nev}", {"FAW", "Hisense Hitachi"}),
        ("cluster={nev}&stage=production", {"FAW"}),
        ("region={laixi}&stage=signed", {"Hisense Hitachi"}),
        ("sector={sector}", {"FAW"}),
    ],
)
def test_the_list_is_narrowed_and_searched(
    recorder_client: Client, query: str, found: set[str]
) -> None:
    laixi, nev = make_region("370285"), make_cluster("nev")
    sector = make_sector()
    one = make_enterprise(
        "Hisense Hitachi",
        name_zh="日立",
        groups=[make_group("Hisense"), InvestorGroup.objects.create(name_zh="海信集团")],
        origin="DE",
        credit_code="91350100M000100Y43",
    )
    make_project(one, region=laixi)
    two = make_enterprise("FAW", leading_on=timezone.localdate())
    make_project(two, name_en="Cabin plant", stage=Stage.PRODUCTION, sector=sector)
    keys = {"nev": nev.pk, "laixi": laixi.pk, "sector": sector.pk}
    response = recorder_client.get(f"{page(LIST)}?{query.format(**keys)}")
    assert {row.name_en for row in response.context["cl"].queryset} == found


def test_filters_together_are_met_by_one_project(recorder_client: Client) -> None:
    enterprise = make_enterprise()
    make_project(enterprise, region=make_region("370285"), stage=Stage.SIGNED)
    make_project(enterprise, region=make_region("370215"), stage=Stage.PRODUCTION)
    query = f"?region={make_region('370285').pk}&stage=production"
    assert not recorder_client.get(page(LIST) + query).context["cl"].queryset


@pytest.mark.parametrize(
    "query", ["cluster=nope", "stage=x", "p=-1", "o=99", "nope=1", "leading=z"]
)
def test_a_bad_address_is_no_crash(recorder_client: Client, query: str) -> None:
    make_project()
    assert recorder_client.get(f"{page(LIST)}?{query}").status_code in {200, 302, 400}


def test_the_list_asks_the_same_number_of_questions_at_any_length(
    recorder_client: Client, django_assert_max_num_queries: Any
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            make_entry(make_project(make_enterprise(groups=[make_group(f"Group {number}")])))

    fill(2)
    recorder_client.get(page(LIST))
    with django_assert_max_num_queries(30) as few:
        recorder_client.get(page(LIST))
    fill(20)
    with django_assert_max_num_queries(len(few)):
        recorder_client.get(page(LIST))


def test_the_list_shows_amounts_of_the_scope_only() -> None:
    laixi, jimo = make_region("370285"), make_region("370215")
    enterprise = make_enterprise("FAW")
    make_entry(make_project(enterprise, region=laixi), amount_fen=10**12)
    make_entry(make_project(enterprise, region=jimo), amount_fen=7 * 10**12)
    client = browser_of(make_user(RECORDER, regions=[laixi]))
    (row,) = client.get(page(LIST)).context["cl"].result_list
    assert row.shown_contracted_fen == 10**12
    shown_page = client.get(page(CHANGE, enterprise.pk))
    assert [project.region for project in shown_page.context["projects"]] == [laixi]


def test_somebody_elses_enterprise_is_neither_shown_nor_changed() -> None:
    enterprise = make_project(region=make_region("370215")).enterprise
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    assert not client.get(page(LIST)).context["cl"].queryset
    assert client.get(page(CHANGE, enterprise.pk)).status_code == 302
    assert client.post(page(CHANGE, enterprise.pk), {"name_en": "Mine"}).status_code in {302, 403}
    enterprise.refresh_from_db()
    assert enterprise.name_en != "Mine"


def test_a_project_outside_the_scope_is_refused_at_the_field() -> None:
    jimo = make_region("370215")
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    response = send(client, page(ADD), name_en="Forged Ltd", **project_fields(region=jimo.pk))
    assert list(errors_of(response, "projects")) == ["region"]
    assert not Enterprise.objects.exists()


def test_autocomplete_keeps_to_the_scope() -> None:
    near = make_project(region=make_region("370285"))
    make_project(region=make_region("370215"))
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    query = {"app_label": "ledger", "model_name": "entry", "field_name": "project", "term": ""}
    answer = client.get(page("autocomplete"), query).json()
    assert [found["id"] for found in answer["results"]] == [str(near.pk)]


@pytest.mark.parametrize("role", [ADMINISTRATOR, RECORDER])
def test_nothing_is_deleted_in_bulk_and_no_enterprise_with_projects(role: str) -> None:
    client = browser_of(make_user(role))
    enterprise = make_project().enterprise
    assert "delete_selected" not in client.get(page(LIST)).content.decode()
    client.post(
        page(LIST), {"action": "delete_selected", "_selected_action": enterprise.pk, "post": "yes"}
    )
    address = page("enterprises_enterprise_delete", enterprise.pk)
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Enterprise.objects.filter(pk=enterprise.pk).exists()


def test_an_edit_on_the_page_of_data_entry_leaves_one_revision(recorder_client: Client) -> None:
    first, second = make_group("First"), make_group("Second")
    enterprise = make_enterprise("Old Ltd", groups=[first, second])
    changed = {
        "name_en": "New Ltd",
        "shareholdings-0-position": "2",
        "shareholdings-1-position": "1",
    }
    assert send(recorder_client, page(CHANGE, enterprise.pk), **changed).status_code == 302
    enterprise.refresh_from_db()
    assert (enterprise.version, enterprise.lead_group) == (2, second)
    assert Revision.objects.get().changes == {
        "name_en": ["Old Ltd", "New Ltd"],
        "groups": ["First; Second", "Second; First"],
    }


def test_an_enterprise_added_on_the_page_of_data_entry_says_by_whom(
    recorder_client: Client,
) -> None:
    send(
        recorder_client, page(ADD), name_en="New Ltd", **{"shareholdings-0-group": make_group().pk}
    )
    revision = Enterprise.objects.get().revisions.get()
    assert (revision.version, revision.recorded_by.username) == (1, "recorder")
    assert revision.changes == {"name_en": ["", "New Ltd"], "groups": ["", "Hisense Group"]}


def test_data_entry_overwrites_nothing_that_was_changed_meanwhile(recorder_client: Client) -> None:
    enterprise = make_enterprise("Old Ltd")
    address = page(CHANGE, enterprise.pk)
    sent = shown(recorder_client, address) | {"name_en": "Mine Ltd"}
    edit_enterprise(
        enterprise=enterprise,
        seen_version=1,
        edited_by=make_recorder(),
        values={"name_en": "Theirs Ltd"},
    )
    response = recorder_client.post(address, sent)
    assert "changed this on" in errors_of(response)["name_en"][0]
    assert Enterprise.objects.get().name_en == "Theirs Ltd"


def test_a_viewer_has_no_data_entry(viewer_client: Client) -> None:
    assert viewer_client.get(page(LIST), follow=True).status_code == 403
    assert viewer_client.post(page(ADD), {"name_en": "x"}, follow=True).status_code == 403
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize("role", [AUDITOR, PLANNER])
def test_who_does_not_record_sees_and_cannot_add(role: str) -> None:
    enterprise = make_project().enterprise
    client = browser_of(make_user(role))
    response = client.get(page(CHANGE, enterprise.pk))
    assert response.status_code == 200
    assert 'name="_save"' not in response.content.decode()
    assert client.get(page(ADD)).status_code == 403
    assert client.post(page(CHANGE, enterprise.pk), {"name_en": "x"}).status_code == 403
    assert client.post(page(ADD), {"name_en": "x"}).status_code == 403


def test_a_group_in_use_stays() -> None:
    group = make_group()
    make_enterprise(groups=[group])
    client = browser_of(make_user(ADMINISTRATOR))
    address = page("enterprises_investorgroup_delete", group.pk)
    assert client.post(address, {"post": "yes"}).status_code == 403
