"""Pages of evidence, the files themselves, and the form that adds evidence to an entry."""

from typing import Any, BinaryIO, cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView
from django.views.generic.base import View
from django.views.generic.detail import SingleObjectMixin

from accounts.form_pages import KeepsTyped
from accounts.models import User
from accounts.scopes import scope_words
from ledger.documents import download_name, open_document, path_of
from ledger.evidence_filters import KIND, EvidenceFilterSet
from ledger.evidence_forms import AttachForm
from ledger.evidence_tables import EvidenceTable
from ledger.models import Entry, Evidence
from lists.views import FilteredListView

# Pages that show a document in a frame; the policy of all other pages allows none.
shows_documents = method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
# A document may be shown inside our own pages, and can load and run nothing.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
SHOWN_ENTRIES = 200


class EvidenceListView(FilteredListView):
    """Every page and document that the user may see."""

    permission_required = "ledger.view_evidence"
    heading = gettext_lazy("Evidence")
    none_title = gettext_lazy("No evidence is recorded yet")
    empty_title = gettext_lazy("No evidence matches these filters")
    table_class = EvidenceTable
    filterset_class = EvidenceFilterSet
    facets = {"kind": KIND}
    default_order = ("-recorded_at",)
    export_name = "evidence"

    def get_rows(self) -> QuerySet[Evidence]:
        return Evidence.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.for_list(self.request.user)
        return found

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)


@shows_documents
class EvidenceDetailView(PermissionRequiredMixin, DetailView[Evidence]):
    """One page or document: what it is, who recorded it, and which entries rest on it."""

    permission_required = "ledger.view_evidence"
    template_name = "ledger/evidence_detail.html"
    context_object_name = "evidence"

    def get_queryset(self) -> QuerySet[Evidence]:
        return Evidence.objects.visible_to(self.request.user).select_related("recorded_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = Entry.objects.visible_to(self.request.user).resting_on(self.object)
        return super().get_context_data(
            is_missing=self.object.is_document and not path_of(self.object.sha256).is_file(),
            entries=entries.for_list().order_by("-effective_on", "-pk")[:SHOWN_ENTRIES],
            entries_count=entries.count(),
            **kwargs,
        )


class EvidenceFileView(PermissionRequiredMixin, SingleObjectMixin[Evidence], View):
    """The file of a document; shown by the browser where that is safe, else handed out."""

    permission_required = "ledger.view_evidence"

    def get_queryset(self) -> QuerySet[Evidence]:
        return Evidence.objects.visible_to(self.request.user).exclude(sha256="")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        evidence = self.get_object()
        etag = f'"{evidence.sha256}"'
        file = open_document(evidence)
        if file is None:
            return render(request, "ledger/evidence_missing.html", status=404)
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            file.close()
        response: HttpResponseBase = unchanged or self.answer(evidence, file)
        for name, value in {
            "ETag": etag,
            # Asked again each time, since the right to see it may end.
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": FILE_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "Referrer-Policy": "no-referrer",
        }.items():
            response.headers[name] = value
        return response

    def answer(self, evidence: Evidence, file: BinaryIO) -> FileResponse:
        """Return the file under its name and type."""
        return FileResponse(
            file,
            as_attachment=not (evidence.is_image or evidence.is_pdf),
            filename=download_name(evidence),
            content_type=evidence.content_type,
        )


class AttachView(KeepsTyped, PermissionRequiredMixin, FormView[AttachForm]):
    """The form that adds evidence to an entry that stands."""

    permission_required = "ledger.add_attachment"
    template_name = "ledger/attach.html"
    form_class = AttachForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user = cast(User, request.user)

    def get_entry(self) -> Entry:
        rows = Entry.objects.visible_to(self.user).for_list()
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.get_entry()
        attachments = entry.attachments.select_related("evidence")
        return super().get_context_data(entry=entry, attachments=attachments, **kwargs)

    def form_valid(self, form: AttachForm) -> HttpResponse:
        entry = self.get_entry()
        try:
            attachment = form.record(entry, recorded_by=self.user)
        except ValidationError as refusal:
            form.show(refusal)
            return self.form_invalid(form)
        told = _("“%(evidence)s” stands beside entry %(id)s now.")
        messages.success(self.request, told % {"evidence": attachment.evidence, "id": entry.pk})
        return HttpResponseRedirect(entry.get_absolute_url())
