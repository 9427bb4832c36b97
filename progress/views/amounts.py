"""Pages that record an amount: filled in, seen with its effect on the park, then posted."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_pages import linked, way_back
from clusters.vocabulary import Measure
from enterprises.models import Project
from ledger.amount_forms import AmountForm
from ledger.models import Entry
from progress.views.acts import ActView


class AmountView(ActView):
    """An amount of a project that is chosen in the form."""

    permission_required = "ledger.add_entry"
    template_name = "progress/amount.html"
    form_class = AmountForm
    heading = gettext_lazy("Record an amount")
    lead = gettext_lazy(
        "One dated amount of one measure. A second person verifies it; what it rests on is "
        "evidence."
    )
    # Named by the form, with the amount.
    verb = ""

    def find(self) -> Project | None:
        return None

    def project(self) -> Project | None:  # type: ignore[override]
        found: Project | None = self.target
        return found

    def initial(self) -> dict[str, Any]:
        """Begin with the measure, and the project, that the address names."""
        asked = self.request.GET
        measure = asked.get("measure", "")
        found: dict[str, Any] = {"measure": measure} if measure in Measure.values else {}
        key = asked.get("project", "")
        if key.isascii() and key.isdecimal() and len(key) <= 18:
            rows = Project.objects.editable_by(self.request.user).select_related("enterprise")
            found["project"] = rows.filter(pk=int(key)).first()
        return found

    def done(self, form: AmountForm, change: Entry) -> HttpResponse:
        address = change.get_absolute_url()
        story = change.project.get_absolute_url() + "#history"
        where = way_back(self.request, story)
        told = form.told(change)
        tell = messages.info if form.repeated else messages.success
        tell(self.request, told if where == story else linked(told, address))
        return HttpResponseRedirect(where)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project = self.project()
        ledger = (_("Ledger"), reverse("ledger:entry-list"))
        projects = (_("Projects"), reverse("enterprises:project-list"))
        own = [projects, (str(project), project.get_absolute_url())] if project else [ledger]
        context = super().get_context_data(**kwargs)
        return context | {
            "crumbs": own,
            "back": way_back(self.request, own[-1][1]),
            "verb": kwargs["form"].verb,
            "form_action": "#effect",
        }


class ProjectAmountView(AmountView):
    """An amount of the project of the address."""

    def find(self) -> Project:
        return self.editable(self.kwargs["pk"])
