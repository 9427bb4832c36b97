"""Exchange rates in forms: that of a foreign amount, a rate of its own, a file of rates."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.forms import DayInput
from ledger.exceptions import RateError
from ledger.models import Entry, ExchangeRate
from ledger.money import plain_rate
from ledger.querysets import RATE_DAYS
from ledger.rate_files import MAX_BYTES, too_large
from ledger.rates import code_of, rate_for, rate_problems

# The fields of an amount's form that hold a rate, and what they are of it.
RATE_FIELDS = {"rate": "rate", "rate_on": "on", "rate_source": "source"}


def is_rate_given(form: forms.BaseForm) -> bool:
    """Whether anything was typed into the fields of the rate, also what cannot be read."""
    return any(
        name in form.errors or form.cleaned_data.get(name) not in {None, ""} for name in RATE_FIELDS
    )


def given_rate(form: forms.BaseForm) -> ExchangeRate | None:
    """Return the rate that was typed; None when a field of it has an error already.

    It goes before every known one, since a contract may name its own. Raises RateError.
    """
    asked = form.cleaned_data
    rate, on = asked.get("rate"), asked.get("rate_on")
    source = asked.get("rate_source") or None
    missing = {
        "rate": _("Give the rate: yuan per unit of the currency."),
        "rate_on": _("Give the day of the rate."),
        "rate_source": _("Say where the rate stands."),
    }
    problems = {
        name: told
        for name, told in missing.items()
        if asked.get(name) in {None, ""} and name not in form.errors
    }
    found = rate_problems(currency=None, on=on, rate=rate, source=source)
    problems |= {name: found[of] for name, of in RATE_FIELDS.items() if of in found}
    if is_long_after(on, asked.get("effective_on")):
        problems.setdefault(
            "rate_on",
            _("The rate is from more than %(days)s days after the date of the amount.")
            % {"days": RATE_DAYS},
        )
    if problems:
        raise RateError(problems)
    if rate is None or on is None or source is None:
        return None
    return ExchangeRate(currency=asked["currency"], on=on, rate=rate, source=source)


def is_long_after(on: date | None, effective_on: date | None) -> bool:
    """Whether a rate is of another time than the amount; an earlier one may have been agreed."""
    if on is None or effective_on is None:
        return False
    return on - effective_on > timedelta(RATE_DAYS)


def known_rate(form: forms.BaseForm) -> ExchangeRate | None:
    """Return the rate that is known for the date of the amount; None while that date is missing.

    Raises RateError, which asks for one, where none is known.
    """
    currency, on = form.cleaned_data["currency"], form.cleaned_data.get("effective_on")
    if on is None:
        return None
    rate = rate_for(currency, on)
    if rate is None:
        raise RateError(
            {
                "rate": _(
                    "No rate of %(currency)s is known for %(date)s or the %(days)s days before: "
                    "give the yuan per unit of the currency."
                )
                % {"currency": currency, "date": date_format(on), "days": RATE_DAYS},
                "rate_on": _("Give the day of the rate."),
                "rate_source": _("Say where the rate stands."),
            }
        )
    return rate


def rate_told(entry: Entry) -> str:
    """Say at which rate a foreign amount was converted."""
    if entry.rate is None or entry.rate_on is None:
        return ""
    return _("Converted at %(rate)s yuan per %(currency)s of %(date)s (%(source)s).") % {
        "rate": plain_rate(entry.rate),
        "currency": entry.currency,
        "date": date_format(entry.rate_on),
        "source": entry.rate_source,
    }


class RateForm(forms.Form):
    """A rate of a currency on a day."""

    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        help_text=gettext_lazy("Its three letters, such as USD."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput, input_formats=["%Y-%m-%d"])
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"),
        max_digits=18,
        decimal_places=8,
        help_text=gettext_lazy("Yuan per unit of the currency."),
        # A number field would lose what is no number, instead of showing it again.
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("Who publishes the rate, and where."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed where it replaces the rate that stands for the day."),
    )

    def clean_currency(self) -> str:
        return code_of(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        # Each problem beside its field, also while others are not filled in.
        found = rate_problems(
            currency=asked.get("currency"),
            on=asked.get("on"),
            rate=asked.get("rate"),
            source=asked.get("source"),
        )
        for name, told in found.items():
            self.add_error(name, told)
        return asked


class RateFileForm(forms.Form):
    """A CSV file of rates."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV in UTF-8 with the columns currency, on, rate (yuan per unit) and source."
        ),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(too_large())
        return file
