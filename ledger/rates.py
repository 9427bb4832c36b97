"""What foreign money was worth: looking a rate up, recording one, and what was converted at it.

A rate that is looked up is the latest on or before the day, at most RATE_DAYS back. Those recorded
here and those of the European Central Bank's file (ledger.ecb) count alike; of one day the recorded
one is taken, and of several recorded ones the one recorded last. A rate of the file is recorded
when an entry is first converted at it.
"""

import re
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.models import Park
from ledger import ecb
from ledger.exceptions import RateError, RateNeedsReasonError
from ledger.models import Entry, ExchangeRate
from ledger.money import CNY
from ledger.querysets import RATE_DAYS, EntryQuerySet

# Before it there was no rate of today's yuan that anybody publishes.
FIRST_DAY = date(1950, 1, 1)
# No currency is worth so much; and up to it SQLite, too, keeps all eight decimals.
MAX_RATE = Decimal(10) ** 6
PLACES = Decimal("0.00000001")
MAX_SOURCE = 200

CODE = re.compile(r"[A-Z]{3}", re.ASCII)
# As yuan are written, too.
YUAN_CODES = {CNY, "RMB"}


def code_of(text: str) -> str:
    """Return a code in capitals; signs that are no plain letters stay, and are refused."""
    return text.upper() if text.isascii() else text


def rate_for(currency: str, on: date) -> ExchangeRate | None:
    """Return the rate that turns an amount of a day into yuan; None when it has to be asked for.

    One of the ECB's file comes unsaved: `keep()` records it once something is converted at it.
    """
    if currency == CNY or on < FIRST_DAY:
        return None
    own = ExchangeRate.objects.usable_on(currency, on).first()
    quote = ecb.latest(currency, on, days=RATE_DAYS)
    if quote is None or (own is not None and own.on >= quote.on):
        return own
    return ExchangeRate(currency=currency, on=quote.on, rate=quote.rate, source=ecb.SOURCE)


def rate_problems(
    *, currency: str | None, on: date | None, rate: Decimal | None, source: str | None
) -> dict[str, str]:
    """Say by field what is wrong with a rate; nothing is said of a field that is None."""
    told = {
        "currency": "" if currency is None else currency_problem(currency),
        "on": "" if on is None else day_problem(on),
        "rate": "" if rate is None else number_problem(rate),
        "source": "" if source is None else source_problem(source.strip()),
    }
    return {name: problem for name, problem in told.items() if problem}


def currency_problem(code: str) -> str:
    """Say why a code names no foreign currency; "" if it may."""
    if code in YUAN_CODES:
        return _("Yuan need no rate.")
    return "" if CODE.fullmatch(code) else _("Give three letters, such as USD.")


def day_problem(on: date) -> str:
    """Say why there can be no rate of a day; "" if there can."""
    if on > timezone.localdate():
        return _("This day lies in the future.")
    if on < FIRST_DAY:
        return _("The year cannot be right; give a day from %(first)s on.") % {
            "first": FIRST_DAY.isoformat()
        }
    return ""


def number_problem(rate: Decimal) -> str:
    """Say why a number is no rate; "" if it may be one."""
    if not rate.is_finite() or rate <= 0:
        return _("The rate must be above 0: yuan per unit of the currency.")
    if rate >= MAX_RATE or rate != rate.quantize(PLACES):
        return _(
            "The rate must be below 1,000,000 and have at most eight decimals: yuan per unit of "
            "the currency."
        )
    return ""


def source_problem(source: str) -> str:
    """Say why a source cannot be kept; "" if it can."""
    if not source:
        return _("Say where the rate stands.")
    if len(source) > MAX_SOURCE:
        return _("Name the source in at most %(most)s characters.") % {"most": MAX_SOURCE}
    return ""


@transaction.atomic
def record_rate(
    *,
    currency: str,
    on: date,
    rate: Decimal,
    source: str,
    recorded_by: User,
    reason: str = "",
) -> ExchangeRate:
    """Record a rate and return it; the one that stands, if it says the same.

    Another rate, or source, for a day that has one replaces it, and needs a reason. Entries keep
    the rate that they were posted with; `entries_at()` finds those of the replaced one.
    """
    source = source.strip()
    problems = rate_problems(currency=currency, on=on, rate=rate, source=source)
    if problems:
        raise RateError(problems)
    one_at_a_time()
    standing = standing_rate(currency, on)
    if standing is not None:
        if (standing.rate, standing.source) == (rate, source):
            return standing
        if not reason.strip():
            raise RateNeedsReasonError(standing)
    row = ExchangeRate(
        currency=currency,
        on=on,
        rate=rate,
        source=source,
        reason=reason.strip(),
        recorded_by=recorded_by,
    )
    row.clean_fields(exclude=["recorded_by", "recorded_at"])
    row.save(force_insert=True)
    # As the database keeps it, with its clock.
    row.refresh_from_db()
    return row


@transaction.atomic
def keep(rate: ExchangeRate, *, recorded_by: User) -> None:
    """Record a rate that was looked up in the ECB's file, unless its day has one by now."""
    if not rate._state.adding:
        return
    one_at_a_time()
    if standing_rate(rate.currency, rate.on) is None:
        ExchangeRate.objects.create(
            currency=rate.currency,
            on=rate.on,
            rate=rate.rate,
            source=rate.source,
            recorded_by=recorded_by,
        )


def one_at_a_time() -> None:
    """Let whoever else records rates wait, so that none is replaced without a reason."""
    list(Park.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def standing_rate(currency: str, on: date) -> ExchangeRate | None:
    """Return the rate that counts for just this day."""
    return ExchangeRate.objects.of_day(currency, on).first()


def entries_at(rate: ExchangeRate) -> EntryQuerySet:
    """Return the standing entries that were converted at a rate, which correct it one by one."""
    return Entry.objects.standing().filter(currency=rate.currency, rate_on=rate.on, rate=rate.rate)
