"""The pages of exchange rates, seen from outside."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import VIEWER
from ledger import ecb
from ledger.models import Entry, ExchangeRate
from ledger.money import Money
from ledger.rate_files import MAX_BYTES
from tests.data_entry import browser_of
from tests.make import make_entry, make_project, make_rate, make_region, make_user

pytestmark = pytest.mark.django_db

GOOD = {"currency": "usd", "on": "2020-07-20", "rate": "6.984", "source": "China Daily"}
HEADER = "currency,on,rate,source\n"


def rows(client: Client, **query: Any) -> list[int]:
    """The rates that the list shows, in its order."""
    table = client.get("/rates/", query).context["table"]
    return [row.record.pk for row in table.paginated_rows]


def errors(response: Any) -> list[str]:
    """The fields that a form shown again has errors at."""
    assert response.status_code == 200
    return sorted(response.context["form"].errors)


def messages(client: Client, response: Any) -> list[str]:
    """The messages on the page that an answer leads to."""
    assert response.status_code == 302
    return [str(one) for one in client.get(response["Location"]).context["messages"]]


def used(rate: ExchangeRate, **fields: Any) -> Entry:
    """An entry of a thousand units, converted at a rate."""
    money = Money.foreign(
        Decimal(1000), rate.currency, rate=rate.rate, rate_on=rate.on, rate_source=rate.source
    )
    return make_entry(money=money, **fields)


# --- the list -------------------------------------------------------------------------------------


def test_the_list_has_every_rate_and_says_which_count(viewer_client: Client) -> None:
    old = make_rate("69.84")
    new = make_rate("6.984", reason="A slip of the comma.")
    later = make_rate("7", on=date(2020, 7, 21), currency="EUR")
    response = viewer_client.get("/rates/")
    assert rows(viewer_client) == [later.pk, old.pk, new.pk]
    text = response.content.decode()
    for said in ("69.84", "6.984", "China Daily", "replaced", "recorder", old.get_absolute_url()):
        assert said in text, said
    assert "69.84000000" not in text
    assert "Press reports" not in text
    assert "/rates/new/" not in text


def test_filters_and_orders_of_the_list(viewer_client: Client) -> None:
    usd = make_rate("6.984", source="China Daily")
    eur = make_rate("8", currency="EUR", on=date(2021, 1, 1), source="PBoC")
    assert rows(viewer_client, currency="EUR") == [eur.pk]
    assert rows(viewer_client, since="2020-12-31") == [eur.pk]
    assert rows(viewer_client, until="2020-07-20") == [usd.pk]
    assert rows(viewer_client, q="pboc") == [eur.pk]
    assert rows(viewer_client, q="usd daily") == [usd.pk]
    for column in ("on", "currency", "rate", "source", "recorded_at", "recorded_by"):
        assert len(rows(viewer_client, sort=column)) == 2
    assert rows(viewer_client, sort="-rate") == [eur.pk, usd.pk]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("currency", "XYZ", "Accepted: USD."),
        ("since", "2020-02-30", "Write a date like 2025-12-31."),
        ("sort", "counts", "cannot be sorted"),
        ("page", "2", "pages run from 1 to 1"),
        ("year", "2020", "There is no filter"),
    ],
)
def test_an_unusable_filter_is_answered_with_what_is_accepted(
    name: str, value: str, said: str, viewer_client: Client
) -> None:
    make_rate()
    response = viewer_client.get("/rates/", {name: value})
    assert response.status_code == 400
    assert said in response.content.decode()


def test_no_rate_yet_says_so_and_how_far_the_files_rates_reach(recorder_client: Client) -> None:
    text = recorder_client.get("/rates/").content.decode()
    last = ecb.last_day()
    assert last is not None
    assert "No rate is recorded yet" in text
    assert f"{last.day} {last:%b %Y}" in text
    assert "/rates/new/" in text
    assert "/rates/import/" in text


def test_the_ledger_leads_to_the_rates(viewer_client: Client) -> None:
    assert 'href="/rates/"' in viewer_client.get("/ledger/").content.decode()


def test_the_list_goes_away_as_a_file_with_exact_rates(viewer_client: Client) -> None:
    make_rate("0.00036659", currency="IDR")
    response: Any = viewer_client.get("/rates/?_export=csv")
    content = response.getvalue().decode("utf-8-sig")
    head, row = csv.reader(StringIO(content))
    assert len(head) == len(row)
    assert row[:4] == ["2020-07-20", "IDR", "0.00036659", "China Daily"]


# --- one rate -------------------------------------------------------------------------------------


def test_the_page_of_a_rate_shows_the_standing_entries_at_it(viewer_client: Client) -> None:
    rate = make_rate()
    entry = used(rate)
    make_entry()
    response = viewer_client.get(rate.get_absolute_url())
    assert list(response.context["entries"]) == [entry]
    text = response.content.decode()
    # 1,000 USD × 6.984
    for said in ("6.984", "yuan per USD", "USD 1,000.00", "6,984.00", entry.get_absolute_url()):
        assert said in text, said


def test_entries_outside_the_scope_are_counted_and_not_shown() -> None:
    rate = make_rate()
    hidden = used(rate, project=make_project(region=make_region("370212"), name_en="Hidden"))
    client = browser_of(make_user(VIEWER, regions=[make_region("370215")]))
    text = client.get(rate.get_absolute_url()).content.decode()
    assert "1 entry lies outside the regions and clusters that you see." in text
    assert "Hidden" not in text
    assert hidden.get_absolute_url() not in text


def test_the_page_of_a_rate_takes_as_many_queries_for_many_entries(viewer_client: Client) -> None:
    rate = make_rate()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert viewer_client.get(rate.get_absolute_url()).status_code == 200
        return len(captured)

    used(rate)
    queries()
    at_one = queries()
    for _ in range(10):
        used(rate)
    assert queries() == at_one


def test_replaced_and_replacing_rates_lead_to_each_other(recorder_client: Client) -> None:
    old = make_rate("69.84")
    new = make_rate("6.984", reason="A slip of the comma.")
    before = recorder_client.get(old.get_absolute_url()).content.decode()
    after = recorder_client.get(new.get_absolute_url()).content.decode()
    assert f'href="{new.get_absolute_url()}"' in before
    assert "Counts now" in before
    assert "A slip of the comma." in before
    assert f'href="{old.get_absolute_url()}"' in after
    assert "/rates/new/?currency=USD&amp;on=2020-07-20" in after


def test_there_is_no_page_of_a_rate_that_there_is_not(viewer_client: Client) -> None:
    assert viewer_client.get("/rates/999999/").status_code == 404


# --- recording one --------------------------------------------------------------------------------


def test_a_rate_is_recorded_and_told(recorder_client: Client) -> None:
    response = recorder_client.post("/rates/new/", GOOD)
    rate = ExchangeRate.objects.get()
    assert (rate.currency, rate.on, rate.rate) == ("USD", date(2020, 7, 20), Decimal("6.984"))
    assert rate.recorded_by.username == "recorder"
    assert response["Location"] == rate.get_absolute_url()
    assert messages(recorder_client, response) == ["Recorded: USD of 20 Jul 2020 at 6.984 yuan."]


def test_the_same_form_sent_twice_records_once(recorder_client: Client) -> None:
    recorder_client.post("/rates/new/", GOOD)
    response = recorder_client.post("/rates/new/", GOOD)
    assert "stands at 6.984 already" in messages(recorder_client, response)[-1]
    assert ExchangeRate.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"rate": "0"}, ["rate"]),
        ({"rate": "-1"}, ["rate"]),
        ({"rate": "NaN"}, ["rate"]),
        ({"rate": "Infinity"}, ["rate"]),
        ({"rate": "1e400"}, ["rate"]),
        ({"rate": "six"}, ["rate"]),
        ({"rate": "1000000"}, ["rate"]),
        ({"rate": "1.123456789"}, ["rate"]),
        ({"currency": "CNY"}, ["currency"]),
        ({"currency": "DOLLARS"}, ["currency"]),
        ({"currency": "US$"}, ["currency"]),
        ({"currency": "rmb"}, ["currency"]),
        # One sign each, that capitals are two or three letters of.
        ({"currency": "\ufb03"}, ["currency"]),
        ({"currency": "U\u00df"}, ["currency"]),
        ({"on": "2999-01-01"}, ["on"]),
        ({"on": "0001-01-01"}, ["on"]),
        ({"on": "20.07.2020"}, ["on"]),
        ({"source": " "}, ["source"]),
        ({"rate": "", "currency": "CNY", "on": "2999-01-01"}, ["currency", "on", "rate"]),
    ],
)
def test_a_refusal_shows_at_its_field_and_keeps_what_was_typed(
    recorder_client: Client, changed: dict[str, str], fields: list[str]
) -> None:
    response = recorder_client.post("/rates/new/", GOOD | changed | {"reason": "typed before"})
    assert errors(response) == fields
    text = response.content.decode()
    assert 'value="typed before"' in text
    for value in changed.values():
        assert not value.strip() or f'value="{value}"' in text
    assert not ExchangeRate.objects.exists()


def test_replacing_needs_a_reason_and_leads_to_the_entries_that_keep_the_old_rate(
    recorder_client: Client,
) -> None:
    old = make_rate("69.84")
    entry = used(old)
    again = recorder_client.post("/rates/new/", GOOD)
    assert errors(again) == ["reason"]
    assert "stands at 69.84 (China Daily)" in again.content.decode()
    response = recorder_client.post("/rates/new/", GOOD | {"reason": "A slip of the comma."})
    assert response["Location"] == old.get_absolute_url()
    page = recorder_client.get(response["Location"])
    assert list(page.context["entries"]) == [entry]
    assert "1 standing entry was converted at 69.84 and keeps it" in page.content.decode()
    entry.refresh_from_db()
    assert entry.rate == Decimal("69.84")


def test_the_form_begins_with_the_day_that_it_was_opened_for(recorder_client: Client) -> None:
    text = recorder_client.get(
        "/rates/new/", {"currency": "USD", "on": '2020"><script>'}
    ).content.decode()
    assert 'value="USD"' in text
    assert "<script>alert" not in text
    assert '"><script>' not in text


# --- a file ---------------------------------------------------------------------------------------


def send(client: Client, content: bytes) -> Any:
    """Send a file to the page."""
    return client.post("/rates/import/", {"file": SimpleUploadedFile("rates.csv", content)})


def test_a_file_is_recorded_and_told(recorder_client: Client) -> None:
    content = (HEADER + "USD,2020-07-20,6.984,中国日报\n").encode("utf-8-sig")
    response = send(recorder_client, content)
    assert messages(recorder_client, response) == ["New rates: 1; stood already: 0."]
    assert ExchangeRate.objects.get().recorded_by.username == "recorder"
    assert messages(recorder_client, send(recorder_client, content)) == [
        "New rates: 0; stood already: 1."
    ]


def test_a_bad_file_names_its_lines_and_records_nothing(recorder_client: Client) -> None:
    bad = "".join(f"USD,2020-07-20,<b>{n},x\n" for n in range(200))
    response = send(recorder_client, (HEADER + "USD,2020-07-20,6.984,x\n" + bad).encode())
    assert response.status_code == 200
    text = response.content.decode()
    assert "Nothing of the file was recorded." in text
    assert "line 3, rate, “&lt;b&gt;0”" in text
    assert "and 100 more" in text
    assert "<b>0" not in text
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + "USD,2020-07-20,6.984,中国日报\n").encode("gb18030"),
        b"PK\x03\x04",
        b"\0\0\0",
        b"currency\n",
        b'"',
    ],
)
def test_what_is_no_csv_is_refused_with_a_reason(recorder_client: Client, content: bytes) -> None:
    response = send(recorder_client, content)
    assert response.status_code == 200
    assert "Nothing of the file was recorded." in response.content.decode()


def test_no_file_an_empty_and_a_too_large_one_are_refused_at_the_field(
    recorder_client: Client,
) -> None:
    assert errors(recorder_client.post("/rates/import/")) == ["file"]
    assert errors(send(recorder_client, b"")) == ["file"]
    assert errors(send(recorder_client, b"x" * (MAX_BYTES + 1))) == ["file"]
