"""Suggestions while somebody types a name: the best matches, as JSON."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import User
from accounts.scopes import scope_of
from enterprises.finding import EVERY
from enterprises.models import Enterprise, InvestorGroup, Project
from enterprises.search_text import words_of
from lists.filters import SEARCH_LENGTH

ANY = "any"
MOST = 10
# Of everything, so many of each kind.
OF_EACH = {"enterprise": 5, "project": 3, "group": 2}
# Another person at the same machine may see other rows.
PRIVATE = {"Cache-Control": "private, no-store"}


class SuggestView(View):
    """At most ten rows that a person may see, or with `editable=1` change, by `kind` and `q`.

    A list of objects: `value` the key, `text` the name, `other` the name in the other language,
    `note` the group or the enterprise, `url` where the row is shown; of "any" also `kind`.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> JsonResponse:
        kind, query = request.GET.get("kind", ""), request.GET.get("q", "")
        if kind not in {*OF_EACH, ANY}:
            accepted = ", ".join([*OF_EACH, ANY])
            return problem(
                _("“%(value)s” is not a kind of row. Accepted: %(accepted)s.")
                % {"value": kind[:40], "accepted": accepted}
            )
        if len(query) > SEARCH_LENGTH:
            return problem(_("A search has at most %(length)s signs.") % {"length": SEARCH_LENGTH})
        user: User = request.user  # type: ignore[assignment]
        act = "editable_by" if request.GET.get("editable") == "1" else "visible_to"
        wanted = OF_EACH if kind == ANY else {kind: MOST}
        rows = [
            row
            for one, number in wanted.items()
            for row in suggestions(one, query, number, user=user, act=act)
        ]
        return JsonResponse(
            rows, safe=False, json_dumps_params={"ensure_ascii": False}, headers=PRIVATE
        )


def problem(message: str) -> JsonResponse:
    """Say what in the address cannot be used."""
    return JsonResponse({"problems": [message]}, status=400)


def suggestions(
    kind: str, query: str, number: int, *, user: User, act: str = "visible_to"
) -> Iterator[dict[str, Any]]:
    """Yield the best matches of a kind among the rows that `user` may see, or change."""
    if not words_of(query):
        return
    rows: Any = MODELS[kind].objects.order_by()
    rows = getattr(rows, act)(user)
    projects = scope_of(user).q() if kind == "enterprise" else EVERY
    keys = rows.best_keys(query, 0, number, projects=projects)
    related = {"enterprise": ["lead_group"], "project": ["enterprise"], "group": []}[kind]
    found = MODELS[kind].objects.order_by().select_related(*related).in_bulk(keys)
    for key in keys:
        yield as_option(kind, found[key])


MODELS: dict[str, type[Enterprise | Project | InvestorGroup]] = {
    "enterprise": Enterprise,
    "project": Project,
    "group": InvestorGroup,
}


def as_option(kind: str, row: Any) -> dict[str, Any]:
    """Return a row as a suggestion."""
    note = {"enterprise": "lead_group", "project": "enterprise"}.get(kind)
    beside = getattr(row, note) if note else None
    return {
        "value": row.pk,
        "text": row.name,
        "other": row.other_name,
        "note": beside.name if beside else "",
        "url": address_of(kind, row),
        "kind": str(row._meta.verbose_name),
    }


def address_of(kind: str, row: Any) -> str:
    """Return where a row is shown; a group is what its enterprises are."""
    if kind == "group":
        return f"{reverse('enterprises:enterprise-list')}?group={row.pk}"
    address: str = row.get_absolute_url()
    return address
