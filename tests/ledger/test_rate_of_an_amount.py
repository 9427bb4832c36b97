"""The rate of a foreign amount in the data entry pages: looked up, given, or asked for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from clusters.vocabulary import Measure
from ledger import ecb
from ledger.models import Entry, ExchangeRate
from tests.data_entry import errors_of, page, send, shown, told
from tests.make import make_project, make_rate, make_user

pytestmark = pytest.mark.django_db

ADD = "ledger_entry_add"
GIVEN = {"rate": "6.5", "rate_on": "2022-02-05", "rate_source": "The contract"}


def filled(**changed: Any) -> dict[str, Any]:
    """The form of an entry of 40 million dollars on a Sunday, without a rate."""
    fields = {
        "project": make_project().pk,
        "measure": Measure.CONTRACTED,
        "effective_on": "2022-02-06",
        "amount": "40m",
        "currency": "USD",
    }
    return fields | changed


def test_the_rate_of_the_day_is_looked_up_kept_and_told(recorder_client: Client) -> None:
    response = send(recorder_client, page(ADD), **filled())
    entry, rate = Entry.objects.get(), ExchangeRate.objects.get()
    assert (entry.rate, entry.rate_on) == (Decimal("6.36104327"), date(2022, 2, 4))
    assert entry.rate_source == ecb.SOURCE
    # 40,000,000 × 6.36104327 × 100 fen
    assert entry.amount_fen == 25_444_173_080
    assert (rate.rate, rate.on, rate.recorded_by) == (entry.rate, entry.rate_on, entry.recorded_by)
    assert (
        "Converted at 6.36104327 yuan per USD of 4 Feb 2022 (ECB euro reference rates, cross rate "
        "by EUR)." in told(recorder_client, response)[0]
    )


def test_a_rate_of_the_office_is_looked_up_first(recorder_client: Client) -> None:
    make_rate("6.4", on=date(2022, 2, 5))
    send(recorder_client, page(ADD), **filled())
    assert Entry.objects.get().rate == Decimal("6.4")
    assert ExchangeRate.objects.count() == 1


def test_a_rate_that_is_given_goes_before_all_and_is_not_made_a_rate_of_the_day(
    recorder_client: Client,
) -> None:
    make_rate("6.4", on=date(2022, 2, 6))
    send(recorder_client, page(ADD), **filled(**GIVEN))
    entry = Entry.objects.get()
    assert (entry.rate, entry.rate_source) == (Decimal("6.5"), "The contract")
    assert ExchangeRate.objects.count() == 1


def test_a_rate_that_nobody_has_is_asked_for(recorder_client: Client) -> None:
    last = make_rate("3000", currency="XAU", on=date(2022, 1, 29))
    response = send(recorder_client, page(ADD), **filled(currency="XAU"))
    assert sorted(errors_of(response)) == ["rate", "rate_on", "rate_source"]
    assert "No rate of XAU is known for 6 Feb 2022" in errors_of(response)["rate"][0]
    send(recorder_client, page(ADD), **filled(currency="XAU", effective_on="2022-02-05"))
    assert Entry.objects.get().rate == last.rate


def test_a_rate_is_not_looked_up_while_the_date_is_missing(recorder_client: Client) -> None:
    response = send(recorder_client, page(ADD), **filled(effective_on=""))
    assert sorted(errors_of(response)) == ["effective_on"]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({**GIVEN, "rate": "0"}, ["rate"]),
        ({**GIVEN, "rate": "-6.5"}, ["rate"]),
        ({**GIVEN, "rate": "NaN"}, ["rate"]),
        ({**GIVEN, "rate": "Infinity"}, ["rate"]),
        ({**GIVEN, "rate": "1e400"}, ["rate"]),
        ({**GIVEN, "rate": "1000000"}, ["rate"]),
        ({**GIVEN, "rate_on": "2999-01-01"}, ["rate_on"]),
        ({**GIVEN, "rate_on": "0001-01-01"}, ["rate_on"]),
        ({**GIVEN, "rate_on": "2022-02-14"}, ["rate_on"]),
        ({**GIVEN, "rate": "0", "rate_on": "2999-01-01"}, ["rate", "rate_on"]),
        ({"rate": "6.5"}, ["rate_on", "rate_source"]),
        ({"rate": "0"}, ["rate", "rate_on", "rate_source"]),
        ({"rate": "six"}, ["rate", "rate_on", "rate_source"]),
        ({"rate_on": "2022-02-05"}, ["rate", "rate_source"]),
        ({"rate_source": "The contract"}, ["rate", "rate_on"]),
        ({**GIVEN, "currency": "CNY"}, ["rate", "rate_on", "rate_source"]),
        ({"currency": "CNY", "rate": "0"}, ["rate"]),
        ({"currency": "CNY", "rate": "1"}, ["rate"]),
        ({"effective_on": "0001-01-03"}, ["rate", "rate_on", "rate_source"]),
    ],
)
def test_an_unusable_rate_is_refused_at_its_field_and_nothing_is_recorded(
    recorder_client: Client, changed: dict[str, str], fields: list[str]
) -> None:
    response = send(recorder_client, page(ADD), **filled(**changed))
    assert sorted(errors_of(response)) == fields
    assert not Entry.objects.exists()
    assert not ExchangeRate.objects.exists()


def test_a_rate_of_the_week_after_the_amount_can_be_given(recorder_client: Client) -> None:
    send(recorder_client, page(ADD), **filled(**GIVEN | {"rate_on": "2022-02-13"}))
    assert Entry.objects.get().rate_on == date(2022, 2, 13)


def test_an_entry_that_is_refused_otherwise_leaves_no_rate_behind(recorder_client: Client) -> None:
    sent = filled()
    send(recorder_client, page(ADD), **sent)
    ExchangeRate.objects.get()
    # The same amount once more is a possible double; its day takes another rate.
    response = send(recorder_client, page(ADD), **sent, evidence_url="https://news.example.org/9")
    assert errors_of(response) != {}
    assert ExchangeRate.objects.count() == 1


def test_a_form_sent_twice_records_the_rate_once(recorder_client: Client) -> None:
    sent = shown(recorder_client, page(ADD)) | filled()
    recorder_client.post(page(ADD), sent)
    again = recorder_client.post(page(ADD), sent)
    assert "sent before" in told(recorder_client, again)[-1]
    assert (Entry.objects.count(), ExchangeRate.objects.count()) == (1, 1)


def test_a_later_correction_of_the_rate_leaves_the_entry_as_it_is(recorder_client: Client) -> None:
    send(recorder_client, page(ADD), **filled())
    make_rate("6.4", on=date(2022, 2, 4), reason="The PBoC's.", recorded_by=make_user("recorder"))
    assert Entry.objects.get().amount_fen == 25_444_173_080
    send(recorder_client, page(ADD), **filled(amount="50m"))
    assert Entry.objects.get(original_amount=50_000_000).rate == Decimal("6.4")
