"""Pages that add one fact to a project."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from accounts.form_pages import KeepsTyped
from accounts.models import User
from enterprises.expectations import outlook
from enterprises.forms import ConfirmationForm, ExpectedDateForm, ProjectFactForm
from enterprises.models import Project
from enterprises.staleness import silence_of


class ProjectFactView(KeepsTyped, PermissionRequiredMixin, FormView[ProjectFactForm]):
    """A page that adds one fact to a project; a refusal shows beside what was entered."""

    done: ClassVar[Any]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]

    @cached_property
    def project(self) -> Project:
        """The project of the address; 404 for one that the user may not add to."""
        rows = Project.objects.editable_by(self.user).select_related("enterprise")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def form_valid(self, form: ProjectFactForm) -> HttpResponse:
        try:
            form.record(self.project, self.user)
        except ValidationError as refusal:
            form.show(refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.done % {"project": self.project})
        return HttpResponseRedirect(self.project.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(project=self.project, **kwargs)


class ProjectConfirmView(ProjectFactView):
    """Somebody asked, and the project still stands as recorded."""

    permission_required = "enterprises.add_confirmation"
    template_name = "enterprises/project_confirm.html"
    form_class = ConfirmationForm
    done = gettext_lazy("Confirmed: “%(project)s” still stands as recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"effective_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(silence=silence_of(self.project), **kwargs)


class ProjectExpectView(ProjectFactView):
    """When the project is expected at a stage; what was expected before stays and is shown."""

    permission_required = "enterprises.add_expecteddate"
    template_name = "enterprises/project_expect.html"
    form_class = ExpectedDateForm
    done = gettext_lazy("The expected date of “%(project)s” is recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"project": self.project}

    def get_initial(self) -> dict[str, Any]:
        # Led here by what is missing at one stage, the form begins with that stage.
        return {"stage": self.request.GET.get("stage", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(outlook=outlook(self.project), **kwargs)
