"""Forms through which evidence comes in: a file or the address of a page."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.forms import DayInput, PublicAddressField, ShowsRefusal
from ledger.documents import ACCEPTED_ENDINGS, ACCEPTED_WORDS, Stored, record, store
from ledger.models import Attachment, Entry, Evidence
from ledger.models.evidence import validate_dated_on
from ledger.posting import cite
from ledger.verdicts import attach

KEPT_SALT = "ledger.evidence_forms.kept"
KEPT_SECONDS = 24 * 60 * 60
LOST = Stored("", "", 0, "")


class DocumentInput(forms.FileInput):
    """A file to choose, that stays chosen when the form is shown again.

    Browsers forget a file when a page comes back with something to mend. It is stored by then, so
    the page carries a signed word of it; else it would be left out unnoticed the second time.
    """

    def __init__(self) -> None:
        super().__init__({"accept": ACCEPTED_ENDINGS})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        upload = files.get(name)
        if upload is not None:
            return upload
        kept = data.get(f"{name}-kept")
        if not kept:
            return None
        try:
            return Stored(**signing.loads(kept, salt=KEPT_SALT, max_age=KEPT_SECONDS))
        except (signing.BadSignature, TypeError):
            return LOST

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        shown = super().render(name, None, attrs, renderer)
        stored = value if isinstance(value, Stored) else getattr(value, "park_stored", None)
        if stored is None or stored == LOST:
            return shown
        return format_html(
            '{}<input type="hidden" name="{}-kept" value="{}"><span class="caption">{}</span>',
            shown,
            name,
            signing.dumps(asdict(stored), salt=KEPT_SALT),
            _("“%(file)s” stays chosen; choose another one to replace it.")
            % {"file": stored.file_name},
        )


class DocumentField(forms.FileField):
    """A document, checked and stored; its value is what was stored."""

    widget = DocumentInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", ACCEPTED_WORDS)
        super().__init__(**{"required": False, **kwargs})

    def bound_data(self, data: Any, initial: Any) -> Any:
        # Django's own shows no file again, as browsers would not take it; ours shows its word.
        return data

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        if isinstance(data, Stored):
            if not data.exists:
                raise ValidationError(_("Choose the file again."))
            return data
        try:
            return store(data)
        except ValidationError as refusal:
            raise ValidationError(refusal.messages) from refusal


class AttachForm(ShowsRefusal, forms.Form):
    """Evidence that is added to an entry after it was recorded."""

    file = DocumentField(label=gettext_lazy("File"))
    url = PublicAddressField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("The address of a page, when there is no file."),
    )
    is_repost = forms.BooleanField(label=gettext_lazy("The page is a repost"), required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300, required=False)
    issuer = forms.CharField(
        label=gettext_lazy("Issuer"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Who issued or published it."),
    )
    dated_on = forms.DateField(
        label=gettext_lazy("Date of the evidence"),
        required=False,
        widget=DayInput,
        validators=[validate_dated_on],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("What it proves, or on which page."),
    )

    def clean_dated_on(self) -> Any:
        day = self.cleaned_data["dated_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        file, url = asked.get("file"), asked.get("url")
        if file and url:
            self.add_error("url", _("Give the file or the address; the other can be added next."))
        if not file and not url and not {"file", "url"} & self.errors.keys():
            self.add_error("file", _("Choose a file, or give the address of a page."))
        if asked.get("is_repost") and not url and "url" not in self.errors:
            self.add_error("url", _("Give the address of the page."))
        return asked

    @transaction.atomic
    def record(self, entry: Entry, *, recorded_by: User) -> Attachment:
        """Keep the evidence and add it to `entry`, both or none."""
        return attach(
            entry=entry,
            evidence=self.evidence(recorded_by),
            recorded_by=recorded_by,
            note=self.cleaned_data["note"],
        )

    def evidence(self, recorded_by: User) -> Evidence:
        """Return the document or page that was given."""
        asked = self.cleaned_data
        about = {name: asked[name] for name in ("title", "issuer", "dated_on")}
        if asked["file"]:
            return record(asked["file"], recorded_by=recorded_by, **about)
        return cite(
            url=asked["url"], is_repost=asked["is_repost"], recorded_by=recorded_by, **about
        )
