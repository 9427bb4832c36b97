"""The inbox, and its count in the header of every page."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.generic import TemplateView

from ledger.inbox import SHOWN, open_gates, returned, stale, to_verify, waiting_for


class InboxView(TemplateView):
    """What waits for the reader; each section leads to where it is done."""

    template_name = "ledger/inbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        gates = open_gates(user)
        # Any: the checker loses a queryset's own methods on the way through a function.
        verify, answer, ask = (cast(Any, rows(user)) for rows in (to_verify, returned, stale))
        return super().get_context_data(
            to_verify=verify.for_list()[:SHOWN],
            to_verify_count=verify.count(),
            returned=answer.for_story().select_related("project__enterprise")[:SHOWN],
            returned_count=answer.count(),
            stale=ask.for_list().order_by("heard_on", "pk")[:SHOWN],
            stale_count=ask.count(),
            gates=gates[:SHOWN],
            gates_count=len(gates),
            today=timezone.localdate(),
            may_verify=user.has_perm("ledger.add_verification"),
            **kwargs,
        )


def waiting(request: HttpRequest) -> dict[str, Any]:
    """Give templates what waits for the person, counted when a page shows it."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"waiting": SimpleLazyObject(lambda: waiting_for(user))}
