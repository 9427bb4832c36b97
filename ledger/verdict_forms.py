"""The form of a word on an entry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ledger.models import Verification


class VerdictForm(forms.Form):
    """Verify, return or answer; what the note must say is refused by ledger.verdicts."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verification.Verdict.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=1000)
