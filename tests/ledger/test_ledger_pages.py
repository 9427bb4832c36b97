"""The ledger's list and the page of one entry, seen from outside."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import RECORDER
from clusters.vocabulary import Measure
from ledger.money import Money
from ledger.posting import cite, post, reverse
from tests.data_entry import browser_of
from tests.make import (
    FEN_PER_BN,
    make_enterprise,
    make_entry,
    make_evidence,
    make_project,
    make_recorder,
    make_region,
    make_user,
    make_verdict,
)
from tests.reading import sums_of

pytestmark = pytest.mark.django_db


def keys(client: Client, **query: Any) -> list[int]:
    """The entries that the list shows, in its order."""
    rows = client.get("/ledger/", query).context["table"].paginated_rows
    return [row.record.pk for row in rows]


def test_newest_stands_first(viewer_client: Client) -> None:
    old, new = make_entry(on=date(2020, 1, 1)), make_entry(on=date(2021, 1, 1))
    assert keys(viewer_client) == [new.pk, old.pk]


def test_filters(viewer_client: Client) -> None:
    cited = make_entry(evidence=make_evidence(), on=date(2020, 1, 1))
    paid = make_entry(measure=Measure.PAID_IN, on=date(2021, 1, 1), note="second tranche")
    assert keys(viewer_client, measure="paid_in") == [paid.pk]
    assert keys(viewer_client, grade="sourced") == [cited.pk]
    assert keys(viewer_client, grade="unsupported") == [paid.pk]
    assert keys(viewer_client, since="2020-06-01") == [paid.pk]
    assert keys(viewer_client, until="2020-01-01") == [cited.pk]
    assert keys(viewer_client, project=str(cited.project_id)) == [cited.pk]
    assert keys(viewer_client, q="tranche") == [paid.pk]
    assert keys(viewer_client, q=cited.project.enterprise.name_zh) == [cited.pk]


def test_knowledge_of_a_moment_is_exact(viewer_client: Client) -> None:
    first = make_entry()
    moment = first.recorded_at
    before = moment - timedelta(microseconds=1)
    assert keys(viewer_client, known_until=timezone.localtime(moment).isoformat()) == [first.pk]
    assert keys(viewer_client, known_until=before.isoformat()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("known_until", "yesterday", "Write a moment like 2025-12-31T18:00."),
        ("known_until", "0001-01-01T00:00", "Write a moment like 2025-12-31T18:00."),
        ("known_until", "9999-12-31T23:59", "Write a moment like 2025-12-31T18:00."),
        ("until", "2020-02-30", "Write a date like 2025-12-31."),
        ("since", "31.12.2025", "Write a date like 2025-12-31."),
        ("project", "abc", "“abc” cannot be used"),
        ("project", "9" * 400, "cannot be used"),
        ("project", "NaN", "cannot be used"),
        ("grade", "gold", "Accepted: verified, documented, sourced, unsupported."),
        ("measure", "profit", "Accepted: contracted, paid_in, annual_output."),
    ],
)
def test_unusable_value_is_answered_with_what_is_accepted(
    name: str, value: str, said: str, viewer_client: Client
) -> None:
    make_entry()
    response = viewer_client.get("/ledger/", {name: value})
    assert response.status_code == 400
    assert said in response.content.decode()
    assert response.context["total_rows"] == 0


def test_project_of_the_filter_stays_when_another_is_set(viewer_client: Client) -> None:
    entry = make_entry()
    text = viewer_client.get("/ledger/", {"project": entry.project_id}).content.decode()
    assert f'name="project" value="{entry.project_id}" form="filters"' in text


def test_sums_are_net_and_by_measure(viewer_client: Client) -> None:
    project = make_project()
    wrong = make_entry(project, amount_fen=7 * FEN_PER_BN)
    reverse(entry=wrong, recorded_by=make_recorder(), reason="Typed twice.")
    make_entry(project, amount_fen=3 * FEN_PER_BN)
    make_entry(project, measure=Measure.PAID_IN)
    make_entry(project, measure=Measure.ANNUAL_OUTPUT)
    response = viewer_client.get("/ledger/")
    # No sum of output: it is a yearly figure.
    assert sums_of(response) == {
        "Contracted, bn yuan": "3.00, 0% verified",
        "Paid in, bn yuan": "1.00, 0% verified",
    }
    assert response.context["total_rows"] == 5


def test_page_of_a_plain_entry(viewer_client: Client) -> None:
    entry = make_entry(
        make_project(make_enterprise("Hisense Jimo"), name_en="Fridges"),
        amount_fen=1_440_000_000_000,
        on=date(2019, 3, 1),
        evidence=make_evidence("https://news.example.org/1"),
        note="[doubtful] month only",
    )
    text = viewer_client.get(entry.get_absolute_url()).content.decode()
    for said in (
        "+14.40",
        "14,400,000,000.00",
        "Contracted",
        "1 Mar 2019",
        "Fridges",
        "Hisense Jimo",
        'href="https://news.example.org/1" rel="noopener noreferrer"',
        "Link only",
        "doubtful: ",
        "month only",
        "recorder",
        " years after the event",
        entry.idempotency_key,
        "Press reports, unverified",
    ):
        assert said in text, said
    assert "[doubtful]" not in text
    assert "None" not in text


def test_page_of_a_foreign_amount(viewer_client: Client) -> None:
    entry = post(
        project=make_project(),
        measure=Measure.CONTRACTED,
        effective_on=date(2022, 2, 1),
        money=Money(
            amount_fen=25_444_048_000,
            currency="USD",
            original_amount=Decimal(40_000_000),
            rate=Decimal("6.361012"),
            rate_on=date(2022, 1, 31),
            rate_source="ECB",
        ),
        recorded_by=make_recorder(),
    )
    text = viewer_client.get(entry.get_absolute_url()).content.decode()
    assert "USD 40,000,000.00" in text
    assert "6.361012 yuan per USD, 31 Jan 2022" in text
    assert "ECB. " in text
    assert "Unsupported" in text


def test_reversal_and_what_it_reverses_lead_to_each_other(viewer_client: Client) -> None:
    wrong = make_entry()
    undone = reverse(entry=wrong, recorded_by=make_recorder(), reason="Typed twice.")
    before = viewer_client.get(wrong.get_absolute_url()).content.decode()
    after = viewer_client.get(undone.get_absolute_url()).content.decode()
    assert f'href="{undone.get_absolute_url()}"' in before
    assert "Typed twice." in before
    assert f'href="{wrong.get_absolute_url()}"' in after
    assert "Typed twice." in after


def test_repost_is_named_but_not_linked(viewer_client: Client) -> None:
    url = "https://mirror.example.org/copy"
    entry = make_entry(evidence=cite(url=url, recorded_by=make_recorder(), is_repost=True))
    text = viewer_client.get(entry.get_absolute_url()).content.decode()
    assert "mirror.example.org, repost" in text
    assert f'href="{url}"' not in text


def test_reversing_is_for_those_who_may(viewer_client: Client, recorder_client: Client) -> None:
    entry = make_entry()
    address = entry.get_absolute_url()
    button = f"/admin/ledger/entry/{entry.pk}/reverse/"
    assert button not in viewer_client.get(address).content.decode()
    assert button in recorder_client.get(address).content.decode()
    reverse(entry=entry, recorded_by=make_recorder(), reason="Typed twice.")
    assert button not in recorder_client.get(address).content.decode()


def test_entry_out_of_scope_is_not_there() -> None:
    entry = make_entry(make_project(region=make_region("370212")))
    client = browser_of(make_user(RECORDER, regions=[make_region("370215")]))
    assert client.get(entry.get_absolute_url()).status_code == 404
    assert (
        client.get(f"/ledger/?{urlencode({'project': entry.project_id})}").context["total_rows"]
        == 0
    )


def test_what_was_verified_later_is_not_told_of_an_earlier_moment(viewer_client: Client) -> None:
    entry = make_entry(evidence=make_evidence())
    word = make_verdict(entry)
    before = timezone.localtime(word.recorded_at - timedelta(microseconds=1)).isoformat()
    now = viewer_client.get("/ledger/")
    then = viewer_client.get("/ledger/", {"known_until": before})
    assert sums_of(now)["Contracted, bn yuan"] == "1.00, 100% verified"
    assert sums_of(then)["Contracted, bn yuan"] == "1.00, 0% verified"
    assert "Verified</span>" in now.content.decode()
    assert '<span class="caption">Verified</span>' not in then.content.decode()
