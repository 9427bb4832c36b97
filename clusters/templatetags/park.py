"""Tags and filters of every template; a builtin, so no template loads it.

Amounts and shares come in as fen and as ratios (0.879), and leave as the page shows them. None
means that nothing was reported, and is said in words, never as 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from html import escape as escaped
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
)
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from clusters import amounts, vocabulary
from clusters.names import reads_chinese
from clusters.vocabulary import Stage, Standing

register = template.Library()

CHINESE = "zh-Hans"
ENGLISH = "en"
Ratio = Decimal | float | int

# Icon, tone and words of each status; the pill shows all three.
STATUSES: dict[str, tuple[str, str, str | Promise]] = {
    "achieved": ("circle-check", "good", gettext_lazy("Achieved")),
    "met": ("circle-check", "good", gettext_lazy("Met")),
    "on_pace": ("trending-up", "good", gettext_lazy("On pace")),
    "behind": ("trending-down", "warn", gettext_lazy("Behind")),
    "far_behind": ("circle-chevrons-down", "bad", gettext_lazy("Far behind")),
    "met_late": ("clock-check", "warn", gettext_lazy("Met late")),
    "missed": ("circle-x", "bad", gettext_lazy("Missed")),
    "not_reported": ("circle-dashed", "neutral", gettext_lazy("Not reported")),
    "no_goal": ("circle-minus", "neutral", gettext_lazy("No goal published")),
    "not_measured": ("circle-minus", "neutral", gettext_lazy("Not measured")),
    "not_started": ("calendar-time", "neutral", gettext_lazy("Not started")),
    "active": ("player-play", "good", gettext_lazy("Active")),
    "paused": ("player-pause", "warn", gettext_lazy("Paused")),
    "withdrawn": ("ban", "neutral", gettext_lazy("Withdrawn")),
    "verified": ("shield-check", "accent", gettext_lazy("Verified")),
    "documented": ("file-text", "neutral", gettext_lazy("Documented")),
    "sourced": ("link", "neutral", gettext_lazy("Link only")),
    "unsupported": ("alert-triangle", "warn", gettext_lazy("Unsupported")),
    "returned": ("arrow-back-up", "warn", gettext_lazy("Returned")),
    "unverified": ("news", "neutral", gettext_lazy("Press reports, unverified")),
}
TONES = ("good", "warn", "bad", "accent", "neutral")

# The four grades in the order of every bar.
GRADES: dict[str, str | Promise] = {grade.value: grade.label for grade in vocabulary.Grade}


# Icons and links


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the sprite; words stand beside it, so it is hidden from screen readers."""
    return drawn_icon(name, css)


@cache
def drawn_icon(name: str, css: str) -> SafeString:
    """Return the markup of an icon; a page has dozens, of which there are few kinds."""
    return format_html(
        '<svg class="ic{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        static("vendor/icons.svg"),
        name,
    )


@register.inclusion_tag("partials/nav_link.html", takes_context=True)
def nav_link(context: Context, view: str, label: str) -> dict[str, object]:
    """One word of the navigation, marked when its page, or one under it, is open.

    `view` is named app:thing-page; every page of the same thing counts as under it.
    """
    address = reverse(view)
    path = context["request"].path
    at_top = address == reverse("progress:overview")
    within = path.startswith("/progress/") if at_top else path.startswith(address)
    return {
        "address": address,
        "label": label,
        "current": "page" if path == address else "true" if within else "",
    }


@register.filter
def host(url: str) -> str:
    """Return the host of an address, without "www."."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


@register.filter
def is_web_address(url: str) -> bool:
    """Whether an address may become a link: http and https only, so that no script hides in it."""
    return urlsplit(url or "").scheme in {"http", "https"}


# Amounts


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


# Names


def lang_if_other(language: str) -> SafeString:
    """Return the lang attribute for a name that is not in the page's language."""
    page = CHINESE if reads_chinese() else ENGLISH
    return SafeString("") if language == page else format_html(' lang="{}"', language)


def names_of(thing: Any) -> list[tuple[str, str]]:
    """Return (name, its language), the page's language first, without empty and equal ones."""
    zh, en = (str(getattr(thing, "name_zh", "") or ""), str(getattr(thing, "name_en", "") or ""))
    pairs = [(zh, CHINESE), (en, ENGLISH)] if reads_chinese() else [(en, ENGLISH), (zh, CHINESE)]
    given = [(name, language) for name, language in pairs if name]
    return given[:1] if len(given) > 1 and given[0][0] == given[1][0] else given


