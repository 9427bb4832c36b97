"""The site's form that records an amount."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clusters.amounts import FEN_PER_BN, format_dashboard, format_exact
from clusters.forms import DayInput
from clusters.layouts import Fold, Part, helper_of
from enterprises.models import Project
from enterprises.pickers import PickField
from ledger.forms import EntryForm
from ledger.models import Entry
from ledger.money import CNY

# Below a hundredth of the unit of dashboards, in fen, an amount is written to the fen.
SMALL_FEN = FEN_PER_BN // 100


class AmountForm(EntryForm):
    """An amount of the page's project, or of one that is chosen."""

    project = PickField(
        Project,
        editable=True,
        label=gettext_lazy("Project"),
        help_text=gettext_lazy("The investment that the amount is of."),
    )

    class Meta:
        model = Entry
        fields = ["project", "measure", "effective_on", "reason", "note"]
        widgets = {
            "effective_on": DayInput(),
            "note": forms.Textarea({"rows": 2}),
        }
        help_texts = {
            "measure": gettext_lazy(
                "Contracted, paid in and annual output are never added to each other."
            ),
        }

    def __init__(self, *args: Any, user: User, target: Project | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.target = target
        if target is None:
            cast(PickField, self.fields["project"]).rows = Project.objects.editable_by(
                user
            ).select_related("enterprise")
        else:
            del self.fields["project"]
        for name in ("rate_on", "evidence_on"):
            self.fields[name].widget = DayInput()
        # What the script writes out at once.
        self.fields["amount"].widget.attrs |= {
            "data-amount": _("yuan"),
            "data-currency": "currency",
            "autocomplete": "off",
        }

    @property
    def helper(self) -> FormHelper:
        return helper_of(
            *(["project"] if "project" in self.fields else []),
            "measure",
            "amount",
            "currency",
            "allow_double",
            "effective_on",
            Fold(
                gettext_lazy("A rate of your own, for another currency"),
                "rate",
                "rate_on",
                "rate_source",
            ),
            Part(
                gettext_lazy("Evidence"),
                "evidence_file",
                "evidence_url",
                "evidence_is_repost",
                "evidence_title",
                "evidence_issuer",
                "evidence_on",
            ),
            Part(gettext_lazy("Remarks"), "reason", "note"),
        )

    def act(self) -> Entry:
        """Post it; raises ValidationError when it is refused, and nothing is written then."""
        return self.record(self.target)

    @property
    def verb(self) -> str:
        """The words of the button that posts it, with the amount."""
        if self.money is None:
            return _("Post the amount")
        fen = self.money.amount_fen
        amount = format_exact(fen) if abs(fen) < SMALL_FEN else format_dashboard(fen)
        return _("Post %(amount)s") % {"amount": amount}

    @property
    def echo(self) -> str:
        """The amount as it was read, to the fen; "" when it could not be."""
        if self.money is None or self.money.currency != CNY:
            return ""
        return format_exact(self.money.amount_fen)
