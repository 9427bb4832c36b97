"""How goals are written on pages: their numbers in their unit, their status in words."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clusters.amounts import (
    format_dashboard,
    format_dashboard_number,
    format_exact,
    format_goal,
    format_goal_number,
    written,
)
from clusters.names import reads_chinese
from clusters.templatetags.marks import pill
from clusters.templatetags.numbers import quarter
from clusters.vocabulary import GoalMeasure
from progress.announced import HALF, MONTHS, QUARTER, period_days
from progress.models import ReportedTotal
from progress.results import GoalFigures
from progress.statuses import Status
from progress.switches import Switch

register = template.Library()


@register.filter
def in_unit_of(number: int | None, goal: GoalFigures) -> str:
    """Write a number of a goal: money with its unit, or a count."""
    if number is None:
        return _("not reported")
    return format_dashboard(number) if goal.is_money else f"{number:,}"


@register.filter
def bare_in_unit_of(number: int | None, goal: GoalFigures) -> str:
    """Write a number of a goal without its unit, which stands beside it."""
    if number is None:
        return "–"
    return format_dashboard_number(number) if goal.is_money else f"{number:,}"


@register.filter
def bare_target(goal: GoalFigures) -> str:
    """Write a target without its unit, for the end of a bar."""
    return format_goal_number(goal.target) if goal.is_money else f"{goal.target:,}"


@register.filter
def target(goal: GoalFigures) -> str:
    """Write a target with its unit."""
    return format_goal(goal.target) if goal.is_money else f"{goal.target:,}"


@register.filter
def km2(area: Decimal) -> str:
    """Write an area as the plan has it: no zeros that only the column's precision adds."""
    return f"{area.normalize():f}"


@register.filter
def announced_value(total: ReportedTotal) -> str:
    """Write an announced number that is not in yuan, in its own unit."""
    if total.unit == ReportedTotal.Unit.USD:
        if reads_chinese():
            return f"{total.value / 10**8:,.2f}\u00a0亿美元"
        return f"USD {total.value / 10**6:,.1f}\u00a0mn"
    return f"{total.value:,}"


@register.filter
def announced_time(total: ReportedTotal) -> str:
    """Write the period that an announcement speaks of, or the day it was made for."""
    if total.period == "cumulative":
        return _("in all, until %(day)s") % {"day": date_format(total.as_of)}
    days = period_days(total.period, total.as_of)
    if not total.period or days is None:
        return total.period or date_format(total.as_of)
    first, last = days
    if first == last:
        return date_format(first)
    if QUARTER.fullmatch(total.period):
        return quarter(first)
    if HALF.fullmatch(total.period):
        half = _("first half of %(year)s") if first.month == 1 else _("second half of %(year)s")
        return half % {"year": first.year}
    if MONTHS.fullmatch(total.period):
        months = (date_format(day, "YEAR_MONTH_FORMAT") for day in days)
        return _("%(first)s–%(last)s") % dict(zip(("first", "last"), months, strict=True))
    return pgettext("a year by itself", "%(year)s") % {"year": first.year}


@register.simple_tag
def target_words(goal: GoalFigures) -> str:
    """Write what a goal promises: "of at least 130", "of 270 bn yuan"."""
    if goal.is_money:
        return _("of %(target)s") % {"target": format_goal(goal.target)}
    target = {"target": f"{goal.target:,}"}
    if goal.goal.measure == GoalMeasure.NEW_ENGINE_PROJECTS:
        return pgettext("projects", "of at least %(target)s") % target
    return _("of at least %(target)s") % target


@register.inclusion_tag("partials/pill.html")
def goal_pill(goal: GoalFigures) -> dict[str, str]:
    """Draw the status of a goal with what belongs to it: the shortfall, or the date."""
    return pill(goal.status.value, status_words(goal))


def status_words(goal: GoalFigures) -> str:
    """Return a status as one phrase; "" for the status's own words."""
    if not goal.is_plans_rule:
        return _("%(status)s, under this definition") % {"status": goal.status.label}
    if goal.status == Status.MISSED and goal.short is not None:
        if goal.is_money:
            return _("Missed, %(short)s short") % {"short": format_dashboard(goal.short)}
        return ngettext(
            "Missed by %(short)s enterprise", "Missed by %(short)s enterprises", goal.short
        ) % {"short": f"{goal.short:,}"}
    if goal.status == Status.MET_LATE and goal.reached_on is not None:
        return _("Met late, %(day)s") % {"day": date_format(goal.reached_on)}
    if goal.status == Status.NOT_STARTED:
        return _("Starts %(day)s") % {"day": date_format(goal.goal.plan.starts_on)}
    return ""


@register.simple_tag
def fen_link(fen: int | None, url: str, text: str, css: str = "") -> str:
    """Draw an amount as the way to the entries that it is the sum of.

    `data-fen` has the amount to the fen, as the list at `url` has it. Without an address, the text.
    """
    if fen is None or not url:
        return text
    return number_link("fen", fen, url, text, css, title=format_exact(fen))


@register.simple_tag
def count_link(count: int | None, url: str, text: str = "", css: str = "") -> str:
    """Draw a number of enterprises, projects or entries as the way to their list."""
    if count is None or not url:
        return text
    return number_link("count", count, url, text or written(Decimal(count), 0), css)


@register.simple_tag
def goal_link(number: int | None, goal: GoalFigures, url: str, text: str = "") -> str:
    """Draw a number of a goal, an amount or a count, as the way to what it is made of."""
    text = text or in_unit_of(number, goal)
    return fen_link(number, url, text) if goal.is_money else count_link(number, url, text)


def number_link(kind: str, number: int, url: str, text: str, css: str, title: str = "") -> str:
    """Return the link of a number."""
    attributes = {"class": css, "title": title}
    given = [(name, value) for name, value in attributes.items() if value]
    return format_html(
        '<a href="{}" data-{}="{}"{}>{}</a>',
        url,
        kind,
        number,
        format_html_join("", ' {}="{}"', given),
        text,
    )


@register.simple_tag(takes_context=True)
def querystring_of(context: template.Context, name: str, value: str | None) -> str:
    """Return the page's query string with one word put in or, for None, taken out."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    if value is not None:
        query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def counted_line(switches: Collection[Switch]) -> SafeString:
    """Return the answers of all switches as one line; what is not the plan's own stands out."""
    told = format_html_join(
        " · ",
        "{}",
        (
            (one.brief if one.is_plans else format_html("<strong>{}</strong>", one.brief),)
            for one in (switch.current for switch in switches)
        ),
    )
    if all(switch.is_plans for switch in switches):
        return format_html(_("{line} (the plan’s rule)"), line=told)
    return told


@register.filter
def is_repost(note: str) -> bool:
    """Whether a page that is cited only repeats another one; its address is then not linked."""
    return "[mirror]" in note


@register.filter
def plan_start(day: date) -> str:
    """Write the first day of a plan: the year alone where it begins with the year."""
    return str(day.year) if (day.month, day.day) == (1, 1) else date_format(day)


@register.filter
def count_gone(number: int) -> str:
    """Write how many are gone: "−2"."""
    return written(Decimal(-number), 0, signed=True)


@register.filter
def edge(place: int) -> int:
    """Return which of the three cluster colours a cluster has; a fourth begins again."""
    return place % 3 + 1
