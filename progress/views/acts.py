"""Pages of the acts that post several rows: filled in, seen with their effect, then confirmed."""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from accounts.carrying import take
from clusters.models import Plan
from enterprises.models import Project
from ledger.act_forms import CorrectForm, MoveForm, ReviveForm, UndoForm, WithdrawForm
from ledger.documents import Stored
from ledger.exceptions import AlreadyReversedError
from ledger.models import Change, Entry
from progress.effects import Effect, effect_of, posted_by


class ActView(PermissionRequiredMixin, TemplateView):
    """One act on one thing; without a confirmation it shows the effect and posts nothing."""

    permission_required = "ledger.add_change"
    template_name = "progress/act.html"
    form_class: ClassVar[Any]
    heading: ClassVar[Any]
    lead: ClassVar[Any]
    verb: ClassVar[Any]

    def find(self) -> Any:
        """Return what is acted on; 404 for what this person may not change."""
        raise NotImplementedError

    def project(self) -> Project:
        """Return the project that the act belongs to."""
        raise NotImplementedError

    def editable(self, pk: int) -> Project:
        rows = Project.objects.editable_by(self.request.user)
        return get_object_or_404(rows.select_related("enterprise", "cluster", "region"), pk=pk)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.target = self.find()
        carried = take(request)
        data = carried.data if carried else None
        form = self.form_class(data, user=request.user, target=self.target, initial=self.initial())
        return self.show(form, carried=carried)

    def initial(self) -> dict[str, Any]:
        """Return what the address fills in."""
        return {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.target = self.find()
        form = self.form_class(request.POST, request.FILES, user=request.user, target=self.target)
        if not form.is_valid():
            return self.show(form)
        try:
            change = self.confirmed(form, request.POST.get("confirm", ""))
            if change is None:
                plan = Plan.objects.select_related("park").current(timezone.localdate())
                effect = effect_of(plan, form.act)
                # Read again, as the act left its mark on the row in hand.
                self.target = self.find()
                return self.show(form, effect=effect)
        except AlreadyReversedError as refusal:
            return self.clash(form, refusal)
        except ValidationError as refusal:
            form.show(refusal)
            return self.show(form, status=409)
        except (IntegrityError, OperationalError):  # two at once, and the database let one through
            form.add_error(
                None, _("Somebody else was here at the same moment; look, and try again.")
            )
            return self.show(form, status=409)
        return self.done(form, change)

    def done(self, form: Any, change: Any) -> HttpResponse:
        """Tell what was posted, where its story stands."""
        messages.success(self.request, self.told(change))
        return HttpResponseRedirect(self.project().get_absolute_url() + "#history")

    def confirmed(self, form: Any, seal: str) -> Any:
        """Do what was seen and confirmed; None, and nothing is done, when it would be another.

        That is after the form was changed, or when somebody else's entry changes what it posts.
        """
        if not seal:
            return None
        with transaction.atomic():
            change = form.act()
            if seal_of(form, posted_by(change)) == seal:
                return change
            transaction.set_rollback(True)
        return None

    def show(
        self, form: Any, *, effect: Effect | None = None, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            target=self.target,
            project=self.project(),
            effect=effect,
            seal=seal_of(form, effect.posted) if effect else "",
            heading=self.heading,
            lead=self.lead,
            verb=self.verb,
            **more,
        )
        return self.render_to_response(context, status=status)

    def clash(self, form: Any, refusal: AlreadyReversedError) -> HttpResponse:
        """Tell that somebody else was first; what was typed stays."""
        form.show(refusal)
        return self.show(form, status=409)

    def told(self, change: Change) -> str:
        """Say what was posted."""
        words = {
            Change.Kind.CORRECTION: _("The correction for “%(project)s” is posted."),
            Change.Kind.MOVE: _("“%(project)s” is moved."),
            Change.Kind.WITHDRAWAL: _("“%(project)s” is withdrawn."),
            Change.Kind.REVIVAL: _("“%(project)s” is revived."),
            Change.Kind.UNDOING: _("The act on “%(project)s” is undone."),
        }
        return words[Change.Kind(change.kind)] % {"project": change.project}


def seal_of(form: Any, posted: Sequence[Entry]) -> str:
    """Return what stands for the thing acted on, what its form was filled in with, and what that
    posts.

    The effect that was shown is confirmed by it; after any change it has to be shown again.
    """
    filled = sorted((name, word_of(value)) for name, value in form.cleaned_data.items())
    lines = [
        (e.measure, e.effective_on, e.amount_fen, e.cluster_id, e.region_id, e.reverses_id)
        for e in posted
    ]
    key = form.target and form.target.pk
    return hashlib.sha256(repr((key, filled, lines)).encode()).hexdigest()


def word_of(value: Any) -> str:
    """Return what tells a field's value from another: of a row its key, of a file its content."""
    if isinstance(value, Model):
        return str(value.pk)
    return value.sha256 if isinstance(value, Stored) else str(value)


class ProjectActView(ActView):
    """An act on a project."""

    def find(self) -> Project:
        return self.editable(self.kwargs["pk"])

    def project(self) -> Project:
        found: Project = self.target
        return found


class WithdrawView(ProjectActView):
    """The project left; what is contracted and not paid in goes."""

    form_class = WithdrawForm
    heading = gettext_lazy("Withdraw the project")
    lead = gettext_lazy(
        "From that day on the project counts no more. What is contracted and not paid in is taken "
        "back; paid-in money stays."
    )
    verb = gettext_lazy("Withdraw the project")


class ReviveView(ProjectActView):
    """A withdrawn project goes on."""

    form_class = ReviveForm
    heading = gettext_lazy("Revive the project")
    lead = gettext_lazy("From that day on the project counts again, at the stage it had reached.")
    verb = gettext_lazy("Revive the project")


class MoveView(ProjectActView):
    """The project goes to another cluster or region, and its amounts with it."""

    form_class = MoveForm
    heading = gettext_lazy("Move the project")
    lead = gettext_lazy(
        "Its amounts leave the old place and are posted in the new one, so the park’s totals stay. "
        "What is posted waits for a second person again."
    )
    verb = gettext_lazy("Move the project")


class UndoView(ActView):
    """An act was a mistake: everything it posted is taken back."""

    form_class = UndoForm
    heading = gettext_lazy("Undo")
    lead = gettext_lazy(
        "Everything that the act posted is reversed, and what it took back is posted again. This "
        "is possible once, while nothing has followed."
    )
    verb = gettext_lazy("Undo it")

    def find(self) -> Change:
        change = get_object_or_404(
            Change.objects.select_related("project", "recorded_by"), pk=self.kwargs["pk"]
        )
        self.owner = self.editable(change.project_id)
        return change

    def project(self) -> Project:
        return self.owner


class CorrectView(ActView):
    """An entry says something wrong: it is reversed, and what is right is posted."""

    form_class = CorrectForm
    heading = gettext_lazy("Correct this entry")
    lead = gettext_lazy(
        "The entry is reversed and the right one posted in one step, shown as one event. The new "
        "one waits for a second person."
    )
    verb = gettext_lazy("Post the correction")

    def find(self) -> Entry:
        rows = Entry.objects.visible_to(self.request.user).for_story().select_related("project")
        entry = get_object_or_404(rows, pk=self.kwargs["pk"])
        self.owner = self.editable(entry.project_id)
        return entry

    def project(self) -> Project:
        return self.owner

    def clash(self, form: Any, refusal: AlreadyReversedError) -> HttpResponse:
        """Show what stands now beside what was typed, differing fields in front."""
        form.show(refusal)
        change = refusal.reversal.change
        theirs = (
            change.entries.for_story().filter(reverses=None, lowers=self.target.lowers).last()
            if change
            else None
        )
        return self.show(form, status=409, theirs=theirs, rows=compared(theirs, form))


def compared(theirs: Entry | None, form: Any) -> list[tuple[str, str, str, bool]]:
    """Return (label, theirs, yours, whether they differ) by field, differing ones first."""
    if theirs is None:
        return []
    standing = CorrectForm(user=form.user, target=theirs).initial
    rows = []
    for name in ("measure", "amount", "currency", "effective_on", "note"):
        label = str(form.fields[name].label)
        mine = str(form.cleaned_data.get(name) or "")
        other = str(standing.get(name) or "")
        if name == "measure":
            choices = dict(form.fields[name].choices)
            mine, other = str(choices.get(mine, mine)), str(choices.get(other, other))
        differs = form.money != theirs.money if name == "amount" else mine != other
        rows.append((label, other, mine, differs))
    return sorted(rows, key=lambda row: not row[3])
