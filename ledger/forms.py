"""Forms of the data entry pages for amounts, and for the step that moves them: withdrawal."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.amounts import format_exact, parse_fen, parse_number
from clusters.exceptions import UnreadableAmountError
from clusters.forms import WebAddressField
from clusters.vocabulary import Standing
from enterprises.forms import DayField, RecordedForm, StateForm
from enterprises.models import Project, ProjectState
from ledger.exceptions import PossibleDoubleError
from ledger.models import Entry, Evidence
from ledger.money import CNY, Money
from ledger.posting import cite, post
from ledger.withdrawal import withdraw

CENT = Decimal("0.01")
MAX_ORIGINAL = Decimal(10) ** 18


class KeyField(forms.UUIDField):
    """A key made once for each form that is shown, so that the form posts once.

    It alone is no input: a form with nothing but its key is an empty one.
    """

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(initial=uuid.uuid4)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class CurrencyField(forms.CharField):
    """An ISO 4217 code; yuan when nothing is said."""

    default_validators = [
        RegexValidator(r"^[A-Z]{3}$", gettext_lazy("Give three letters, such as USD."))
    ]

    def to_python(self, value: Any) -> str:
        code = (super().to_python(value) or "").upper()
        return CNY if code in {"", "RMB"} else code


class EntryForm(RecordedForm[Entry]):
    """A new entry; of the page's project where there is one."""

    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=60,
        help_text=gettext_lazy(
            "In yuan: 14400000000, 3亿, 3000万, 300m, 2.5bn; below 0 when a contract is cut."
        ),
    )
    currency = CurrencyField(
        label=gettext_lazy("Currency"),
        required=False,
        initial=CNY,
        max_length=3,
        help_text=gettext_lazy("Another one than CNY needs the rate that was used."),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"),
        required=False,
        max_digits=18,
        decimal_places=8,
        help_text=gettext_lazy("Yuan per unit of the currency; it stays with the entry."),
    )
    rate_on = DayField(label=gettext_lazy("Date of the rate"), required=False)
    rate_source = forms.CharField(
        label=gettext_lazy("Source of the rate"), required=False, max_length=200
    )
    evidence_url = WebAddressField(
        label=gettext_lazy("Evidence"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("The address of the page that the amount rests on."),
    )
    evidence_on = DayField(label=gettext_lazy("Date of the page"), required=False)
    evidence_is_repost = forms.BooleanField(
        label=gettext_lazy("The page is a repost"), required=False
    )
    allow_double = forms.BooleanField(
        label=gettext_lazy("Not a double: record it beside the other entry"), required=False
    )
    key = KeyField()

    class Meta:
        model = Entry
        fields = ["project", "measure", "effective_on", "reason", "note"]

    money: Money | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = self.data.get(self.add_prefix("allow_double")) if self.is_bound else None
        if ticked in {None, "", "False"}:
            # Shown only once there is something that it could be a double of.
            self.fields["allow_double"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        today = timezone.localdate()
        for name in ("rate_on", "evidence_on"):
            day: date | None = asked.get(name)
            if day is not None and day > today:
                self.add_error(name, _("This day lies in the future."))
        if (asked.get("evidence_on") or asked.get("evidence_is_repost")) and not asked.get(
            "evidence_url", "-"
        ):
            self.add_error("evidence_url", _("Give the address of the page."))
        if asked.get("amount") and asked.get("currency"):
            try:
                self.money = self.read_money(asked)
            except UnreadableAmountError as error:
                self.add_error("amount", str(error))
            except ValidationError as refusal:
                self.show(refusal)
        return asked

    def read_money(self, asked: dict[str, Any]) -> Money | None:
        """Return the amount as it was stated; None when its rate was not understood."""
        given = [name for name in ("rate", "rate_on", "rate_source") if asked.get(name)]
        if asked["currency"] == CNY:
            if given:
                raise ValidationError(
                    {name: _("Yuan need no rate; leave it empty.") for name in given}
                )
            return Money(parse_fen(asked["amount"]))
        number = parse_number(asked["amount"])
        if number != number.quantize(CENT) or abs(number) >= MAX_ORIGINAL:
            raise UnreadableAmountError(asked["amount"])
        missing = {
            "rate": _("Give the rate: yuan per unit of the currency."),
            "rate_on": _("Give the day of the rate."),
            "rate_source": _("Say where the rate stands."),
        }
        open_fields = missing.keys() - {*given, *self.errors}
        if open_fields:
            raise ValidationError({name: missing[name] for name in open_fields})
        if missing.keys() & self.errors.keys():
            return None
        return Money.foreign(
            number,
            asked["currency"],
            rate=asked["rate"],
            rate_on=asked["rate_on"],
            rate_source=asked["rate_source"],
        )

    def show(self, refusal: ValidationError) -> None:
        if isinstance(refusal, PossibleDoubleError):
            self.fields["allow_double"].widget = forms.CheckboxInput()
        super().show(refusal)

    def record(self, parent: models.Model | None) -> Entry:
        asked = self.cleaned_data
        # The user stands in the key, so that nobody can use up the key of another.
        key = f"form:{self.user.pk}:{asked['key'].hex}"
        self.repeated = Entry.objects.filter(idempotency_key=key).exists()
        return post(
            project=cast(Project, parent) or asked["project"],
            money=cast(Money, self.money),
            recorded_by=self.user,
            evidence=self.evidence(),
            idempotency_key=key,
            **self.entered("measure", "effective_on", "reason", "note", "allow_double"),
        )

    def evidence(self) -> Evidence | None:
        """Return the page that the amount rests on, if one was named."""
        asked = self.cleaned_data
        if not asked["evidence_url"]:
            return None
        return cite(
            url=asked["evidence_url"],
            recorded_by=self.user,
            dated_on=asked["evidence_on"],
            is_repost=asked["evidence_is_repost"],
        )

    def told(self, row: Entry) -> str:
        if self.repeated:
            return _("This form was sent before: entry %(id)s stands, nothing was added.") % {
                "id": row.pk
            }
        return _("Posted %(amount)s (%(measure)s) for “%(project)s”, dated %(date)s.") % {
            "amount": format_exact(row.amount_fen),
            "measure": row.get_measure_display(),
            "project": row.project,
            "date": date_format(row.effective_on),
        }


class StepForm(StateForm):
    """A step that may also withdraw the project, which takes amounts back in the ledger."""

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if asked.get("standing") == Standing.WITHDRAWN:
            for name in ("stage", "cluster", "region", "sector"):
                if asked.get(name):
                    self.add_error(
                        name, _("A withdrawal changes the standing alone; leave this as it is.")
                    )
        return asked

    def record(self, parent: models.Model | None) -> ProjectState:
        asked = self.cleaned_data
        if asked["standing"] != Standing.WITHDRAWN:
            return super().record(parent)
        return withdraw(
            project=cast(Project, parent),
            withdrawn_on=asked["effective_on"],
            recorded_by=self.user,
            **self.entered("reason", "source_url", "source_on", "note"),
        ).states.get()


class ReverseForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("It stays beside both entries for good."),
    )
