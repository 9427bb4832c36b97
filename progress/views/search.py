"""The search of everything: what words find, by kind, the best first."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.models import User
from enterprises.search_text import words_of
from lists.filters import SEARCH_LENGTH
from progress.searching import find_everything


class SearchView(PermissionRequiredMixin, TemplateView):
    """Everything that a person may see and that has all words of `q`, a few of each kind."""

    permission_required = "enterprises.view_enterprise"
    template_name = "progress/search.html"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.get("q", "")
        problems = []
        if len(query) > SEARCH_LENGTH:
            problems.append(
                _(
                    "A search has at most %(length)s signs, and this one is longer. Look for a "
                    "part of it."
                )
                % {"length": SEARCH_LENGTH}
            )
        asked = bool(words_of(query)) and not problems
        user: User = request.user  # type: ignore[assignment]
        found = [*find_everything(query, user)] if asked else []
        context = self.get_context_data(
            query=query[:SEARCH_LENGTH].strip(),
            length=SEARCH_LENGTH,
            problems=problems,
            asked=asked,
            found=[one for one in found if one.hits or one.limit],
            are_hits=any(one.hits for one in found),
        )
        return self.render_to_response(context, status=400 if problems else 200)
