"""The pages of the site that add and edit an enterprise."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import RECORDER
from enterprises.editing import edit_enterprise
from enterprises.models import Enterprise, InvestorGroup, Revision
from tests.data_entry import as_sent, browser_of, told
from tests.make import (
    make_credit_code,
    make_enterprise,
    make_group,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db
ADD = "/enterprises/new/"


def edit_page(enterprise: Enterprise) -> str:
    """The address of the form."""
    return reverse("enterprises:enterprise-edit", args=[enterprise.pk])


def opened(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send of the form, left as it is shown."""
    return as_sent(client.get(address).context["form"])


def errors_of(response: Any) -> dict[str, list[str]]:
    """The errors that the form shows, by field."""
    assert response.status_code == 200, response.get("Location")
    return dict(response.context["form"].errors)


def elsewhere(enterprise: Enterprise, **values: Any) -> None:
    """Somebody else's edit, meanwhile."""
    zhao = make_user(RECORDER, username="zhao", first_name="Zhao", last_name="Min")
    version = Enterprise.objects.get(pk=enterprise.pk).version
    edit_enterprise(enterprise=enterprise, seen_version=version, edited_by=zhao, values=values)


# --- adding ---------------------------------------------------------------------------------------


def test_an_enterprise_is_added_with_all_that_is_known(recorder_client: Client) -> None:
    parent = make_group("Parent")
    filled = {
        "name_zh": "新公司",
        "name_en": "New Ltd",
        "credit_code": make_credit_code(),
        "origin": "DE",
        "groups": f"Parent (#{parent.pk})",
        "former_names": "Old Ltd\r\nOlder Ltd",
        "tags": "visit, key account",
        "note": "Two\r\nlines",
    }
    response = recorder_client.post(ADD, opened(recorder_client, ADD) | filled)
    enterprise = Enterprise.objects.get()
    assert response["Location"] == enterprise.get_absolute_url()
    assert told(recorder_client, response) == ["“New Ltd” is added."]
    assert [str(group) for group in enterprise.groups.all()] == ["Parent"]
    assert [str(tag) for tag in enterprise.tags.all()] == ["key account", "visit"]
    assert enterprise.note == "Two\nlines"
    revision = Revision.objects.get()
    assert (revision.version, revision.recorded_by.username) == (1, "recorder")
    page = recorder_client.get(enterprise.get_absolute_url()).content.decode()
    assert "Old Ltd" in page
    assert "Germany" in page


def test_an_enterprise_added_from_a_list_leads_back_to_the_list_as_it_was(
    recorder_client: Client,
) -> None:
    back = "/enterprises/?q=New&sort=name"
    address = f"{ADD}?next=%2Fenterprises%2F%3Fq%3DNew%26sort%3Dname"
    page = recorder_client.get(address)
    assert f'href="{back}"'.replace("&", "&amp;") in page.content.decode()
    response = recorder_client.post(address, {"name_en": "New Ltd"})
    assert response["Location"] == back
    shown = recorder_client.get(back).content.decode()
    assert f'<a href="{Enterprise.objects.get().get_absolute_url()}">Open it</a>' in shown


@pytest.mark.parametrize("evil", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_no_address_leads_to_another_site(recorder_client: Client, evil: str) -> None:
    response = recorder_client.post(f"{ADD}?next={evil}", {"name_en": "New Ltd"})
    assert response["Location"] == Enterprise.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"name_en": ""}, "name_zh"),
        ({"credit_code": "12"}, "credit_code"),
        ({"origin": "XX"}, "origin"),
        ({"name_zh": "已有公司"}, "name_zh"),
        ({"groups": "Nobody knows Ltd"}, "groups"),
        ({"groups": "#99999999999"}, "groups"),
        ({"tags": "x" * 41}, "tags"),
        ({"former_names": "x" * 201}, "former_names"),
        ({"note": "x" * 10_001}, "note"),
        ({"name_en": "x" * 10_000}, "name_en"),
    ],
)
def test_what_cannot_be_shows_at_its_field_with_all_that_was_typed(
    recorder_client: Client, filled: dict[str, str], field: str
) -> None:
    make_enterprise(name_zh="已有公司")
    response = recorder_client.post(ADD, {"name_en": "New Ltd", "tags": "kept"} | filled)
    assert list(errors_of(response)) == [field]
    assert response.context["form"]["tags"].value() == filled.get("tags", "kept")
    assert Enterprise.objects.count() == 1


