"""Conditions on projects and enterprises that look at their dated facts, for the filters of lists.

`day` is the day that is asked about, None for today as the rows themselves have it; `known_at` the
moment whose knowledge is used. What counts as leading is what progress counts
(progress.measuring.leading); tests hold the two equal.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from clusters.expressions import stage_rank
from clusters.models import CountingRule, Plan, Site
from clusters.vocabulary import Grade, LeadingBasis, Stage, Standing
from enterprises.models import LeadingClaim, Project, ProjectState, Shareholding
from enterprises.recording import NEWEST_FIRST

NO_BASIS = "none"
INSIDE, OUTSIDE = "inside", "outside"
# In the place of a stage: nothing was known of the project yet.
UNKNOWN = "none"
NOT_WITHDRAWN = ~Q(standing=Standing.WITHDRAWN)


def from_stage_on(stage: str) -> list[str]:
    """Return a stage and those past it."""
    return [one.value for one in Stage if one.rank >= Stage(stage).rank]


def states_on(day: date, known_at: datetime | None) -> "QuerySet[ProjectState]":
    """The state of each project on a day: its last one, by date and then by recording."""
    known = ProjectState.objects.order_by().known_at(known_at).in_force(day)
    return known.filter(~Exists(newer(known).filter(project=OuterRef("project"))))


def newer(facts: Any) -> Any:
    """Return those of dated facts that count instead of the fact of the row.

    That there is none can be estimated by a database, unlike that a row is the first of its like;
    from a bad estimate it would go through a list once for each row of another.
    """
    later = Q(effective_on__gt=OuterRef("effective_on"))
    return facts.filter(later | Q(effective_on=OuterRef("effective_on")) & recorded_later())


def recorded_later() -> Q:
    """Return the condition that a fact was recorded after the one of the row."""
    at_once = Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    return Q(recorded_at__gt=OuterRef("recorded_at")) | at_once


def stood(condition: Q, day: date, known_at: datetime | None) -> Q:
    """Return the condition on a project that its state on a day met `condition`."""
    return Q(Exists(states_on(day, known_at).filter(condition, project=OuterRef("pk"))))


def was(
    stages: Collection[str], standings: Collection[str], day: date, known_at: datetime | None
) -> Q:
    """Return the condition on a project that on a day it was at one of `stages`, and of one of
    `standings`; of either any if none is given. `UNKNOWN` among the stages: nothing was known."""
    there = [stage for stage in stages if stage != UNKNOWN]
    state = Q(stage__in=there) if there else Q()
    if standings:
        state &= Q(standing__in=standings)
    found = Q() if stages and not there else stood(state, day, known_at)
    if UNKNOWN not in stages:
        return found
    known = ProjectState.objects.order_by().known_at(known_at).in_force(day)
    unknown = ~Q(Exists(known.filter(project=OuterRef("pk"))))
    return found | unknown if there else unknown


def overdue(today: date) -> Q:
    """Return the condition that a project, not withdrawn, has not reached a stage by the day that
    it was last expected there."""
    dates = related(Project, "expected_dates").filter(project=OuterRef("pk"))
    later = related(Project, "expected_dates").filter(
        recorded_later(), project=OuterRef("project"), stage=OuterRef("stage")
    )
    passed = Q()
    for stage in Stage:
        short = [one.value for one in Stage if one.rank < stage.rank]
        if short:
            passed |= Q(
                Exists(dates.filter(~Exists(later), stage=stage, expected_on__lt=today)),
                stage__in=short,
            )
    return passed & NOT_WITHDRAWN


def counting(stage: str, day: date | None, known_at: datetime | None) -> Q:
    """Return the condition on a state, or on a project as it stands, that it counts.

    It is not withdrawn and at `stage` or past it; with "" at the stage of the current plan's rule.
    """
    if stage:
        return Q(stage__in=from_stage_on(stage)) & NOT_WITHDRAWN
    return Q(GreaterThanOrEqual(stage_rank(), rule_rank(day, known_at))) & NOT_WITHDRAWN


def claims_on(day: date, known_at: datetime | None) -> "QuerySet[LeadingClaim]":
    """The claims that hold on a day, as `LeadingClaim.objects.standing()` has them.

    Asked claim by claim, which inside a larger query costs less than to rank them all.
    """
    known = LeadingClaim.objects.order_by().known_at(known_at).in_force(day)
    same = newer(known).filter(enterprise=OuterRef("enterprise"), basis=OuterRef("basis"))
    return known.filter(~Exists(same), holds=True)


def rule_rank(day: date | None, known_at: datetime | None) -> Coalesce:
    """Return the place of the counting stage by the rule of the current plan on a day."""
    today = timezone.localdate()
    plan = Plan.objects.nearest_first(today).values("pk")[:1]
    rules = (
        CountingRule.objects.known_at(known_at)
        .filter(
            plan=Subquery(plan),
            # Before the plan begins its first rule stands.
            effective_on__lte=Greatest(
                Value(day or today, output_field=DateField()), F("plan__starts_on")
            ),
        )
        .order_by(*NEWEST_FIRST)
    )
    rank = rules.annotate(rank=stage_rank("counting_stage")).values("rank")[:1]
    return Coalesce(Subquery(rank), Stage.REGISTERED.rank)


def leading(bases: Collection[str], day: date | None, known_at: datetime | None, at: str = "") -> Q:
    """Return the condition that an enterprise holds one of `bases`, "none" for that it holds none.

    `at` leads from the row to the enterprise.
    """
    held = [basis for basis in LeadingBasis.values if basis in bases]
    dated = day is not None or known_at is not None
    claims = claims_on(day or timezone.localdate(), known_at)
    found = Q()
    if dated and held:
        found |= Q(**{f"{at}pk__in": claims.filter(basis__in=held).values("enterprise")})
    elif held:
        found |= Q(**{f"{at}leading_basis__in": held})
        for basis in held:
            # The row has the strongest of an enterprise's bases; it may hold a weaker one too.
            stronger = LeadingBasis.values[: LeadingBasis.values.index(basis)]
            if unasked := [one for one in stronger if one not in held]:
                too = claims.filter(basis=basis).values("enterprise")
                found |= Q(**{f"{at}leading_basis__in": unasked, f"{at}pk__in": too})
    if NO_BASIS in bases:
        none = Q(**{f"{at}pk__in": claims.values("enterprise")})
        found |= ~none if dated else Q(**{f"{at}leading_basis": ""})
    return found


def reached(stages: Sequence[str], since: date | None, until: date | None) -> Q:
    """Return the condition that a project reached one of `stages` within some days.

    It reached a stage on the first day that it stood there or past it, not withdrawn; of several
    states of one day the one recorded last says how it stood.
    """
    later_that_day = ProjectState.objects.filter(
        recorded_later(), project=OuterRef("project"), effective_on=OuterRef("effective_on")
    )
    stood_so = ProjectState.objects.filter(
        NOT_WITHDRAWN, ~Exists(later_that_day), project=OuterRef("pk")
    )
    within = Q()
    if since is not None:
        within &= Q(effective_on__gte=since)
    if until is not None:
        within &= Q(effective_on__lte=until)

    def one(stage: str) -> Q:
        there = stood_so.filter(stage__in=from_stage_on(stage))
        found = Q(Exists(there.filter(within)))
        if since is not None:
            found &= ~Q(Exists(there.filter(effective_on__lt=since)))
        return found

    return reduce(or_, map(one, stages))


def proven(day: date | None, known_at: datetime | None) -> Q:
    """Return the condition that a verified entry of a project stood on a day."""
    entries = related(Project, "entries").known_at(known_at)
    graded = entries.graded() if known_at is None else entries.graded_at(known_at)
    reversed_then = related(Project, "entries").known_at(known_at).filter(reverses=OuterRef("pk"))
    standing = graded.filter(~Exists(reversed_then), graded="verified", reverses=None)
    return Q(Exists(standing.filter(project=OuterRef("pk")).in_force(day or timezone.localdate())))


def has_amount_of(grades: Collection[str]) -> Q:
    """Return the condition that an amount of a project is of one of the `grades`."""
    totals = related(Project, "totals").filter(project=OuterRef("pk"), entries__gt=0)
    parts = (~Q(**{f"{grade}_fen": 0}) for grade in Grade.values if grade in grades)
    return Q(Exists(totals.filter(reduce(or_, parts))))


def of_groups(groups: Collection[str], at: str = "") -> Q:
    """Return the condition that one of `groups` stands behind an enterprise."""
    holdings = Shareholding.objects.order_by().filter(group__in=map(int, groups))
    return Q(**{f"{at}pk__in": holdings.values("enterprise")})


def led_by(groups: Collection[str], at: str = "") -> Q:
    """Return the condition that one of `groups` is the first named of an enterprise."""
    return Q(**{f"{at}lead_group__in": list(map(int, groups))})


def in_planned_site(sides: Collection[str]) -> Q:
    """Return the condition that the plan names a site of the row's cluster in its region, or that
    it names none; `sides` are INSIDE and OUTSIDE."""
    inside = Q(Exists(Site.objects.filter(cluster=OuterRef("cluster"), region=OuterRef("region"))))
    found = Q()
    if INSIDE in sides:
        found |= inside
    if OUTSIDE in sides:
        found |= ~inside
    return found


def tagged(model: Any, names: Collection[str]) -> Q:
    """Return the condition that a row of `model` has one of these tags."""
    link: Any = model.tags.through
    name = model._meta.model_name
    return Q(pk__in=link.objects.filter(tag__name__in=names).values(name))


def related(model: Any, name: str) -> Any:
    """Return the rows of an app above that belong to `model`, which may not be imported here."""
    return cast(Any, model._meta.get_field(name).related_model)._default_manager.order_by()
