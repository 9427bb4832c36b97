"""Tags of every template for status, stages and bars; a builtin, so no template loads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import vocabulary
from clusters.templatetags.numbers import Ratio, decimal_of
from clusters.vocabulary import Stage, Standing

register = template.Library()

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
