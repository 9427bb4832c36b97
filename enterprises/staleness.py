"""Projects of which nothing was heard for long, and the word that one still stands as recorded.

A project is stale when the last that was heard of it lies further back than its stage allows
(`StaleAfter`). Heard of it is by its states, its ledger entries that stand and its confirmations,
each on its own day. A paused project can be stale too, since it counts in the figures as an active
one does; a withdrawn one cannot.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from clusters.vocabulary import Standing
from enterprises.exceptions import UnknownThenError, WithdrawnProjectError
from enterprises.models import Confirmation, Project
from enterprises.recording import check_date


@transaction.atomic
def confirm(
    *,
    project: Project,
    confirmed_on: date,
    recorded_by: User,
    note: str = "",
    source_url: str = "",
    source_on: date | None = None,
) -> Confirmation:
    """Add that `project` still stood as recorded on a day, up to today.

    The same word of the same person for the same day adds nothing and returns what stands, so that
    a form may be sent twice. Raises a ValidationError of enterprises.exceptions, or of the model's
    fields, and writes nothing then.
    """
    check_date(confirmed_on)
    # Locked, so that two forms at once are two only if they say different things.
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if locked.standing == Standing.WITHDRAWN:
        raise WithdrawnProjectError("effective_on")
    if not locked.states.filter(effective_on__lte=confirmed_on).exists():
        raise UnknownThenError
    confirmation = Confirmation(
        project=locked,
        effective_on=confirmed_on,
        recorded_by=recorded_by,
        note=note,
        source_url=source_url,
        source_on=source_on,
    )
    confirmation.full_clean(exclude=["recorded_at"])
    same = locked.confirmations.filter(
        effective_on=confirmed_on, recorded_by=recorded_by, note=note, source_url=source_url
    ).first()
    if same is not None:
        return same
    confirmation.save()
    return confirmation


@dataclass(frozen=True)
class Silence:
    """Since when nothing was heard of a project, and whether that is too long for its stage."""

    heard_on: date
    days: int
    is_stale: bool


def silence_of(project: Project, today: date | None = None) -> Silence:
    """Return how long nothing was heard of `project`, by the same query as the list's."""
    day = today or timezone.localdate()
    found: Any = Project.objects.with_stale_before(day).get(pk=project.pk)
    return Silence(
        heard_on=found.heard_on, days=(day - found.heard_on).days, is_stale=is_stale(found)
    )


def is_stale(project: Any) -> bool:
    """Whether a project that was read with both its days is stale."""
    return project.stale_before is not None and project.heard_on < project.stale_before
