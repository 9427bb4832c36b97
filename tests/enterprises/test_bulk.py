"""Many rows changed at once: chosen, shown first, all or nothing, and undone."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import RECORDER
from clusters.vocabulary import Stage
from enterprises.bulk_acts import Assign
from enterprises.editing import edit_project
from enterprises.models import Enterprise, Gate, Project, ProjectState, Revision, Tag
from enterprises.recording import record_state
from lists import selection
from tests.make import make_cluster, make_project, make_region, make_sector, make_user

pytestmark = pytest.mark.django_db
PROJECTS = "/projects/bulk/"
SEALED = re.compile(r'name="selection" value="([^"]+)"')
UNDO = re.compile(r'name="undo" value="([^"]+)"')


@pytest.fixture
def wang(db: None) -> User:
    return make_user(RECORDER, username="wang", first_name="Wang", last_name="Lin")


@pytest.fixture
def zhao(db: None) -> User:
    return make_user(RECORDER, username="zhao", first_name="Zhao", last_name="Min")


@pytest.fixture
def desk(wang: User) -> Client:
    client = Client()
    client.force_login(wang)
    return client


def text_of(response: Any) -> str:
    """The words of a page, without its tags."""
    page = response.content.decode().partition("<main")[2].partition("</main>")[0]
    page = re.sub("<textarea.*?</textarea>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def told(client: Client, address: str = "/projects/") -> str:
    """What the list says of the last act."""
    page = client.get(address).content.decode()
    found = re.search(r'<ul class="messages".*?</ul>', page, re.DOTALL)
    return " ".join(unescape(re.sub("<[^>]+>", " ", found[0])).split()) if found else ""


class Work:
    """One act on rows: asked for, shown, confirmed."""

    def __init__(self, client: Client, act: str, address: str = PROJECTS, **asked: Any) -> None:
        self.client = client
        self.address = address
        self.asked = {"act": act, **asked}

    def choose(self, *rows: Any, **more: Any) -> Any:
        sent = {"act": self.asked["act"], "row": [getattr(row, "pk", row) for row in rows], **more}
        return self.client.post(self.address, sent)

    def show(self, *rows: Any, **more: Any) -> Any:
        sealed = SEALED.search(self.choose(*rows, **more).content.decode())
        assert sealed is not None
        return self.send("preview", sealed[1])

    def send(self, step: str, sealed: str) -> Any:
        return self.client.post(self.address, {**self.asked, "step": step, "selection": sealed})

    def confirm(self, shown: Any) -> Any:
        sealed = SEALED.search(shown.content.decode())
        assert sealed is not None
        return self.send("write", sealed[1])

    def do(self, *rows: Any, **more: Any) -> Any:
        return self.confirm(self.show(*rows, **more))


# --- assigning ------------------------------------------------------------------------------------


def test_nothing_is_written_before_what_changes_was_shown_and_confirmed(
    desk: Client, wang: User, zhao: User
) -> None:
    first, second, third = (make_project(name_en=f"Works {n}") for n in range(3))
    work = Work(desk, "assign", assignee=zhao.pk, reason="Wang is on leave")
    assert "2 rows are chosen" in text_of(work.choose(first, second))
    shown = work.show(first, second)
    assert "2 rows would change" in text_of(shown)
    assert "Works 0 Assigned to nobody Zhao Min" in text_of(shown)
    assert "Assign 2 projects to Zhao Min" in text_of(shown)
    assert not Revision.objects.exists()
    assert work.confirm(shown)["Location"] == "/projects/"
    assert told(desk) == "2 projects are assigned to Zhao Min. Undo"
    assert set(Project.objects.filter(assignee=zhao)) == {first, second}
    revisions = Revision.objects.order_by("project")
    assert [(one.project, one.version, one.reason) for one in revisions] == [
        (first, 2, "Wang is on leave"),
        (second, 2, "Wang is on leave"),
    ]
    assert revisions[0].changes == {"assignee": ["", "Zhao Min"]}
    assert Project.objects.get(pk=third.pk).version == 1


def test_all_that_match_are_those_of_the_filter_and_nobody_else(desk: Client, zhao: User) -> None:
    for number in range(3):
        make_project(cluster=make_cluster("nev"), name_en=f"Car {number}")
    make_project(cluster=make_cluster("digital"), name_en="Chip")
    work = Work(desk, "assign", f"{PROJECTS}?cluster=nev&page=1", assignee=zhao.pk)
    shown = work.show(all="1")
    # What comes in between was not shown, so it is not changed.
    make_project(cluster=make_cluster("nev"), name_en="Car 4")
    assert "3 rows would change" in text_of(shown)
    assert work.confirm(shown)["Location"] == "/projects/?cluster=nev"
    assert Project.objects.filter(assignee=zhao).count() == 3


def test_what_is_so_already_is_told_and_left(desk: Client, zhao: User, wang: User) -> None:
    done, other = make_project(name_en="Done works"), make_project()
    Project.objects.filter(pk=done.pk).update(assignee=zhao)
    shown = Work(desk, "assign", assignee=zhao.pk).show(done, other)
    assert "1 row would change" in text_of(shown)
    assert "1 row is so already Done works" in text_of(shown)


def test_nobody_has_to_be_chosen_and_can_be(desk: Client, zhao: User) -> None:
    project = make_project()
    Project.objects.update(assignee=zhao)
    assert "This field is required" in text_of(Work(desk, "assign", assignee="").show(project))
    assert "not one of the available" in text_of(Work(desk, "assign", assignee="999").show(project))
    Work(desk, "assign", assignee="nobody").do(project)
    assert Project.objects.get().assignee is None


def test_who_cannot_be_given_a_project_is_told_by_the_reason(desk: Client) -> None:
    local = make_user(RECORDER, username="local", regions=[make_region("370285")])
    projects = [
        make_project(region=make_region(code), name_en=f"In {code}")
        for code in ("370285", "370215", "370215")
    ]
    projects[2].enterprise.projects.update(name_en="Also in 370215")
    shown = text_of(Work(desk, "assign", assignee=local.pk).show(*projects))
    assert "1 row would change" in shown
    assert "2 rows cannot be changed local may not record for this project" in shown
    assert "2 rows In 370215 Also in 370215" in shown


# --- who was first --------------------------------------------------------------------------------


def test_a_row_that_somebody_changed_meanwhile_stops_all_and_says_who(
    desk: Client, wang: User, zhao: User
) -> None:
    met, free = make_project(name_en="Met works"), make_project(name_en="Free works")
    work = Work(desk, "assign", assignee=wang.pk)
    shown = work.show(met, free)
    edit_project(project=met, seen_version=1, edited_by=zhao, values={"assignee": zhao})
    answer = work.confirm(shown)
    assert answer.status_code == 409
    assert "Zhao Min changed this on" in text_of(answer)
    assert "from “” to “Zhao Min”" in text_of(answer)
    assert "Met works" in text_of(answer)
    assert "The others only: Assign 1 project to Wang Lin" in text_of(answer)
    assert not Project.objects.filter(assignee=wang).exists()
    rest, whole = SEALED.findall(answer.content.decode())
    assert "2 rows would change" in text_of(work.send("preview", whole))
    assert work.send("write", rest).status_code == 302
    assert Project.objects.get(assignee=wang) == free


def test_a_change_of_something_else_meanwhile_is_nobodys_harm(
    desk: Client, wang: User, zhao: User
) -> None:
    project = make_project()
    work = Work(desk, "assign", assignee=wang.pk)
    shown = work.show(project)
    edit_project(project=project, seen_version=1, edited_by=zhao, values={"name_en": "New"})
    assert work.confirm(shown).status_code == 302
    project.refresh_from_db()
    assert (project.name_en, project.assignee, project.version) == ("New", wang, 3)


def test_sent_twice_is_done_once(desk: Client, zhao: User) -> None:
    work = Work(desk, "assign", assignee=zhao.pk)
    shown = work.show(make_project())
    work.confirm(shown)
    told(desk)
    assert work.confirm(shown).status_code == 302
    assert told(desk) == "Nothing was left to do: all of it was so already."
    assert Revision.objects.count() == 1


# --- undoing --------------------------------------------------------------------------------------


def undo(client: Client, address: str = PROJECTS) -> Any:
    """Press "Undo" in what the list says."""
    found = UNDO.search(client.get("/projects/").content.decode())
    assert found is not None
    client.post(address, {"undo": found[1]})
    return found[1]


def test_an_assignment_is_undone_for_each_row_as_it_was(
    desk: Client, wang: User, zhao: User
) -> None:
    first, second = make_project(), make_project()
    Project.objects.filter(pk=first.pk).update(assignee=wang)
    Work(desk, "assign", assignee=zhao.pk).do(first, second)
    sealed = undo(desk)
    assert told(desk) == "2 rows are as before."
    assert [one.assignee for one in Project.objects.order_by("pk")] == [wang, None]
    assert Revision.objects.count() == 4
    desk.post(PROJECTS, {"undo": sealed})
    assert told(desk) == "There was nothing to undo."


def test_an_undo_leaves_what_somebody_changed_since(desk: Client, wang: User, zhao: User) -> None:
    first, second = make_project(), make_project()
    Work(desk, "assign", assignee=zhao.pk).do(first, second)
    edit_project(project=first, seen_version=2, edited_by=zhao, values={"assignee": wang})
    undo(desk)
    said = told(desk)
    assert "1 row is as before." in said
    assert "1 row stays, as it was changed since: Zhao Min changed this on" in said
    assert [one.assignee for one in Project.objects.order_by("pk")] == [wang, None]


def test_tags_are_added_made_and_taken_off_and_put_back(desk: Client) -> None:
    first, second = make_project(), make_project()
    first.tags.add(Tag.objects.create(name="old"), Tag.objects.create(name="kept"))
    second.tags.add(Tag.objects.get(name="kept"))
    work = Work(desk, "tag", add_tags="visit, kept", remove_tags="old")
    assert "kept; old kept; visit" in text_of(work.show(first, second))
    assert not Tag.objects.filter(name="visit").exists()
    work.do(first, second)
    tags = [[str(tag) for tag in one.tags.all()] for one in (first, second)]
    assert tags == [["kept", "visit"], ["kept", "visit"]]
    undo(desk)
    tags = [[str(tag) for tag in one.tags.all()] for one in (first, second)]
    assert tags == [["kept", "old"], ["kept"]]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({}, "Name a tag to add"),
        ({"add_tags": "a", "remove_tags": "a"}, "added and taken off at once"),
        ({"add_tags": "x" * 41}, "A tag has at most 40 signs"),
    ],
)
def test_tags_that_cannot_be_are_refused_at_their_field(
    desk: Client, asked: dict[str, str], problem: str
) -> None:
    answer = Work(desk, "tag", **asked).show(make_project())
    assert problem in text_of(answer)


def test_enterprises_are_tagged_too(desk: Client) -> None:
    enterprise = make_project().enterprise
    Work(desk, "tag", "/enterprises/bulk/", add_tags="visit").do(enterprise)
    assert told(desk, "/enterprises/") == "The tags of 1 row are changed. Undo"
    assert Enterprise.objects.get().tags.get().name == "visit"


# --- steps ----------------------------------------------------------------------------------------


def step(client: Client, stage: str, on: str = "2024-05-05", **more: str) -> Work:
    return Work(client, "stage", stage=stage, effective_on=on, **more)


def test_a_stage_is_a_dated_state_of_each_project(desk: Client, wang: User) -> None:
    Gate.objects.all().delete()
    projects = [make_project(stage="signed"), make_project(stage="registered")]
    work = step(desk, "construction", source_url="https://news.example.org/9")
    shown = work.show(*projects)
    assert f"Stage Signed {Stage.CONSTRUCTION.label}" in text_of(shown)
    work.confirm(shown)
    for project in projects:
        project.refresh_from_db()
        assert (project.stage, project.stage_on) == ("construction", date(2024, 5, 5))
        assert (project.version, project.heard_on) == (1, date(2024, 5, 5))
        state = project.states.order_by("-pk")[0]
        assert (state.recorded_by, state.source_url) == (wang, "https://news.example.org/9")
        assert (state.region, state.cluster) == (project.region, project.cluster)
    assert Enterprise.objects.order_by("pk")[0].stage_rank == 3
    assert work.confirm(shown).status_code == 302
    assert ProjectState.objects.count() == 4


def test_each_project_may_be_refused_for_its_own_reason(desk: Client, wang: User) -> None:
    Gate.objects.all().delete()
    Gate.objects.create(stage="construction", requirement="sector", is_binding=True)
    ready = make_project(stage="signed", sector=make_sector(), name_en="Ready")
    lacking = make_project(stage="signed", name_en="Lacking")
    beyond = make_project(stage="production", name_en="Beyond")
    there = make_project(stage="construction", name_en="There")
    late = make_project(stage="signed", on=date(2024, 6, 1), name_en="Late")
    shown = text_of(step(desk, "construction").show(ready, lacking, beyond, there, late))
    assert "1 row would change" in shown
    assert "Ready Stage Signed" in shown
    assert "3 rows cannot be changed" in shown
    assert re.search("must be recorded: Sector[^.]*. 1 row Lacking", shown)
    assert re.search(
        f"was at “{Stage.PRODUCTION.label}” on .* would go back .* 1 row Beyond", shown
    )
    assert "Nothing is recorded of the project before that day. 1 row Late" in shown
    assert "1 row is so already There" in shown
    shown = text_of(step(desk, "construction", reason="Seen").show(beyond, lacking))
    assert "1 row would change" in shown


def test_a_step_that_is_dated_back_only_moves_the_day_of_what_stands(desk: Client) -> None:
    Gate.objects.all().delete()
    project = make_project(stage="signed", on=date(2021, 1, 1))
    other = make_project(stage="signed", on=date(2021, 1, 1))
    for one, stage in ((project, "construction"), (other, "production")):
        record_state(
            project=one,
            recorded_by=User.objects.get(username="wang"),
            effective_on=date(2023, 1, 1),
            stage=stage,
        )
    step(desk, "construction", "2022-01-01").do(project, other)
    project.refresh_from_db()
    other.refresh_from_db()
    assert (project.stage, project.stage_on) == ("construction", date(2022, 1, 1))
    assert (other.stage, other.stage_on) == ("production", date(2023, 1, 1))
    assert ProjectState.objects.count() == 6


def test_a_state_that_somebody_recorded_meanwhile_is_named(desk: Client, zhao: User) -> None:
    Gate.objects.all().delete()
    project = make_project(stage="signed")
    work = step(desk, "construction")
    shown = work.show(project)
    record_state(
        project=project, recorded_by=zhao, effective_on=date(2024, 1, 1), stage="registered"
    )
    answer = work.confirm(shown)
    assert answer.status_code == 409
    assert "Zhao Min recorded “Registered” from 1 Jan 2024 on, on" in text_of(answer)
    assert "The others only" not in text_of(answer)
    assert ProjectState.objects.count() == 2


@pytest.mark.parametrize("day", ["2999-01-01", "1066-01-01", "soon", ""])
def test_a_day_that_cannot_be_is_refused_at_its_field(desk: Client, day: str) -> None:
    answer = step(desk, "construction", day).show(make_project())
    assert answer.status_code == 200
    assert answer.context["form"].errors["effective_on"]


def test_only_projects_of_the_sectors_cluster_take_it(desk: Client) -> None:
    sector = make_sector("vehicles", cluster=make_cluster("nev"))
    project, other = make_project(), make_project(cluster=make_cluster("digital"), name_en="Chip")
    work = Work(desk, "sector", sector=sector.pk, effective_on="2024-05-05")
    shown = work.show(project, other)
    assert "Sector nothing Vehicles" in text_of(shown)
    assert "“Vehicles” is not a sector of “Cluster digital”" in text_of(shown)
    work.confirm(shown)
    project.refresh_from_db()
    assert (project.sector, project.stage_on) == (sector, date(2021, 3, 1))
    state = project.states.order_by("-pk")[0]
    assert (state.sector, state.stage, state.effective_on) == (
        sector,
        "signed",
        date(2024, 5, 5),
    )


def test_a_sector_that_a_later_state_would_overrule_is_refused(desk: Client) -> None:
    sector = make_sector("vehicles")
    project = make_project(on=date(2020, 1, 1), sector=make_sector("parts"))
    record_state(
        project=project,
        recorded_by=User.objects.get(username="wang"),
        effective_on=date(2023, 1, 1),
        stage="signed",
    )
    work = Work(desk, "sector", sector=sector.pk, effective_on="2022-01-01")
    assert "Of 1 Jan 2023 something else is recorded" in text_of(work.show(project))


# --- rights, and what cannot be meant -------------------------------------------------------------


def test_the_list_offers_boxes_and_acts_only_to_who_may_use_them(
    desk: Client, viewer_client: Client
) -> None:
    project = make_project(name_en="A <b> & Co")
    page = desk.get("/projects/?stage=signed").content.decode()
    assert (
        f'<input class="form-check-input row-tick" type="checkbox" name="row" value="{project.pk}"'
        in page
    )
    assert 'aria-label="Select A &lt;b&gt; &amp; Co"' in page
    assert 'action="/projects/bulk/?stage=signed"' in page
    assert "Select all 1 that match" in page
    for label in ("Assign …", "Record a stage …", "Tag …", "Set the sector …"):
        assert f"{label}</button>" in page
    looked = viewer_client.get("/projects/").content.decode()
    assert "row-tick" not in looked
    assert 'id="bulk"' not in looked
    assert viewer_client.post(PROJECTS, {"act": "assign", "row": project.pk}).status_code == 403


def test_forged_keys_reach_nothing_of_another_scope(zhao: User) -> None:
    local = make_user(RECORDER, username="local", regions=[make_region("370285")])
    client = Client()
    client.force_login(local)
    hidden = make_project(region=make_region("370215"), name_en="Hidden works")
    own = make_project(name_en="Own works")
    work = Work(client, "tag", add_tags="mine")
    alone = work.choose(hidden)
    assert (alone.status_code, told(client)) == (
        302,
        "No row is ticked; tick those that are meant.",
    )
    shown = work.show(own, hidden, 10**17)
    assert "Hidden" not in text_of(shown)
    assert "1 row would change" in text_of(shown)
    everything = selection.Selection({own.pk: 1, hidden.pk: 1}).pack()
    forged = selection.seal(everything, "enterprises:project-list.tag.write", zhao)
    assert work.send("write", forged).status_code == 302
    assert "not known any more" in told(client)
    # Even what we signed ourselves, before somebody else came to answer for the region.
    signed = selection.seal(everything, "enterprises:project-list.tag.write", local)
    answer = work.send("write", signed)
    assert answer.status_code == 409
    assert "Hidden" not in text_of(answer)
    assert not Revision.objects.exists()


def test_only_what_a_preview_froze_is_written(desk: Client, zhao: User) -> None:
    work = Work(desk, "assign", assignee=zhao.pk)
    chosen = SEALED.search(work.choose(make_project()).content.decode())
    assert chosen is not None
    assert work.send("write", chosen[1]).status_code == 302
    assert not Revision.objects.exists()


def test_more_rows_than_one_request_can_do_are_told_so(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assign, "most_rows", 1)
    make_project()
    make_project()
    work = Work(desk, "assign")
    assert work.choose(all="1").status_code == 302
    assert told(desk).startswith("2 rows match, and 1 at most are changed at once.")


@pytest.mark.parametrize(
    ("address", "sent", "problem"),
    [
        (PROJECTS, {}, "Choose below the list what is to be done."),
        (PROJECTS, {"act": "assign"}, "No row is ticked"),
        (PROJECTS, {"act": "melt", "row": "1"}, "Choose below the list"),
        (PROJECTS, {"act": "assign", "row": ["x", "٣", "9" * 40, "-1"]}, "No row"),
        (PROJECTS, {"act": "assign", "selection": "x" * 10_000}, "not known any more"),
        (f"{PROJECTS}?stage=moon", {"act": "assign", "all": "1"}, "“moon” is not known"),
        (f"{PROJECTS}?nonsense=1", {"act": "assign", "all": "1"}, "There is no filter"),
        (PROJECTS, {"undo": "x"}, "There was nothing to undo."),
    ],
)
def test_what_cannot_be_meant_leads_back_and_says_so(
    desk: Client, address: str, sent: dict[str, Any], problem: str
) -> None:
    make_project()
    answer = desk.post(address, sent)
    assert answer.status_code == 302
    assert problem in told(desk)
    assert not Revision.objects.exists()


def test_opened_without_anything_sent_it_leads_to_the_list(desk: Client) -> None:
    assert desk.get(f"{PROJECTS}?stage=signed&page=3")["Location"] == "/projects/?stage=signed"


def test_what_was_sent_after_the_login_expired_is_shown_again_and_not_written(
    desk: Client, zhao: User
) -> None:
    work = Work(desk, "assign", assignee=zhao.pk)
    shown = work.show(make_project())
    owner = re.search(r'name="typed_by" value="([^"]+)"', shown.content.decode())
    assert owner is not None
    desk.logout()
    work.asked["typed_by"] = owner[1]
    page = work.confirm(shown).content.decode()
    carried = re.search(r'name="carried" value="([^"]+)"', page)
    assert carried is not None
    answer = desk.post(
        "/accounts/login/",
        {"username": "wang", "password": "park-2020-pass", "carried": carried[1], "next": PROJECTS},
        follow=True,
    )
    assert "1 row would change" in text_of(answer)
    assert not Revision.objects.exists()
    work.confirm(answer)
    assert Project.objects.get().assignee == zhao


def test_a_viewer_of_a_list_may_not_look_for_the_acts(viewer_client: Client) -> None:
    assert viewer_client.get(PROJECTS).status_code == 403


@pytest.mark.parametrize(
    ("act", "asked"),
    [
        ("assign", {"assignee": "nobody"}),
        ("tag", {"add_tags": "visit, kept", "remove_tags": "old"}),
        ("stage", {"stage": "construction", "effective_on": "2024-05-05", "reason": "Seen"}),
        ("sector", {"effective_on": "2024-05-05"}),
    ],
)
def test_an_act_asks_the_database_as_often_for_six_rows_as_for_two(
    desk: Client, zhao: User, act: str, asked: dict[str, Any]
) -> None:
    sector = make_sector("vehicles")
    old, *_others = (Tag.objects.create(name=name) for name in ("old", "visit", "kept"))
    if act == "sector":
        asked = {**asked, "sector": sector.pk}
    work = Work(desk, act, **asked)

    def asked_for(rows: int) -> list[int]:
        projects = [make_project(stage="signed") for _ in range(rows)]
        Project.objects.update(assignee=zhao)
        for project in projects:
            project.tags.add(old)
        with CaptureQueriesContext(connection) as to_show:
            shown = work.show(*projects)
        with CaptureQueriesContext(connection) as to_write:
            assert work.confirm(shown).status_code == 302
        told(desk)
        return [len(to_show), len(to_write)]

    at_two = asked_for(2)
    assert asked_for(6) == at_two
    assert max(at_two) <= 32
