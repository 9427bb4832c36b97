"""The site's forms that add and edit a project."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.forms import DayInput, PublicAddressField, ShowsRefusal
from clusters.layouts import Fold, Part, helper_of
from clusters.models import Cluster, Region, Sector
from clusters.vocabulary import Stage
from enterprises.admin_pages import choices_for
from enterprises.editing import edit_project
from enterprises.enterprise_forms import MOST_NOTE, OFFERED_TAGS
from enterprises.models import Enterprise, Project, Revision, Tag
from enterprises.people import recorders, recorders_of
from enterprises.pickers import PickField, TagsField
from enterprises.recording import record_project
from enterprises.seen import NoteField, SeenForm, column

NOBODY = gettext_lazy("nobody")
CHOOSE: Any = gettext_lazy("choose one")


def sectors_by_cluster(sectors: Iterable[Sector], empty: Any) -> list[Any]:
    """Return the choices of a sector, those of each cluster under its name."""
    by_cluster = groupby(
        sorted(sectors, key=lambda one: (one.cluster.position, one.cluster_id, one.pk)),
        key=lambda one: one.cluster,
    )
    return [
        ("", empty),
        *((str(cluster), [(one.pk, str(one)) for one in own]) for cluster, own in by_cluster),
    ]


def offer_places(form: forms.BaseForm, user: User, *, empty: Any = "") -> None:
    """Have the fields cluster, region and sector offer what lies in the scope of `user`."""
    for name, model in (("cluster", Cluster), ("region", Region), ("sector", Sector)):
        field = cast("forms.ModelChoiceField[Any]", form.fields[name])
        field.queryset = cast(Any, choices_for(model, user))
        if model is Sector:
            field.choices = sectors_by_cluster(field.queryset, empty or _("not known yet"))


class AssigneeField(forms.ModelChoiceField[User]):
    """Who looks after a project."""

    def __init__(self) -> None:
        super().__init__(
            User.objects.none(),
            label=gettext_lazy("Assigned to"),
            required=False,
            empty_label=cast(Any, NOBODY),
            help_text=gettext_lazy(
                "Who looks after the project and is asked when nothing is heard of it."
            ),
            widget=forms.Select({"data-pick": "person"}),
        )


class ProjectFields(forms.Form):
    """What is entered about a project and has no date."""

    name_zh = column(
        Project, "name_zh", help_text=gettext_lazy("This one, the English one or both.")
    )
    name_en = column(Project, "name_en")
    assignee = AssigneeField()
    tags = TagsField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Words of the office by which it is found again."),
    )

    def offer_tags(self) -> None:
        """Suggest the tags that there are."""
        cast(TagsField, self.fields["tags"]).offer(Tag.objects.all()[:OFFERED_TAGS])


class ProjectNewForm(ProjectFields, ShowsRefusal):
    """A new project with its first state."""

    enterprise = PickField(
        Enterprise,
        editable=True,
        label=gettext_lazy("Enterprise"),
        help_text=gettext_lazy("The legal entity that invests: its full name or credit code."),
    )
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(), label=gettext_lazy("Cluster"), empty_label=CHOOSE
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        empty_label=CHOOSE,
        help_text=gettext_lazy("Where the project is; its amounts count there."),
    )
    sector = forms.ModelChoiceField(
        Sector.objects.none(),
        label=gettext_lazy("Sector"),
        required=False,
        help_text=gettext_lazy("A line of business inside the cluster."),
    )
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=Stage.choices)
    effective_on = forms.DateField(
        label=gettext_lazy("At this stage since"),
        widget=DayInput,
        help_text=gettext_lazy("The day from which this is true."),
    )
    source_url = PublicAddressField(
        label=gettext_lazy("Source"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("The address of the page that reports it."),
    )
    source_on = forms.DateField(
        label=gettext_lazy("Date of the source"), required=False, widget=DayInput
    )
    note = NoteField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        cast(PickField, self.fields["enterprise"]).rows = Enterprise.objects.editable_by(user)
        cast(AssigneeField, self.fields["assignee"]).queryset = recorders()
        offer_places(self, user)
        self.offer_tags()

    @property
    def helper(self) -> FormHelper:
        return helper_of(
            "enterprise",
            Part(gettext_lazy("Names"), "name_zh", "name_en"),
            Part(gettext_lazy("Place"), "cluster", "sector", "region"),
            Part(gettext_lazy("Stage"), "stage", "effective_on"),
            Part(gettext_lazy("Source"), "source_url", "source_on", "note"),
            Fold(gettext_lazy("Who looks after it, and tags"), "assignee", "tags"),
        )

    def clean_source_on(self) -> Any:
        day = self.cleaned_data["source_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        return day

    @transaction.atomic
    def write(self) -> Project:
        """Add it; raises ValidationError when it is refused."""
        asked = {**self.cleaned_data}
        beside = {name: value for name in ("assignee", "tags") if (value := asked.pop(name))}
        project = record_project(recorded_by=self.user, **asked)
        if beside:
            edit_project(
                project=project,
                seen_version=project.version,
                edited_by=self.user,
                values=beside,
            )
        return project


class ProjectEditForm(ProjectFields, SeenForm):
    """What is changed about a project; its stage and place are recorded as steps."""

    edited = ("name_zh", "name_en", "assignee", "tags")

    def __init__(self, *args: Any, row: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, row=row, user=user, **kwargs)
        cast(AssigneeField, self.fields["assignee"]).queryset = recorders_of(row)
        self.offer_tags()

    @property
    def helper(self) -> FormHelper:
        return helper_of(
            Part(gettext_lazy("Names"), "name_zh", "name_en"),
            Part(gettext_lazy("Who looks after it, and tags"), "assignee", "tags"),
            "reason",
        )

    def standing(self, row: Project) -> dict[str, str]:
        return {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "assignee": str(row.assignee_id or ""),
            "tags": "\n".join(tag.name for tag in row.tags.all()),
        }

    def write(self) -> Revision | None:
        return edit_project(
            project=self.row,
            seen_version=self.version,
            edited_by=self.user,
            values=self.changed,
            reason=self.cleaned_data["reason"],
        )
