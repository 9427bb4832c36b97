"""The page that records a step of a project: its stage, standing or sector from a day on."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_pages import FormPage
from accounts.models import User
from clusters.forms import DayInput
from clusters.layouts import Fold, Part, helper_of
from enterprises.forms import STAYS, StateForm
from enterprises.models import Project
from enterprises.project_forms import offer_places
from ledger.forms import StepForm


class ProjectStepForm(StepForm):
    """A step, laid out for a page of the site."""

    class Meta(StateForm.Meta):
        widgets = {
            "effective_on": DayInput(),
            "source_on": DayInput(),
            "note": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        offer_places(self, user, empty=STAYS[1])
        self.fields["reason"].help_text = _(
            "Needed for a step back, a pause, and a step past what is still missing."
        )

    @property
    def helper(self) -> FormHelper:
        return helper_of(
            "effective_on",
            "stage",
            "standing",
            "sector",
            "reason",
            Part(gettext_lazy("Source"), "source_url", "source_on", "note"),
            Fold(gettext_lazy("It was recorded in the wrong place"), "cluster", "region"),
        )


class ProjectStepView(FormPage):
    """A step; what its stage asks for is checked, and a reason taken where something is missing."""

    permission_required = "enterprises.add_projectstate"
    template_name = "ledger/project_step.html"
    heading = gettext_lazy("Record a step")
    lead = gettext_lazy("What changes, and the day from which it is true.")
    verb = gettext_lazy("Record the step")
    icon_name = "stairs-up"

    @cached_property
    def project(self) -> Project:
        """The project of the address; 404 for one that the user may not add to."""
        rows = Project.objects.editable_by(self.user)
        related = ("enterprise", "cluster", "region", "sector")
        return get_object_or_404(rows.select_related(*related), pk=self.kwargs["pk"])

    def make_form(self, data: Any = None, files: Any = None) -> ProjectStepForm:
        self.project  # noqa: B018 found, or the page is not
        initial = {
            "effective_on": timezone.localdate(),
            "stage": self.request.GET.get("stage", ""),
        }
        return ProjectStepForm(data, user=self.user, initial=initial)

    def write(self, form: ProjectStepForm) -> HttpResponse:
        state = form.record(self.project)
        told = _("Recorded: “%(project)s” is at “%(stage)s”, %(standing)s, from %(day)s on.") % {
            "project": self.project,
            "stage": state.get_stage_display(),
            "standing": state.get_standing_display(),
            "day": date_format(state.effective_on),
        }
        return self.done(told, self.project.get_absolute_url())

    def crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("Projects"), reverse("enterprises:project-list")),
            (str(self.project), self.project.get_absolute_url()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(project=self.project, **kwargs)