def test_a_group_that_is_not_recorded_is_recorded_when_that_is_ticked(
    recorder_client: Client,
) -> None:
    filled = {"name_en": "New Ltd", "groups": "Unknown Holding\n未知集团"}
    response = recorder_client.post(ADD, filled)
    assert list(errors_of(response)) == ["groups"]
    assert "Record the groups that are not recorded yet" in response.content.decode()
    assert not InvestorGroup.objects.exists()
    assert recorder_client.post(ADD, filled | {"makes_groups": "on"}).status_code == 302
    assert sorted(InvestorGroup.objects.values_list("name_en", "name_zh")) == [
        ("", "未知集团"),
        ("Unknown Holding", ""),
    ]
    assert str(Enterprise.objects.get().lead_group) == "Unknown Holding"


def test_a_group_is_found_by_either_name_and_asked_back_when_two_have_it(
    recorder_client: Client,
) -> None:
    InvestorGroup.objects.create(name_zh="海信集团", name_en="Hisense Group")
    InvestorGroup.objects.create(name_zh="甲", name_en="Twin")
    InvestorGroup.objects.create(name_zh="乙", name_en="twin")
    recorder_client.post(ADD, {"name_en": "First", "groups": "海信集团\nhisense group"})
    assert [str(one) for one in Enterprise.objects.get().groups.all()] == ["Hisense Group"]
    response = recorder_client.post(ADD, {"name_en": "Second", "groups": "TWIN"})
    assert "Several are called “TWIN”: 甲 / Twin (#" in errors_of(response)["groups"][0]


# --- editing --------------------------------------------------------------------------------------


def test_only_what_was_changed_is_written(recorder_client: Client) -> None:
    enterprise = make_enterprise("Old Ltd", note="Lines\nof the import", groups=[make_group()])
    address = edit_page(enterprise)
    filled = opened(recorder_client, address) | {"name_en": "New Ltd", "was_renamed": "on"}
    # As a browser sends lines.
    filled["note"] = "Lines\r\nof the import"
    response = recorder_client.post(address, filled | {"reason": "Register of 2024"})
    assert response["Location"] == enterprise.get_absolute_url()
    revision = Revision.objects.get()
    assert revision.changes == {
        "name_en": ["Old Ltd", "New Ltd"],
        "former_names": ["", "Old Ltd"],
    }
    assert revision.reason == "Register of 2024"
    page = recorder_client.get(enterprise.get_absolute_url()).content.decode()
    assert "Register of 2024" in page


def test_a_form_sent_as_it_was_opened_writes_nothing(recorder_client: Client) -> None:
    enterprise = make_enterprise(groups=[make_group()], origin="DE")
    address = edit_page(enterprise)
    response = recorder_client.post(address, opened(recorder_client, address))
    assert "nothing was saved" in told(recorder_client, response)[0]
    assert not Revision.objects.exists()


def test_a_former_name_stays(recorder_client: Client) -> None:
    enterprise = make_enterprise()
    elsewhere(enterprise, former_names=["Old Ltd"])
    address = edit_page(enterprise)
    response = recorder_client.post(
        address, opened(recorder_client, address) | {"former_names": ""}
    )
    assert errors_of(response)["former_names"] == ["A former name stays: put “Old Ltd” back."]


def test_what_somebody_else_changed_meanwhile_stays(recorder_client: Client) -> None:
    enterprise = make_enterprise("Old Ltd")
    address = edit_page(enterprise)
    filled = opened(recorder_client, address)
    elsewhere(enterprise, origin="DE", note="Theirs")
    response = recorder_client.post(address, filled | {"name_en": "New Ltd"})
    assert response.status_code == 302
    enterprise.refresh_from_db()
    assert (enterprise.name_en, enterprise.origin.code, enterprise.note) == (
        "New Ltd",
        "DE",
        "Theirs",
    )


