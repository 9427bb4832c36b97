"""The tags that notes of the record carry, in words (docs/import-format.md lists them)."""

import re

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

register = template.Library()

TAG = re.compile(r"\[([a-z0-9-]+)\]\s*")
REPOST = "mirror"
WORDS: dict[str, str | Promise] = {
    "outside": gettext_lazy("outside the planned regions"),
    "pre-2018": gettext_lazy("before 2018"),
    REPOST: gettext_lazy("repost"),
    "doubtful": gettext_lazy("doubtful: sources disagree or a detail is inferred"),
    "overlap": gettext_lazy("its amount lies inside another project’s"),
    "withdrawn-report": gettext_lazy("a later page says that it stalled"),
}


@register.filter
def note_tags(note: str) -> list[str]:
    """Return the known tags of a note in words."""
    return [str(WORDS[tag]) for tag in TAG.findall(note) if tag in WORDS]


@register.filter
def without_tags(note: str) -> str:
    """Return a note without its known tags."""
    return TAG.sub(lambda match: "" if match[1] in WORDS else match[0], note).strip(" ;")


@register.filter
def is_repost(note: str) -> bool:
    """Whether the page that a note stands beside only repeats another one."""
    return REPOST in TAG.findall(note)
