"""How a goal stands, in words: from what was reached, what was promised, and when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

# Percentage points behind the straight path at which "on pace" and "behind" end.
ON_PACE_FROM = Decimal("-0.05")
BEHIND_FROM = Decimal("-0.20")


class Status(models.TextChoices):
    """How a goal stands; the first four while it runs, the next three after its due date."""

    ACHIEVED = "achieved", _("Achieved")
    ON_PACE = "on_pace", _("On pace")
    BEHIND = "behind", _("Behind")
    FAR_BEHIND = "far_behind", _("Far behind")
    MET = "met", _("Met")
    MET_LATE = "met_late", _("Met late")
    MISSED = "missed", _("Missed")
    NOT_REPORTED = "not_reported", _("Not reported")
    NOT_STARTED = "not_started", _("Not started")
    NOT_MEASURED = "not_measured", _("Not measured")


@dataclass(frozen=True)
class Span:
    """The days in which a goal is to be reached: from the plan's first day to the due date."""

    starts_on: date
    due_on: date

    def elapsed(self, as_of: date) -> Decimal:
        """Return the share of the days gone at the end of `as_of`, from 0 to 1."""
        days = (self.due_on - self.starts_on).days + 1
        gone = min(max((as_of - self.starts_on).days + 1, 0), days)
        return Decimal(gone) / days if days > 0 else Decimal(1)


def completion(actual: int | None, target: int) -> Decimal | None:
    """Return actual over target, not capped; None where nothing was reported or promised."""
    return None if actual is None or target == 0 else Decimal(actual) / target


def judge(
    *, span: Span, as_of: date, target: int, actual: int | None, outcome: int | None
) -> Status:
    """Return how a goal stands at `as_of`; `outcome` is what had been reached when it was due."""
    if as_of < span.starts_on:
        return Status.NOT_STARTED
    if as_of >= span.due_on and outcome is not None and outcome >= target:
        return Status.MET  # whatever became of it since
    if actual is None and outcome is None:
        return Status.NOT_REPORTED
    if as_of >= span.due_on:
        return Status.MET_LATE if (actual or 0) >= target else Status.MISSED
    if actual is None:
        return Status.NOT_REPORTED
    if actual >= target:
        return Status.ACHIEVED
    pace = (completion(actual, target) or Decimal(0)) - span.elapsed(as_of)
    if pace >= ON_PACE_FROM:
        return Status.ON_PACE
    return Status.BEHIND if pace >= BEHIND_FROM else Status.FAR_BEHIND
