"""The inbox, and its count for the header of every page."""

from typing import Any, cast

from django.utils import timezone
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


class InboxCountView(TemplateView):
    """How much waits for the reader.

    Each page asks for it once it is there: in a large park the count takes longer than the page.
    """

    template_name = "ledger/_inbox_count.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(waiting=waiting_for(user), **kwargs)
