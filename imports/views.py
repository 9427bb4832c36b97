"""Pages of imports."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from imports.models import HeldRow, Upload


class UploadListView(PermissionRequiredMixin, ListView[Upload]):
    """The files that went in, the newest first."""

    permission_required = "imports.view_upload"
    template_name = "imports/upload_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Upload]:
        return Upload.objects.select_related("recorded_by")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            pages = self.get_paginator(self.get_queryset(), self.paginate_by).num_pages
            problem = _("There is no page “%(page)s”: pages run from 1 to %(pages)s.") % {
                "page": request.GET.get("page", "")[:40],
                "pages": pages,
            }
            return self.render_to_response({"problems": [problem]}, status=400)


class UploadDetailView(PermissionRequiredMixin, DetailView[Upload]):
    """One file, and its rows that were held back."""

    permission_required = "imports.view_upload"
    template_name = "imports/upload_detail.html"

    def get_queryset(self) -> QuerySet[Upload]:
        return Upload.objects.select_related("recorded_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = HeldRow.objects.visible_to(self.request.user).filter(upload=self.object)
        return super().get_context_data(
            held_rows=held.select_related("cluster", "region", "entry__project"), **kwargs
        )
