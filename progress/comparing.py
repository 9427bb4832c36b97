"""Two scopes side by side, or one at two dates: the same figures in two columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from accounts.scopes import scope_of
from clusters.models import Plan, Sector
from clusters.vocabulary import Grade
from enterprises.models import Enterprise, InvestorGroup
from progress.figures import measure_progress
from progress.finding import find_group, find_sector, unknown
from progress.links import Links
from progress.moments import Moment
from progress.pages import scope_links
from progress.results import GoalFigures, Progress, ScopeFigures
from progress.views.parts import compared_figures

PARK, CLUSTER, REGION, SECTOR, GROUP, PLAN = (
    "park",
    "cluster",
    "region",
    "sector",
    "group",
    "plan",
)
# So many groups are offered; the page of any other leads here too.
GROUPS_OFFERED = 40


@dataclass(frozen=True)
class Side:
    """One column: what it is of, by which figures, at which clocks."""

    spec: str
    moment: Moment
    progress: Progress
    figures: ScopeFigures
    links: Links

    @property
    def name(self) -> str:
        if self.spec.startswith(f"{PLAN}:"):
            return self.progress.plan.name
        return self.figures.scope.name

    @property
    def page_url(self) -> str:
        if self.spec.startswith(f"{PLAN}:"):
            return self.links.carry(self.progress.plan.get_absolute_url())
        return self.links.page(self.figures)


@dataclass(frozen=True)
class Cell:
    """A figure in one column with the address of what it is made of; None: not reported."""

    value: Any
    url: str = ""
    # Of output the year, of a goal its status.
    goal: GoalFigures | None = None
    year: int | None = None


@dataclass(frozen=True)
class Row:
    """One figure of both; `kind` is "fen", "count", "share", or "goal" for how far a goal is."""

    label: str
    kind: str
    first: Cell
    second: Cell

    @property
    def cells(self) -> tuple[Cell, Cell]:
        return self.first, self.second

    @property
    def difference(self) -> Any:
        """What the second is more than the first; None where that cannot be said."""
        if self.first.value is None or self.second.value is None:
            return None
        if self.first.year != self.second.year:
            return None
        return self.second.value - self.first.value


class Sides:
    """Reads the sides that an address names, for one reader."""

    def __init__(self, plan: Plan, user: Any, choice: Any, carried: dict[str, str]) -> None:
        self.plan = plan
        self.user = user
        self.choice = choice
        self.carried = carried

    def read(self, spec: str, moment: Moment) -> Side:
        """Return one side; raises ValidationError that says what there is."""
        kind, _colon, key = spec.partition(":")
        plan = self.one_of(Plan.objects.select_related("park"), key) if kind == PLAN else self.plan
        progress = measure_progress(
            plan,
            moment.as_of,
            moment.known_at,
            verified_only=moment.verified_only,
            choice=self.choice,
        )
        carried = {**self.carried, "as_of": moment.as_of.isoformat()}
        if moment.known_at is not None:
            carried["known_at"] = moment.known_at.isoformat()
        if plan != self.plan:
            carried["plan"] = plan.slug
        return Side(
            spec,
            moment,
            progress,
            self.figures(progress, kind, key),
            Links(progress, carried=carried),
        )

    def figures(self, progress: Progress, kind: str, key: str) -> ScopeFigures:
        """Return the figures of a scope."""
        if kind in {PARK, PLAN}:
            return progress.park
        if kind in {CLUSTER, REGION}:
            scopes = progress.clusters if kind == CLUSTER else progress.regions
            found = next((scope for scope in scopes if scope.key == key), None)
            if found is None:
                raise unknown(key, [scope.key for scope in scopes])
            return found
        return compared_figures(progress, self.part(kind, key), self.user)

    def part(self, kind: str, key: str) -> Sector | InvestorGroup:
        """Return the sector or group of a key."""
        if kind == SECTOR:
            return find_sector(self.plan, key)
        if kind == GROUP:
            return find_group(self.user, key)
        known = [PARK, *(f"{one}:…" for one in (CLUSTER, REGION, SECTOR, GROUP, PLAN))]
        raise unknown(kind, known)

    @staticmethod
    def one_of(plans: Any, slug: str) -> Plan:
        """Return the plan of a short name."""
        found: Plan | None = plans.filter(slug=slug).first()
        if found is None:
            raise unknown(slug, plans.order_by("slug").values_list("slug", flat=True))
        return found


def rows(first: Side, second: Side) -> list[Row]:
    """Return the figures of both sides in the order of the pages."""
    sides = [(side, scope_links(side.links, side.figures)) for side in (first, second)]

    def row(label: str, kind: str, cell: Callable[[Side, dict[str, Any]], Cell]) -> Row:
        return Row(label, kind, *(cell(side, urls) for side, urls in sides))

    def amount(name: str) -> Callable[[Side, dict[str, Any]], Cell]:
        return lambda side, urls: Cell(getattr(side.figures, name).fen, urls[f"{name}_url"])

    return [
        row(_("Contracted"), "fen", amount("contracted")),
        row(
            _("of it before the plan"),
            "fen",
            lambda side, urls: Cell(
                side.figures.contracted.before_plan_fen, urls["contracted_before_url"]
            ),
        ),
        row(_("Paid in"), "fen", amount("paid_in")),
        row(
            _("Annual output"),
            "fen",
            lambda side, urls: Cell(
                side.figures.annual_output_fen,
                urls["output_url"],
                year=side.figures.annual_output_year,
            ),
        ),
        row(
            _("Leading enterprises"),
            "count",
            lambda side, urls: Cell(side.figures.leading, urls["leading_url"]),
        ),
        row(
            _("Enterprises"),
            "count",
            lambda side, urls: Cell(side.figures.enterprises, urls["enterprises_url"]),
        ),
        row(
            _("Projects"),
            "count",
            lambda side, urls: Cell(side.figures.projects, urls["projects_url"]),
        ),
        row(_("Share of the park"), "share", lambda side, urls: Cell(side.figures.share_of_park)),
        row(
            _("Contracted, of it verified"),
            "share",
            lambda side, urls: Cell(
                side.figures.contracted.shares[Grade.VERIFIED],
                urls["contracted_grades"].get(Grade.VERIFIED.value, ""),
            ),
        ),
        *goal_rows(first, second),
    ]


def goal_rows(first: Side, second: Side) -> Iterator[Row]:
    """Yield how far the goals are, those that one of the two has."""
    for label, name in (
        (_("Goal for leading enterprises"), "leading_goal"),
        (_("Investment goal"), "investment_goal"),
    ):
        goals = [getattr(side.figures, name) for side in (first, second)]
        if any(goals):
            yield Row(
                label,
                "goal",
                *(Cell(goal and goal.headline_completion, goal=goal) for goal in goals),
            )


# What can be chosen.


def options(plan: Plan, progress: Progress, user: Any, chosen: list[str]) -> list[Any]:
    """Return labelled groups of (value, name) to choose a side from."""
    sectors = Sector.objects.filter(cluster__park=plan.park_id).select_related("cluster")
    plans = Plan.objects.filter(park=plan.park_id)
    return [
        (_("The park"), [(PARK, plan.park.name)]),
        (_("Clusters"), [(f"{CLUSTER}:{one.key}", one.scope.name) for one in progress.clusters]),
        (_("Regions"), [(f"{REGION}:{one.key}", one.scope.name) for one in progress.regions]),
        (
            _("Sectors"),
            [(f"{SECTOR}:{one.cluster.slug}/{one.slug}", one.name) for one in sectors],
        ),
        (_("Plans"), [(f"{PLAN}:{one.slug}", one.name) for one in plans]),
        (_("Investor groups"), groups(user, chosen)),
    ]


def groups(user: Any, chosen: list[str]) -> list[tuple[str, str]]:
    """Return the largest groups that lead an enterprise the reader sees, and those chosen.

    For a reader with a scope in the order of names: amounts outside it decide on nothing.
    """
    visible = InvestorGroup.objects.visible_to(user)
    led = Enterprise.objects.visible_to(user).order_by().exclude(lead_group=None)
    if scope_of(user).is_limited:
        named = visible.filter(pk__in=led.values("lead_group"))
        keys = list(named.values_list("pk", flat=True)[:GROUPS_OFFERED])
    else:
        sums = led.values("lead_group").annotate(fen=Sum("contracted_fen"))
        largest = sums.order_by(F("fen").desc(nulls_last=True), "lead_group")
        keys = [row["lead_group"] for row in largest[:GROUPS_OFFERED]]
    keys += [
        int(key)
        for spec in chosen
        if spec.startswith(f"{GROUP}:") and (key := spec.partition(":")[2]).isdecimal()
    ]
    return [(f"{GROUP}:{one.pk}", one.name) for one in visible.filter(pk__in=keys)]


def at(moment: Moment, as_of: date | None, known_at: Any) -> Moment:
    """Return a moment with its clocks put elsewhere, where that is asked for."""
    return replace(moment, as_of=as_of or moment.as_of, known_at=known_at or moment.known_at)
