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
from clusters.forms import PublicAddressField
from clusters.vocabulary import Standing
from enterprises.forms import DayField, RecordedForm, StateForm
from enterprises.models import Project, ProjectState
from ledger.documents import record as record_document
from ledger.evidence_forms import DocumentField
from ledger.exceptions import (
    PossibleDoubleError,
    ReviveOnItsPageError,
    WithdrawOnItsPageError,
)
from ledger.models import Entry, Evidence, ExchangeRate
from ledger.models.evidence import validate_dated_on
from ledger.money import CNY, Money
from ledger.posting import cite, post
from ledger.rate_forms import RATE_FIELDS, given_rate, is_rate_given, known_rate, rate_told
from ledger.rates import YUAN_CODES, code_of, keep
from ledger.verdicts import attach

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
        code = code_of(super().to_python(value) or "")
        return CNY if code in YUAN_CODES | {""} else code


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
        help_text=gettext_lazy(
            "For another one than CNY the rate of the day is looked up, unless one is given."
        ),
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
    evidence_file = DocumentField(label=gettext_lazy("Evidence: file"))
    evidence_url = PublicAddressField(
        label=gettext_lazy("Evidence: page"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "The address of the page that the amount rests on; beside a file it is added to it."
        ),
    )
    evidence_title = forms.CharField(
        label=gettext_lazy("Title of the evidence"), required=False, max_length=300
    )
    evidence_issuer = forms.CharField(
        label=gettext_lazy("Issuer of the evidence"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Who issued or published it."),
    )
    evidence_on = DayField(
        label=gettext_lazy("Date of the evidence"), required=False, validators=[validate_dated_on]
    )
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
    # The rate that was looked up, when none was given.
    looked_up: ExchangeRate | None = None

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
        self.check_evidence(asked)
        if asked.get("amount") and asked.get("currency"):
            try:
                self.money = self.read_money(asked)
            except UnreadableAmountError as error:
                self.add_error("amount", str(error))
            except ValidationError as refusal:
                self.show(refusal)
        return asked

    def check_evidence(self, asked: dict[str, Any]) -> None:
        """Refuse what is said of a page or file that was not given."""
        if {"evidence_url", "evidence_file"} & self.errors.keys() or asked.get("evidence_url"):
            return
        if asked.get("evidence_is_repost"):
            self.add_error("evidence_url", _("Give the address of the page."))
        elif not asked.get("evidence_file") and any(
            asked.get(name) for name in ("evidence_on", "evidence_title", "evidence_issuer")
        ):
            self.add_error("evidence_url", _("Give the address of the page, or choose the file."))

    def read_money(self, asked: dict[str, Any]) -> Money | None:
        """Return the amount as it was stated; None when its rate cannot be told yet."""
        if asked["currency"] == CNY:
            if given := [name for name in RATE_FIELDS if asked.get(name) not in {None, ""}]:
                raise ValidationError(
                    {name: _("Yuan need no rate; leave it empty.") for name in given}
                )
            return Money(parse_fen(asked["amount"]))
        number = parse_number(asked["amount"])
        if number != number.quantize(CENT) or abs(number) >= MAX_ORIGINAL:
            raise UnreadableAmountError(asked["amount"])
        if is_rate_given(self):
            rate = given_rate(self)
        else:
            rate = self.looked_up = known_rate(self)
        if rate is None:
            return None
        return Money.foreign(
            number, asked["currency"], rate=rate.rate, rate_on=rate.on, rate_source=rate.source
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
        if self.looked_up is not None:
            keep(self.looked_up, recorded_by=self.user)
        rests_on = self.evidence()
        entry = post(
            project=cast(Project, parent) or asked["project"],
            money=cast(Money, self.money),
            recorded_by=self.user,
            evidence=rests_on[0] if rests_on else None,
            idempotency_key=key,
            **self.entered("measure", "effective_on", "reason", "note", "allow_double"),
        )
        for page in [] if self.repeated else rests_on[1:]:
            attach(entry=entry, evidence=page, recorded_by=self.user)
        return entry

    def evidence(self) -> list[Evidence]:
        """Return what the amount rests on: the file, then the page, as far as they were given."""
        asked = self.cleaned_data
        about = {
            "title": asked["evidence_title"],
            "issuer": asked["evidence_issuer"],
            "dated_on": asked["evidence_on"],
        }
        found = []
        if asked["evidence_file"]:
            found.append(record_document(asked["evidence_file"], recorded_by=self.user, **about))
            # They were said of the file.
            about = {}
        if asked["evidence_url"]:
            repost = asked["evidence_is_repost"]
            found.append(
                cite(url=asked["evidence_url"], recorded_by=self.user, is_repost=repost, **about)
            )
        return found

    def told(self, row: Entry) -> str:
        if self.repeated:
            return _("This form was sent before: entry %(id)s stands, nothing was added.") % {
                "id": row.pk
            }
        told = _("Posted %(amount)s (%(measure)s) for “%(project)s”, dated %(date)s.") % {
            "amount": format_exact(row.amount_fen),
            "measure": row.get_measure_display(),
            "project": row.project,
            "date": date_format(row.effective_on),
        }
        return told if row.rate is None else f"{told} {rate_told(row)}"


class StepForm(StateForm):
    """A step; a withdrawal and a revival move amounts, and have pages that show that first."""

    def record(self, parent: models.Model | None) -> ProjectState:
        project, standing = cast(Project, parent), self.cleaned_data["standing"]
        if standing and standing != project.standing:
            if standing == Standing.WITHDRAWN:
                raise WithdrawOnItsPageError
            if project.standing == Standing.WITHDRAWN:
                raise ReviveOnItsPageError
        return super().record(parent)


class ReverseForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("It stays beside both entries for good."),
    )
