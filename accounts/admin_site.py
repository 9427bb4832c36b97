"""The data entry pages: Django's admin, open to whoever records or plans."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class ParkAdminSite(admin.AdminSite):
    """The admin with one login page for the whole site and rights by role, not by a staff flag."""

    site_title = _("parktracker")
    site_header = _("parktracker · data entry")
    index_title = _("Data entry")
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "can_enter_records", False))

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Somebody who is logged in without the right gets a 403 that says so, not a second login.
        if request.user.is_authenticated:
            raise PermissionDenied(
                _("Data entry is open to recorders, planners, administrators and auditors.")
            )
        return redirect_to_login(
            request.GET.get("next") or reverse("admin:index"), reverse("accounts:login")
        )
