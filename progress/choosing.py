"""Which definition the figures of a page follow: the plan's own, or another one for comparison.

`from` is the stage that counting begins at, `count` what is counted, `measure` what investment is
measured by, `sites` whether projects outside the planned sites count. Without them the plan's rule
holds. `evidence` is read with the clocks (progress.moments).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import CountingRule
from clusters.vocabulary import Measure, Stage

# The stages that a park may count from; the plan says which one is the headline.
COUNTING_STAGES = (Stage.SIGNED, Stage.REGISTERED, Stage.CONSTRUCTION, Stage.PRODUCTION)


class Counted(TextChoices):
    """What the count of leading enterprises is a number of."""

    ENTERPRISES = "enterprises", gettext_lazy("enterprises")
    GROUPS = "groups", gettext_lazy("investor groups")
    PROJECTS = "projects", gettext_lazy("projects")


class Sites(TextChoices):
    """Which projects count."""

    ALL = "all", gettext_lazy("everywhere")
    INSIDE = "inside", gettext_lazy("inside the planned sites")


# What each name in an address accepts.
ACCEPTED: dict[str, Any] = {
    "from": COUNTING_STAGES,
    "count": Counted,
    "measure": Measure,
    "sites": Sites,
}


@dataclass(frozen=True)
class Choice:
    """What an address chooses; None leaves it to the plan's rule."""

    stage: Stage | None = None
    counted: Counted = Counted.ENTERPRISES
    measure: Measure | None = None
    sites: Sites = Sites.ALL

    @property
    def is_plans(self) -> bool:
        """Whether nothing is chosen."""
        return self == Choice()

    @property
    def in_sites(self) -> bool:
        return self.sites == Sites.INSIDE

    @property
    def query(self) -> dict[str, str]:
        """What of it an address has."""
        given = {
            "from": self.stage,
            "count": None if self.counted == Counted.ENTERPRISES else self.counted,
            "measure": self.measure,
            "sites": self.sites if self.in_sites else None,
        }
        return {name: value.value for name, value in given.items() if value is not None}

    def apart_from(self, rule: CountingRule) -> "Choice":
        """Return what of it differs from the plan's rule."""
        return Choice(
            stage=None if self.stage == rule.counting_stage else self.stage,
            counted=self.counted,
            measure=None if self.measure == rule.investment_measure else self.measure,
            sites=self.sites,
        )

    def applied_to(self, rule: CountingRule) -> CountingRule:
        """Return the rule that is counted by; it is never saved."""
        if self.stage is None and self.measure is None:
            return rule
        return CountingRule(
            plan=rule.plan,
            effective_on=rule.effective_on,
            counting_stage=self.stage or rule.counting_stage,
            investment_measure=self.measure or rule.investment_measure,
        )


PLANS_OWN = Choice()


def read_choice(query: Mapping[str, str]) -> tuple[Choice, list[str]]:
    """Read it from a query string; what cannot be read is the plan's, with its problem."""
    problems: list[str] = []

    def one(name: str) -> Any:
        given = query.get(name, "")
        accepted = ACCEPTED[name]
        if not given:
            return None
        for value in accepted:
            if value == given:
                return value
        problems.append(
            _("%(name)s “%(text)s” is not known. Accepted: %(known)s.")
            % {"name": name, "text": given[:40], "known": ", ".join(accepted)}
        )
        return None

    choice = Choice(
        stage=one("from"),
        counted=one("count") or Counted.ENTERPRISES,
        measure=one("measure"),
        sites=one("sites") or Sites.ALL,
    )
    return choice, problems
