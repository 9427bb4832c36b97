"""Filters of every template for amounts, shares and days; a builtin, so no template loads it.

Amounts and shares come in as fen and as ratios (0.879), and leave as the page shows them. None
means that nothing was reported, and is said in words, never as 0.
"""

from datetime import date
from decimal import Decimal
from functools import cache

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clusters import amounts
from clusters.names import reads_chinese

register = template.Library()

Ratio = Decimal | float | int


def missing() -> SafeString:
    """Say that nothing was reported."""
    return format_html('<span class="missing">{}</span>', _("not reported"))


def dash() -> SafeString:
    """Say it in a dense cell: a dash to see, the words to hear."""
    return _dash(get_language())


@cache
def _dash(language: str) -> SafeString:
    return format_html(
        '<span class="missing"><span aria-hidden="true">–</span>'
        '<span class="visually-hidden">{}</span></span>',
        _("not reported"),
    )


@register.filter
def bn(fen: int | None) -> str:
    """Write for a dashboard: "237.5 bn yuan"."""
    return missing() if fen is None else amounts.format_dashboard(fen)


@register.filter
def bn_number(fen: int | None) -> str:
    """Write for a dashboard where the unit stands apart: "237.5"."""
    return missing() if fen is None else amounts.format_dashboard_number(fen)


@register.filter
def bn_change(fen: int | None) -> str:
    """Write a change: "+4.8 bn yuan"."""
    return missing() if fen is None else amounts.format_dashboard(fen, signed=True)


@register.simple_tag
def money_unit() -> str:
    """Return the unit of dashboards and table heads: "bn yuan"."""
    return amounts.page_unit()


@register.filter
def goal_amount(fen: int | None) -> str:
    """Write a target: "270 bn yuan"."""
    return missing() if fen is None else amounts.format_goal(fen)


@register.filter
def table_amount(fen: int | None) -> str:
    """Write for a table whose head has the unit: "14.40", with the exact yuan on hover."""
    if fen is None:
        return dash()
    return format_html(
        '<span title="{}">{}</span>', amounts.format_exact(fen), amounts.format_table(fen)
    )


@register.filter
def table_change(fen: int | None) -> str:
    """Write a change for a table: "+3.40"."""
    return dash() if fen is None else amounts.format_table(fen, signed=True)


@register.filter
def exact_yuan(fen: int | None) -> str:
    """Write to the fen: "14,400,000,000.00 yuan"."""
    return missing() if fen is None else amounts.format_exact(fen)


@register.filter
def count(number: int | None) -> str:
    """Write a whole number: "1,204"."""
    return missing() if number is None else amounts.written(Decimal(number), 0)


@register.filter
def count_change(number: int | None) -> str:
    """Write a change of a whole number: "+2"."""
    return missing() if number is None else amounts.written(Decimal(number), 0, signed=True)


def decimal_of(ratio: Ratio) -> Decimal:
    """Return the ratio as people wrote it: 0.1 stays a tenth."""
    return ratio if isinstance(ratio, Decimal) else Decimal(str(ratio))


@register.filter
def percent(ratio: Ratio | None) -> str:
    """Write a share: 0.8794 is "87.9%"."""
    return missing() if ratio is None else f"{amounts.written(decimal_of(ratio) * 100, 1)}%"


@register.filter
def whole_percent(ratio: Ratio | None) -> str:
    """Write a share without decimals; what rounds to 0 or 100 but is not, says so."""
    if ratio is None:
        return missing()
    share = decimal_of(ratio) * 100
    if 0 < share < Decimal("0.5"):
        return "<1%"
    if Decimal("99.5") <= share < 100:
        return ">99%"
    return f"{amounts.written(share, 0)}%"


@register.filter
def points(ratio: Ratio | None) -> str:
    """Write a distance between two shares: −0.032 is "−3.2 pp"."""
    if ratio is None:
        return missing()
    number = amounts.written(decimal_of(ratio) * 100, 1, signed=True)
    # On a line of its own: what collects the messages does not look into an f-string.
    unit = _("pp")
    return f"{number}{amounts.NBSP}{unit}"


# Days


@register.filter
def date_short(day: date | None) -> str:
    """Write a day as pages do: "31 Dec 2025"."""
    return "" if day is None else date_format(day, "DATE_FORMAT")


@register.filter
def date_long(day: date | None) -> str:
    """Write a day as only the sentence does: "31 December 2025"; Chinese has one form."""
    if day is None:
        return ""
    return date_format(day, "DATE_FORMAT" if reads_chinese() else "j F Y")


@register.filter
def quarter(day: date | None) -> str:
    """Write the quarter of a day: "Q4 2025"."""
    if day is None:
        return ""
    number = (day.month + 2) // 3
    if reads_chinese():
        return f"{day.year}年{'一二三四'[number - 1]}季度"
    return f"Q{number} {day.year}"


@register.filter
def lag(days: int) -> str:
    """Write how long something took, in its largest unit: "6 years", "5 months", "12 days"."""
    if days >= 2 * 365:
        years = days * 4 // 1461
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    if days >= 60:
        months = days * 48 // 1461
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


@register.filter
def as_number(text: str) -> str:
    """Write a number out of a file with thousands separators; as it came if it is none."""
    number = str(text).strip()
    whole, _point, decimals = number.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(number) <= 40):
        return number
    return amounts.written(Decimal(whole), 0) + (f".{decimals}" if decimals else "")


@register.filter
def foreign_amount(amount: Decimal) -> str:
    """Write an amount in its own currency: "200,000,000.00"."""
    return amounts.written(amount, 2)
