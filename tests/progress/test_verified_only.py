"""`?evidence=verified`: only what a second person has verified counts, everywhere the same."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from clusters.vocabulary import Grade, Measure, Stage
from ledger.models import Verification
from ledger.posting import reverse
from progress.figures import measure_progress
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_plan,
    make_project,
    make_recorder,
    make_verdict,
)

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)


def two_enterprises() -> None:
    """Two leading enterprises with a contract each; that of 2 bn is verified."""
    for number, verified in ((1, False), (2, True)):
        enterprise = make_enterprise(leading_on=DAY, groups=[make_group(f"Group {number}")])
        project = make_project(enterprise, stage=Stage.REGISTERED)
        entry = make_entry(
            project, amount_fen=number * FEN_PER_BN, evidence=make_evidence(), on=DAY
        )
        if verified:
            make_verdict(entry)


def test_amounts_and_enterprises_are_those_that_are_verified() -> None:
    plan = make_plan()
    two_enterprises()
    everything = measure_progress(plan, plan.ends_on).park
    verified = measure_progress(plan, plan.ends_on, verified_only=True).park
    assert (everything.contracted.fen, everything.leading) == (3 * FEN_PER_BN, 2)
    assert (verified.contracted.fen, verified.leading) == (2 * FEN_PER_BN, 1)
    assert (verified.enterprises, verified.projects) == (1, 1)
    assert verified.contracted.evidence_fen[Grade.VERIFIED] == 2 * FEN_PER_BN
    assert sum(verified.contracted.evidence_fen.values()) == 2 * FEN_PER_BN


def test_nothing_verified_is_not_reported_and_not_zero() -> None:
    plan = make_plan()
    make_entry(evidence=make_evidence())
    found = measure_progress(plan, plan.ends_on, verified_only=True).park
    assert (found.contracted.fen, found.leading, found.annual_output_fen) == (None, None, None)


def test_a_project_counts_from_the_day_of_its_first_verified_entry() -> None:
    plan = make_plan()
    project = make_project(make_enterprise(leading_on=DAY), stage=Stage.REGISTERED, on=DAY)
    later = DAY + timedelta(days=100)
    make_verdict(make_entry(project, on=later, evidence=make_evidence()))
    make_entry(project, on=DAY, amount_fen=5, evidence=make_evidence())
    for day, count in ((later - timedelta(days=1), None), (later, 1)):
        assert measure_progress(plan, day, verified_only=True).park.leading == count


def test_a_reversed_entry_proves_nothing() -> None:
    plan = make_plan()
    two_enterprises()
    verified = Verification.objects.get().entry
    reverse(entry=verified, recorded_by=make_recorder(), reason="Signed twice")
    found = measure_progress(plan, plan.ends_on, verified_only=True).park
    assert (found.contracted.fen, found.leading) == (None, None)


def test_what_was_verified_later_was_not_verified_then() -> None:
    plan = make_plan()
    two_enterprises()
    before = Verification.objects.get().recorded_at - timedelta(microseconds=1)
    then = measure_progress(plan, plan.ends_on, before, verified_only=True).park
    now = measure_progress(plan, plan.ends_on, timezone.now(), verified_only=True).park
    assert (then.contracted.fen, then.leading) == (None, None)
    assert (now.contracted.fen, now.leading) == (2 * FEN_PER_BN, 1)


def test_output_of_a_year_counts_what_is_verified_of_it() -> None:
    plan = make_plan()
    project = make_project()
    for fen in (3, 4):
        entry = make_entry(
            project,
            measure=Measure.ANNUAL_OUTPUT,
            amount_fen=fen,
            on=date(2022, 12, 31),
            evidence=make_evidence(),
        )
    make_verdict(entry)
    assert measure_progress(plan, plan.ends_on, verified_only=True).park.annual_output_fen == 4


def test_page_json_command_and_list_say_the_same(viewer_client: Client) -> None:
    make_plan()
    two_enterprises()
    query = {"evidence": "verified", "as_of": "2025-12-31"}
    page = viewer_client.get("/", query)
    park = viewer_client.get("/api/progress/", query).json()
    out = StringIO()
    call_command(
        "progress", "--evidence", "verified", "--as-of", "2025-12-31", "--json", stdout=out
    )
    printed = json.loads(out.getvalue())
    assert park["evidence"] == printed["evidence"] == "verified"
    assert park["park"] == printed["park"]
    fen = page.context["progress"].park.contracted.fen
    assert fen == park["park"]["contracted_fen"] == 2 * FEN_PER_BN
    text = page.content.decode()
    assert "Only what a second person has verified counts here" in text
    assert "Count everything" in text
    listed = viewer_client.get(page.context["scope"]["contracted_url"])
    assert [total.text for total in listed.context["totals"]] == ["2.00, 100% verified"]
    leading = viewer_client.get(page.context["scope"]["leading_url"])
    assert leading.context["total_rows"] == 1


def test_the_list_shows_what_was_verified_at_the_moment_asked_for(viewer_client: Client) -> None:
    two_enterprises()
    moment = Verification.objects.get().recorded_at - timedelta(microseconds=1)
    query = {"grade": "verified", "known_until": timezone.localtime(moment).isoformat()}
    assert viewer_client.get("/ledger/", query).context["total_rows"] == 0
    assert viewer_client.get("/ledger/", {"grade": "verified"}).context["total_rows"] == 1


def test_another_grade_is_refused(viewer_client: Client) -> None:
    make_plan()
    page = viewer_client.get("/", {"evidence": "gold"})
    assert page.status_code == 400
    assert "Accepted: verified." in page.content.decode()


def test_the_json_without_it_is_as_it_was(viewer_client: Client) -> None:
    make_plan()
    assert "evidence" not in viewer_client.get("/api/progress/").json()


def test_clusters_are_narrowed_too() -> None:
    plan = make_plan()
    entry = make_entry(make_project(cluster=make_cluster("nev")), evidence=make_evidence())
    make_entry(make_project(cluster=make_cluster("digital")), evidence=make_evidence())
    make_verdict(entry)
    found = measure_progress(plan, plan.ends_on, verified_only=True)
    by_slug = {scope.key: scope.contracted.fen for scope in found.clusters}
    assert by_slug == {"nev": FEN_PER_BN, "digital": None}