@register.filter
def bilingual(thing: Any) -> SafeString:
    """Write both names, the page's language on top; an absent one is not made up."""
    # Plainly put together: a list has a hundred of them. A name is all that is not markup here.
    lines = "".join(
        f'<span class="{css}"{lang_if_other(language)}>{escaped(name)}</span>'
        for css, (name, language) in zip(("name", "name-other"), names_of(thing), strict=False)
    )
    return mark_safe(f'<span class="names">{lines}</span>')  # noqa: S308


@register.filter
def one_name(thing: Any) -> str:
    """Write the name in the page's language, else the other one, marked as such."""
    for name, language in names_of(thing):
        marked = lang_if_other(language)
        return format_html("<span{}>{}</span>", marked, name) if marked else name
    return ""


@register.filter
def cluster_mark(cluster: Any) -> SafeString:
    """Write a cluster's name with its colour, which goes by the place in the plan."""
    return format_html(
        '<span class="cluster-mark cluster-mark-{}">{}</span>',
        cluster.position % 3 + 1,
        cluster.name,
    )


@register.simple_tag
def other_language() -> dict[str, str]:
    """Return code and own name of the language that the page is not in."""
    if reads_chinese():
        return {"code": "en", "lang": ENGLISH, "name": "English"}
    return {"code": "zh-hans", "lang": CHINESE, "name": "中文"}


@register.simple_tag
def page_language() -> str:
    """Return the language of the page for `<html lang>`."""
    return CHINESE if reads_chinese() else get_language() or ENGLISH


# The roles are groups with these names; the words are the page's.
ROLES: dict[str, str | Promise] = {
    "viewer": gettext_lazy("Viewer"),
    "recorder": gettext_lazy("Recorder"),
    "verifier": gettext_lazy("Verifier"),
    "planner": gettext_lazy("Planner"),
    "administrator": gettext_lazy("Administrator"),
    "auditor": gettext_lazy("Auditor"),
}


@register.simple_tag
def role_name(group: str) -> str:
    """Return the word for a role, else the group's own name."""
    return str(ROLES.get(group, group))


# Status, stages, bars


@register.inclusion_tag("partials/pill.html")
def pill(status: str, text: str = "", icon_name: str = "") -> dict[str, str]:
    """Draw a status (a key of STATUSES, spaces and hyphens allowed) or a tone of TONES.

    `text` replaces the status's own words and is one whole phrase: "Missed, 99 short".
    """
    key = status.replace(" ", "_").replace("-", "_")
    if key in TONES:
        return {"tone": key, "icon_name": icon_name, "text": text}
    symbol, tone, words = STATUSES[key]
    return {"tone": tone, "icon_name": icon_name or symbol, "text": text or str(words)}


@register.inclusion_tag("partials/stage_blocks.html")
def stage_blocks(stage: str, standing: str = "active") -> dict[str, object]:
    """Draw a project's stage as six blocks and the word; a standing but active is said too."""
    if not stage:
        return {"label": ""}
    withdrawn = standing == Standing.WITHDRAWN
    return {
        "passed": Stage(stage).rank + 1,
        "label": Stage(stage).label,
        "withdrawn": withdrawn,
        "standing": "" if standing == Standing.ACTIVE else Standing(standing).label,
    }


@dataclass(frozen=True)
class Step:
    """A stage on the line of six; `day` is None when the date was not reported."""

    label: str
    passed: bool
    day: date | None
    note: str


@register.inclusion_tag("partials/stage_steps.html")
def stage_steps(stage: str, dates: Mapping[str, date | None]) -> dict[str, list[Step]]:
    """Draw the line of six: passed up to `stage`; `dates` maps a stage to its day."""
    reached = Stage(stage).rank if stage else -1
    steps = []
    for one in Stage:
        passed, day = one.rank <= reached, dates.get(one.value)
        note = _("date not reported") if passed and day is None else ""
        steps.append(Step(str(one.label), passed, day if passed else None, note))
    return {"steps": steps}


