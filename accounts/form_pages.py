"""A page with one form of the site: opened, sent, shown again with what is to mend.

What was typed into it survives a login that expired (accounts.carrying). `?next=` says where the
person came from, such as a list as it was filtered, and where saving leads back to.
"""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django.views.generic.edit import FormMixin

from accounts.carrying import Carried, take
from accounts.models import User


class FormPage(PermissionRequiredMixin, TemplateView):
    """A form; subclasses say how it is made and what writing it does."""

    template_name = "generic/form.html"
    heading: ClassVar[Any] = ""
    lead: ClassVar[Any] = ""
    # The words of the button: what it does.
    verb: ClassVar[Any] = ""
    icon_name: ClassVar[str] = "check"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Return the form: bound to what was sent, or as it is opened."""
        raise NotImplementedError

    def write(self, form: Any) -> HttpResponse:
        """Write what a valid form holds and lead on; raises ValidationError when it is refused."""
        raise NotImplementedError

    def crumbs(self) -> list[tuple[str, str]]:
        """Return (label, address) of the pages that this one hangs on, the nearest last."""
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        carried = take(request)
        return self.show(self.make_form(carried.data if carried else None), carried=carried)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST, request.FILES)
        return self.answer(form) if form.is_valid() else self.show(form)

    def answer(self, form: Any) -> HttpResponse:
        """Write, or show what was refused."""
        try:
            return self.write(form)
        except ValidationError as refusal:
            form.show(refusal)
            return self.show(form)
        except IntegrityError:
            # A constraint that held when it was checked and not when it was written.
            told = _("Somebody recorded the same at the same moment. Look at it, then save.")
            form.add_error(None, told)
            return self.show(form, status=409)

    def show(
        self, form: Any, *, status: int = 200, carried: Carried | None = None, **more: Any
    ) -> HttpResponse:
        context = self.get_context_data(form=form, carried=carried, **more)
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = self.crumbs()
        return super().get_context_data(
            **{
                "heading": self.heading,
                "lead": self.lead,
                "verb": self.verb,
                "icon_name": self.icon_name,
                "crumbs": crumbs,
                "back": way_back(self.request, crumbs[-1][1] if crumbs else "/"),
                **kwargs,
            }
        )

    def done(self, told: str, address: str) -> HttpResponse:
        """Lead to where the person came from, else to `address`, and tell what was done.

        Where that is another page, what was made is one click away.
        """
        where = way_back(self.request, address)
        messages.success(self.request, told if where == address else linked(told, address))
        return HttpResponseRedirect(where)


class KeepsTyped(FormMixin[Any]):
    """A form view whose form comes back with what was typed before a login expired."""

    request: HttpRequest
    carried: Carried | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        self.carried = take(self.request)
        data = {"data": self.carried.data} if self.carried else {}
        return super().get_form_kwargs() | data

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {"carried": self.carried} | context


def way_back(request: HttpRequest, fallback: str) -> str:
    """Return the page of this site that `?next=` names, else `fallback`."""
    address = request.GET.get("next", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, None):
        return address
    return fallback


def linked(told: str, address: str) -> SafeString:
    """Put a link behind what is told."""
    return format_html('{} <a href="{}">{}</a>', told, address, _("Open it"))
