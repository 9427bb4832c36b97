"""The filters that the lists of enterprises and projects share; docs/lists.md names each.

With `as_of` (and `known_at`) place, stage, standing, leading basis and counting are those of that
day, as progress has them; the amounts that a list shows stay those of today.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clusters.choices import named_rows
from clusters.vocabulary import Grade, LeadingBasis, Stage, Standing
from enterprises import conditions
from enterprises.conditions import NO_BASIS
from enterprises.models import Enterprise, InvestorGroup, Project, Tag
from enterprises.origins import origins
from lists.filter_fields import read_key
from lists.filter_kinds import (
    ENTERPRISE,
    NOT,
    PROJECT,
    STATE,
    Amount,
    Choices,
    Day,
    Keys,
    Moment,
    People,
    Place,
    Words,
    Yes,
)
from lists.filters import SEARCH_LENGTH, ParkFilterSet, asked_of

LEADING = [*LeadingBasis.choices, (NO_BASIS, _("None found"))]
# What the filterset puts together itself: the clocks, counting, and the way to a stage.
APART = "apart"
AMOUNT = "amount"
# So many people are offered to choose from.
PEOPLE = 100
TALLIED = {"cluster", "region", "sector", "stage", "standing"}
NEEDS_DAY_BEFORE = ("was_stage", "was_standing", "newcomer")
NEEDS_COUNTING = ("counting_from", "new_since", "counted_before", "gone_by")


def at_stage(filterset: Any, stages: Any, at: str) -> Q:
    """Return the condition that a project stands at one of `stages`.

    A withdrawn project keeps the stage it had, but stands at none any more.
    """
    return Q(stage__in=stages) & conditions.NOT_WITHDRAWN


def group_names(user: Any, keys: Iterable[int]) -> Any:
    """Return the names of groups, for `Keys`."""
    return named_rows(InvestorGroup.objects.visible_to(user).filter(pk__in=keys), "group")


def leader_names(user: Any, keys: Iterable[int]) -> Any:
    """Return the same for the filter by the group that leads."""
    return named_rows(InvestorGroup.objects.visible_to(user).filter(pk__in=keys), "led_by")


def project_names(user: Any, keys: Iterable[int]) -> Any:
    """Return the names of projects, for `Keys`."""
    return named_rows(Project.objects.visible_to(user).filter(pk__in=keys), "project")


def enterprise_names(user: Any, keys: Iterable[int]) -> Any:
    """Return the names of enterprises, for `Keys`."""
    return named_rows(Enterprise.objects.visible_to(user).filter(pk__in=keys), "enterprise")


def people_rows(column: str, rows: Any, asked: Iterable[str]) -> Any:
    """Return the names of people that a column of `rows` names, the first PEOPLE of them, and of
    those `asked` for."""
    named_there = User.objects.filter(Exists(rows.order_by().filter(**{column: OuterRef("pk")})))
    first = Q(pk__in=named_there.order_by("username").values("pk")[:PEOPLE])
    keys = {key for raw in asked if (key := read_key(raw))}
    full_name = Trim(Concat("first_name", Value(" "), "last_name"))
    named = Coalesce(NullIf(full_name, Value("")), "username")
    rows = User.objects.filter(first | Q(pk__in=keys))
    return named_rows(rows, "person", key="username", name_en=named, name_zh="")


class ProjectConditions(ParkFilterSet):
    """The filters that speak of a project and of who is behind it."""

    q = Words(label=_("Search"), help_text=_("Name, group, credit code"), max_length=SEARCH_LENGTH)
    park = Place(label=_("Park"), of=STATE, field_name="cluster__park", is_hidden=True)
    cluster = Place(label=_("Cluster"), of=STATE)
    stage = Choices(label=_("Stage"), choices=Stage.choices, of=STATE, condition=at_stage)
    region = Place(label=_("Region"), of=STATE)
    leading = Choices(
        label=_("Leading basis"),
        choices=LEADING,
        of=ENTERPRISE,
        condition=lambda filters, bases, at: filters.leads(bases, at),
    )
    sector = Place(label=_("Sector"), of=STATE)
    standing = Choices(label=_("Standing"), choices=Standing.choices, of=STATE)
    stale = Yes(
        label=_("Silence"),
        says=_("not heard of for too long"),
        of=PROJECT,
        condition=lambda filters, _value, _at: Project.objects.stale_q(timezone.localdate()),
    )
    mine = Yes(
        label=_("Mine"),
        says=_("assigned to me, or recorded by me"),
        of=PROJECT,
        condition=lambda filters, _value, _at: Project.objects.mine_q(filters.reader),
    )
    assignee = People(label=_("Assigned to"), nobody=_("Nobody"), of=PROJECT)
    grade = Choices(
        label=_("Evidence"),
        choices=Grade.choices,
        of=PROJECT,
        condition=lambda filters, grades, _at: conditions.has_amount_of(grades),
    )
    reached = Choices(label=_("Reached"), choices=Stage.choices, negatable=False, of=APART)
    reached_since = Day(label=_("Reached from"), of=APART)
    reached_until = Day(label=_("Reached until"), of=APART)
    heard_since = Day(
        label=_("Last heard of from"), of=PROJECT, field_name="heard_on", lookup_expr="gte"
    )
    heard_until = Day(
        label=_("Last heard of until"), of=PROJECT, field_name="heard_on", lookup_expr="lte"
    )
    contracted_min = Amount(
        label=_("Contracted at least"), of=AMOUNT, field_name="contracted_fen", lookup_expr="gte"
    )
    contracted_max = Amount(
        label=_("Contracted at most"), of=AMOUNT, field_name="contracted_fen", lookup_expr="lte"
    )
    paid_in_min = Amount(
        label=_("Paid in at least"), of=AMOUNT, field_name="paid_in_fen", lookup_expr="gte"
    )
    paid_in_max = Amount(
        label=_("Paid in at most"), of=AMOUNT, field_name="paid_in_fen", lookup_expr="lte"
    )
    origin = Choices(label=_("Origin"), of=ENTERPRISE)
    group = Keys(
        label=_("Group"),
        names=group_names,
        of=ENTERPRISE,
        condition=lambda filters, groups, at: conditions.of_groups(groups, at),
    )
    led_by = Keys(
        label=_("Led by the group"),
        names=leader_names,
        of=ENTERPRISE,
        condition=lambda filters, groups, at: conditions.led_by(groups, at),
        is_hidden=True,
    )
    site = Choices(
        label=_("Planned sites"),
        choices=[(conditions.INSIDE, _("inside")), (conditions.OUTSIDE, _("outside"))],
        negatable=False,
        of=STATE,
        is_hidden=True,
        condition=lambda filters, sides, _at: conditions.in_planned_site(sides),
    )
    counting = Yes(label=_("Counts as leading"), says=_("yes"), of=APART, is_hidden=True)
    counting_from = Choices(
        label=_("Counted from"), choices=Stage.choices, negatable=False, of=APART, is_hidden=True
    )
    as_of = Day(label=_("Place, stage and basis on"), of=APART, is_hidden=True)
    known_at = Moment(label=_("As known at"), of=APART, is_hidden=True)
    was_on = Day(label=_("Before, on"), of=APART, is_hidden=True)
    was_stage = Choices(
        label=_("Stage before"),
        choices=[*Stage.choices, (conditions.UNKNOWN, _("not known yet"))],
        negatable=False,
        of=APART,
        is_hidden=True,
    )
    was_standing = Choices(
        label=_("Standing before"),
        choices=Standing.choices,
        negatable=False,
        of=APART,
        is_hidden=True,
    )
    overdue = Yes(
        label=_("Expected date"),
        says=_("passed, and the stage is not reached"),
        of=PROJECT,
        is_hidden=True,
        condition=lambda filters, _value, _at: conditions.overdue(timezone.localdate()),
    )
    stage_until = Day(
        label=_("At its stage since"),
        of=PROJECT,
        field_name="stage_on",
        lookup_expr="lte",
        is_hidden=True,
    )
    evidence = Choices(
        label=_("Counted"),
        choices=[("verified", _("with a verified entry only"))],
        negatable=False,
        of=APART,
        is_hidden=True,
    )

    folds = (
        (_("Stage reached"), ("reached", "reached_since", "reached_until")),
        (_("Amounts"), ("contracted_min", "contracted_max", "paid_in_min", "paid_in_max")),
        (_("Last heard of"), ("heard_since", "heard_until")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("origin", "not_origin"):
            self.filters[name].extra["choices"] = lambda: list(origins().items())
        for name in ("tag", "not_tag"):
            self.filters[name].extra["choices"] = lambda: self.places.choices("tag")

    @classmethod
    def name_rows(cls, query: QueryDict, user: Any, *, are_offered: bool = True) -> Iterator[Any]:
        if are_offered or asked_of(query, "tag"):
            yield named_rows(Tag.objects.all(), "tag", key="name", name_en="name", name_zh="name")
        asked = asked_of(query, "assignee")
        if are_offered or asked:
            yield people_rows("assignee", Project.objects.visible_to(user), asked)
        yield from super().name_rows(query, user)

    # The conditions, put together.

    @property
    def clocks(self) -> tuple[date | None, Any]:
        """The day that is asked about, None for today as the rows have it, and the moment."""
        day, moment = self.asked("as_of"), self.asked("known_at")
        return (day or timezone.localdate() if moment else day), moment

    @property
    def counting_stage(self) -> str:
        """The lowest stage that counts; "" for that of the plan's rule."""
        ranked = sorted(self.several("counting_from"), key=lambda stage: Stage(stage).rank)
        return ranked[0] if ranked else ""

    def asks_of_kinds_only(self) -> bool:
        """Whether all that is asked of projects is what they are tallied by."""
        return all(name.removeprefix(NOT) in TALLIED for name, _one, _value in self.in_force())

    def leads(self, bases: Any, at: str) -> Q:
        """Return the condition that an enterprise holds one of `bases`; `at` leads to it."""
        day, moment = self.clocks
        return conditions.leading(bases, day, moment, at)

    def state_q(self, *, counts: bool) -> Q:
        """Return the condition on a state, or on a project as it stands now."""
        condition = self.conditions(STATE)
        if counts:
            condition &= conditions.counting(self.counting_stage, *self.clocks)
        return condition

    def project_q(self, day: date | None = None) -> Q:
        """Return the condition on one project; `day` asks about another one than the address."""
        counts = bool(self.several("counting"))
        asked_day, moment = self.clocks
        day = day or asked_day
        condition = self.state_q(counts=counts)
        if day is not None and condition:
            condition = conditions.stood(condition, day, moment)
        if self.several("evidence"):
            condition &= conditions.proven(day, moment)
        if stages := self.several("reached"):
            between = (self.asked("reached_since"), self.asked("reached_until"))
            condition &= conditions.reached(stages, *between)
        if was_on := self.asked("was_on"):
            before = (self.several("was_stage"), self.several("was_standing"))
            condition &= conditions.was(*before, was_on, moment)
        condition &= self.conditions(PROJECT)
        if counts:
            # The other projects need not be looked at.
            condition &= conditions.leading(LeadingBasis.values, day, moment, "enterprise__")
        return condition

    def enterprise_q(self, at: str = "") -> Q:
        """Return the condition on the enterprise but for its projects; `at` leads to it."""
        condition = self.conditions(ENTERPRISE, at)
        if self.several("counting"):
            condition &= self.leads(LeadingBasis.values, at)
        return condition

    def problems(self, cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield from super().problems(cleaned)
        for name in ("reached_since", "reached_until"):
            if cleaned.get(name) and not cleaned.get("reached"):
                yield name, gettext("Say which stage too, such as reached=construction.")
        for name in NEEDS_DAY_BEFORE:
            if cleaned.get(name) and not cleaned.get("was_on"):
                yield name, gettext("Say on which day too, such as was_on=2025-09-30.")
        for name in NEEDS_COUNTING:
            if cleaned.get(name) and not cleaned.get("counting"):
                yield name, gettext("Say counting=yes too.")