@dataclass(frozen=True)
class Length:
    """A part of a bar in percent of its length, written so that SVG reads it in any language."""

    start: str
    width: str

    @classmethod
    def between(cls, start: Decimal, end: Decimal) -> "Length":
        return cls(f"{start:.3f}%", f"{max(end - start, Decimal(0)):.3f}%")


def part_of(value: Ratio | None, whole: Decimal) -> Decimal:
    """Return `value` in percent of `whole`, within the bar: 0 to 100."""
    if not value or whole <= 0:
        return Decimal(0)
    return min(max(decimal_of(value) / whole * 100, Decimal(0)), Decimal(100))


@register.inclusion_tag("partials/goal_bar.html")
def goal_bar(
    actual: Ratio | None,
    target: Ratio | None,
    before: Ratio | None = 0,
    paid_in: Ratio | None = None,
    label: str = "",
) -> dict[str, object]:
    """Draw the way to a target: hatched what stood before the plan, solid what came under it.

    `before` lies inside `actual`, `paid_in` is the thin line under it. The bar is as long as the
    larger of actual and target, so that past the target the tick moves inside. `label` says the
    same in words for those who do not see it.
    """
    whole = max(decimal_of(actual or 0), decimal_of(target or 0), Decimal(0))
    done, old = part_of(actual, whole), part_of(before, whole)
    return {
        "label": label,
        "before": Length.between(Decimal(0), min(old, done)) if old else None,
        "since": Length.between(min(old, done), done),
        "seam": f"{min(old, done):.3f}%" if 0 < old < done else "",
        "paid_in": Length.between(Decimal(0), part_of(paid_in, whole)) if paid_in else None,
        "target": f"{part_of(target, whole):.3f}%" if target else "",
    }


@register.inclusion_tag("partials/share_bar.html")
def share_bar(ratio: Ratio | None, label: str = "") -> dict[str, object]:
    """Draw a small bar for a table cell; the number stands beside it."""
    return {
        "label": label,
        "known": ratio is not None,
        "length": Length.between(Decimal(0), part_of(ratio, Decimal(1))),
    }


@dataclass(frozen=True)
class Grade:
    """One of the four parts of an evidence bar."""

    key: str
    label: str
    share: Decimal
    length: Length
    fen: Decimal
    url: str


@register.inclusion_tag("partials/evidence_bar.html")
def evidence_bar(
    evidence: Any, compact: bool = False, urls: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Draw how sure a total is; `evidence` has the four grades as keys or attributes, in fen.

    Parts are shares of the sum of their sizes. With nothing to grade, says that. `compact` leaves
    the key out, where the shares stand in words already. `urls` lead from a grade to its entries.
    """

    def size(grade: str) -> Decimal:
        found = evidence.get(grade) if isinstance(evidence, Mapping) else getattr(evidence, grade)
        return Decimal(max(found or 0, 0))

    sizes = {grade: size(grade) for grade in GRADES} if evidence is not None else {}
    whole = sum(sizes.values(), Decimal(0))
    if not whole:
        return {"grades": [], "compact": compact}
    grades, start = [], Decimal(0)
    for grade, label in GRADES.items():
        end = start + sizes[grade] / whole * 100
        share = sizes[grade] / whole
        url = (urls or {}).get(grade, "")
        length = Length.between(start, end)
        grades.append(Grade(grade, str(label), share, length, sizes[grade], url))
        start = end
    return {"grades": grades, "compact": compact}


# Forms


@register.simple_tag
def control(field: BoundField, form_id: str = "") -> SafeString:
    """Draw a field's control in the site's look, tied to its help and its error.

    `form_id` names the form that it belongs to when it stands outside of it.
    """
    widget = field.field.widget
    attrs: dict[str, Any] = {"form": form_id} if form_id else {}
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        css = ""
    else:
        css = "form-select" if isinstance(widget, Select) else "form-control"
    if css:
        attrs["class"] = " ".join([css, *str(widget.attrs.get("class", "")).split()])
    told = [f"{field.auto_id}_help"] if field.help_text else []
    if field.errors:
        attrs["aria-invalid"] = "true"
        told.append(f"{field.auto_id}_error")
    if told:
        attrs["aria-describedby"] = " ".join(told)
    return field.as_widget(attrs=attrs)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether a field is a single box to tick, which stands before its label."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field is several boxes or buttons under one heading."""
    return isinstance(field.field.widget, CheckboxSelectMultiple | RadioSelect)
