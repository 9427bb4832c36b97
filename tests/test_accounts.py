"""Logging in and out, and what the roles hold."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from accounts.people import system_user
from accounts.roles import ADMINISTRATOR, AUDITOR, PLANNER, RECORDER, ROLES, VERIFIER, VIEWER
from tests.make import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "park-2020-pass"
FACTS = ("goal", "countingrule", "leadingclaim", "projectstate", "entry")


def held_by(role: str) -> set[str]:
    """The permissions of a role."""
    found = Permission.objects.filter(group__name=role).select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}


def log_in(client: Client, **other: str) -> int:
    sent = {"username": "mei", "password": PASSWORD} | other
    return client.post("/accounts/login/", sent).status_code


def test_a_person_logs_in_and_comes_where_they_wanted() -> None:
    make_user(VIEWER, username="mei")
    client = Client()
    response = client.post(
        "/accounts/login/", {"username": "mei", "password": PASSWORD, "next": "/ledger/?q=x"}
    )
    assert (response.status_code, response["Location"]) == (302, "/ledger/?q=x")
    assert client.get("/ledger/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/ledger/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_login_leads_to_no_other_host(target: str) -> None:
    make_user(VIEWER, username="mei")
    response = Client().post(
        "/accounts/login/", {"username": "mei", "password": PASSWORD, "next": target}
    )
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_wrong_password_a_wrong_name_and_somebody_who_left_look_alike() -> None:
    make_user(VIEWER, username="mei")
    make_user(VIEWER, username="left", is_active=False)
    answers = {
        str(Client().post("/accounts/login/", sent).context["form"].non_field_errors())
        for sent in (
            {"username": "mei", "password": "wrong"},
            {"username": "nobody", "password": "wrong"},
            {"username": "left", "password": PASSWORD},
        )
    }
    assert len(answers) == 1


def test_logging_in_needs_the_forms_token() -> None:
    make_user(VIEWER, username="mei")
    assert log_in(Client(enforce_csrf_checks=True)) == 403
    assert log_in(Client()) == 302


def test_nobody_logs_in_as_the_program() -> None:
    user = system_user()
    assert (user.is_active, user.has_usable_password()) == (False, False)
    assert log_in(Client(), username=user.username) == 200
    assert system_user() == user


def test_a_weak_new_password_is_refused() -> None:
    make_user(VIEWER, username="mei")
    client = Client()
    log_in(client)
    for weak in ("short", "12345678901", "password12"):
        sent = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
        assert client.post("/accounts/password/", sent).status_code == 200, weak
    new = "another-good-one-7"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", sent).status_code == 302
    assert log_in(Client(), password=new) == 302


def test_every_role_is_there_and_sees_the_park() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    for role in ROLES:
        assert {"clusters.view_plan", "ledger.view_entry", "imports.view_upload"} <= held_by(role)


def test_no_role_changes_or_deletes_a_fact() -> None:
    for role in ROLES:
        acts = {label.split(".")[1] for label in held_by(role)}
        assert not {f"{act}_{fact}" for act in ("change", "delete") for fact in FACTS} & acts, role


def writes_of(role: str) -> set[str]:
    """What a role may add, change, delete or reverse."""
    acts = ("add_", "change_", "delete_", "reverse_")
    return {label for label in held_by(role) if label.split(".")[1].startswith(acts)}


def test_only_recorders_and_administrators_touch_the_ledger() -> None:
    for role in ROLES:
        writes = {label for label in held_by(role) if label in {"ledger.add_entry"}}
        assert bool(writes) == (role in {RECORDER, ADMINISTRATOR}), role
    for role in (VIEWER, AUDITOR):
        assert not writes_of(role), role
    # A second person says something of an entry, and adds what proves it; no amount.
    assert writes_of(VERIFIER) == {
        "ledger.add_verification",
        "ledger.add_attachment",
        "ledger.add_evidence",
    }
    assert not {"enterprises.add_project", "imports.add_upload"} & held_by(PLANNER)


def test_a_changed_role_is_put_right_by_migrate() -> None:
    group = Group.objects.get(name=VIEWER)
    group.permissions.set(Permission.objects.all())
    Group.objects.get(name=AUDITOR).delete()
    call_command("migrate", verbosity=0)
    assert "ledger.add_entry" not in held_by(VIEWER)
    assert "accounts.see_everything" in held_by(AUDITOR)


def test_two_roles_add_up() -> None:
    user = User.objects.get(pk=make_user(RECORDER, PLANNER).pk)
    assert user.has_perms(["ledger.add_entry", "clusters.add_goal"])
    assert not user.has_perm("accounts.add_user")
