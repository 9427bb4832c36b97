"""The figures as sentences that a leader can read aloud, in either language.

Each variant is one whole message, so that a translator sees a whole sentence. A part without data
is dropped.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.amounts import format_dashboard, format_dashboard_number, format_goal_number
from clusters.names import reads_chinese
from clusters.templatetags.numbers import percent, points
from clusters.vocabulary import Grade
from progress.results import GoalFigures, Progress, ScopeFigures
from progress.statuses import Status


def sentence(progress: Progress, scope: ScopeFigures) -> SafeString:
    """Return what `scope` has come to, how that compares with its goals, and how sure it is."""
    parts = [
        *under(progress),
        *standing(progress, scope),
        *since(scope),
        *([] if progress.verified_only else how_sure(scope)),
    ]
    # Chinese sentences follow each other without a space.
    return mark_safe(("" if reads_chinese() else " ").join(parts))  # noqa: S308 each part is escaped


def under(progress: Progress) -> list[str]:
    """Say that another definition than the plan's is followed, where it is."""
    return [] if progress.choice.is_plans else [_("Under another definition than the plan’s:")]


def scope_words(progress: Progress, scope: ScopeFigures) -> str:
    """Return how the sentence calls the scope."""
    return _("the park") if scope is progress.park else scope.scope.name


def standing(progress: Progress, scope: ScopeFigures) -> list[str]:
    """Say what was reached of the goals, and whether that meets them."""
    leading, money = scope.leading_goal, scope.investment_goal
    if leading is None and money is None:
        return without_goal(progress, scope)
    if progress.as_of < progress.plan.starts_on:
        return [_("The plan begins on %(day)s.") % {"day": date_format(progress.plan.starts_on)}]
    told = [goal for goal in (leading, money) if goal and goal.headline is not None]
    if not told:
        return [
            format_html(
                _("Nothing has been reported for {scope}."), scope=scope_words(progress, scope)
            )
        ]
    over = all(goal.is_over for goal in told)
    words: dict[str, object] = {
        "scope": scope_words(progress, scope),
        "due": date_format(told[0].goal.due_on),
        "as_of": date_format(progress.as_of),
        "share": percent(told[0].elapsed),
    }
    if leading is not None and leading in told:
        words |= {"n": leading.headline, "target": leading.target}
    if money is not None and money in told:
        words |= {
            "x": format_dashboard_number(money.headline or 0),
            "y": format_goal_number(money.target),
        }
    return [format_html(reached(over, leading in told, money in told), **words), *verdict(told)]


def reached(over: bool, leading: bool, money: bool) -> str:
    """Return the message for what was reached of which goals."""
    if leading and money:
        return (
            _(
                "When the plan ended on {due}, {scope} had <strong>{n} of at least {target}"
                "</strong> leading enterprises and <strong>{x} of {y} billion yuan</strong> "
                "of investment."
            )
            if over
            else _(
                "By {as_of}, with {share} of the plan’s time gone, {scope} had <strong>{n} of at "
                "least {target}</strong> leading enterprises and <strong>{x} of {y} billion "
                "yuan</strong> of investment."
            )
        )
    if leading:
        return (
            _(
                "When the goal fell due on {due}, {scope} had <strong>{n} of at least {target}"
                "</strong> leading enterprises."
            )
            if over
            else _(
                "By {as_of}, with {share} of the time gone, {scope} had <strong>{n} of at least "
                "{target}</strong> leading enterprises."
            )
        )
    return (
        _(
            "When the goal fell due on {due}, {scope} had <strong>{x} of {y} billion yuan"
            "</strong> of investment."
        )
        if over
        else _(
            "By {as_of}, with {share} of the time gone, {scope} had <strong>{x} of {y} billion "
            "yuan</strong> of investment."
        )
    )


def without_goal(progress: Progress, scope: ScopeFigures) -> list[str]:
    """Say what a scope without a goal brings to the park."""
    name = scope_words(progress, scope)
    if scope.investment.fen is None:
        return [format_html(_("No investment has been reported for {scope}."), scope=name)]
    if scope.share_of_park is None or scope is progress.park:
        return [format_html(_("No goal is published for {scope}."), scope=name)]
    return [
        format_html(
            _(
                "{scope} has <strong>{amount}</strong> of investment, <strong>{share}</strong> of "
                "the park’s; no goal is published for it."
            ),
            scope=name,
            amount=format_dashboard(scope.investment.fen),
            share=percent(scope.share_of_park),
        )
    ]


