"""Pages that add and edit enterprises and projects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.carrying import NEVER
from accounts.form_pages import FormPage, way_back
from enterprises.editing import label_of, last_changes
from enterprises.editing.words import first_words, revisions_of, shown_words, standing_words
from enterprises.enterprise_forms import EnterpriseEditForm, EnterpriseNewForm
from enterprises.exceptions import StaleVersionError
from enterprises.models import Enterprise, Project, Revision
from enterprises.project_forms import ProjectEditForm, ProjectNewForm
from enterprises.seen import SeenForm


class EnterpriseAddView(FormPage):
    """A new enterprise."""

    permission_required = "enterprises.add_enterprise"
    heading = gettext_lazy("Add an enterprise")
    lead = gettext_lazy(
        "The legal entity. What it invests is recorded as a project of it, which comes next."
    )
    verb = gettext_lazy("Add the enterprise")
    icon_name = "plus"

    def make_form(self, data: Any = None, files: Any = None) -> EnterpriseNewForm:
        return EnterpriseNewForm(data, user=self.user)

    def write(self, form: EnterpriseNewForm) -> HttpResponse:
        made = form.write()
        told = _("“%(name)s” is added.") % {"name": made}
        return self.done(told, made.get_absolute_url())

    def crumbs(self) -> list[tuple[str, str]]:
        return [(_("Enterprises"), reverse("enterprises:enterprise-list"))]


class ProjectAddView(FormPage):
    """A new project, of the enterprise that the address names where it does."""

    permission_required = "enterprises.add_project"
    heading = gettext_lazy("Add a project")
    lead = gettext_lazy("One investment of one enterprise, in one cluster, region and sector.")
    verb = gettext_lazy("Add the project")
    icon_name = "plus"

    @cached_property
    def enterprise(self) -> Enterprise | None:
        """The enterprise that the address names; None for none that the person may add to."""
        key = self.request.GET.get("enterprise", "")
        if not (key.isascii() and key.isdecimal() and len(key) <= 18):
            return None
        return Enterprise.objects.editable_by(self.user).filter(pk=int(key)).first()

    def make_form(self, data: Any = None, files: Any = None) -> ProjectNewForm:
        initial = {"enterprise": self.enterprise} if self.enterprise else {}
        return ProjectNewForm(data, user=self.user, initial=initial)

    def write(self, form: ProjectNewForm) -> HttpResponse:
        made = form.write()
        told = _("“%(name)s” is added.") % {"name": made}
        return self.done(told, made.get_absolute_url())

    def crumbs(self) -> list[tuple[str, str]]:
        if self.enterprise:
            return [
                (_("Enterprises"), reverse("enterprises:enterprise-list")),
                (str(self.enterprise), self.enterprise.get_absolute_url()),
            ]
        return [(_("Projects"), reverse("enterprises:project-list"))]


@dataclass(frozen=True)
class Compared:
    """One field after a clash, in words: as it was opened, as it stands, as it was typed.

    `revision` is the change that it met, None where there was none; `is_mine` tells that the person
    changed it, `is_open` asks which holds.
    """

    name: str
    label: str
    opened: str
    theirs: str
    mine: str
    revision: Revision | None
    is_mine: bool
    is_open: bool
    choice: str


class EditPage(FormPage):
    """An edit of one row; a clash answers 409 with both versions, and nothing typed is lost."""

    verb = gettext_lazy("Save the changes")
    form_class: type[SeenForm]

    def rows(self) -> QuerySet[Any]:
        """Return the rows that the person may change."""
        raise NotImplementedError

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(self.rows(), pk=self.kwargs["pk"])

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data, row=self.row, user=self.user)

    def answer(self, form: SeenForm) -> HttpResponse:
        if form.undecided:
            return self.clash(form, last_changes(self.row, form.undecided))
        return super().answer(form)

    def write(self, form: SeenForm) -> HttpResponse:
        address = self.row.get_absolute_url()
        try:
            revision = form.write()
        except StaleVersionError as stale:
            return self.clash(form, stale.clashes)
        if revision is None:
            told = _("Nothing differed from what stands, so nothing was saved.")
            messages.info(self.request, told)
            return HttpResponseRedirect(way_back(self.request, address))
        return self.done(_("The changes to “%(name)s” are saved.") % {"name": self.row}, address)

    def clash(self, form: SeenForm, clashes: Mapping[str, Revision]) -> HttpResponse:
        """Show both versions, differing fields in front, and ask which holds."""
        self.row.refresh_from_db()
        self.template_name = "enterprises/clash.html"
        return self.show(
            form,
            status=409,
            rows=sorted(compared(form, clashes), key=lambda one: not one.is_open),
            merged=[pair for pair in form.merged().lists() if pair[0] not in NEVER],
        )


class EnterpriseEditView(EditPage):
    """What is changed about an enterprise."""

    permission_required = "enterprises.change_enterprise"
    heading = gettext_lazy("Edit the enterprise")
    form_class = EnterpriseEditForm

    def rows(self) -> QuerySet[Enterprise]:
        return Enterprise.objects.editable_by(self.user)

    def crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("Enterprises"), reverse("enterprises:enterprise-list")),
            (str(self.row), self.row.get_absolute_url()),
        ]


class ProjectEditView(EditPage):
    """What is changed about a project."""

    permission_required = "enterprises.change_project"
    heading = gettext_lazy("Edit the project")
    lead = gettext_lazy("Its stage, standing and sector have dates: record them as a step.")
    form_class = ProjectEditForm

    def rows(self) -> QuerySet[Project]:
        return Project.objects.editable_by(self.user).select_related("enterprise", "assignee")

    def crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("Projects"), reverse("enterprises:project-list")),
            (str(self.row), self.row.get_absolute_url()),
        ]


def compared(form: SeenForm, clashes: Mapping[str, Revision]) -> list[Compared]:
    """Return the fields that the person or somebody else changed."""
    standing, mine = standing_words(form.row), form.words()
    since = revisions_of(form.row).filter(version__gt=form.version).order_by("version")
    opened = standing | first_words(since)
    changed = form.changed.keys()
    met = last_changes(form.row, {name for name in form.edited if opened[name] != standing[name]})
    return [
        Compared(
            name=name,
            label=label_of(name),
            opened=shown_words(name, opened[name]),
            theirs=shown_words(name, standing[name]),
            mine=shown_words(name, mine[name] if name in changed else standing[name]),
            revision=clashes.get(name) or met.get(name),
            is_mine=name in changed,
            is_open=name in clashes,
            choice=form.data.get(f"choose-{name}", ""),
        )
        for name in form.edited
        if name in clashes or name in changed or opened[name] != standing[name]
    ]
