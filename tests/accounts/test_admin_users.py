"""People in the data entry pages: made with role and scope, and no way to more rights."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch

from accounts.models import User
from accounts.roles import ADMINISTRATOR, AUDITOR, RECORDER
from accounts.scopes import scope_of
from enterprises.models import Project
from tests.data_entry import browser_of, page, send, shown
from tests.make import make_project, make_region, make_user

pytestmark = pytest.mark.django_db

ADD = "accounts_user_add"
CHANGE = "accounts_user_change"
LIST = "accounts_user_changelist"
PASSWORD = "auth_user_password_change"
NEW = "harbour-2026-pass"


def test_an_administrator_makes_a_recorder_with_a_scope(admin_client: Client) -> None:
    region = make_region("370285")
    sent = shown(admin_client, page(ADD)) | {
        "username": "lin",
        "password1": NEW,
        "password2": NEW,
        "usable_password": "true",
        "groups": Group.objects.get(name=RECORDER).pk,
        "regions": region.pk,
        "clusters": [],
        "is_superuser": "on",
    }
    assert admin_client.post(page(ADD), sent).status_code == 302
    lin = User.objects.get(username="lin")
    assert [group.name for group in lin.groups.all()] == [RECORDER]
    assert scope_of(lin).regions == frozenset([region.pk])
    assert not lin.is_superuser
    near = make_project(region=region)
    make_project(region=make_region("370215"))
    assert list(Project.objects.editable_by(lin)) == [near]
    client = Client()
    assert client.login(username="lin", password=NEW)
    assert client.get(page("index")).status_code == 200


def test_only_a_superuser_makes_a_superuser() -> None:
    administrator, other = make_user(ADMINISTRATOR), make_user(RECORDER)
    superuser = make_user(is_superuser=True)
    for maker, becomes in ((administrator, False), (superuser, True)):
        client = browser_of(maker)
        sent = shown(client, page(CHANGE, other.pk))
        assert client.post(page(CHANGE, other.pk), sent | {"is_superuser": "on"}).status_code == 302
        other.refresh_from_db()
        assert other.is_superuser is becomes


def test_an_administrator_does_not_make_himself_more() -> None:
    administrator = make_user(ADMINISTRATOR)
    client = browser_of(administrator)
    forged = {"is_superuser": "on", "is_staff": "on", "user_permissions": "1"}
    sent = shown(client, page(CHANGE, administrator.pk)) | forged
    assert client.post(page(CHANGE, administrator.pk), sent).status_code == 302
    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert not administrator.is_staff
    assert not administrator.user_permissions.exists()


def test_an_administrator_does_not_take_over_a_superuser(admin_client: Client) -> None:
    superuser = make_user(is_superuser=True)
    before = superuser.password
    assert admin_client.get(page(CHANGE, superuser.pk)).status_code == 200
    assert admin_client.post(page(CHANGE, superuser.pk), {"username": "x"}).status_code == 403
    address = page(PASSWORD, superuser.pk)
    sent = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert admin_client.post(address, sent).status_code == 403
    superuser.refresh_from_db()
    assert superuser.password == before


def test_nobody_is_deleted() -> None:
    client = browser_of(make_user(ADMINISTRATOR, is_superuser=True))
    other = make_user(RECORDER)
    assert client.post(page("accounts_user_delete", other.pk), {"post": "yes"}).status_code == 403
    client.post(
        page(LIST), {"action": "delete_selected", "_selected_action": other.pk, "post": "yes"}
    )
    assert User.objects.filter(pk=other.pk).exists()


def test_who_leaves_is_made_inactive(admin_client: Client) -> None:
    other = make_user(RECORDER)
    client = browser_of(other)
    assert client.get(page("index")).status_code == 200
    sent = shown(admin_client, page(CHANGE, other.pk))
    del sent["is_active"]
    assert admin_client.post(page(CHANGE, other.pk), sent).status_code == 302
    assert client.get(page("index")).status_code == 302


def test_roles_are_not_edited() -> None:
    with pytest.raises(NoReverseMatch):
        page("auth_group_changelist")


def test_a_recorder_sees_no_people(recorder_client: Client) -> None:
    other = make_user(RECORDER)
    for address in (page(LIST), page(ADD), page(CHANGE, other.pk), page(PASSWORD, other.pk)):
        assert recorder_client.get(address).status_code == 403


def test_an_auditor_sees_people_and_no_password() -> None:
    other = make_user(RECORDER)
    client = browser_of(make_user(AUDITOR))
    assert client.get(page(LIST)).status_code == 200
    text = client.get(page(CHANGE, other.pk)).content.decode()
    assert other.username in text
    assert other.password.split("$")[-1] not in text
    assert client.post(page(CHANGE, other.pk), {"username": "x"}).status_code == 403
    assert client.get(page(ADD)).status_code == 403


def test_a_forgotten_password_is_set_anew(admin_client: Client) -> None:
    other = make_user(RECORDER)
    sent = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert send(admin_client, page(CHANGE, other.pk)).status_code == 302
    assert admin_client.post(page(PASSWORD, other.pk), sent).status_code == 302
    other.refresh_from_db()
    assert other.check_password(NEW)
