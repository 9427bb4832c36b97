"""What bulk acts on enterprises and projects have to be told."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.forms import DayInput, PublicAddressField
from clusters.layouts import helper_of
from clusters.models import Sector
from clusters.vocabulary import Stage
from enterprises.admin_pages import choices_for
from enterprises.enterprise_forms import OFFERED_TAGS
from enterprises.models import Tag
from enterprises.people import recorders
from enterprises.pickers import TagsField
from enterprises.project_forms import NOBODY, sectors_by_cluster
from lists.acts import ActForm

CHOOSE = gettext_lazy("choose")
NOBODY_KEY = "nobody"
LONGEST_REASON = 500


def reason_field(help_text: Any) -> forms.CharField:
    """Return the field of a reason, which stays beside each of the rows."""
    return forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=help_text,
    )


class EditForm(ActForm):
    """An edit says why, if it likes to."""

    reason = reason_field(gettext_lazy("Why it changes; it stays beside the change for good."))


class AssignForm(EditForm):
    """Who looks after the projects; that nobody does has to be chosen."""

    assignee = forms.ChoiceField(
        label=gettext_lazy("Assigned to"),
        help_text=gettext_lazy(
            "Who looks after the project and is asked when nothing is heard of it."
        ),
        widget=forms.Select({"data-pick": "person"}),
    )

    def offer(self) -> None:
        self.people = {str(person.pk): person for person in recorders()}
        cast(forms.ChoiceField, self.fields["assignee"]).choices = [
            ("", CHOOSE),
            (NOBODY_KEY, NOBODY),
            *((key, str(person)) for key, person in self.people.items()),
        ]

    def clean_assignee(self) -> User | None:
        """Return the person, None for nobody."""
        return self.people.get(self.cleaned_data["assignee"])

    @property
    def helper(self) -> FormHelper:
        return helper_of("assignee", "reason")


class TagForm(EditForm):
    """Tags that are put on the rows, or taken off them."""

    add_tags = TagsField(
        label=gettext_lazy("Add tags"),
        help_text=gettext_lazy("Words by which the rows are found again; new ones may be written."),
    )
    remove_tags = TagsField(label=gettext_lazy("Take tags off"))

    def offer(self) -> None:
        known = list(Tag.objects.all()[:OFFERED_TAGS])
        for name in ("add_tags", "remove_tags"):
            cast(TagsField, self.fields[name]).offer(known)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        adds, removes = cleaned.get("add_tags") or [], cleaned.get("remove_tags") or []
        if not adds and not removes and not self.errors:
            self.add_error("add_tags", _("Name a tag to add, or one to take off."))
        for both in sorted({*adds} & {*removes})[:1]:
            told = _("“%(tag)s” cannot be added and taken off at once.")
            self.add_error("remove_tags", told % {"tag": both})
        return cleaned

    @property
    def helper(self) -> FormHelper:
        return helper_of("add_tags", "remove_tags", "reason")


class StepForm(ActForm):
    """A step, dated, with its source."""

    effective_on = forms.DateField(
        label=gettext_lazy("Date"),
        widget=DayInput,
        initial=timezone.localdate,
        help_text=gettext_lazy("The day from which this is true."),
    )
    reason = reason_field(
        gettext_lazy("Needed for a step back, a pause, and a step past what is still missing.")
    )
    source_url = PublicAddressField(
        label=gettext_lazy("Source"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("The address of the page that reports it."),
    )


class StageForm(StepForm):
    """The stage that the projects have reached."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=[("", CHOOSE), *Stage.choices])

    @property
    def helper(self) -> FormHelper:
        return helper_of("stage", "effective_on", "reason", "source_url")


class SectorForm(StepForm):
    """The sector that the projects belong to."""

    sector = forms.ModelChoiceField(
        Sector.objects.none(),
        label=gettext_lazy("Sector"),
        help_text=gettext_lazy("A line of business inside the cluster."),
    )

    def offer(self) -> None:
        field = cast("forms.ModelChoiceField[Sector]", self.fields["sector"])
        field.queryset = cast(Any, choices_for(Sector, self.user))
        field.choices = sectors_by_cluster(cast(Any, field.queryset), CHOOSE)
        self.fields["reason"].help_text = _("Why it changes; it stays beside the change for good.")

    @property
    def helper(self) -> FormHelper:
        return helper_of("sector", "effective_on", "reason", "source_url")
