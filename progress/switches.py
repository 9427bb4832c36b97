"""The switches between definitions and between plans, as a page of progress shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clusters.models import Plan
from clusters.vocabulary import Measure
from progress.choosing import COUNTING_STAGES, Counted, Sites
from progress.moments import VERIFIED
from progress.results import Progress

# What an address says beside its page, and what each link to another page of progress carries on.
CARRIED = ("plan", "as_of", "known_at", "evidence", "from", "count", "measure", "sites")


@dataclass(frozen=True)
class Option:
    """One way to count; `value` is what the address says, None to say nothing."""

    label: str
    value: str | None
    is_current: bool
    is_plans: bool


@dataclass(frozen=True)
class Switch:
    """A question of definition and its answers."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def current(self) -> Option:
        return next(option for option in self.options if option.is_current)

    @property
    def is_plans(self) -> bool:
        """Whether the plan's own answer is followed."""
        return self.current.is_plans


def switches(progress: Progress) -> list[Switch]:
    """Return every switch, each as the page has it."""
    choice, rule = progress.choice, progress.rule
    # What the rule says is known where nothing else is chosen in its place.
    own_stage = progress.plans_stage
    own_measure = progress.plans_measure
    return [
        Switch(
            "from",
            _("Counted from"),
            tuple(
                option(str(stage.label), stage.value, rule.counting_stage, own_stage)
                for stage in COUNTING_STAGES
            ),
        ),
        Switch(
            "count",
            _("What is counted"),
            tuple(
                option(str(one.label), one.value, choice.counted, Counted.ENTERPRISES)
                for one in Counted
            ),
        ),
        Switch(
            "measure",
            _("Measured by"),
            tuple(
                option(str(one.label), one.value, rule.investment_measure, own_measure)
                for one in Measure
            ),
        ),
        Switch(
            "evidence",
            _("Evidence"),
            tuple(
                option(label, value, VERIFIED if progress.verified_only else "all", "all")
                for label, value in ((_("all"), "all"), (_("verified only"), VERIFIED))
            ),
        ),
        Switch(
            "sites",
            _("Where"),
            tuple(option(str(one.label), one.value, choice.sites, Sites.ALL) for one in Sites),
        ),
    ]


def option(label: str, value: str, current: str, own: str) -> Option:
    """Return one answer; the plan's own needs no word in the address."""
    return Option(label, None if value == own else value, value == current, value == own)


def plans_beside(plan: Plan) -> list[Plan]:
    """Return all plans of the park of `plan`, the latest first; [] when there is no other."""
    plans = list(Plan.objects.filter(park=plan.park_id))
    return plans if len(plans) > 1 else []
