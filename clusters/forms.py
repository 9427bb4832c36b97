"""What is entered about plans, and what is refused beside its field."""

from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from clusters.addresses import validate_public_address
from clusters.amounts import parse_fen, parse_number
from clusters.exceptions import UnreadableAmountError
from clusters.facts import DatedFact
from clusters.models import Cluster, CountingRule, Goal, Plan, Site
from clusters.planfile import MAX_COUNT, latest_due_on
from clusters.vocabulary import GoalMeasure

Fact = TypeVar("Fact", bound=DatedFact)


class WebAddressField(forms.URLField):
    """An address of a page; https:// is taken for granted where none is typed."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **kwargs})


class PublicAddressField(WebAddressField):
    """An address that others can open too: no script, and no machine inside somebody's house."""

    default_validators = [validate_public_address]


class DayInput(forms.DateInput):
    """A day, picked with the browser's own calendar, which reads and writes ISO dates."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ShowsRefusal(forms.BaseForm):
    """A form that shows what a function which writes has refused."""

    def show(self, refusal: ValidationError) -> None:
        """Put each message at its field; one without a field here stands above the form."""
        by_field = getattr(refusal, "error_dict", None)
        if by_field is None:
            self.add_error(None, refusal)
            return
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)


class SiteForm(forms.ModelForm[Site]):
    """A site, in a region of the cluster's own park."""

    class Meta:
        model = Site
        fields = ["cluster", "region", "area_km2"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        cluster, region = cleaned.get("cluster"), cleaned.get("region")
        if cluster and region and cluster.park_id and cluster.park_id != region.park_id:
            self.add_error("region", _("This region belongs to another park than the cluster."))
        return cleaned


class FactForm(forms.ModelForm[Fact]):
    """A dated fact that is added; it may replace one that stands, then it says why."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        before = self.before(cleaned)
        effective_on: date | None = cleaned.get("effective_on")
        if before and effective_on and effective_on < before.effective_on:
            message = _("What this replaces holds from %(day)s; choose that day or a later one.")
            self.add_error(
                "effective_on", ValidationError(message, params={"day": before.effective_on})
            )
        if before and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("This replaces what stands already; say why."))
        return cleaned

    def before(self, cleaned: dict[str, Any]) -> Fact | None:
        """Return the latest fact that this one would replace."""
        raise NotImplementedError


class CountingRuleForm(FactForm[CountingRule]):
    """A counting rule."""

    class Meta:
        model = CountingRule
        fields = [
            "plan",
            "effective_on",
            "counting_stage",
            "investment_measure",
            "reason",
            "source_url",
            "source_on",
            "note",
        ]
        field_classes = {"source_url": WebAddressField}

    def before(self, cleaned: dict[str, Any]) -> CountingRule | None:
        plan: Plan | None = cleaned.get("plan")
        if plan is None or plan.pk is None:
            return None
        return CountingRule.objects.filter(plan=plan).latest_per("plan").first()


class GoalForm(FactForm[Goal]):
    """A goal; its target is typed as people write it, in the unit of its measure."""

    target = forms.CharField(
        label=_("Target"),
        max_length=40,
        required=False,
        help_text=_("A number (130), or an amount in yuan (270bn, 2700亿, 270000000000)."),
    )
    ends = forms.BooleanField(
        label=_("This goal ends"),
        required=False,
        help_text=_("It is promised no more from the date on; leave the target empty."),
    )

    class Meta:
        model = Goal
        fields = [
            "plan",
            "cluster",
            "measure",
            "due_on",
            "effective_on",
            "wording",
            "reason",
            "source_url",
            "source_on",
            "note",
        ]
        field_classes = {"source_url": WebAddressField}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        self.check_place(cleaned.get("plan"), cleaned.get("cluster"))
        self.check_due_on(cleaned.get("plan"), cleaned.get("due_on"))
        self.check_target(cleaned)
        return cleaned

    def before(self, cleaned: dict[str, Any]) -> Goal | None:
        plan: Plan | None = cleaned.get("plan")
        if plan is None or plan.pk is None or not cleaned.get("due_on"):
            return None
        goals = Goal.objects.filter(
            plan=plan,
            cluster=cleaned.get("cluster"),
            measure=cleaned.get("measure", ""),
            due_on=cleaned["due_on"],
        )
        return goals.latest_per("plan").first()

    def check_place(self, plan: Plan | None, cluster: Cluster | None) -> None:
        if plan and cluster and plan.park_id and cluster.park_id != plan.park_id:
            self.add_error("cluster", _("This cluster belongs to another park than the plan."))

    def check_due_on(self, plan: Plan | None, due_on: date | None) -> None:
        if plan is None or due_on is None or not (plan.starts_on and plan.ends_on):
            return
        latest = latest_due_on(plan.ends_on)
        if not plan.starts_on <= due_on <= latest:
            message = _("A goal of this plan is due from %(start)s to %(latest)s.")
            self.add_error(
                "due_on",
                ValidationError(message, params={"start": plan.starts_on, "latest": latest}),
            )

    def check_target(self, cleaned: dict[str, Any]) -> None:
        """Put the target into the column of its measure, or say what is wrong with it."""
        text, measure = cleaned.get("target", "").strip(), cleaned.get("measure")
        if cleaned.get("ends"):
            if text:
                self.add_error("target", _("A goal that ends has no target."))
            elif measure and not self.before(cleaned):
                self.add_error("ends", _("There is no such goal that could end."))
            return
        if not text:
            self.add_error("target", _("Give the published target."))
        elif measure:
            try:
                self.set_target(text, GoalMeasure(measure))
            except (UnreadableAmountError, ValidationError) as error:
                told = error if isinstance(error, ValidationError) else str(error)
                self.add_error("target", told)

    def set_target(self, text: str, measure: GoalMeasure) -> None:
        if measure.is_money:
            fen = parse_fen(text)
            if fen <= 0:
                raise ValidationError(_("The target must be above 0."))
            self.instance.target_fen = fen
            return
        count = parse_number(text)
        if count != count.to_integral_value() or not 0 < count <= MAX_COUNT:
            raise ValidationError(
                _("Give a whole number above 0 and up to %(most)s."),
                params={"most": f"{MAX_COUNT:,}"},
            )
        self.instance.target_count = int(count)