def verdict(goals: list[GoalFigures]) -> list[str]:
    """Say whether the goals were met, are on pace or behind."""
    statuses = {goal.status for goal in goals}
    if len(goals) > 1 and statuses == {Status.MISSED}:
        leading, money = goals
        return [
            ngettext(
                "Both goals were missed: by %(dn)s enterprise and by %(dx)s.",
                "Both goals were missed: by %(dn)s enterprises and by %(dx)s.",
                leading.short or 0,
            )
            % {"dn": leading.short, "dx": format_dashboard(money.short or 0)}
        ]
    if len(goals) > 1 and statuses == {Status.MET}:
        return [_("Both goals were met.")]
    return [words for goal in goals if (words := one_verdict(goal))]


def one_verdict(goal: GoalFigures) -> str:
    """Say how one goal stands."""
    name = _("The investment goal") if goal.is_money else _("The goal for leading enterprises")
    words = {"goal": name, "on": day(goal.reached_on)}
    if goal.status in {Status.MET, Status.MET_LATE, Status.ACHIEVED}:
        if goal.reached_on is None:
            return _("%(goal)s was met.") % words
        if goal.status == Status.ACHIEVED:
            return _("%(goal)s was reached on %(on)s, before its due date.") % words
        if goal.status == Status.MET_LATE:
            return _("%(goal)s was met late, on %(on)s.") % words
        return _("%(goal)s was met on %(on)s.") % words
    if goal.status == Status.MISSED:
        return _("%(goal)s was missed by %(short)s.") % {
            "short": quantity(goal, goal.short),
            **words,
        }
    if goal.pace is None or goal.needed_per_month is None or goal.recent_per_month is None:
        return ""
    words |= {
        "pp": points(abs(goal.pace)).removeprefix("+"),
        "need": rate(goal, goal.needed_per_month),
        "recent": rate(goal, goal.recent_per_month),
    }
    if goal.status == Status.ON_PACE:
        return (
            _(
                "%(goal)s is on pace: %(need)s a month are needed, the last 12 months brought "
                "%(recent)s a month."
            )
            % words
        )
    return (
        _(
            "%(goal)s is %(pp)s behind: %(need)s a month are needed, the last 12 months brought "
            "%(recent)s a month."
        )
        % words
    )


def day(on: date | None) -> str:
    """Write a date, "" for none."""
    return "" if on is None else date_format(on)


def quantity(goal: GoalFigures, number: int | None) -> str:
    """Write a number of fen or of enterprises with its unit."""
    if number is None:
        return ""
    if goal.is_money:
        return format_dashboard(number)
    return ngettext("%(n)s enterprise", "%(n)s enterprises", number) % {"n": number}


def rate(goal: GoalFigures, per_month: object) -> str:
    """Write a monthly rate: money as money, enterprises with one decimal."""
    if goal.is_money:
        return format_dashboard(round(per_month))  # type: ignore[call-overload]
    return _("%(n)s enterprises") % {"n": f"{per_month:.1f}"}


def since(scope: ScopeFigures) -> list[str]:
    """Say what came after the due date."""
    goals = [g for g in (scope.leading_goal, scope.investment_goal) if g is not None]
    after = [(g, g.since_due) for g in goals if g.is_over and g.since_due is not None]
    if not after:
        return []
    if not any(number for _goal, number in after):
        return [_("Nothing has come since.")]
    came = [quantity(goal, number) for goal, number in after if number > 0]
    gone = [quantity(goal, -number) for goal, number in after if number < 0]
    told = [_("Since then %(what)s came.") % {"what": _(" and ").join(came)}] if came else []
    # What left after the due date; the outcome on that date stays as it was.
    return told + (
        [_("Since then %(what)s left.") % {"what": _(" and ").join(gone)}] if gone else []
    )


def how_sure(scope: ScopeFigures) -> list[str]:
    """Say how much of the amount is proven."""
    whole = sum(scope.investment.evidence_fen.values())
    if not whole:
        return []
    verified = scope.investment.evidence_fen[Grade.VERIFIED]
    if verified:
        return [
            _("%(share)s of the amount is verified.")
            % {"share": percent(scope.investment.shares[Grade.VERIFIED])}
        ]
    if scope.investment.evidence_fen[Grade.SOURCED] == whole:
        return [_("All of this rests on press reports; none of it is verified.")]
    return [_("None of it is verified.")]
