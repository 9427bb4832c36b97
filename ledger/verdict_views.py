"""Pages of the second person: the queue of what waits, and the verdicts on it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from clusters.vocabulary import Measure
from ledger.evidence_views import shows_documents
from ledger.exceptions import NotStandingError, SaidBeforeError, VerdictNeedsNoteError
from ledger.models import Entry, Verification
from ledger.verdict_forms import VerdictForm
from ledger.verdicts import Judged, say, say_of_all
from ledger.views import EntryDetailView

Verdict = Verification.Verdict
PER_PAGE = 25
OLDEST, LARGEST = "oldest", "largest"
# So many refusals are told one by one; more would bury what went through.
TOLD_REFUSALS = 5


@shows_documents
class VerdictView(EntryDetailView):
    """Record a word on one entry; a refusal shows the entry again, with what was typed."""

    http_method_names = ["post"]

    def has_permission(self) -> bool:
        user: Any = self.request.user
        may_speak = user.has_perm("ledger.add_verification") or user.has_perm("ledger.add_entry")
        return may_speak and super().has_permission()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        form = VerdictForm(request.POST)
        if not form.is_valid():
            return self.refuse(form, 200)
        verdict = Verdict(form.cleaned_data["verdict"])
        self.check_right(verdict)
        try:
            say(
                entry=self.object,
                verdict=verdict,
                recorded_by=self.request.user,  # type: ignore[arg-type]
                note=form.cleaned_data["note"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
            # Somebody else was first: what the page showed is not what stands.
            late = isinstance(refusal, NotStandingError | SaidBeforeError)
            return self.refuse(form, 409 if late else 200)
        messages.success(request, told(verdict, self.object))
        return HttpResponseRedirect(self.next_page())

    def check_right(self, verdict: Verdict) -> None:
        """Refuse a verdict by who may not verify, and an answer by who need not answer."""
        user: Any = self.request.user
        if verdict == Verdict.DEFENDED:
            if not Entry.objects.answerable_by(user).filter(pk=self.object.pk).exists():
                raise PermissionDenied(_("Who recorded the entry answers for it."))
        elif not user.has_perm("ledger.add_verification"):
            raise PermissionDenied(_("Verifiers and administrators verify or return entries."))

    def refuse(self, form: VerdictForm, status: int) -> HttpResponse:
        context = self.get_context_data(object=self.object, verdict_form=form)
        return self.render_to_response(context, status=status)

    def next_page(self) -> str:
        """Return where the person came from; another host is never led to."""
        address = self.request.POST.get("next", "")
        # Of a relative one this address would be the base, and it is only sent to.
        if address.startswith(("/", "http")) and url_has_allowed_host_and_scheme(
            address, allowed_hosts={self.request.get_host()}
        ):
            return address
        return self.object.get_absolute_url()


def told(verdict: Verdict, entry: Entry) -> str:
    """Say what was recorded."""
    words = {
        Verdict.VERIFIED: _("Entry %(id)s is verified."),
        Verdict.RETURNED: _("Entry %(id)s is returned to %(who)s."),
        Verdict.DEFENDED: _("Entry %(id)s is answered and waits for a verdict again."),
    }
    return words[verdict] % {"id": entry.pk, "who": entry.recorded_by}


@shows_documents
class VerifyQueueView(PermissionRequiredMixin, TemplateView):
    """What waits for a second person: the list, and the one in hand with its evidence."""

    permission_required = "ledger.add_verification"
    template_name = "ledger/verify_queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        waiting = Entry.objects.verifiable_by(user).pending()
        order = LARGEST if self.request.GET.get("order") == LARGEST else OLDEST
        rows = waiting.largest_first() if order == LARGEST else waiting.oldest_first()
        totals = list(
            waiting.order_by()
            .values("measure")
            .annotate(n=Count("pk"), fen=Sum("amount_fen"))
            .order_by("measure")
        )
        paginator = Paginator(rows.for_story().select_related("project__enterprise"), PER_PAGE)
        # The totals brought the count.
        paginator.count = sum(row["n"] for row in totals)
        page = paginator.get_page(self.request.GET.get("page"))
        shown = list(page.object_list)
        hand, place = in_hand(shown, self.request.GET.get("entry", ""))
        return super().get_context_data(
            page=page,
            rows=shown,
            total_rows=paginator.count,
            sums=[
                (Measure(row["measure"]).label, row["fen"])
                for row in totals
                if row["measure"] != Measure.ANNUAL_OUTPUT
            ],
            order=order,
            hand=hand,
            above=shown[place - 1] if place > 0 else None,
            below=shown[place + 1] if place + 1 < len(shown) else None,
            queue_url=f"{self.request.path}?order={order}&page={page.number}",
            returned=Entry.objects.verifiable_by(user).returned().count(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record one word on every ticked entry."""
        form = VerdictForm(request.POST)
        user: Any = request.user
        keys = [int(key) for key in request.POST.getlist("entry") if is_number(key)]
        ticked = Entry.objects.verifiable_by(user).filter(pk__in=keys[:PER_PAGE])
        if problems := problems_of(form, keys):
            for problem in problems:
                messages.error(request, problem)
            typed_note = form["note"].value() or ""
            return self.get(request, *args, typed_note=typed_note, ticked=keys, **kwargs)
        judged = say_of_all(
            entries=ticked,
            verdict=Verdict(form.cleaned_data["verdict"]),
            recorded_by=user,
            note=form.cleaned_data["note"],
        )
        tell(request, judged, form.cleaned_data["verdict"])
        order = LARGEST if request.GET.get("order") == LARGEST else OLDEST
        return HttpResponseRedirect(f"{reverse('ledger:verify-queue')}?order={order}")


