"""Every address of the site, for every role and scope, against tests/rights_table.py."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.roles import ADMINISTRATOR, RECORDER, ROLES, VIEWER
from clusters.models import CountingRule, Goal
from enterprises.models import Gate, Project, StaleAfter
from imports.models import HeldRow, Upload
from ledger.models import Change, Entry, Evidence
from lists.models import SavedFilter
from progress.models import ReportedTotal
from tests.imports.files import as_csv, import_json, row, write
from tests.make import (
    make_cluster,
    make_correction,
    make_document,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_plan,
    make_project,
    make_rate,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)
from tests.rights_table import ANSWERS, COLUMNS, TABLE

pytestmark = pytest.mark.django_db


def walk(
    patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...] = (), route: str = ""
) -> Iterator[str]:
    """Yield the name of each address, or for one without a name its route."""
    for pattern in patterns:
        at = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, inner, at)
        else:
            yield ":".join((*spaces, pattern.name)) if pattern.name else at


NAMES = sorted(set(walk(get_resolver().url_patterns)))


@dataclass
class World:
    """Two projects, one in Laixi and one in Jimo, each with all that can hang on a project."""

    projects: list[Project]
    entries: list[Entry]
    evidence: list[Evidence]
    documents: list[Evidence]
    changes: list[Change]
    rows: dict[str, models.Model]

    @classmethod
    def make(cls) -> "World":
        places = [
            (make_cluster("nev"), make_region("370285", name_en="Laixi", name_zh="莱西市")),
            (make_cluster("digital"), make_region("370215", name_en="Jimo", name_zh="即墨区")),
        ]
        plan = make_plan()
        projects, entries, evidence, documents = [], [], [], []
        changes = []
        upload = Upload.objects.create(
            name="record.csv",
            sha256="0" * 64,
            rows=2,
            rows_posted=0,
            rows_known=0,
            rows_held=2,
            recorded_by=make_recorder(),
        )
        for n, (cluster, region) in enumerate(places):
            name = ("Own", "Hidden")[n]
            enterprise = make_enterprise(f"{name} Ltd", name_zh=f"{'自他'[n]}有限公司")
            project = make_project(
                enterprise,
                cluster=cluster,
                region=region,
                name_en=f"{name} works",
                name_zh=f"{'自他'[n]}工厂",
            )
            page = make_evidence(f"https://{name.lower()}.example.org/1")
            projects.append(project)
            evidence.append(page)
            entries.append(make_entry(project, evidence=page, amount_fen=(n + 1) * 12345678900))
            changes.append(make_correction(make_entry(project, amount_fen=77700)))
            documents.append(make_document(f"{name} contract.pdf", entry=entries[n]))
            HeldRow.objects.create(
                upload=upload,
                line=n + 2,
                cluster=cluster,
                region=region,
                values={"project_zh": f"{name} held"},
                reason="A double",
            )
        total = ReportedTotal.objects.create(
            park=plan.park,
            scope="city",
            measure="contracted",
            as_of=plan.starts_on,
            value=5,
            unit="yuan",
            source_url="https://news.example.org/2",
        )
        rows: dict[str, models.Model] = {
            "accounts_user": make_user(VIEWER, username="somebody"),
            "clusters_cluster": places[0][0],
            "clusters_countingrule": CountingRule.objects.get(),
            "clusters_goal": Goal.objects.order_by("pk")[0],
            "clusters_park": plan.park,
            "clusters_plan": plan,
            "clusters_region": places[0][1],
            "clusters_sector": make_sector(cluster=places[0][0]),
            "enterprises_gate": Gate.objects.all()[0],
            "enterprises_investorgroup": make_group(),
            "enterprises_staleafter": StaleAfter.objects.all()[0],
            "imports_upload": upload,
            "ledger_exchangerate": make_rate(),
            "lists_filter": SavedFilter.objects.create(
                owner=make_recorder(), list_name="ledger:entry-list", name="Theirs", query="q=a"
            ),
            "progress_reportedtotal": total,
        }
        return cls(projects, entries, evidence, documents, changes, rows)

    def row(self, model: str, scope: int) -> models.Model:
        """The row of a model ("app_model") in the own or the other scope."""
        return {
            "enterprises_enterprise": self.projects[scope].enterprise,
            "enterprises_project": self.projects[scope],
            "ledger_entry": self.entries[scope],
            "ledger_evidence": self.evidence[scope],
        }.get(model) or self.rows[model]

    def address(self, name: str, scope: int) -> str:
        """The address behind a name of the table."""
        project = self.projects[scope]
        fixed: dict[str, Callable[[], str]] = {
            "progress:cluster": lambda: reverse(name, args=[project.cluster.slug]),
            "progress:region": lambda: reverse(name, args=[project.region.code]),
            "progress:sector": lambda: reverse(
                name, args=[project.cluster.slug, make_sector(cluster=project.cluster).slug]
            ),
            "progress:group": lambda: reverse(
                name, args=[self.rows["enterprises_investorgroup"].pk]
            ),
            "progress:plan": lambda: reverse(name, args=["seaside-plan"]),
            "progress:chart-file": lambda: reverse(name, args=["concentration"]),
            "enterprises:enterprise-detail": lambda: reverse(name, args=[project.enterprise_id]),
            "ledger:project-detail": lambda: reverse(name, args=[project.pk]),
            "enterprises:enterprise-edit": lambda: reverse(name, args=[project.enterprise_id]),
            "enterprises:project-edit": lambda: reverse(name, args=[project.pk]),
            "ledger:project-step": lambda: reverse(name, args=[project.pk]),
            "progress:amount": lambda: reverse(name, args=[project.pk]),
            "enterprises:project-confirm": lambda: reverse(name, args=[project.pk]),
            "enterprises:project-expect": lambda: reverse(name, args=[project.pk]),
            "ledger:entry-detail": lambda: reverse(name, args=[self.entries[scope].pk]),
            "ledger:verdict": lambda: reverse(name, args=[self.entries[scope].pk]),
            "progress:correct": lambda: reverse(name, args=[self.entries[scope].pk]),
            "progress:move": lambda: reverse(name, args=[project.pk]),
            "progress:withdraw": lambda: reverse(name, args=[project.pk]),
            "progress:revive": lambda: reverse(name, args=[project.pk]),
            "progress:undo": lambda: reverse(name, args=[self.changes[scope].pk]),
            "ledger:attach": lambda: reverse(name, args=[self.entries[scope].pk]),
            "ledger:evidence-detail": lambda: reverse(name, args=[self.documents[scope].pk]),
            "ledger:evidence-file": lambda: reverse(name, args=[self.documents[scope].pk]),
            "ledger:rate-detail": lambda: reverse(name, args=[self.rows["ledger_exchangerate"].pk]),
            "imports:upload-detail": lambda: reverse(name, args=[self.rows["imports_upload"].pk]),
            **{
                f"lists:filter-{act}": lambda: reverse(name, args=[self.rows["lists_filter"].pk])
                for act in ("edit", "delete")
            },
            "admin:app_list": lambda: reverse(name, args=["enterprises"]),
            "admin:view_on_site": lambda: reverse(name, args=[content_type(project), project.pk]),
            "enterprises:suggest": lambda: reverse(name) + "?kind=any&q=works",
            "admin:autocomplete": lambda: (
                reverse(name) + "?app_label=ledger&model_name=entry&field_name=project&term="
            ),
            "admin:ledger_entry_reverse": lambda: reverse(name, args=[self.entries[scope].pk]),
            "admin:auth_user_password_change": lambda: reverse(
                name, args=[self.rows["accounts_user"].pk]
            ),
        }
        if name in fixed:
            return fixed[name]()
        if name.startswith("admin/"):  # a route without a name
            parts = name.split("/")
            if parts[1].startswith("("):
                return "/admin/nowhere/"
            return f"/{'/'.join(parts[:3])}/{self.row('_'.join(parts[1:3]), scope).pk}/"
        model, _, act = name.removeprefix("admin:").rpartition("_")
        if name.startswith("admin:") and "_" in model and act in {"change", "delete", "history"}:
            return reverse(name, args=[self.row(model, scope).pk])
        return reverse(name)


def content_type(row: models.Model) -> int:
    """The number under which Django keeps the model of `row`."""
    return ContentType.objects.get_for_model(row).pk


def person(column: str) -> Client:
    """A browser of a person of that role, who answers for Laixi's new energy vehicles."""
    client = Client()
    if column != "anonymous":
        user = make_user(
            column,
            username=f"a-{column}",
            regions=[make_region("370285")],
            clusters=[make_cluster("nev")],
        )
        client.force_login(user)
    return client


