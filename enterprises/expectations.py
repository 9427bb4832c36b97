"""When a project is expected at its stages, and how far those dates have slipped."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from clusters.vocabulary import Stage, Standing
from enterprises.exceptions import (
    PostponementNeedsReasonError,
    StageReachedError,
    UnlikelyDateError,
    WithdrawnProjectError,
)
from enterprises.models import ExpectedDate, Project, ProjectState

EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 30


@transaction.atomic
def expect(
    *,
    project: Project,
    stage: str,
    expected_on: date,
    recorded_by: User,
    reason: str = "",
    source_url: str = "",
    note: str = "",
) -> ExpectedDate:
    """Add that `project` is expected at `stage` on a day; the one recorded last counts.

    A later day than the one that counts needs a reason. The same day again adds nothing and
    returns what stands, so that a form may be sent twice. Raises a ValidationError of
    enterprises.exceptions, or of the model's fields, and writes nothing then.
    """
    # Locked, so that of two dates at once the second is checked against the first.
    locked = Project.objects.select_for_update().get(pk=project.pk)
    expected = ExpectedDate(
        project=locked,
        stage=stage,
        expected_on=expected_on,
        recorded_by=recorded_by,
        reason=reason,
        source_url=source_url,
        note=note,
    )
    expected.full_clean(exclude=["recorded_at"])
    if locked.standing == Standing.WITHDRAWN:
        raise WithdrawnProjectError("stage")
    if Stage(stage).rank <= locked.stage_rank:
        raise StageReachedError(locked, stage)
    check_likely(expected_on)
    latest = locked.expected_dates.filter(stage=stage).order_by("recorded_at", "pk").last()
    if latest is not None and latest.expected_on == expected_on:
        return latest
    if latest is not None and latest.expected_on < expected_on and not reason:
        raise PostponementNeedsReasonError(latest.expected_on)
    expected.save()
    return expected


def check_likely(expected_on: date) -> None:
    """Refuse a day that nobody can mean; one that is past may be told late, and is taken."""
    # The end of a year: 29 February has no like in most others.
    last = date(timezone.localdate().year + YEARS_AHEAD, 12, 31)
    if not EARLIEST <= expected_on <= last:
        raise UnlikelyDateError(expected_on, EARLIEST, last)


@dataclass(frozen=True)
class Outlook:
    """What was and is expected of a project at one stage.

    `changes` are all dates recorded, the first one first. `reached_on` is None for a stage that is
    not reached, and for one that was passed over, as its day was never reported. `slipped_days`
    counts from the first expected day to the actual or else the latest expected one; below 0 it is
    earlier, None where nothing was expected.
    """

    stage: Stage
    changes: tuple[ExpectedDate, ...]
    is_reached: bool
    reached_on: date | None
    is_overdue: bool

    @property
    def first(self) -> date | None:
        return self.changes[0].expected_on if self.changes else None

    @property
    def latest(self) -> date | None:
        return self.changes[-1].expected_on if self.changes else None

    @property
    def slipped_days(self) -> int | None:
        if self.first is None or self.latest is None:
            return None
        return ((self.reached_on or self.latest) - self.first).days

    @property
    def earlier_days(self) -> int:
        """How much earlier than first expected; 0 when it is not."""
        return max(-(self.slipped_days or 0), 0)


def outlook(project: Project, today: date | None = None) -> list[Outlook]:
    """Return what is expected of `project` at each stage, in their order; takes two queries.

    Overdue is a stage whose expected day is before `today` and that is not reached, unless the
    project is withdrawn.
    """
    day = today or timezone.localdate()
    states = list(project.states.order_by("effective_on", "recorded_at", "pk"))
    changes: dict[str, list[ExpectedDate]] = {stage: [] for stage in Stage}
    for expected in project.expected_dates.select_related("recorded_by").order_by(
        "recorded_at", "pk"
    ):
        changes[expected.stage].append(expected)
    found = []
    for stage in Stage:
        is_reached = stage.rank <= project.stage_rank
        latest = changes[stage][-1].expected_on if changes[stage] else None
        found.append(
            Outlook(
                stage=stage,
                changes=tuple(changes[stage]),
                is_reached=is_reached,
                reached_on=reached_on(states, stage) if is_reached else None,
                is_overdue=(
                    latest is not None
                    and latest < day
                    and not is_reached
                    and project.standing != Standing.WITHDRAWN
                ),
            )
        )
    return found


def reached_on(states: list[ProjectState], stage: Stage) -> date | None:
    """Return the first day of the run of `states`, the oldest first, in which `stage` is reached.

    None when no state of that run names the stage itself. Of several states of one day the one
    recorded last counts.
    """
    found: date | None = None
    for day, of_day in groupby(states, key=lambda state: state.effective_on):
        last = list(of_day)[-1]
        if Stage(last.stage).rank < stage.rank:
            # Taken back: it was not reached then, or not for good.
            found = None
        elif found is None and last.stage == stage:
            found = day
    return found