def problems_of(form: VerdictForm, keys: list[int]) -> list[str]:
    """Say why nothing can be said of the ticked entries as a whole."""
    is_usable = form.is_valid()
    if "note" in form.errors:
        return [_("Note: %(why)s") % {"why": why} for why in form.errors["note"]]
    if not keys or not is_usable or form.cleaned_data["verdict"] == Verdict.DEFENDED:
        return [_("Tick the entries, then choose verify or return.")]
    if form.cleaned_data["verdict"] == Verdict.RETURNED and not form.cleaned_data["note"]:
        return VerdictNeedsNoteError().messages
    return []


def is_number(key: str) -> bool:
    """Whether a text can be the key of a row."""
    return key.isascii() and key.isdigit() and len(key) < 19


def in_hand(rows: list[Entry], asked: str) -> tuple[Entry | None, int]:
    """Return the row that the address names, else the first, and its place; (None, 0) for none."""
    for place, row in enumerate(rows):
        if str(row.pk) == asked:
            return row, place
    return (rows[0], 0) if rows else (None, 0)


def tell(request: HttpRequest, judged: Judged, verdict: str) -> None:
    """Say how many went through, and of the others why not."""
    number = len(judged.said)
    if number:
        done = (
            ngettext("%(n)s entry is verified.", "%(n)s entries are verified.", number)
            if verdict == Verdict.VERIFIED
            else ngettext("%(n)s entry is returned.", "%(n)s entries are returned.", number)
        )
        messages.success(request, done % {"n": number})
    for entry, refusal in judged.refused[:TOLD_REFUSALS]:
        messages.error(
            request,
            _("Entry %(id)s: %(why)s") % {"id": entry.pk, "why": " ".join(refusal.messages)},
        )
    if not number and not judged.refused:
        messages.error(
            request, _("None of the ticked entries waits for you; nothing was recorded.")
        )
    more = len(judged.refused) - TOLD_REFUSALS
    if more > 0:
        messages.error(
            request,
            ngettext("%(n)s more was refused.", "%(n)s more were refused.", more) % {"n": more},
        )
