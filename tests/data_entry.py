"""Filling in the pages of data entry as a browser does."""

from typing import Any

from django.forms import BaseForm, CheckboxInput
from django.test import Client
from django.urls import reverse

from accounts.models import User


def browser_of(user: User) -> Client:
    """A browser that `user` is logged in with."""
    client = Client()
    client.force_login(user)
    return client


def page(name: str, *args: Any) -> str:
    """The address of a page of data entry."""
    return reverse(f"admin:{name}", args=args)


def as_sent(form: BaseForm) -> dict[str, Any]:
    """What a browser sends of a form that is left as it is shown."""
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if isinstance(field.field.widget, CheckboxInput):
            if value:
                sent[field.html_name] = "on"
        else:
            several = isinstance(value, list | tuple)
            sent[field.html_name] = [getattr(one, "pk", one) for one in value] if several else value
            if value is None:
                sent[field.html_name] = ""
    return sent


def shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send of the page, left as it is shown."""
    context = client.get(address).context
    sent = as_sent(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        sent |= as_sent(inline.formset.management_form)
        for form in inline.formset.forms:
            sent |= as_sent(form)
    return sent


def send(client: Client, address: str, **filled: Any) -> Any:
    """Open the page, fill in some fields and send it."""
    return client.post(address, shown(client, address) | filled)


def errors_of(response: Any, prefix: str = "") -> dict[str, list[str]]:
    """The errors that a page shows, by field; of an inline's first form where `prefix` names it."""
    assert response.status_code == 200, response.get("Location")
    if not prefix:
        return dict(response.context["adminform"].form.errors)
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    (formset,) = [one for one in formsets if one.prefix == prefix]
    return dict(formset.forms[0].errors)


def told(client: Client, response: Any) -> list[str]:
    """The messages on the page that an answer leads to."""
    followed = client.get(response["Location"])
    return [str(message) for message in followed.context["messages"]]
