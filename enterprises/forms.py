"""Forms of the data entry pages for enterprises and projects.

A form here checks what belongs to one field. What the rules refuse is refused by the functions that
write (enterprises.recording): the page runs them, takes everything back on a refusal, and shows the
form again with the refusal at its field. So a rule stands once, and no form can forget it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.forms import DayInput, PublicAddressField, ShowsRefusal
from clusters.vocabulary import LeadingBasis, Stage, Standing
from enterprises import credit_codes
from enterprises.exceptions import StandingNeedsReasonError
from enterprises.expectations import expect
from enterprises.models import Enterprise, LeadingClaim, Project, ProjectState
from enterprises.recording import record_claim, record_project, record_state
from enterprises.staleness import confirm

Row = TypeVar("Row", bound=models.Model)

FIRST_LIST_YEAR = 1990
STAYS = ("", gettext_lazy("stays as it is"))


class DayField(forms.DateField):
    """A day, with the calendar of the data entry pages."""

    widget = AdminDateWidget


class RefusableForm(ShowsRefusal, forms.ModelForm[Row]):
    """A form that shows what was refused when it was written.

    `user` and `refusals` (by form prefix) are set on the class that the page makes for a request.
    """

    user: User
    refusals: ClassVar[Mapping[str | None, ValidationError]] = {}

    def clean(self) -> dict[str, Any]:
        super().clean()
        refusal = self.refusals.get(self.prefix)
        if refusal is not None:
            self.show(refusal)
        return self.cleaned_data


class RecordedForm(RefusableForm[Row]):
    """A form whose row is written by a function and not by save().

    `repeated` is set while writing when the same form was written before and nothing was added.
    """

    repeated = False

    def record(self, parent: models.Model | None) -> Row:
        """Write what was entered and return the row; `parent` is the page's object, if any.

        Raises ValidationError when it is refused; the caller takes back what was written.
        """
        raise NotImplementedError

    def told(self, row: Row) -> str:
        """Say what was written, where the row's name does not say enough."""
        return ""

    def entered(self, *names: str) -> dict[str, Any]:
        """Return the named fields as they were entered."""
        return {name: self.cleaned_data.get(name) for name in names}


class VersionField(forms.IntegerField):
    """The version that the form was opened with; it alone is no input."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenVersionForm(RefusableForm[Row]):
    """A form that edits a row, and says which version of it the person has seen.

    What it holds is written by enterprises.editing, once for the whole page.
    """

    seen_version = VersionField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = getattr(self.instance, "version", None)

    @property
    def seen(self) -> int:
        """The version that was seen; one that was not sent saw nothing."""
        return self.cleaned_data.get("seen_version") or 0

    @property
    def changed(self) -> dict[str, Any]:
        """What was changed, by field."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class EnterpriseForm(SeenVersionForm[Enterprise]):
    """An enterprise."""

    credit_code = forms.CharField(
        label=gettext_lazy("Credit code"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "Unified Social Credit Code, 18 signs, once the enterprise is registered."
        ),
    )

    class Meta:
        model = Enterprise
        fields = ["name_zh", "name_en", "origin", "credit_code", "credit_code_reason", "note"]

    def clean_credit_code(self) -> str:
        """Take a code as it is copied from a licence: with spaces, hyphens or small letters."""
        return credit_codes.normalized(self.cleaned_data["credit_code"])


class NamesForm(SeenVersionForm[Project]):
    """The names of a project, all of it that is changed and not recorded."""

    class Meta:
        model = Project
        fields = ["name_zh", "name_en"]


class ClaimForm(RecordedForm[LeadingClaim]):
    """A new leading claim of the page's enterprise."""

    source_url = PublicAddressField(label=gettext_lazy("Source"), max_length=1000, required=False)

    class Meta:
        model = LeadingClaim
        fields = [
            "effective_on",
            "basis",
            "list_year",
            "said_by",
            "holds",
            "source_url",
            "source_on",
            "reason",
            "note",
        ]

    def clean_list_year(self) -> int | None:
        year: int | None = self.cleaned_data["list_year"]
        this_year = timezone.localdate().year
        if year is not None and not FIRST_LIST_YEAR <= year <= this_year:
            raise ValidationError(
                _("Give a year from %(first)s to %(last)s.")
                % {"first": FIRST_LIST_YEAR, "last": this_year}
            )
        return year

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if (
            asked.get("basis") == LeadingBasis.FORTUNE_GLOBAL_500
            and asked.get("holds")
            and asked.get("list_year") is None
            and "list_year" not in self.errors
        ):
            self.add_error("list_year", _("Give the year of the list."))
        return asked

    def record(self, parent: models.Model | None) -> LeadingClaim:
        return record_claim(
            enterprise=cast(Enterprise, parent),
            recorded_by=self.user,
            **self.entered(*ClaimForm.Meta.fields),
        )


