"""The login, which carries along what was typed into a form that was sent too late."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.carrying import CARRIED_FIELD, Carried


def ask_to_log_in(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Show the login in place of the answer to a form; what was typed waits in it."""
    context = {
        "form": AuthenticationForm(request),
        "next": carried.path,
        CARRIED_FIELD: carried.seal(),
        "had_files": carried.had_files,
    }
    return render(request, "registration/login.html", context, status=401)


@method_decorator([login_not_required, sensitive_post_parameters()], name="dispatch")
class LoginView(views.LoginView):
    """Django's login, and back to the form with what was typed."""

    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        carried = self.carried()
        if request.user.is_authenticated and carried is not None:
            # Logged in meanwhile, in another window.
            return self.bring_back(carried)
        return super().dispatch(request, *args, **kwargs)

    def carried(self) -> Carried | None:
        """Return what comes along with the name and the password."""
        return Carried.read(self.request.POST.get(CARRIED_FIELD, ""))

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        carried = self.carried()
        answer = super().form_valid(form)
        return answer if carried is None else self.bring_back(carried)

    def bring_back(self, carried: Carried) -> HttpResponse:
        """Lead to the form with what was typed, if this is the person who typed it."""
        if carried.user == self.request.user.pk:
            carried.wait(self.request)
            return HttpResponseRedirect(carried.path)
        told = _("What was typed before was another person's. It was dropped; nothing was saved.")
        messages.warning(self.request, told)
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        # An address that somebody else typed at may not even be theirs to open.
        carried = self.carried()
        own = carried is None or carried.user == self.request.user.pk
        return str(super().get_success_url() if own else self.get_default_redirect_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        carried = self.carried()
        return super().get_context_data(
            **{
                CARRIED_FIELD: carried.seal() if carried else "",
                "had_files": carried is not None and carried.had_files,
                **kwargs,
            }
        )