def answer(client: Client, method: str, address: str) -> str:
    """What came, as the table writes it; nothing of it stays."""
    with transaction.atomic():
        session = dict(client.cookies)
        response = getattr(client, method)(address)
        if response.status_code == 302 and response["Location"].startswith("/admin/login/"):
            response = client.get(response["Location"])
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(session)
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return "L"
    if response.status_code in {301, 302}:
        return ">"
    return next(
        (sign for sign, (status, _) in ANSWERS.items() if status == response.status_code),
        str(response.status_code),
    )


def test_the_table_has_every_address_and_no_other() -> None:
    assert sorted(TABLE) == NAMES


@pytest.mark.parametrize("column", COLUMNS)
def test_every_address_answers_as_the_table_says(column: str) -> None:
    world, client, place = World.make(), person(column), COLUMNS.index(column)
    wrong = []
    for name, line in TABLE.items():
        for method, scope, expected in line.cells(place):
            got = answer(client, method, world.address(name, scope))
            if got != expected:
                where = ("own", "other")[scope]
                wrong.append(f"{name} {method} {where}: {got}, the table says {expected}")
    assert not wrong, "\n".join(wrong)


# --- what a page holds, and not only whether it opens ---------------------------------------------

HIDDEN = ("Hidden", "他有限公司", "他工厂", "hidden.example.org", "24691357", "0.2469")
LISTS = (
    "/enterprises/",
    "/projects/",
    "/ledger/",
    "/evidence/",
    "/evidence/?_export=csv",
    "/enterprises/?_export=csv",
    "/projects/?_export=csv",
    "/ledger/?_export=csv",
    "/enterprises/?q=Hidden",
    "/search/?q=Hidden",
    "/enterprises/suggest/?kind=any&q=Hidden",
    "/enterprises/suggest/?kind=project&q=works",
    "/progress/leading/",
    "/admin/enterprises/enterprise/",
    "/admin/enterprises/project/",
    "/admin/ledger/entry/",
    "/admin/ledger/evidence/",
    "/admin/ledger/entry/add/",
    "/admin/enterprises/project/add/",
    "/admin/autocomplete/?app_label=ledger&model_name=entry&field_name=project&term=",
    "/admin/autocomplete/?app_label=enterprises&model_name=project&field_name=enterprise&term=",
)


