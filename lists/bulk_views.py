"""How an act is done to many rows: chosen on the list, told what it needs, shown, confirmed.

Nothing is written before the preview, and what it showed is what is written: the rows go along in
the page, signed, each with a mark of what was seen of it. When somebody changed one meanwhile,
nothing is written either; the answer is 409 and says who did what, and the act can be done to the
rest.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.carrying import take
from lists.acts import Act, ActForm, Outcome, WayBack
from lists.bulk_pages import CHANGE, WRITE, BulkPages
from lists.selection import NothingChosenError, Selection, matching, seal, ticked, unseal

UNDO = "undo"


class ChangedMeanwhileError(Exception):
    """What was shown does not hold any more, so nothing is written."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class BulkView(BulkPages):
    """The acts of one list."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        carried = take(request)
        if carried is None:
            return HttpResponseRedirect(self.back())
        # Sent after the login had expired: shown again, and written only when it is sent again.
        return self.answer(carried.data, may_write=False)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if UNDO in request.POST:
            return self.undo(request.POST[UNDO])
        return self.answer(request.POST, may_write=True)

    def answer(self, sent: QueryDict, *, may_write: bool) -> HttpResponse:
        """Go on with an act where it stands."""
        act = self.act_of(sent.get("act", ""))
        step = sent.get("step", "")
        try:
            if act is None:
                raise NothingChosenError(_("Choose below the list what is to be done."))
            selection = self.selected(act, sent)
        except NothingChosenError as problem:
            messages.error(self.request, str(problem))
            return HttpResponseRedirect(self.back())
        form = act.make_form(sent if step else None)
        if step in {"", CHANGE} or not form.is_valid():
            return self.show_form(act, form, selection)
        try:
            if step == WRITE and may_write:
                return self.write(act, form, selection)
            return self.preview(act, form, selection.marks.keys())
        except ValidationError as refusal:
            form.show(refusal)
            return self.show_form(act, form, selection)

    def act_of(self, name: str) -> Act | None:
        """Return the act of that name, None for none; refuses one that is not for this person."""
        found = next((act for act in self.list.acts if act.name == name), None)
        if found is None:
            return None
        if not found.is_open_to(self.user):
            raise PermissionDenied(_("This is the right of another role."))
        return found(self.user)

    # Which rows.

    def selected(self, act: Act, sent: QueryDict) -> Selection:
        """Return the rows of the act: those of its page before, all that match, or the ticked."""
        if sealed := sent.get("selection", ""):
            packed = unseal(sealed, self.purpose(act, sent.get("step", "")), self.user)
            if packed is None:
                raise NothingChosenError(_("It is not known any more what you chose; tick again."))
            return Selection.unpack(packed)
        if sent.get("all"):
            keys = matching(self.list, act.most_rows)
        else:
            keys = ticked(self.list, sent.getlist("row"), act.most_rows)
        if not keys:
            raise NothingChosenError(_("No row is ticked; tick those that are meant."))
        return Selection(act.marks(keys))

    # What it comes to.

    def preview(self, act: Act, form: ActForm, keys: Collection[int]) -> HttpResponse:
        """Show what would become of the rows; those that would change go along, frozen."""
        # Before the look at the rows, so that a change in between is met as one.
        seen = Selection(act.marks(keys))
        outcome = act.rehearse(seen.marks.keys(), form.cleaned_data)
        gone = len(keys) - len(seen.marks) + len(outcome.misses(seen.marks))
        return self.show(act, form, outcome, seen.only(outcome.changed), seen, gone=gone)

    def write(self, act: Act, form: ActForm, selection: Selection) -> HttpResponse:
        """Do what was shown, all of it or nothing."""
        try:
            with transaction.atomic():
                outcome = act.write(selection.marks, form.cleaned_data)
                if outcome.refused or outcome.misses(selection.marks):
                    raise ChangedMeanwhileError(outcome)
        except ChangedMeanwhileError as changed:
            return self.show_met(act, form, selection, changed.outcome)
        self.tell(act, form.cleaned_data, outcome)
        return HttpResponseRedirect(self.back())

    def tell(self, act: Act, asked: Mapping[str, Any], outcome: Outcome) -> None:
        """Say what was done, with the way back where there is one."""
        if not outcome.changed:
            messages.info(self.request, _("Nothing was left to do: all of it was so already."))
            return
        told = act.told(asked, len(outcome.changed))
        if ways := act.ways_back():
            kept = [[way.spec, Selection(way.marks).pack()] for way in ways]
            told = format_html(
                '{} <button class="btn btn-sm" form="undo" name="undo" value="{}">{}</button>',
                told,
                seal([act.name, kept], f"{self.list_name}.{UNDO}", self.user),
                _("Undo"),
            )
        messages.success(self.request, told)

    def undo(self, sealed: str) -> HttpResponse:
        """Put back what an act did, but for the rows that somebody changed since."""
        kept = unseal(sealed, f"{self.list_name}.{UNDO}", self.user)
        act = self.act_of(kept[0]) if kept else None
        outcome = Outcome()
        if act is not None:
            with transaction.atomic():
                for spec, packed in kept[1]:
                    outcome.add(act.undo(WayBack(spec, Selection.unpack(packed).marks)))
        if number := len(outcome.changed):
            done = ngettext("%(n)s row is as before.", "%(n)s rows are as before.", number)
            messages.success(self.request, done % {"n": f"{number:,}"})
        elif not outcome.refused:
            messages.info(self.request, _("There was nothing to undo."))
        if number := len(outcome.refused):
            left = ngettext(
                "%(n)s row stays, as it was changed since: %(why)s",
                "%(n)s rows stay, as they were changed since; the first: %(why)s",
                number,
            )
            why = next(iter(outcome.refused.values()))
            messages.error(self.request, left % {"n": f"{number:,}", "why": why})
        return HttpResponseRedirect(self.back())
