"""The switches between definitions and between plans, as a page of progress shows them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Plan
from clusters.vocabulary import Measure, Stage
from progress.choosing import COUNTING_STAGES, Counted, Sites
from progress.moments import VERIFIED
from progress.results import Progress

# What an address says beside its page, and what each link to another page of progress carries on.
CARRIED = ("plan", "as_of", "known_at", "evidence", "from", "count", "measure", "sites")
# The questions of definition, in the order of a page.
NAMES = ("from", "count", "measure", "evidence", "sites")


@dataclass(frozen=True)
class Option:
    """One way to count; `value` is what the address says, None to say nothing, and `brief` how the
    line of all answers names it."""

    label: str
    brief: str
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


def switches(progress: Progress, follows: Collection[str] = NAMES) -> list[Switch]:
    """Return the switches that a page follows, each as the page has it."""
    choice, rule = progress.choice, progress.rule
    # What the rule says is known where nothing else is chosen in its place.
    own_stage = progress.plans_stage
    own_measure = progress.plans_measure
    evidence = VERIFIED if progress.verified_only else "all"
    found = [
        Switch(
            "from",
            _("Counted from"),
            tuple(
                option(label_of(stage), stage, rule.counting_stage, own_stage, from_stage(stage))
                for stage in COUNTING_STAGES
            ),
        ),
        Switch(
            "count",
            _("What is counted"),
            tuple(
                option(label_of(one), one, choice.counted, Counted.ENTERPRISES) for one in Counted
            ),
        ),
        Switch(
            "measure",
            _("Measured by"),
            tuple(
                option(label_of(one), one, rule.investment_measure, own_measure, lower(one))
                for one in Measure
            ),
        ),
        Switch(
            "evidence",
            _("Evidence"),
            (
                option(_("all"), "all", evidence, "all", _("all evidence")),
                option(_("verified only"), VERIFIED, evidence, "all"),
            ),
        ),
        Switch(
            "sites",
            _("Where"),
            tuple(option(label_of(one), one, choice.sites, Sites.ALL) for one in Sites),
        ),
    ]
    return [switch for switch in found if switch.name in follows]


def label_of(one: Any) -> str:
    """Return the words of an answer."""
    return str(one.label)


def lower(one: Any) -> str:
    """Return the words of an answer within a line."""
    return label_of(one).lower()


def from_stage(stage: Stage) -> str:
    """Return from which stage on is counted, within a line."""
    return _("from %(stage)s on") % {"stage": lower(stage)}


def option(label: str, value: str, current: str, own: str, brief: str = "") -> Option:
    """Return one answer; the plan's own needs no word in the address."""
    told = None if value == own else str(value)
    return Option(label, brief or label, told, value == current, value == own)


def plans_beside(plan: Plan) -> list[Plan]:
    """Return all plans of the park of `plan`, the latest first; [] when there is no other."""
    plans = list(Plan.objects.filter(park=plan.park_id))
    return plans if len(plans) > 1 else []
