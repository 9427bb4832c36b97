"""What is refused about enterprises and projects, each keyed by the field to mend."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.vocabulary import Stage

if TYPE_CHECKING:
    from accounts.models import User
    from clusters.models import Cluster, Sector
    from enterprises.known import Past
    from enterprises.models import Gate, Project, ProjectState, Revision


class FutureDateError(ValidationError):
    """A fact was dated after today."""

    def __init__(self, effective_on: date, today: date) -> None:
        super().__init__(
            {
                "effective_on": _(
                    "%(date)s lies in the future; record what has happened, up to %(today)s."
                )
                % {"date": effective_on.isoformat(), "today": today.isoformat()}
            }
        )


class TooEarlyDateError(ValidationError):
    """A fact was dated before anything that this program is about."""

    def __init__(self, effective_on: date, first: date) -> None:
        super().__init__(
            {
                "effective_on": _("%(date)s cannot be meant; give a day from %(first)s on.")
                % {"date": effective_on.isoformat(), "first": first.isoformat()}
            }
        )


class BackwardStepError(ValidationError):
    """A stage goes back without a reason."""

    def __init__(self, earlier: "ProjectState | Past", later_stage: str, later_on: date) -> None:
        super().__init__(
            {
                "reason": _(
                    "The project was at “%(earlier)s” on %(earlier_on)s and would go back to "
                    "“%(later)s” on %(later_on)s; give the reason, or correct the stage or date."
                )
                % {
                    "earlier": earlier.get_stage_display(),
                    "earlier_on": date_format(earlier.effective_on),
                    "later": later_stage,
                    "later_on": date_format(later_on),
                }
            }
        )


class StandingNeedsReasonError(ValidationError):
    """A project was paused or withdrawn without a reason."""

    def __init__(self) -> None:
        super().__init__({"reason": _("Say why the project is paused or withdrawn.")})


class RevivalNeedsReasonError(ValidationError):
    """A paused or withdrawn project goes on again without a reason."""

    def __init__(self) -> None:
        super().__init__({"reason": _("Say why the project goes on again.")})


class SectorOutsideClusterError(ValidationError):
    """A sector of another cluster was chosen."""

    def __init__(self, sector: "Sector", cluster: "Cluster") -> None:
        super().__init__(
            {
                "sector": _("“%(sector)s” is not a sector of “%(cluster)s”; choose one of its own.")
                % {"sector": sector, "cluster": cluster}
            }
        )


class ParkMismatchError(ValidationError):
    """A region and a cluster of two parks were combined."""

    def __init__(self) -> None:
        super().__init__({"region": _("The region and the cluster belong to different parks.")})


class MoveNeedsRepostingError(ValidationError):
    """A project with entries would change cluster or region, and its amounts would not follow."""

    def __init__(self, project: "Project") -> None:
        message = _(
            "“%(project)s” has ledger entries in %(region)s, %(cluster)s; reverse them before the "
            "project changes region or cluster, and post them again after it."
        ) % {"project": project, "region": project.region, "cluster": project.cluster}
        super().__init__({"cluster": message})


class ContractOutstandingError(ValidationError):
    """A project would be withdrawn while its contract stands."""

    def __init__(self) -> None:
        super().__init__(
            {
                "standing": _(
                    "What is contracted and not paid in is still in the ledger; withdraw the "
                    "project by its own action, which reverses it on the same day."
                )
            }
        )


class GateClosedError(ValidationError):
    """A step passes a gate that binds, and what the gate asks for is not known."""

    def __init__(self, stage: str, unmet: "Sequence[Gate]") -> None:
        super().__init__(
            {
                "stage": _(
                    "Before a project goes on to “%(stage)s”, this must be recorded: %(missing)s."
                )
                % {"stage": Stage(stage).label, "missing": listed(unmet)}
            }
        )
        self.unmet = unmet


class GateNeedsReasonError(ValidationError):
    """A step passes gates whose questions are open, and does not say why."""

    def __init__(self, stage: str, unmet: "Sequence[Gate]") -> None:
        super().__init__(
            {
                "reason": _(
                    "Not recorded yet, though asked for on the way to “%(stage)s”: %(missing)s. "
                    "Record it first, or give the reason why the project goes on without."
                )
                % {"stage": Stage(stage).label, "missing": listed(unmet)}
            }
        )
        self.unmet = unmet


def listed(gates: "Sequence[Gate]") -> str:
    """Name what gates ask for, each with its stage."""
    return _("; ").join(
        _("%(what)s (%(stage)s)")
        % {"what": gate.get_requirement_display(), "stage": gate.get_stage_display()}
        for gate in gates
    )


class LaterStateError(ValidationError):
    """A step would be overruled by what is recorded of a later day."""

    def __init__(self, later: "Past") -> None:
        super().__init__(
            {
                "effective_on": _(
                    "Of %(day)s something else is recorded, which would still hold from then on; "
                    "give a later day, or record it on the page of the project."
                )
                % {"day": date_format(later.effective_on)}
            }
        )


class StageReachedError(ValidationError):
    """A date is expected for a stage that the project has reached."""

    def __init__(self, project: "Project", stage: str) -> None:
        super().__init__(
            {
                "stage": _("“%(project)s” has reached “%(stage)s”; nothing is expected there.")
                % {"project": project, "stage": Stage(stage).label}
            }
        )


class UnlikelyDateError(ValidationError):
    """An expected date lies so far off that it must be a mistake."""

    def __init__(self, expected_on: date, earliest: date, latest: date) -> None:
        super().__init__(
            {
                "expected_on": _("%(date)s cannot be meant; give a day from %(first)s to %(last)s.")
                % {
                    "date": expected_on.isoformat(),
                    "first": earliest.isoformat(),
                    "last": latest.isoformat(),
                }
            }
        )


class PostponementNeedsReasonError(ValidationError):
    """A stage is expected later than it was, and nobody says why."""

    def __init__(self, expected_on: date) -> None:
        super().__init__(
            {
                "reason": _("So far this was expected on %(date)s; say why it will be later.")
                % {"date": date_format(expected_on)}
            }
        )


class WithdrawnProjectError(ValidationError):
    """Something is recorded that only a project can have that still goes on."""

    def __init__(self, field: str) -> None:
        super().__init__({field: _("The project is withdrawn; nothing is expected of it.")})


class UnknownThenError(ValidationError):
    """A project is confirmed for a day before anything is known of it."""

    def __init__(self) -> None:
        super().__init__({"effective_on": _("Nothing is recorded of the project before that day.")})


class StaleVersionError(ValidationError):
    """Fields that a person changed were changed by somebody else after the person saw them.

    `clashes` maps each of them to the last revision that changed it.
    """

    def __init__(self, clashes: "Mapping[str, Revision]") -> None:
        super().__init__({field: met(field, revision) for field, revision in clashes.items()})
        self.clashes = clashes


def met(field: str, revision: "Revision") -> str:
    """Say who changed a field meanwhile, when, and from what to what."""
    before, after = revision.changes[field]
    return _(
        "%(who)s changed this on %(when)s from “%(before)s” to “%(after)s”, after you had opened "
        "it. Open it again, and say which holds."
    ) % {
        "who": revision.recorded_by,
        "when": date_format(timezone.localtime(revision.recorded_at), "DATETIME_FORMAT"),
        "before": before,
        "after": after,
    }


class AssigneeOutsideError(ValidationError):
    """A project would be looked after by somebody who may not record for it."""

    def __init__(self, person: "User") -> None:
        super().__init__({"assignee": assignee_outside(person)})


def assignee_outside(person: "User") -> str:
    """Say that somebody cannot look after a project."""
    return _(
        "%(person)s may not record for this project; choose somebody who answers for its region "
        "and cluster."
    ) % {"person": person}
