"""The bulk act of a second person: many entries are verified at once."""

from collections.abc import Collection, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.layouts import helper_of
from ledger.exceptions import NotStandingError, SaidBeforeError
from ledger.models import Entry, Verification
from ledger.verdicts import lock_projects_of, say_of_all
from lists.acts import Act, ActForm, Outcome

Verdict = Verification.Verdict


class VerifyForm(ActForm):
    """What may be said beside the verdicts."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("What was looked at; it stays beside each of the verdicts."),
    )

    @property
    def helper(self) -> FormHelper:
        return helper_of("note")


class Verify(Act):
    """Entries are verified; each entry's mark is the last word on it, 0 for none."""

    name = "verify"
    label = gettext_lazy("Verify …")
    heading = gettext_lazy("Verify entries")
    lead = gettext_lazy("You say that the evidence of each of the chosen entries proves it.")
    icon_name = "shield-check"
    permission = "ledger.add_verification"
    form_class = VerifyForm
    labels = {"verdict": gettext_lazy("Verdict")}

    def rows(self, keys: Collection[int]) -> Any:
        return Entry.objects.visible_to(self.user).filter(pk__among=keys)

    def marks(self, keys: Collection[int]) -> dict[int, int]:
        last = Coalesce(Max("verifications"), 0)
        return dict(self.rows(keys).order_by().values_list("pk").annotate(last=last))

    def rehearse(self, keys: Collection[int], asked: Mapping[str, Any]) -> Outcome:
        return self.say(keys, asked, is_rehearsal=True)

    def write(self, marks: Mapping[int, int], asked: Mapping[str, Any]) -> Outcome:
        lock_projects_of(marks)
        last = self.marks(marks.keys())
        newer = {pk: word for pk, word in last.items() if word > marks[pk]}
        outcome = self.say(last.keys() - newer.keys(), asked)
        words = Verification.objects.select_related("recorded_by").in_bulk([*newer.values()])
        for pk, key in newer.items():
            if words[key].verdict == Verdict.VERIFIED:
                outcome.same.append(pk)
            else:
                outcome.refused[pk] = met(words[key])
        reversals = Entry.objects.filter(reverses__among=outcome.refused)
        for reversal in reversals.select_related("recorded_by"):
            outcome.refused[reversal.reverses_id or 0] = taken_back(reversal)
        return outcome

    def say(
        self, keys: Collection[int], asked: Mapping[str, Any], *, is_rehearsal: bool = False
    ) -> Outcome:
        """Verify the entries, or say what would come of it."""
        judged = say_of_all(
            entries=self.rows(keys).only("pk"),
            verdict=Verdict.VERIFIED,
            recorded_by=self.user,
            note=asked["note"],
            is_rehearsal=is_rehearsal,
        )
        outcome = Outcome()
        for word in judged.said:
            words = [word.entry.assessment.verdict, word.verdict]
            outcome.changed[word.entry_id] = {"verdict": words}
        for entry, refusal in judged.refused:
            if isinstance(refusal, SaidBeforeError):
                outcome.same.append(entry.pk)
            elif isinstance(refusal, NotStandingError):
                # In the same words for all, so that they are told together.
                told = _("It was reversed, or is a reversal, so there is nothing to verify.")
                outcome.refused[entry.pk] = told
            else:
                outcome.refused[entry.pk] = " ".join(refusal.messages)
        return outcome

    def words(self, name: str, words: str) -> str:
        return str(Verdict(words).label) if words else _("waits for a second person")

    def verb(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext("Verify %(n)s entry", "Verify %(n)s entries", number)
        return told % {"n": f"{number:,}"}

    def told(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext("%(n)s entry is verified.", "%(n)s entries are verified.", number)
        return told % {"n": f"{number:,}"}


def met(word: Verification) -> str:
    """Say who judged an entry meanwhile."""
    return _("%(who)s said “%(verdict)s” on %(when)s, after this was shown to you.") % {
        "who": word.recorded_by,
        "verdict": word.get_verdict_display(),
        "when": moment(word),
    }


def taken_back(reversal: Entry) -> str:
    """Say who took an entry back meanwhile."""
    return _("%(who)s reversed it on %(when)s, after this was shown to you.") % {
        "who": reversal.recorded_by,
        "when": moment(reversal),
    }


def moment(fact: Verification | Entry) -> str:
    """Write when something was recorded."""
    return date_format(timezone.localtime(fact.recorded_at), "DATETIME_FORMAT")