def test_a_clash_shows_both_versions_and_what_is_chosen_is_saved(recorder_client: Client) -> None:
    enterprise = make_enterprise("Old Ltd", note="Old note")
    address = edit_page(enterprise)
    filled = opened(recorder_client, address)
    mine = {"name_en": "Mine Ltd", "note": "My note", "tags": "my tag"}
    elsewhere(enterprise, name_en="Theirs Ltd", note="Their note", origin="DE")
    response = recorder_client.post(address, filled | mine)
    assert response.status_code == 409
    rows = [
        (row.name, row.opened, row.theirs, row.mine, row.is_open)
        for row in response.context["rows"]
    ]
    assert rows == [
        ("name_en", "Old Ltd", "Theirs Ltd", "Mine Ltd", True),
        ("note", "Old note", "Their note", "My note", True),
        ("origin", "", "Germany", "Germany", False),
        ("tags", "", "", "my tag", False),
    ]
    page = response.content.decode()
    assert "Zhao Min" in page
    sent: dict[str, Any] = {name: values[-1] for name, values in response.context["merged"]}
    sent["clash"] = ["name_en", "note"]

    # One of the two is not decided yet: it is asked again, and nothing is lost.
    again = recorder_client.post(address, sent | {"choose-name_en": "mine"})
    assert again.status_code == 409
    first = again.context["rows"][0]
    assert (first.name, first.is_open) == ("note", True)
    assert Enterprise.objects.get().name_en == "Theirs Ltd"

    chosen = {"choose-name_en": "mine", "choose-note": "theirs"}
    assert recorder_client.post(address, sent | chosen).status_code == 302
    enterprise.refresh_from_db()
    assert (enterprise.name_en, enterprise.note) == ("Mine Ltd", "Their note")
    assert enterprise.origin.code == "DE"
    assert Revision.objects.latest("pk").changes == {
        "name_en": ["Theirs Ltd", "Mine Ltd"],
        "tags": ["", "my tag"],
    }


def test_a_clash_after_a_clash_is_shown_again(recorder_client: Client) -> None:
    enterprise = make_enterprise("Old Ltd")
    address = edit_page(enterprise)
    filled = opened(recorder_client, address) | {"name_en": "Mine Ltd"}
    elsewhere(enterprise, name_en="Theirs Ltd")
    response = recorder_client.post(address, filled)
    sent = {name: values[-1] for name, values in response.context["merged"]}
    edit_enterprise(
        enterprise=enterprise,
        seen_version=2,
        edited_by=make_recorder(),
        values={"name_en": "Theirs again Ltd"},
    )
    chosen = {"clash": ["name_en"], "choose-name_en": "mine"}
    again = recorder_client.post(address, sent | chosen)
    assert again.status_code == 409
    assert again.context["rows"][0].theirs == "Theirs again Ltd"


@pytest.mark.parametrize("seen", ["", "nonsense", "other"])
def test_a_form_that_does_not_know_what_it_was_opened_with_is_shown_again(
    recorder_client: Client, seen: str
) -> None:
    enterprise = make_enterprise("Old Ltd")
    address = edit_page(enterprise)
    if seen == "other":
        seen = opened(recorder_client, edit_page(make_enterprise("Other Ltd")))["seen"]
    filled = opened(recorder_client, address) | {"name_en": "New Ltd"}
    response = recorder_client.post(address, filled | {"seen": seen})
    assert "__all__" in errors_of(response)
    assert response.context["form"]["name_en"].value() == "New Ltd"
    # What it shows now may be saved.
    assert recorder_client.post(address, as_sent(response.context["form"])).status_code == 302


def test_an_enterprise_of_another_region_is_not_found() -> None:
    hidden = make_project(region=make_region("370215")).enterprise
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    assert client.get(edit_page(hidden)).status_code == 404
    assert client.post(edit_page(hidden), {"name_en": "Mine"}).status_code == 404
