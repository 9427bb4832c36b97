"""What is refused about enterprises and projects, each keyed by the field to mend."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from clusters.models import Cluster, Sector
    from enterprises.models import Project, ProjectState


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


class BackwardStepError(ValidationError):
    """A stage goes back without a reason."""

    def __init__(self, earlier: "ProjectState", later_stage: str, later_on: date) -> None:
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
