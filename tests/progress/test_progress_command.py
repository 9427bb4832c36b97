"""`progress`: the contract of its JSON, and the same figures as a hand-written count."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts.roles import VIEWER
from clusters.vocabulary import Stage
from tests.imports import by_hand
from tests.make import make_cluster, make_entry, make_plan, make_project, make_user

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
RECORD = ROOT / "imports" / "data" / "public_record.csv"
PLAN = ROOT / "clusters" / "plans" / "qingdao-2020-2025.toml"
OUTCOME = "2025-12-31"
SCOPE_KEYS = {
    "leading_enterprises",
    "investment",
    "contracted_fen",
    "paid_in_fen",
    "annual_output_fen",
    "annual_output_year",
    "enterprises",
    "projects",
    "evidence_fen",
}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("progress", *arguments, stdout=out)
    return out.getvalue()


def run_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--json", *arguments))
    return found


@pytest.fixture
def public_record(db: None) -> None:
    call_command("load_plan", str(PLAN), stdout=StringIO())
    call_command("import_record", str(RECORD), stdout=StringIO())


@pytest.mark.usefixtures("public_record")
def test_the_public_record_comes_to_what_a_count_by_hand_comes_to() -> None:
    found = run_json("--as-of", "2025-12-31")
    park = found["park"]
    assert park["contracted_fen"] == by_hand.contracted_fen(RECORD, OUTCOME)
    leading = by_hand.leading_enterprises(RECORD, OUTCOME, "registered")
    assert park["leading_enterprises"]["actual"] == leading
    assert found["plan"] == "qingdao-2020-2025"


@pytest.mark.usefixtures("public_record")
def test_the_json_has_the_keys_of_the_contract() -> None:
    found = run_json("--as-of", "2025-12-31")
    assert set(found) == {"plan", "as_of", "known_at", "park", "clusters", "regions"}
    assert set(found["park"]) == SCOPE_KEYS
    assert [one["slug"] for one in found["clusters"]] == ["digital", "nev", "appliances"]
    assert len(found["regions"]) == 10
    for scope in (*found["clusters"], *found["regions"]):
        assert set(scope) - {"slug", "code"} == SCOPE_KEYS
    assert set(found["park"]["leading_enterprises"]) == {
        "actual",
        "target",
        "due_on",
        "completion",
        "status",
    }
    assert set(found["park"]["investment"]) == {
        "measure",
        "actual_fen",
        "target_fen",
        "due_on",
        "completion",
        "status",
    }
    assert found["park"]["investment"]["target_fen"] == 27_000_000_000_000
    assert set(found["park"]["evidence_fen"]) == {
        "verified",
        "documented",
        "sourced",
        "unsupported",
    }
    assert found["known_at"].endswith("+08:00")


@pytest.mark.usefixtures("public_record")
def test_what_is_unknown_is_null_and_never_zero() -> None:
    found = run_json("--as-of", "2025-12-31")
    shinan = next(region for region in found["regions"] if region["code"] == "370202")
    assert shinan["contracted_fen"] is None
    assert shinan["leading_enterprises"] == {
        "actual": None,
        "target": None,
        "due_on": None,
        "completion": None,
        "status": None,
    }
    nev = next(cluster for cluster in found["clusters"] if cluster["slug"] == "nev")
    assert nev["investment"]["target_fen"] is None


def test_page_api_and_command_print_the_same_object() -> None:
    make_entry(make_project(stage=Stage.REGISTERED))
    make_plan()
    client = Client()
    client.force_login(make_user(VIEWER))
    moment = "2030-01-01T00:00:00+08:00"
    answer = client.get("/api/progress/", {"as_of": "2025-12-31", "known_at": moment})
    assert answer.json() == run_json("--as-of", "2025-12-31", "--known-at", moment)


def test_without_json_each_scope_has_a_line() -> None:
    make_entry(make_project(cluster=make_cluster("nev")))
    make_plan()
    told = run("--as-of", "2025-12-31").replace("\u00a0", " ").splitlines()
    assert "Seaside Park: " in told[1]
    assert "contracted 1.0 bn yuan of 270.0 bn yuan (missed)" in told[1]
    assert told[2].startswith("Cluster nev: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--as-of", "2020-02-30"], "not a date"),
        (["--known-at", "never"], "not a moment"),
        (["--plan", "nope"], "seaside-plan"),
        (["--as-user", "nobody"], "Nobody active"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_is_accepted(
    arguments: list[str], told: str
) -> None:
    make_plan()
    with pytest.raises(CommandError, match=told):
        run(*arguments)


def test_without_a_plan_it_says_how_to_load_one() -> None:
    with pytest.raises(CommandError, match="load_plan"):
        run()


def test_somebody_without_a_role_may_not_see_progress() -> None:
    make_plan()
    make_user(username="guest")
    with pytest.raises(CommandError, match="may not see"):
        run("--as-user", "guest")
