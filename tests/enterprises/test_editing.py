"""What an edit writes, keeps and refuses."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from enterprises.editing import (
    Changes,
    create_enterprise,
    edit_enterprise,
    edit_many,
    edit_project,
    told,
)
from enterprises.exceptions import AssigneeOutsideError, StaleVersionError
from enterprises.models import Enterprise, FormerName, Project, Revision, Shareholding, Tag
from tests.make import (
    make_cluster,
    make_enterprise,
    make_group,
    make_project,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(db: None) -> User:
    return make_user(RECORDER, username="wang", first_name="Wang", last_name="Lin")


@pytest.fixture
def zhao(db: None) -> User:
    return make_user(RECORDER, username="zhao", first_name="Zhao", last_name="Min")


def edit(enterprise: Enterprise, by: User, *, seen: int = 1, **values: Any) -> Revision | None:
    """An edit of what `by` has seen at a version."""
    return edit_enterprise(enterprise=enterprise, seen_version=seen, edited_by=by, values=values)


# --- one enterprise -------------------------------------------------------------------------------


def test_an_edit_raises_the_version_and_leaves_one_revision_of_what_changed(wang: User) -> None:
    enterprise = make_enterprise("Old Ltd", note="Stays")
    revision = edit(enterprise, wang, name_en="New Ltd", note="Stays", origin="DE")
    assert revision is not None
    assert (enterprise.version, enterprise.name_en, enterprise.origin.code) == (2, "New Ltd", "DE")
    assert (revision.version, revision.recorded_by) == (2, wang)
    assert revision.changes == {"name_en": ["Old Ltd", "New Ltd"], "origin": ["", "DE"]}
    assert [(one.label, one.after) for one in told(revision)] == [
        ("English name", "New Ltd"),
        ("Origin", "Germany"),
    ]


def test_an_edit_that_changes_nothing_writes_nothing(wang: User) -> None:
    enterprise = make_enterprise("Same Ltd", groups=[make_group()])
    same: dict[str, Any] = {
        "name_en": " Same  Ltd",
        "groups": [make_group()],
        "tags": [],
        "former_names": [],
    }
    assert edit(enterprise, wang, **same) is None
    assert Enterprise.objects.get().version == 1
    assert not Revision.objects.exists()


def test_groups_tags_and_former_names_are_part_of_the_edit(wang: User) -> None:
    first, second = make_group("First"), make_group("Second")
    enterprise = make_enterprise(groups=[first])
    revision = edit(
        enterprise,
        wang,
        groups=[second, first],
        tags=["key account", "visit"],
        former_names=["Older Ltd", "Older  Ltd", ""],
    )
    assert revision is not None
    assert revision.changes == {
        "groups": ["First", "Second; First"],
        "tags": ["", "key account; visit"],
        "former_names": ["", "Older Ltd"],
    }
    held = Shareholding.objects.order_by("position").values_list("group__name_en", flat=True)
    assert list(held) == ["Second", "First"]
    enterprise.refresh_from_db()
    assert enterprise.lead_group == second
    assert edit(enterprise, wang, seen=2, groups=[], tags=["visit"]) is not None
    assert not Shareholding.objects.exists()
    assert [str(tag) for tag in enterprise.tags.all()] == ["visit"]
    assert FormerName.objects.get().recorded_by == wang


def test_a_renaming_keeps_the_old_name_to_be_found_by(wang: User) -> None:
    enterprise = make_enterprise("Old Ltd", name_zh="旧公司")
    values = {"name_en": "New Ltd"}
    edit_enterprise(
        enterprise=enterprise, seen_version=1, edited_by=wang, values=values, keeps_old_name=True
    )
    assert [str(name) for name in enterprise.former_names.all()] == ["Old Ltd"]


def test_a_new_enterprise_says_who_added_it_and_what_was_entered(wang: User) -> None:
    values = {"name_zh": "新公司", "tags": ["visit"], "groups": [make_group("Parent")]}
    enterprise = create_enterprise(created_by=wang, values=values)
    revision = enterprise.revisions.get()
    assert (enterprise.version, revision.version, revision.recorded_by) == (1, 1, wang)
    assert revision.changes == {
        "name_zh": ["", "新公司"],
        "groups": ["", "Parent"],
        "tags": ["", "visit"],
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name_zh": "", "name_en": ""}, "name_zh"),
        ({"credit_code": "123"}, "credit_code"),
        ({"name_zh": "已有公司"}, "name_zh"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"tags": ["x" * 41]}, "tags"),
        ({"former_names": ["x" * 201]}, "former_names"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_leaves_nothing(
    wang: User, values: dict[str, Any], field: str
) -> None:
    make_enterprise(name_zh="已有公司")
    enterprise = make_enterprise("Some Ltd")
    with pytest.raises(ValidationError) as refused:
        edit(enterprise, wang, note="Typed too", **values)
    assert list(refused.value.message_dict) == [field]
    assert Enterprise.objects.get(pk=enterprise.pk).note == ""
    assert not Revision.objects.exists()
    assert not Tag.objects.exists()


# --- two people -----------------------------------------------------------------------------------


def test_what_only_somebody_else_changed_stays_beside_what_was_typed(
    wang: User, zhao: User
) -> None:
    enterprise = make_enterprise("Old Ltd")
    edit(enterprise, zhao, origin="DE", tags=["visit"])
    revision = edit(enterprise, wang, seen=1, name_en="New Ltd")
    assert revision is not None
    assert revision.changes == {"name_en": ["Old Ltd", "New Ltd"]}
    enterprise.refresh_from_db()
    assert (enterprise.version, enterprise.name_en, enterprise.origin.code) == (3, "New Ltd", "DE")


def test_a_field_that_both_changed_is_refused_and_says_who_changed_what(
    wang: User, zhao: User
) -> None:
    enterprise = make_enterprise("Old Ltd")
    edit(enterprise, zhao, name_en="Theirs Ltd")
    with pytest.raises(StaleVersionError) as refused:
        edit(enterprise, wang, seen=1, name_en="Mine Ltd", origin="DE")
    (told_there,) = refused.value.message_dict["name_en"]
    assert "Zhao Min changed this on" in told_there
    assert "from “Old Ltd” to “Theirs Ltd”" in told_there
    assert refused.value.clashes["name_en"].recorded_by == zhao
    enterprise.refresh_from_db()
    assert (enterprise.version, enterprise.name_en, enterprise.origin.code) == (
        2,
        "Theirs Ltd",
        "",
    )


def test_the_own_other_window_is_somebody_else_too(wang: User) -> None:
    enterprise = make_enterprise("Old Ltd")
    edit(enterprise, wang, name_en="First window")
    with pytest.raises(StaleVersionError):
        edit(enterprise, wang, seen=1, name_en="Second window")


def test_two_who_say_the_same_do_not_clash(wang: User, zhao: User) -> None:
    enterprise = make_enterprise("Old Ltd")
    edit(enterprise, zhao, name_en="New Ltd")
    assert edit(enterprise, wang, seen=1, name_en="New Ltd") is None


def test_what_was_changed_and_changed_back_does_not_clash(wang: User, zhao: User) -> None:
    enterprise = make_enterprise("Old Ltd")
    edit(enterprise, zhao, name_en="Slip")
    edit(enterprise, zhao, seen=2, name_en="Old Ltd")
    assert edit(enterprise, wang, seen=1, name_en="New Ltd") is not None


def test_two_may_add_former_names_at_once(wang: User, zhao: User) -> None:
    enterprise = make_enterprise()
    edit(enterprise, zhao, former_names=["One"])
    edit(enterprise, wang, seen=1, former_names=["Two"])
    assert sorted(str(name) for name in enterprise.former_names.all()) == ["One", "Two"]


# --- one project ----------------------------------------------------------------------------------


def test_a_project_is_assigned_to_who_may_record_for_it(wang: User) -> None:
    project = make_project(region=make_region("370285"))
    values = {"assignee": wang, "tags": ["visit"]}
    revision = edit_project(project=project, seen_version=1, edited_by=wang, values=values)
    assert revision is not None
    assert revision.changes == {"assignee": ["", "Wang Lin"], "tags": ["", "visit"]}
    elsewhere = make_user(RECORDER, username="li", regions=[make_region("370215")])
    for nobody in (elsewhere, make_user(VIEWER, username="viewer")):
        with pytest.raises(AssigneeOutsideError):
            edit_project(
                project=project, seen_version=2, edited_by=wang, values={"assignee": nobody}
            )
    edit_project(project=project, seen_version=2, edited_by=wang, values={"assignee": None})
    assert Project.objects.get().assignee is None


def test_two_projects_of_an_enterprise_are_not_called_alike(wang: User) -> None:
    project = make_project(name_en="First works")
    other = make_project(project.enterprise, name_en="Second works")
    with pytest.raises(ValidationError, match="already has a project of that name"):
        edit_project(
            project=other, seen_version=1, edited_by=wang, values={"name_en": "First works"}
        )


def test_a_step_is_no_edit_and_so_does_not_clash_with_one(wang: User) -> None:
    project = make_project(name_en="Old works")
    make_project(project.enterprise)
    assert Project.objects.get(pk=project.pk).version == 1
    revision = edit_project(
        project=project, seen_version=1, edited_by=wang, values={"name_en": "New works"}
    )
    assert revision is not None
    assert revision.version == 2


# --- many -----------------------------------------------------------------------------------------


def test_many_projects_are_assigned_and_tagged_with_one_revision_each(wang: User) -> None:
    enterprise = make_enterprise()
    projects = [make_project(enterprise) for _ in range(3)]
    edit_project(
        project=projects[0],
        seen_version=1,
        edited_by=wang,
        values={"tags": ["old", "visit"], "assignee": wang},
    )
    outcome = edit_many(
        Project.objects.all(),
        edited_by=wang,
        changes=Changes(assignee=wang, add_tags=["visit"], remove_tags=["old"]),
        reason="Spring round",
    )
    assert outcome.refused == {}
    assert outcome.changed == {
        projects[0].pk: {"tags": ["old; visit", "visit"]},
        projects[1].pk: {"assignee": ["", "Wang Lin"], "tags": ["", "visit"]},
        projects[2].pk: {"assignee": ["", "Wang Lin"], "tags": ["", "visit"]},
    }
    assert {project.assignee for project in Project.objects.all()} == {wang}
    assert [str(tag) for tag in projects[0].tags.all()] == ["visit"]
    versions = Project.objects.order_by("pk").values_list("version", flat=True)
    assert list(versions) == [3, 2, 2]
    written = Revision.objects.filter(reason="Spring round").values_list("project", "version")
    assert sorted(written) == [(projects[0].pk, 3), (projects[1].pk, 2), (projects[2].pk, 2)]


def test_a_row_that_has_it_so_already_is_left_alone(wang: User) -> None:
    enterprise = make_enterprise()
    edit(enterprise, wang, tags=["visit"])
    outcome = edit_many(
        Enterprise.objects.all(), edited_by=wang, changes=Changes(add_tags=["visit"])
    )
    assert (outcome.changed, outcome.same) == ({}, [enterprise.pk])
    assert Enterprise.objects.get().version == 2


def test_what_lies_outside_is_refused_with_the_reason_and_the_rest_is_done() -> None:
    own, hidden = make_region("370285"), make_region("370215")
    wang = make_user(RECORDER, username="wang", regions=[own])
    li = make_user(RECORDER, username="li", clusters=[make_cluster("digital")])
    enterprise = make_enterprise()
    inside = make_project(enterprise, region=own)
    outside = make_project(enterprise, region=hidden)
    outcome = edit_many(Project.objects.all(), edited_by=wang, changes=Changes(add_tags=["visit"]))
    assert list(outcome.changed) == [inside.pk]
    assert list(outcome.refused) == [outside.pk]
    outcome = edit_many(Project.objects.all(), edited_by=wang, changes=Changes(assignee=li))
    assert "may not record for this project" in outcome.refused[inside.pk]
    assert outcome.changed == {}


def test_a_row_that_somebody_changed_meanwhile_is_refused_and_says_who(
    wang: User, zhao: User
) -> None:
    enterprise = make_enterprise()
    stale, renamed, fresh = (make_project(enterprise) for _ in range(3))
    seen = dict(Project.objects.values_list("pk", "version"))
    for project, values in ((stale, {"assignee": zhao}), (renamed, {"name_en": "Renamed"})):
        edit_project(project=project, seen_version=1, edited_by=zhao, values=values)
    outcome = edit_many(
        Project.objects.all(),
        edited_by=wang,
        changes=Changes(assignee=wang),
        seen_versions=seen,
    )
    assert sorted(outcome.changed) == [renamed.pk, fresh.pk]
    assert "Zhao Min changed this on" in outcome.refused[stale.pk]
    assert Project.objects.get(pk=stale.pk).assignee == zhao


def test_a_rehearsal_says_what_would_be_and_writes_nothing(wang: User) -> None:
    project = make_project()
    outcome = edit_many(
        Project.objects.all(),
        edited_by=wang,
        changes=Changes(add_tags=["visit"]),
        is_rehearsal=True,
    )
    assert outcome.changed == {project.pk: {"tags": ["", "visit"]}}
    assert not Tag.objects.exists()
    assert not Revision.objects.exists()


def test_many_take_as_many_statements_as_few(wang: User, zhao: User) -> None:
    enterprise = make_enterprise()

    def statements(assignee: User, tag: str) -> int:
        changes = Changes(assignee=assignee, add_tags=[tag], remove_tags=["gone"])
        with CaptureQueriesContext(connection) as queries:
            edit_many(Project.objects.all(), edited_by=wang, changes=changes)
        return len(queries)

    for _ in range(2):
        make_project(enterprise)
    for person in (zhao, wang):  # whose rights are looked up once
        statements(person, f"of {person}")
    at_two = statements(zhao, "second")
    for _ in range(8):
        make_project(enterprise)
    assert statements(wang, "third") == at_two
    assert at_two < 20


def test_only_projects_are_assigned(wang: User) -> None:
    with pytest.raises(TypeError):
        edit_many(Enterprise.objects.all(), edited_by=wang, changes=Changes(assignee=wang))