def text_of(response: Any) -> str:
    """The whole answer, whether it was made at once or row by row."""
    content = response.getvalue()
    return str(content.decode("utf-8-sig"))


@pytest.mark.parametrize("address", [*LISTS, "/imports/1/"])
def test_no_list_holds_anything_of_another_scope(address: str) -> None:
    world = World.make()
    address = address.replace("/1/", f"/{world.rows['imports_upload'].pk}/")
    response = person(RECORDER).get(address)
    assert response.status_code == 200
    text = text_of(response)
    searched = "q=Hidden" in address
    assert [word for word in HIDDEN if word in text and not (searched and word == "Hidden")] == []
    everything = text_of(person("auditor").get(address))
    if "/add/" not in address and "leading" not in address:
        assert [word for word in HIDDEN if word in everything] != []


def test_no_spreadsheet_holds_anything_of_another_scope() -> None:
    World.make()
    for path in ("/enterprises/", "/projects/", "/ledger/"):
        response = person_once(RECORDER).get(path + "?_export=xlsx")
        content = response.getvalue()
        with ZipFile(BytesIO(content)) as book:
            cells = "".join(book.read(name).decode() for name in book.namelist())
        assert "Own" in cells
        assert not [word for word in HIDDEN if word in cells]


def person_once(column: str) -> Client:
    """The browser of `person`, made once in a test."""
    known = User.objects.filter(username=f"a-{column}").first()
    if known is None:
        return person(column)
    client = Client()
    client.force_login(known)
    return client