class NewProjectForm(RecordedForm[Project]):
    """A new project with its first state; of the page's enterprise where there is one."""

    effective_on = DayField(
        label=gettext_lazy("At this stage since"),
        help_text=gettext_lazy("The day from which this is true."),
    )
    source_url = PublicAddressField(label=gettext_lazy("Source"), max_length=1000, required=False)
    source_on = DayField(label=gettext_lazy("Date of the source"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 2})
    )

    class Meta:
        model = Project
        fields = ["enterprise", "name_zh", "name_en", "cluster", "region", "sector", "stage"]

    def record(self, parent: models.Model | None) -> Project:
        return record_project(
            enterprise=cast(Enterprise, parent) or self.cleaned_data["enterprise"],
            recorded_by=self.user,
            **self.entered(
                "name_zh",
                "name_en",
                "cluster",
                "region",
                "sector",
                "stage",
                "effective_on",
                "source_url",
                "source_on",
                "note",
            ),
        )


class StateForm(RecordedForm[ProjectState]):
    """A step of the page's project: what changes, and from when on."""

    source_url = PublicAddressField(label=gettext_lazy("Source"), max_length=1000, required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), choices=[STAYS, *Stage.choices], required=False
    )
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"),
        choices=[STAYS, *Standing.choices],
        required=False,
        help_text=gettext_lazy(
            "A withdrawal or a revival is recorded on the page of the project, with its effect."
        ),
    )

    class Meta:
        model = ProjectState
        fields = [
            "effective_on",
            "stage",
            "standing",
            "cluster",
            "region",
            "sector",
            "reason",
            "source_url",
            "source_on",
            "note",
        ]

    changes = ("stage", "standing", "cluster", "region", "sector")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The model's default is for a new project; here nothing chosen changes nothing.
        self.initial.pop("standing", None)
        for name in ("cluster", "region", "sector"):
            field = cast(forms.ModelChoiceField[Any], self.fields[name])
            field.required = False
            field.empty_label = str(STAYS[1])

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if not self.errors and not any(asked.get(name) for name in self.changes):
            raise ValidationError({"stage": _("Choose what changes: stage, standing or place.")})
        # Here and not only in recording, since the model's own constraint would answer first and
        # cannot name the field.
        if asked.get("standing") in {Standing.PAUSED, Standing.WITHDRAWN} and not asked.get(
            "reason", "-"
        ):
            raise StandingNeedsReasonError
        return asked

    def record(self, parent: models.Model | None) -> ProjectState:
        project = cast(Project, parent)
        asked = self.cleaned_data
        then = standing_state(project, asked["effective_on"])
        return record_state(
            project=project,
            recorded_by=self.user,
            stage=asked["stage"] or then.stage,
            standing=asked["standing"] or then.standing,
            **self.entered(
                "effective_on",
                "cluster",
                "region",
                "sector",
                "reason",
                "source_url",
                "source_on",
                "note",
            ),
        )


def standing_state(project: Project, day: date) -> ProjectState | Project:
    """Return what holds on `day`; before the first state, what holds now."""
    earlier = project.states.filter(effective_on__lte=day)
    return earlier.order_by("effective_on", "recorded_at", "pk").last() or project


class ProjectFactForm(ShowsRefusal, forms.Form):
    """A form of the project's own pages that adds one fact through the function that may refuse."""

    def record(self, project: Project, user: User) -> Any:
        """Write what was entered; raises ValidationError, keyed by field, when it is refused."""
        raise NotImplementedError


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(label=label, help_text=help_text, widget=DayInput)


class ConfirmationForm(ProjectFactForm):
    """The project still stands as recorded."""

    effective_on = day_field(
        gettext_lazy("Confirmed on"), gettext_lazy("The day on which you asked or saw it.")
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Who said so, or what you saw."),
    )
    source_url = PublicAddressField(label=gettext_lazy("Source"), max_length=1000, required=False)

    def record(self, project: Project, user: User) -> Any:
        asked = self.cleaned_data
        return confirm(
            project=project,
            confirmed_on=asked["effective_on"],
            recorded_by=user,
            note=asked["note"],
            source_url=asked["source_url"],
        )


class ExpectedDateForm(ProjectFactForm):
    """When the project is expected at one of the stages ahead of it."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=Stage.choices)
    expected_on = day_field(gettext_lazy("Expected on"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed when it is later than was expected so far."),
    )
    source_url = PublicAddressField(label=gettext_lazy("Source"), max_length=1000, required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["stage"]).choices = [
            (stage.value, stage.label) for stage in Stage if stage.rank > project.stage_rank
        ]

    def record(self, project: Project, user: User) -> Any:
        return expect(project=project, recorded_by=user, **self.cleaned_data)
