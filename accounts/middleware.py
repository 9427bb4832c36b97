"""Every page needs a login; what is sent without one is not lost."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest

from accounts.carrying import Carried
from accounts.views import ask_to_log_in


class CarryingLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Django's, but that a form sent after the login expired goes along through the login page."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> Any:  # Django's own leads on only
        carried = Carried.of(request) if request.method == "POST" else None
        if carried is None:
            return super().handle_no_permission(request, view_func)
        return ask_to_log_in(request, carried)
