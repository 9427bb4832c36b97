"""Entries in the data entry pages: posted, read, reversed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.roles import ADMINISTRATOR, AUDITOR, PLANNER, RECORDER, VERIFIER
from clusters.vocabulary import Measure, Stage
from enterprises.models import Enterprise
from ledger.models import DailyTotal, Entry, Evidence, ProjectTotal
from ledger.posting import reverse
from ledger.verifying import problems
from tests.data_entry import browser_of, errors_of, page, send, shown, told
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_entry,
    make_evidence,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db

ADD = "ledger_entry_add"
CHANGE = "ledger_entry_change"
LIST = "ledger_entry_changelist"
REVERSE = "ledger_entry_reverse"


def filled(project: Any, **changed: Any) -> dict[str, Any]:
    """The form of an entry, filled in."""
    fields = {
        "project": project.pk,
        "measure": Measure.CONTRACTED,
        "effective_on": "2021-03-01",
        "amount": "14400000000",
    }
    return fields | changed


def test_a_newcomers_steps_move_the_totals(recorder_client: Client) -> None:
    region, cluster = make_region(), make_cluster()
    project = {
        "name_en": "Works",
        "cluster": cluster.pk,
        "region": region.pk,
        "stage": Stage.REGISTERED,
        "effective_on": "2021-03-01",
    }
    send(
        recorder_client,
        page("enterprises_enterprise_add"),
        name_en="Seaside Motors",
        **{f"projects-0-{name}": value for name, value in project.items()},
    )
    entered = Enterprise.objects.get().projects.get()
    response = send(recorder_client, page(ADD), **filled(entered))
    assert response["Location"] == page(CHANGE, Entry.objects.get().pk)
    assert "14,400,000,000.00\u00a0yuan" in told(recorder_client, response)[0]
    daily = DailyTotal.objects.get()
    assert (daily.cluster, daily.region, daily.amount_fen) == (cluster, region, 1_440_000_000_000)
    assert not list(problems())
    assert LogEntry.objects.filter(content_type__model="entry", action_flag=1).count() == 1


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("14400000000", 1_440_000_000_000),
        ("14,400,000,000.50", 1_440_000_000_050),
        ("3亿", 30_000_000_000),
        ("3000万", 3_000_000_000),
        ("300m", 30_000_000_000),
        ("2.5bn", 250_000_000_000),
    ],
)
def test_amounts_are_typed_as_people_write_them(
    recorder_client: Client, typed: str, fen: int
) -> None:
    send(recorder_client, page(ADD), **filled(make_project(), amount=typed))
    assert Entry.objects.get().amount_fen == fen


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"amount": ""}, ["amount"]),
        ({"amount": "abc"}, ["amount"]),
        ({"amount": "1e400"}, ["amount"]),
        ({"amount": "0"}, ["amount"]),
        ({"amount": "0.001"}, ["amount"]),
        ({"amount": "9" * 30}, ["amount"]),
        ({"amount": "-5"}, ["reason"]),
        ({"amount": "-5", "reason": "Cut"}, ["amount"]),
        ({"effective_on": ""}, ["effective_on"]),
        ({"effective_on": "2020-02-30"}, ["effective_on"]),
        ({"effective_on": "2999-01-01"}, ["effective_on"]),
        ({"measure": "profit"}, ["measure"]),
        ({"project": "999999"}, ["project"]),
        ({"project": "abc"}, ["project"]),
        ({"evidence_url": "javascript:alert(1)"}, ["evidence_url"]),
        ({"evidence_on": "2021-01-01"}, ["evidence_url"]),
        ({"evidence_url": "news.example.org", "evidence_on": "2999-01-01"}, ["evidence_on"]),
        ({"evidence_url": "news.example.org", "evidence_on": "0001-01-01"}, ["evidence_on"]),
        ({"key": ""}, ["key"]),
        ({"key": "import:1"}, ["key"]),
        ({"currency": "DOLLARS"}, ["currency"]),
        # Of gold the ECB's file has no rate.
        ({"currency": "XAU"}, ["rate", "rate_on", "rate_source"]),
        ({"rate": "6.9"}, ["rate"]),
        (
            {"currency": "USD", "rate": "-1", "rate_on": "2021-01-01", "rate_source": "PBoC"},
            ["rate"],
        ),
        (
            {"currency": "USD", "rate": "x", "rate_on": "2021-01-01", "rate_source": "PBoC"},
            ["rate"],
        ),
        (
            {"currency": "USD", "rate": "6", "rate_on": "2999-01-01", "rate_source": "PBoC"},
            ["rate_on"],
        ),
        (
            {
                "currency": "USD",
                "amount": "1.001",
                "rate": "6",
                "rate_on": "2021-01-01",
                "rate_source": "PBoC",
            },
            ["amount"],
        ),
    ],
)
def test_a_refused_entry_shows_at_its_field_and_posts_nothing(
    recorder_client: Client, changed: dict[str, str], fields: list[str]
) -> None:
    response = send(recorder_client, page(ADD), **(filled(make_project()) | changed))
    assert sorted(errors_of(response)) == fields
    assert not Entry.objects.exists()
    assert not Evidence.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_foreign_amount_keeps_its_currency_and_rate(recorder_client: Client) -> None:
    response = send(
        recorder_client,
        page(ADD),
        **filled(
            make_project(),
            amount="300m",
            currency="usd",
            rate="6.984",
            rate_on="2020-07-20",
            rate_source="China Daily",
        ),
    )
    entry = Entry.objects.get()
    assert entry.amount_fen == 209_520_000_000
    assert (entry.currency, entry.original_amount) == ("USD", Decimal(300_000_000))
    assert (entry.rate, entry.rate_on) == (Decimal("6.984"), date(2020, 7, 20))
    text = recorder_client.get(response["Location"]).content.decode()
    assert "300,000,000.00 USD at 6.984 yuan" in text


def test_one_page_is_one_piece_of_evidence(recorder_client: Client) -> None:
    project = make_project()
    for amount in ("3亿", "4亿"):
        send(
            recorder_client,
            page(ADD),
            **filled(
                project,
                amount=amount,
                evidence_url="https://news.example.org/1",
                evidence_on="2021-03-02",
            ),
        )
    assert Evidence.objects.get().entries.count() == 2


def test_a_form_sent_twice_posts_once(recorder_client: Client) -> None:
    sent = shown(recorder_client, page(ADD)) | filled(make_project())
    recorder_client.post(page(ADD), sent)
    again = recorder_client.post(page(ADD), sent)
    assert "sent before" in told(recorder_client, again)[-1]
    assert Entry.objects.count() == 1
    assert LogEntry.objects.count() == 1
    other = recorder_client.post(page(ADD), sent | {"amount": "5亿"})
    assert "open a new form" in str(errors_of(other)["__all__"])
    assert Entry.objects.count() == 1


def test_each_form_has_its_own_key_and_a_key_its_own_user(recorder_client: Client) -> None:
    first, second = (shown(recorder_client, page(ADD)) for _ in range(2))
    assert first["key"] != second["key"]
    project = make_project()
    recorder_client.post(page(ADD), first | filled(project))
    browser_of(make_user(RECORDER)).post(page(ADD), first | filled(project, amount="7亿"))
    assert Entry.objects.count() == 2


def test_a_possible_double_asks_before_it_is_posted(recorder_client: Client) -> None:
    project = make_project()
    make_entry(project, amount_fen=3 * 10**10, evidence=make_evidence("https://a.example.org/"))
    again = filled(project, amount="3亿", evidence_url="https://b.example.org/")
    first = recorder_client.get(page(ADD))
    assert 'type="checkbox" name="allow_double"' not in first.content.decode()
    response = send(recorder_client, page(ADD), **again)
    assert "Possible double" in str(errors_of(response)["amount"])
    assert 'type="checkbox" name="allow_double"' in response.content.decode()
    assert Entry.objects.count() == 1
    sent = shown(recorder_client, page(ADD)) | again | {"allow_double": "on"}
    assert recorder_client.post(page(ADD), sent).status_code == 302
    assert Entry.objects.count() == 2


def test_a_project_outside_the_scope_is_refused_at_the_field() -> None:
    theirs = make_project(region=make_region("370215"))
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    response = send(client, page(ADD), **filled(theirs))
    assert list(errors_of(response)) == ["project"]
    assert not Entry.objects.exists()


def test_an_entry_is_never_edited_or_deleted() -> None:
    entry = make_entry()
    client = browser_of(make_user(ADMINISTRATOR, is_superuser=True))
    text = client.get(page(CHANGE, entry.pk)).content.decode()
    assert 'name="_save"' not in text
    assert client.post(page(CHANGE, entry.pk), {"amount_fen": "1"}).status_code == 403
    assert client.post(page("ledger_entry_delete", entry.pk)).status_code == 403
    assert "delete_selected" not in client.get(page(LIST)).content.decode()
    assert Entry.objects.get().amount_fen == entry.amount_fen


def test_an_entry_is_reversed_with_a_reason(recorder_client: Client) -> None:
    entry = make_entry(amount_fen=14_400_000_000_00)
    assert page(REVERSE, entry.pk) in recorder_client.get(page(CHANGE, entry.pk)).content.decode()
    asked = recorder_client.get(page(REVERSE, entry.pk))
    assert "−14,400,000,000.00" in asked.content.decode()
    assert Entry.objects.count() == 1
    empty = recorder_client.post(page(REVERSE, entry.pk), {"reason": "  "})
    assert list(empty.context["form"].errors) == ["reason"]
    response = recorder_client.post(page(REVERSE, entry.pk), {"reason": "Signed twice"})
    reversal = Entry.objects.get(reverses=entry)
    assert (reversal.amount_fen, reversal.reason) == (-entry.amount_fen, "Signed twice")
    assert "−14,400,000,000.00" in told(recorder_client, response)[0]
    assert ProjectTotal.objects.get().amount_fen == 0
    history = recorder_client.get(page("ledger_entry_history", entry.pk)).content.decode()
    assert f"Reversed by entry {reversal.pk}." in history
    assert (
        page(REVERSE, entry.pk) not in recorder_client.get(page(CHANGE, entry.pk)).content.decode()
    )


def test_an_entry_that_was_reversed_meanwhile_says_so(recorder_client: Client) -> None:
    entry = make_entry()
    reversal = reverse(entry=entry, recorded_by=make_recorder(), reason="First")
    for pk in (entry.pk, reversal.pk):
        response = recorder_client.post(page(REVERSE, pk), {"reason": "Second"})
        assert response.status_code == 200
        assert response.context["form"].errors
        assert "nothing is left to take back" in response.content.decode()
    assert Entry.objects.count() == 2


def test_a_reversal_of_an_entry_that_was_cut_since_says_so(recorder_client: Client) -> None:
    project = make_project()
    entry = make_entry(project, amount_fen=10 * FEN_PER_BN)
    make_entry(project, amount_fen=-4 * FEN_PER_BN, reason="Cut")
    response = recorder_client.post(page(REVERSE, entry.pk), {"reason": "Wrong"})
    assert "is cut by later entries" in str(response.context["form"].errors)
    assert Entry.objects.count() == 2


def test_a_reversal_is_for_recorders_inside_their_scope() -> None:
    entry = make_entry(make_project(region=make_region("370215")))
    sent = {"reason": "Forged"}
    outside = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    assert outside.post(page(REVERSE, entry.pk), sent).status_code == 404
    for role in (AUDITOR, PLANNER, VERIFIER):
        client = browser_of(make_user(role))
        assert client.post(page(REVERSE, entry.pk), sent, follow=True).status_code == 403, role
    assert Entry.objects.count() == 1


def test_the_list_is_narrowed_and_searched(recorder_client: Client) -> None:
    one = make_entry(make_project(name_en="Battery works"), on=date(2022, 5, 1))
    other = make_project(
        name_en="Cabin plant", region=make_region("370215"), cluster=make_cluster("digital")
    )
    make_entry(other, measure=Measure.PAID_IN)
    for query in (
        "q=Battery",
        f"q={one.project.enterprise.name_zh}",
        "measure__exact=contracted",
        f"region__id__exact={one.region_id}",
        f"cluster__id__exact={one.cluster_id}",
        "year=2022",
        f"project__id__exact={one.project_id}",
    ):
        rows = recorder_client.get(f"{page(LIST)}?{query}").context["cl"].queryset
        assert [row.pk for row in rows] == [one.pk], query
    for query in ("year=nope", "year=1", "region__id__exact=x", "p=-1"):
        assert recorder_client.get(f"{page(LIST)}?{query}").status_code in {200, 302}, query


def test_the_list_keeps_to_the_scope() -> None:
    near = make_entry(make_project(region=make_region("370285")))
    far = make_entry(
        make_project(region=make_region("370215")), evidence=make_evidence("https://far.example/")
    )
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    assert [row.pk for row in client.get(page(LIST)).context["cl"].queryset] == [near.pk]
    assert client.get(page(CHANGE, far.pk)).status_code == 302
    assert not client.get(page("ledger_evidence_changelist")).context["cl"].queryset


def test_the_list_asks_the_same_number_of_questions_at_any_length(
    recorder_client: Client, django_assert_max_num_queries: Any
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            entry = make_entry(evidence=make_evidence(f"https://news.example.org/{number}"))
            reverse(entry=entry, recorded_by=make_recorder(), reason="Wrong")

    fill(2)
    recorder_client.get(page(LIST))
    with django_assert_max_num_queries(25) as few:
        recorder_client.get(page(LIST))
    fill(20)
    with django_assert_max_num_queries(len(few)):
        recorder_client.get(page(LIST))


def test_an_auditor_reads_entries_and_adds_none() -> None:
    entry = make_entry()
    client = browser_of(make_user(AUDITOR))
    assert client.get(page(CHANGE, entry.pk)).status_code == 200
    assert client.get(page(ADD)).status_code == 403
    assert client.post(page(ADD), filled(entry.project)).status_code == 403


def test_evidence_is_read_only(admin_client: Client) -> None:
    evidence = make_evidence()
    listed = page("ledger_evidence_changelist")
    assert admin_client.get(f"{listed}?q=news.example").context["cl"].result_count == 1
    address = page("ledger_evidence_change", evidence.pk)
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"url": "https://x.example/"}).status_code == 403
    assert admin_client.get(page("ledger_evidence_add")).status_code == 403


def test_tomorrow_is_refused_in_the_parks_time_zone(recorder_client: Client) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    response = send(recorder_client, page(ADD), **filled(make_project(), effective_on=tomorrow))
    assert "lies in the future" in str(errors_of(response)["effective_on"])


def test_no_page_holds_a_script_or_style_of_its_own(recorder_client: Client) -> None:
    entry = make_entry()
    for address in (
        page(ADD),
        page(CHANGE, entry.pk),
        page(REVERSE, entry.pk),
        page("enterprises_project_change", entry.project_id),
        page("enterprises_enterprise_change", entry.project.enterprise_id),
        page(LIST),
    ):
        text = recorder_client.get(address).content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick=" not in text
