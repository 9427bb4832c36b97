"""A form of an edit knows what stood when it was opened.

That goes with it, signed, as `seen`. So what a person changed is told from what somebody else
changed meanwhile, and only the former is handed on to enterprises.editing. After a clash the same
form comes back with a choice for each field.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.forms import ShowsRefusal
from enterprises.editing import words_of
from enterprises.models import Revision

SEEN_SALT = "enterprises.seen."
CHOICE = "choose-"
CLASH = "clash"
THEIRS, MINE = "theirs", "mine"


def column(model: type[models.Model], name: str, **changed: Any) -> Any:
    """Return the form field of a model's column, with its limits and words."""
    field: Any = model._meta.get_field(name)
    label = changed.pop("label", None)
    found = field.formfield(**changed)
    found.label = label or found.label
    return found


class NoteField(forms.CharField):
    """Text of several lines, whose ends a browser writes otherwise than they are kept."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text: Any = super().to_python(value)
        return text.replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class SeenForm(ShowsRefusal, forms.Form):
    """A form that edits one row; fields that hold something else than when it was opened count."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Why it changes; it stays beside the change for good."),
    )
    # The fields of the row itself, in the order of the page.
    edited: tuple[str, ...] = ()
    data: QueryDict

    def __init__(self, data: Any = None, *, row: Any, user: User, **kwargs: Any) -> None:
        self.row = row
        self.user = user
        self.version, standing = row.version, self.standing(row)
        self.is_lost = False
        if data is not None:
            data = data.copy()
            opened = unsealed(data.get("seen", ""), row)
            self.is_lost = opened is None
            if opened is not None:
                self.version, standing = opened
            data["seen"] = sealed(row, self.version, standing)
            take_theirs(data, standing)
        super().__init__(data, initial=standing, **kwargs)
        self.initial["seen"] = sealed(row, self.version, standing)

    def standing(self, row: Any) -> dict[str, str]:
        """Return what the fields say of a row, as a browser would send it."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_lost:
            raise ValidationError(
                _("What stood when you opened this form is not known any more. Compare, and save.")
            )
        return cleaned

    @property
    def changed(self) -> dict[str, Any]:
        """What the person changed, by field, as values."""
        return {name: self.cleaned_data[name] for name in self.edited if name in self.changed_data}

    @property
    def undecided(self) -> list[str]:
        """The fields that clashed and of which the person has not said which holds."""
        return [
            name
            for name in self.data.getlist(CLASH)
            if name in self.edited and self.data.get(CHOICE + name) not in {THEIRS, MINE}
        ]

    def words(self) -> dict[str, str]:
        """Return what the fields say, in words that can be compared."""
        return {name: words_of(name, self.cleaned_data.get(name)) for name in self.edited}

    def merged(self) -> QueryDict:
        """Return the form's data upon what stands now: only what the person changed stays."""
        data = self.data.copy()
        standing = self.standing(self.row)
        for name in set(self.edited) - set(self.changed_data):
            data[name] = standing[name]
        data["seen"] = sealed(self.row, self.row.version, standing)
        for name in [one for one in data if one == CLASH or one.startswith(CHOICE)]:
            del data[name]
        return data

    def write(self) -> Revision | None:
        """Write what was changed; raises StaleVersionError and other ValidationErrors."""
        raise NotImplementedError


def sealed(row: Any, version: int, standing: Mapping[str, str]) -> str:
    """Sign what a form was opened with."""
    kept = [row.pk, version, dict(standing)]
    return signing.dumps(kept, salt=SEEN_SALT + row._meta.model_name, compress=True)


def unsealed(text: str, row: Any) -> tuple[int, dict[str, str]] | None:
    """Read what a form of `row` was opened with; None when it is not known."""
    try:
        key, version, standing = signing.loads(text, salt=SEEN_SALT + row._meta.model_name)
    except (signing.BadSignature, ValueError):
        return None
    return (version, standing) if key == row.pk else None


def take_theirs(data: Any, standing: Mapping[str, str]) -> None:
    """Put what stands in the place of what was typed, where the person chose that."""
    for name, value in standing.items():
        if data.get(CHOICE + name) == THEIRS:
            data[name] = value
