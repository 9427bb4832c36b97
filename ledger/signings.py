"""When projects were first signed: the first day on which a contracted amount of them stands."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

Rows = QuerySet[Any, Any]


def first_signed(contracted: Rows, since: date | None, until: date | None) -> Q:
    """Return the condition on an entry that its project was first signed between two days.

    `contracted` are the graded entries that a signing may rest on.
    """
    days = standing_days(contracted)
    condition = Q(project__in=days.filter(effective_on__lte=until or date.max).values("project"))
    if since is not None:
        condition &= ~Q(project__in=days.filter(effective_on__lt=since).values("project"))
    return condition


def unsigned(contracted: Rows) -> Q:
    """Return the condition on an entry that no contracted amount of its project stands."""
    return ~Q(project__in=standing_days(contracted).values("project"))


def standing_days(contracted: Rows) -> Rows:
    """Return each project and day on which more was posted than was taken back."""
    by_day = contracted.order_by().values("project", "effective_on")
    found: Rows = by_day.annotate(standing=Sum("counted")).filter(standing__gt=0)
    return found
