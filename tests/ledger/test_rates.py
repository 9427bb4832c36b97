"""Exchange rates: recorded, replaced, looked up, and taken from the ECB's file."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clusters.exceptions import InsertOnlyError
from ledger import ecb
from ledger.models import ExchangeRate
from ledger.money import Money, plain_rate
from ledger.posting import reverse
from ledger.rates import entries_at, keep, rate_for
from tests.make import make_entry, make_rate, make_recorder, make_user

# Gold, which the ECB's file does not have: only what is recorded here counts.
GOLD = "XAU"


# --- recording ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rate": "0"}, "rate"),
        ({"rate": "-6.984"}, "rate"),
        ({"rate": "NaN"}, "rate"),
        ({"rate": "sNaN"}, "rate"),
        ({"rate": "Infinity"}, "rate"),
        ({"rate": "1e400"}, "rate"),
        ({"rate": "1000000"}, "rate"),
        ({"rate": "6.123456789"}, "rate"),
        ({"currency": "CNY"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "USD\n"}, "currency"),
        ({"currency": "RMB"}, "currency"),
        ({"on": date(2999, 1, 1)}, "on"),
        ({"on": date(1, 1, 1)}, "on"),
        ({"source": "  "}, "source"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_at_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_rate(**changed)
    assert list(refused.value.message_dict) == [field]
    assert not ExchangeRate.objects.exists()


@pytest.mark.django_db
def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        make_rate("0", currency="CNY", on=date(2999, 1, 1), source="")
    assert sorted(refused.value.message_dict) == ["currency", "on", "rate", "source"]


@pytest.mark.django_db
def test_todays_rate_can_be_recorded_and_tomorrows_cannot() -> None:
    today = timezone.localdate()
    assert make_rate(on=today).on == today
    with pytest.raises(ValidationError):
        make_rate(on=today + timedelta(1))


@pytest.mark.django_db
def test_the_same_again_is_the_rate_that_stands() -> None:
    first = make_rate("6.984")
    assert make_rate("6.98400000", recorded_by=make_user("recorder")) == first
    assert ExchangeRate.objects.count() == 1


@pytest.mark.django_db
def test_all_eight_decimals_are_kept() -> None:
    row = make_rate("999999.12345678")
    assert row.rate == Decimal("999999.12345678")
    assert make_rate("999999.12345678") == row


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"rate": "6.99"}, {"source": "Another paper"}])
def test_another_rate_or_source_of_the_day_needs_a_reason(changed: dict[str, Any]) -> None:
    make_rate()
    with pytest.raises(ValidationError) as refused:
        make_rate(**changed)
    assert "stands at 6.984 (China Daily)" in refused.value.message_dict["reason"][0]
    with pytest.raises(ValidationError):
        make_rate(**changed, reason="   ")
    replaced = make_rate(**changed, reason="Misread.")
    assert rate_for("USD", date(2020, 7, 20)) == replaced
    assert ExchangeRate.objects.count() == 2


@pytest.mark.django_db
def test_a_replaced_rate_can_be_put_back() -> None:
    make_rate("6.984")
    make_rate("6.99", reason="Misread.")
    back = make_rate("6.984", reason="It was right.")
    assert ExchangeRate.objects.count() == 3
    assert rate_for("USD", date(2020, 7, 20)) == back


@pytest.mark.django_db
def test_only_the_last_of_a_day_counts_in_the_list() -> None:
    first, second = make_rate("6.984"), make_rate("6.99", reason="Misread.")
    other = make_rate("6.9", on=date(2020, 7, 21))
    rows: Any = ExchangeRate.objects.for_list()
    marks = {row.pk: row.is_replaced for row in rows}
    assert marks == {first.pk: True, second.pk: False, other.pk: False}


@pytest.mark.django_db
def test_a_rate_is_never_changed_or_deleted() -> None:
    row = make_rate()
    row.rate = Decimal(7)
    with pytest.raises(InsertOnlyError):
        row.save()
    with pytest.raises(InsertOnlyError):
        row.delete()
    with pytest.raises(InsertOnlyError):
        ExchangeRate.objects.update(rate=7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed", [{"rate": Decimal(0)}, {"rate": Decimal(-1)}, {"currency": "CNY"}]
)
def test_the_database_refuses_what_no_function_checked(changed: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        "currency": "USD",
        "on": date(2020, 7, 20),
        "rate": Decimal(7),
        "source": "-",
        "recorded_by": make_recorder(),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(**(values | changed))


# --- looking up -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days_later", "is_found"), [(-1, False), (0, True), (1, True), (7, True), (8, False)]
)
def test_a_rate_serves_its_day_and_seven_after_it(days_later: int, is_found: bool) -> None:
    row = make_rate("3000", currency=GOLD, on=date(2020, 7, 20))
    found = rate_for(GOLD, date(2020, 7, 20) + timedelta(days_later))
    assert found == (row if is_found else None)


@pytest.mark.django_db
def test_the_latest_day_goes_before_the_last_recorded() -> None:
    later = make_rate("3100", currency=GOLD, on=date(2020, 7, 21))
    make_rate("3000", currency=GOLD, on=date(2020, 7, 20))
    assert rate_for(GOLD, date(2020, 7, 22)) == later


@pytest.mark.django_db
def test_yuan_have_no_rate_and_days_before_all_rates_none() -> None:
    assert rate_for("CNY", date(2022, 2, 1)) is None
    assert rate_for("USD", date(1, 1, 3)) is None
    assert rate_for("USD", date(1960, 1, 1)) is None


# --- the European Central Bank's file -------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "on", "quoted", "rate"),
    [
        # 7.1625 yuan and 1.126 dollars per euro
        ("USD", date(2022, 2, 1), date(2022, 2, 1), "6.36101243"),
        ("EUR", date(2022, 2, 1), date(2022, 2, 1), "7.1625"),
        # A Sunday takes Friday's: 7.2923 and 1.1464
        ("USD", date(2022, 2, 6), date(2022, 2, 4), "6.36104327"),
    ],
)
def test_a_rate_of_the_file_is_the_cross_rate_by_the_euro(
    currency: str, on: date, quoted: date, rate: str
) -> None:
    found = rate_for(currency, on)
    assert found is not None
    assert (found.on, found.rate) == (quoted, Decimal(rate))
    assert found.source == "ECB euro reference rates, cross rate by EUR"
    assert found._state.adding
    assert not ExchangeRate.objects.exists()


@pytest.mark.django_db
def test_a_rate_of_the_file_is_recorded_once_when_it_is_kept() -> None:
    recorder = make_recorder()
    for _ in range(2):
        found = rate_for("USD", date(2022, 2, 6))
        assert found is not None
        keep(found, recorded_by=recorder)
    row = ExchangeRate.objects.get()
    assert (row.on, row.source, row.recorded_by) == (date(2022, 2, 4), ecb.SOURCE, recorder)
    assert rate_for("USD", date(2022, 2, 6)) == row


@pytest.mark.django_db
def test_a_rate_recorded_here_goes_before_the_files_of_the_same_day_only() -> None:
    own = make_rate("6.4", on=date(2022, 2, 3))
    assert rate_for("USD", date(2022, 2, 3)) == own
    later = rate_for("USD", date(2022, 2, 4))
    assert later is not None
    assert later.on == date(2022, 2, 4)
    assert later._state.adding


@pytest.mark.django_db
def test_a_recorded_rate_of_the_file_is_replaced_like_any_other() -> None:
    found = rate_for("USD", date(2022, 2, 4))
    assert found is not None
    keep(found, recorded_by=make_recorder())
    own = make_rate("6.4", on=date(2022, 2, 4), reason="The contract names the PBoC's.")
    assert rate_for("USD", date(2022, 2, 4)) == own
    keep(found, recorded_by=make_recorder())
    assert ExchangeRate.objects.count() == 2


@pytest.mark.django_db
def test_after_the_files_last_day_it_serves_seven_days_more() -> None:
    last = ecb.last_day()
    assert last is not None
    assert last >= date(2026, 10, 30)
    assert rate_for("USD", last + timedelta(7)) is not None
    assert rate_for("USD", last + timedelta(8)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ImportError, OSError, ValueError])
def test_without_the_file_rates_are_asked_for(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(_package: str) -> Any:
        raise error

    ecb.per_euro.cache_clear()
    monkeypatch.setattr(ecb, "files", missing)
    try:
        assert rate_for("USD", date(2022, 2, 4)) is None
        assert ecb.last_day() is None
        assert "cannot be read" in caplog.text
    finally:
        ecb.per_euro.cache_clear()


DECIMALS = st.decimals(min_value="0.0001", max_value="100000", places=5)


@given(yuan=DECIMALS, units=DECIMALS)
def test_a_cross_rate_is_the_exact_quotient_rounded_half_up_once(
    yuan: Decimal, units: Decimal
) -> None:
    exact = Fraction(yuan) / Fraction(units) * 10**8
    half_up = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    assert ecb.cross(yuan, units) == Decimal(half_up).scaleb(-8)


# --- converting -----------------------------------------------------------------------------------


@given(
    amount=st.decimals(min_value="0.01", max_value="1000000000", places=2),
    rate=st.decimals(min_value="0.00000001", max_value="9999", places=8),
)
def test_a_conversion_is_the_exact_product_rounded_half_up_once(
    amount: Decimal, rate: Decimal
) -> None:
    with localcontext(prec=60):
        exact = (amount * rate * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if not 0 < exact <= 10**15:
        return
    money = Money.foreign(amount, "USD", rate=rate, rate_on=date(2022, 2, 1), rate_source="-")
    assert money.amount_fen == int(exact)
    assert money.opposite().amount_fen == -int(exact)


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        ("6.98400000", "6.984"),
        ("7.00000000", "7"),
        ("100.00000000", "100"),
        ("0.00000001", "0.00000001"),
    ],
)
def test_a_rate_is_written_with_the_decimals_that_it_has(rate: str, written: str) -> None:
    assert plain_rate(Decimal(rate)) == written


@pytest.mark.django_db
def test_an_entry_keeps_its_rate_when_the_rate_is_replaced_and_is_found_by_it() -> None:
    wrong = make_rate("69.84")
    entry = make_entry(money=converted(wrong))
    other = make_entry(money=converted(make_rate("6.9", on=date(2020, 7, 17))))
    taken_back = make_entry(money=converted(wrong))
    reverse(entry=taken_back, recorded_by=make_recorder(), reason="Typed twice.")
    right = make_rate("6.984", reason="A slip of the comma.")
    entry.refresh_from_db()
    # 100 USD × 69.84 yuan × 100 fen
    assert (entry.rate, entry.amount_fen) == (Decimal("69.84"), 698_400)
    assert list(entries_at(wrong)) == [entry]
    assert list(entries_at(right)) == []
    assert other.rate == Decimal("6.9")


def converted(rate: ExchangeRate) -> Money:
    """A hundred units at a rate."""
    return Money.foreign(
        Decimal(100), rate.currency, rate=rate.rate, rate_on=rate.on, rate_source=rate.source
    )