def test_an_enterprise_of_both_scopes_shows_its_own_projects_only() -> None:
    world = World.make()
    make_project(
        world.projects[1].enterprise,
        cluster=make_cluster("nev"),
        region=make_region("370285"),
        name_en="Second works",
    )
    address = f"/enterprises/{world.projects[1].enterprise_id}/"
    text = text_of(person(VIEWER).get(address))
    assert "Second works" in text
    assert "Hidden works" not in text


def test_a_scope_is_both_region_and_cluster() -> None:
    make_project(cluster=make_cluster("nev"), region=make_region("370215"), name_en="Half inside")
    assert "Half inside" not in text_of(person(VIEWER).get("/projects/"))


def test_an_enterprise_without_a_project_is_seen_by_all_so_that_it_is_not_entered_twice() -> None:
    make_enterprise("Waiting Ltd")
    assert "Waiting Ltd" in text_of(person(VIEWER).get("/enterprises/"))


def test_somebody_without_a_role_opens_nothing() -> None:
    client = Client()
    client.force_login(make_user(username="nobody"))
    for address in ("/", "/enterprises/", "/ledger/", "/imports/", "/api/progress/", "/admin/"):
        response = client.get(address, follow=True)
        assert response.status_code == 403, address


def test_somebody_who_left_is_logged_out() -> None:
    client = person(RECORDER)
    User.objects.filter(username="a-recorder").update(is_active=False)
    response = client.get("/enterprises/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


# --- commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_progress_prints_for_whoever_may_see_it(role: str) -> None:
    World.make()
    make_user(role, username="somebody-else")
    out = StringIO()
    call_command("progress", as_user="somebody-else", json=True, stdout=out)
    assert json.loads(out.getvalue())


@pytest.mark.parametrize("username", ["nobody-known", "without-role", "left"])
def test_progress_refuses_who_may_not_see_it(username: str) -> None:
    World.make()
    make_user(username="without-role")
    make_user(VIEWER, username="left", is_active=False)
    with pytest.raises(CommandError, match=username):
        call_command("progress", as_user=username, stdout=StringIO())


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {RECORDER, ADMINISTRATOR}])
def test_an_import_is_refused_to_who_may_not_record(role: str, tmp_path: Path) -> None:
    World.make()
    make_user(role, username="somebody-else")
    code, report = import_json(write(tmp_path, as_csv(row())), as_user="somebody-else")
    assert (code, bool(report["problems"])) == (1, True)
    assert not Project.objects.filter(name_en="Project A").exists()


def test_an_import_stays_inside_the_scope(tmp_path: Path) -> None:
    world = World.make()
    make_sector(cluster=world.projects[0].cluster)
    person(RECORDER)
    inside, outside = row(), row(project_en="Project B", project_zh="乙项目", region="Jimo")
    code, _ = import_json(write(tmp_path, as_csv(inside, outside)), as_user="a-recorder")
    assert code == 1
    assert not Project.objects.filter(name_en__startswith="Project ").exists()
    code, report = import_json(write(tmp_path, as_csv(inside)), as_user="a-recorder")
    assert (code, report["problems"]) == (0, [])
    assert Entry.objects.filter(project__name_en="Project A").get().recorded_by == (
        User.objects.get(username="a-recorder")
    )
