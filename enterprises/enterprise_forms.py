"""The site's forms that add and edit an enterprise."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.forms import ShowsRefusal
from clusters.layouts import Part, helper_of
from enterprises import credit_codes
from enterprises.editing import create_enterprise, edit_enterprise
from enterprises.models import Enterprise, InvestorGroup, Revision, Tag
from enterprises.pickers import GroupsField, LinesField, TagsField
from enterprises.searching import keep_groups
from enterprises.seen import NoteField, SeenForm, column

MOST_NOTE = 10_000
OFFERED_TAGS = 500


class EnterpriseFields(forms.Form):
    """What is entered about an enterprise."""

    name_zh = column(
        Enterprise,
        "name_zh",
        help_text=gettext_lazy("As it is registered; this one, the English one or both."),
    )
    name_en = column(Enterprise, "name_en")
    credit_code = forms.CharField(
        label=gettext_lazy("Credit code"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "Unified Social Credit Code, 18 signs, once the enterprise is registered."
        ),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    credit_code_reason = column(Enterprise, "credit_code_reason")
    origin = column(Enterprise, "origin")
    groups = GroupsField(
        label=gettext_lazy("Investor groups"),
        help_text=gettext_lazy(
            "The parents, each on a line of its own; the first named leads and is the one counted "
            "by group."
        ),
    )
    makes_groups = forms.BooleanField(
        label=gettext_lazy("Record the groups that are not recorded yet"),
        required=False,
        widget=forms.HiddenInput,
    )
    former_names = LinesField(
        label=gettext_lazy("Former names"),
        help_text=gettext_lazy(
            "Names that it had before, each on a line of its own; it is found by them too."
        ),
    )
    tags = TagsField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Words of the office by which it is found again."),
    )
    note = NoteField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea({"rows": 3}),
    )

    field_order = (
        "name_zh",
        "name_en",
        "credit_code",
        "credit_code_reason",
        "origin",
        "groups",
        "makes_groups",
        "former_names",
        "tags",
        "note",
    )

    def prepare(self, user: User) -> None:
        """Set what this person may choose."""
        groups = cast(GroupsField, self.fields["groups"])
        groups.rows = InvestorGroup.objects.visible_to(user)
        cast(TagsField, self.fields["tags"]).offer(Tag.objects.all()[:OFFERED_TAGS])
        may_make = user.has_perm("enterprises.add_investorgroup")
        groups.makes_new = may_make and self.data.get("makes_groups") in {"on", "True", "1"}
        if groups.makes_new:
            self.fields["makes_groups"].widget = forms.CheckboxInput()
        self.may_make_groups = may_make

    def clean_credit_code(self) -> str:
        """Take a code as it is copied from a licence: with spaces, hyphens or small letters."""
        return credit_codes.normalized(self.cleaned_data["credit_code"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        problems = self.errors.as_data().get("groups", [])
        if self.may_make_groups and any(problem.code == "unknown" for problem in problems):
            # Shown once there is a group that it could be said of.
            self.fields["makes_groups"].widget = forms.CheckboxInput()
        return cleaned


def save_groups(groups: list[InvestorGroup]) -> None:
    """Save those of the groups that are new."""
    new = [group for group in groups if group.pk is None]
    for group in new:
        group.save()
    keep_groups(group.pk for group in new)


ENTERPRISE_PARTS = (
    Part(gettext_lazy("Names"), "name_zh", "name_en"),
    Part(gettext_lazy("Registration"), "credit_code", "credit_code_reason", "origin"),
    Part(gettext_lazy("Who is behind it"), "groups", "makes_groups"),
    Part(gettext_lazy("To find it again"), "former_names", "tags", "note"),
)


class EnterpriseNewForm(EnterpriseFields, ShowsRefusal):
    """A new enterprise."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.prepare(user)

    @property
    def helper(self) -> FormHelper:
        return helper_of(*ENTERPRISE_PARTS)

    @transaction.atomic
    def write(self) -> Enterprise:
        """Add it; raises ValidationError when it is refused."""
        asked = {**self.cleaned_data}
        asked.pop("makes_groups")
        save_groups(asked["groups"])
        return create_enterprise(created_by=self.user, values=asked)


class EnterpriseEditForm(EnterpriseFields, SeenForm):
    """What is changed about an enterprise."""

    was_renamed = forms.BooleanField(
        label=gettext_lazy("It was renamed: keep the old name as a former one"),
        required=False,
        help_text=gettext_lazy("Leave it open when the name was only written wrong."),
    )
    edited = (
        "name_zh",
        "name_en",
        "credit_code",
        "credit_code_reason",
        "origin",
        "groups",
        "former_names",
        "tags",
        "note",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.prepare(user)

    @property
    def helper(self) -> FormHelper:
        names, *rest = ENTERPRISE_PARTS
        return helper_of(Part(names.title, "name_zh", "name_en", "was_renamed"), *rest, "reason")

    def standing(self, row: Enterprise) -> dict[str, str]:
        held = row.shareholdings.select_related("group").order_by("position", "pk")
        return {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "credit_code": row.credit_code,
            "credit_code_reason": row.credit_code_reason,
            "origin": str(row.origin or ""),
            "groups": "\n".join(GroupsField().line(one.group) for one in held),
            "former_names": "\n".join(sorted(str(one) for one in row.former_names.all())),
            "tags": "\n".join(tag.name for tag in row.tags.all()),
            "note": row.note,
        }

    def clean_former_names(self) -> list[str]:
        field = cast(LinesField, self.fields["former_names"])
        names: list[str] = self.cleaned_data["former_names"]
        if gone := set(field.lines(self.initial["former_names"])) - set(names):
            raise ValidationError(
                _("A former name stays: put “%(names)s” back.") % {"names": "”, “".join(gone)}
            )
        return names

    @transaction.atomic
    def write(self) -> Revision | None:
        asked = self.changed
        save_groups(asked.get("groups", []))
        return edit_enterprise(
            enterprise=self.row,
            seen_version=self.version,
            edited_by=self.user,
            values=asked,
            reason=self.cleaned_data["reason"],
            keeps_old_name=self.cleaned_data["was_renamed"],
        )
