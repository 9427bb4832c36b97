"""The table of goals."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.amounts import format_goal, plain_yuan
from clusters.models import Goal
from clusters.names import name_columns
from clusters.templatetags.marks import STATUSES, pill
from clusters.templatetags.numbers import dash, missing, whole_percent
from clusters.templatetags.park import host, is_web_address
from lists.columns import (
    NUMBER,
    ONE_LINE,
    WIDE,
    WIDE_NUMBER,
    WIDE_ONE_LINE,
    DayColumn,
    MomentColumn,
    Ordered,
    ParkTable,
    in_name_order,
    in_order,
)
from progress.figures import measure_progress
from progress.goal_filters import WHOLE_PARK
from progress.links import Links
from progress.pages import GoalRow, every_goal
from progress.statuses import Status
from progress.templatetags.goals import goal_link, status_words


class Measured:
    """How goals stand on a day; each plan is measured once, when a goal of it is first asked
    about."""

    def __init__(self) -> None:
        self.on = timezone.localdate()
        self._of_plans: dict[int, dict[int, GoalRow]] = {}

    def row(self, goal: Goal) -> GoalRow | None:
        """Return a goal with what was reached of it; None for one that is not in force."""
        if goal.plan_id not in self._of_plans:
            links = Links(measure_progress(goal.plan, self.on))
            self._of_plans[goal.plan_id] = {row.goal.goal.pk: row for row in every_goal(links)}
        return self._of_plans[goal.plan_id].get(goal.pk)


class NumbersColumn(tables.Column):
    """Money of some goals and a count of others, which a file has in two columns."""

    measured: Measured

    def file_heads(self, header: str) -> list[str]:
        return [
            gettext("%(column)s, yuan") % {"column": header},
            gettext("%(column)s, number") % {"column": header},
        ]

    def file_values(self, record: Goal) -> list[Any]:
        number = self.number_of(record)
        if number is None:
            return ["", ""]
        return [Decimal(plain_yuan(number)), ""] if record.is_money else ["", number]

    def number_of(self, goal: Goal) -> int | None:
        return goal.target


class ReachedColumn(NumbersColumn):
    """What was reached of a goal."""

    def number_of(self, goal: Goal) -> int | None:
        row = self.measured.row(goal)
        return row.number if row else None


def page_of(goal: Goal, on: date) -> str:
    """Return the page of the scope of a goal, by its plan and on a day; today needs no word."""
    address = (
        reverse("progress:cluster", args=[goal.cluster.slug])
        if goal.cluster
        else reverse("progress:overview")
    )
    day = {} if on == timezone.localdate() else {"as_of": on.isoformat()}
    return f"{address}?{urlencode({'plan': goal.plan.slug, **day})}"


class GoalTable(ParkTable):
    """Goals with what was reached of them on a day; each is linked to the page of its scope."""

    measure = tables.Column(
        verbose_name=_("Goal"),
        linkify=lambda record, table: page_of(record, table.measured.on),
        attrs={"td": {"class": "goal-name"}},
    )
    plan = tables.Column(empty_values=(), verbose_name=_("Plan"), attrs=WIDE)
    cluster = tables.Column(empty_values=(), verbose_name=_("Cluster"))
    due_on = DayColumn(verbose_name=_("Due"), attrs=WIDE_ONE_LINE)
    target = NumbersColumn(empty_values=(), verbose_name=_("Target"), orderable=False, attrs=NUMBER)
    reached = ReachedColumn(accessor="pk", verbose_name=_("Reached"), orderable=False, attrs=NUMBER)
    completion = tables.Column(
        accessor="pk", verbose_name=_("Completion"), orderable=False, attrs=WIDE_NUMBER
    )
    status = tables.Column(accessor="pk", verbose_name=_("Status"), orderable=False, attrs=ONE_LINE)
    wording = tables.Column(verbose_name=_("In the plan’s words"), default=dash, attrs=WIDE)
    effective_on = DayColumn(verbose_name=_("Set on"), attrs=WIDE_ONE_LINE)
    source = tables.Column(
        accessor="source_url", verbose_name=_("Source"), default=dash, attrs=WIDE_ONE_LINE
    )
    recorded_at = MomentColumn(verbose_name=_("Recorded"), attrs=WIDE_ONE_LINE)
    recorded_by = tables.Column(verbose_name=_("By"), order_by="recorded_by__username", attrs=WIDE)

    optional = frozenset({"effective_on", "wording", "source", "recorded_at", "recorded_by"})

    class Meta:
        model = Goal
        fields = [
            "measure",
            "plan",
            "cluster",
            "due_on",
            "target",
            "reached",
            "completion",
            "status",
            "wording",
            "effective_on",
            "source",
            "recorded_at",
            "recorded_by",
        ]
        attrs = {"caption": _("Goals")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measured = Measured()
        for name in ("target", "reached"):
            self.base_columns[name].measured = self.measured

    # Where it belongs.

    def value_measure(self, record: Goal) -> str:
        return record.measure

    def value_plan(self, record: Goal) -> str:
        return record.plan.slug

    def render_plan(self, record: Goal) -> str:
        return record.plan.name

    def order_plan(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, name_columns("plan__"), is_descending)

    def render_cluster(self, record: Goal) -> str | SafeString:
        if record.cluster_id is None:
            return gettext("Whole park")
        return self.cluster_marks([self.places.cluster(record.cluster_id)])

    def value_cluster(self, record: Goal) -> str:
        return record.cluster.slug if record.cluster else WHOLE_PARK

    def order_cluster(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F("cluster__position"), is_descending)

    # How it stands.

    def render_target(self, record: Goal) -> str | SafeString:
        if record.target is None:
            return dash()
        return format_goal(record.target) if record.is_money else f"{record.target:,}"

    def render_reached(self, record: Goal) -> str | SafeString:
        row = self.measured.row(record)
        if row is None:
            return dash()
        if row.goal.status == Status.NOT_MEASURED:
            return dash()
        return missing() if row.number is None else goal_link(row.number, row.goal, row.url)

    def render_completion(self, record: Goal) -> str | SafeString:
        row = self.measured.row(record)
        ratio = row.completion if row else None
        return dash() if ratio is None else whole_percent(ratio)

    def value_completion(self, record: Goal) -> str:
        row = self.measured.row(record)
        return "" if row is None or row.completion is None else str(row.completion)

    def render_status(self, record: Goal) -> SafeString:
        row = self.measured.row(record)
        shown = pill(row.goal.status.value, status_words(row.goal)) if row else None
        return render_to_string(
            "partials/pill.html", shown or pill("neutral", self.value_status(record))
        )

    def value_status(self, record: Goal) -> str:
        row = self.measured.row(record)
        if row:
            return status_words(row.goal) or str(STATUSES[row.goal.status.value][2])
        if record.target is None:
            return gettext("Ended")
        begins = max(self.measured.on, record.plan.starts_on)
        return gettext("Superseded") if record.effective_on <= begins else gettext("To come")

    # Who said so.

    def render_source(self, value: str) -> str | SafeString:
        if not is_web_address(value):
            return host(value)
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', value, host(value))

    def value_source(self, value: str) -> str:
        return value

    def value_recorded_by(self, record: Goal) -> str:
        return record.recorded_by.username
