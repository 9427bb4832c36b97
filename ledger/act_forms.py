"""Forms of the acts on a project and its entries: correct, move, withdraw, revive, undo.

A form here knows what it acts on and who acts. `act()` runs the function that writes; the page runs
it once to show its effect and takes everything back, and once more when that is confirmed.
"""

import uuid
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.amounts import FEN_PER_YUAN
from clusters.forms import DayInput, PublicAddressField, ShowsRefusal
from clusters.models import Cluster, Region, Sector
from enterprises.admin_pages import SectorField, choices_for
from enterprises.models import Project
from ledger.correcting import correct
from ledger.forms import EntryForm, KeyField
from ledger.models import Change, Entry
from ledger.money import CNY, Money, plain_rate
from ledger.moving import move
from ledger.rates import keep
from ledger.undoing import undo
from ledger.verdicts import attach
from ledger.withdrawal import revive, withdraw


def key_of(user: User, key: uuid.UUID) -> str:
    """Return the key of an act; the user stands in it, so that nobody uses up another's."""
    return f"form:{user.pk}:{key.hex}"


class ActForm(ShowsRefusal, forms.Form):
    """Why an act is done, and who said so."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("It stays beside what is posted for good."),
    )
    key = KeyField()

    def __init__(self, *args: Any, user: User, target: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.target = target

    def act(self) -> Change:
        """Do it; raises ValidationError when it is refused, and nothing is written then."""
        raise NotImplementedError

    @property
    def common(self) -> dict[str, Any]:
        """What every act is told."""
        return {
            "recorded_by": self.user,
            "reason": self.cleaned_data["reason"],
            "idempotency_key": key_of(self.user, self.cleaned_data["key"]),
        }


class SourcedActForm(ActForm):
    """An act on a project that happened in the world, so that somebody reported it."""

    effective_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput())
    source_url = PublicAddressField(label=gettext_lazy("Source"), max_length=1000, required=False)
    source_on = forms.DateField(
        label=gettext_lazy("Date of the source"), required=False, widget=DayInput()
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 2})
    )

    def clean_source_on(self) -> Any:
        day = self.cleaned_data["source_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        return day

    @property
    def common(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return super().common | {
            name: asked[name] for name in ("source_url", "source_on", "note") if name in asked
        }


class WithdrawForm(SourcedActForm):
    """The project left."""

    field_order = ("effective_on", "reason", "source_url", "source_on", "note")

    def act(self) -> Change:
        return withdraw(
            project=self.target, withdrawn_on=self.cleaned_data["effective_on"], **self.common
        )


class ReviveForm(SourcedActForm):
    """A withdrawn project goes on."""

    with_contract = forms.BooleanField(
        label=gettext_lazy("The contract stands again"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Contracts again what the withdrawal took back; without it a new contract is recorded "
            "when it is known."
        ),
    )
    field_order = ("effective_on", "with_contract", "reason", "source_url", "source_on", "note")

    def act(self) -> Change:
        return revive(
            project=self.target,
            revived_on=self.cleaned_data["effective_on"],
            with_contract=self.cleaned_data["with_contract"],
            **self.common,
        )


class MoveForm(SourcedActForm):
    """The project is, or always was, in another cluster or region."""

    from_the_start = forms.BooleanField(
        label=gettext_lazy("It was there from the start, and was recorded in the wrong place"),
        required=False,
    )
    cluster = forms.ModelChoiceField(Cluster.objects.none(), label=gettext_lazy("Cluster"))
    region = forms.ModelChoiceField(Region.objects.none(), label=gettext_lazy("Region"))
    sector: forms.ModelChoiceField[Sector] = SectorField(
        Sector.objects.none(),
        label=gettext_lazy("Sector"),
        required=False,
        empty_label=gettext_lazy("none, or stays as it is"),
    )
    field_order = (
        "cluster",
        "region",
        "sector",
        "effective_on",
        "from_the_start",
        "reason",
        "source_url",
        "source_on",
        "note",
    )

    def __init__(self, *args: Any, user: User, target: Project, **kwargs: Any) -> None:
        super().__init__(*args, user=user, target=target, **kwargs)
        park = target.cluster.park_id
        for name, model in (("cluster", Cluster), ("region", Region), ("sector", Sector)):
            rows: Any = choices_for(model, user)
            of_park = {"cluster__park": park} if model is Sector else {"park": park}
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            field.queryset = rows.filter(**of_park)
        self.initial.setdefault("cluster", target.cluster_id)
        self.initial.setdefault("region", target.region_id)
        self.fields["effective_on"].required = False
        self.fields["effective_on"].label = _("Moved on")

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        from_the_start = asked.get("from_the_start")
        if not from_the_start and not asked.get("effective_on") and not self.errors:
            self.add_error("effective_on", _("Give the day, or tick that it was there before."))
        if from_the_start and asked.get("effective_on"):
            self.add_error(
                "effective_on", _("It was there from the start, so leave the day empty.")
            )
        return asked

    def act(self) -> Change:
        asked = self.cleaned_data
        return move(
            project=self.target,
            moved_on=asked["effective_on"],
            cluster=asked["cluster"],
            region=asked["region"],
            sector=asked["sector"],
            **self.common,
        )


class UndoForm(ActForm):
    """The act was a mistake."""

    def act(self) -> Change:
        return undo(change=self.target, **self.common)


class CorrectForm(EntryForm):
    """What an entry should have said; its evidence stays unless other evidence is given."""

    class Meta:
        model = Entry
        fields = ["measure", "effective_on", "note", "reason"]
        widgets = {
            "effective_on": DayInput(),
            "note": forms.Textarea({"rows": 2}),
            "reason": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, user: User, target: Entry, **kwargs: Any) -> None:
        kwargs["initial"] = stated_by(target) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.user = user
        self.target = target
        self.fields["reason"].required = True
        self.fields["reason"].help_text = _("What was wrong, and how it is known.")
        self.fields["evidence_url"].help_text = _("Leave file and page empty to keep the evidence.")
        for name in ("rate_on", "evidence_on"):
            self.fields[name].widget = DayInput()
        self.order_fields(["measure", "amount", "currency", "effective_on", "reason", "note"])

    @transaction.atomic
    def act(self) -> Change:
        asked = self.cleaned_data
        if self.looked_up is not None:
            keep(self.looked_up, recorded_by=self.user)
        given = self.evidence()
        change = correct(
            entry=self.target,
            money=cast(Money, self.money),
            recorded_by=self.user,
            evidence=given[0] if given else self.target.evidence,
            idempotency_key=key_of(self.user, asked["key"]),
            **self.entered("measure", "effective_on", "reason", "note", "allow_double"),
        )
        replacement = change.entries.filter(reverses=None, lowers=self.target.lowers).latest("pk")
        beside = {
            replacement.evidence_id,
            *replacement.attachments.values_list("evidence", flat=True),
        }
        for page in given[1:]:
            # It came along from the old entry, or the form was sent before.
            if page.pk not in beside:
                attach(entry=replacement, evidence=page, recorded_by=self.user)
        return change


def stated_by(entry: Entry) -> dict[str, Any]:
    """Return an entry as its form would have been filled in."""
    found: dict[str, Any] = {
        "measure": entry.measure,
        "effective_on": entry.effective_on,
        "note": entry.note,
        "currency": entry.currency,
    }
    if entry.currency == CNY or entry.rate is None:
        yuan = Decimal(entry.amount_fen) / FEN_PER_YUAN
        return found | {"amount": f"{yuan:f}".removesuffix(".00")}
    return found | {
        "amount": f"{entry.original_amount:f}",
        "rate": plain_rate(entry.rate),
        "rate_on": entry.rate_on,
        "rate_source": entry.rate_source,
    }
