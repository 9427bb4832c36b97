"""Tags of every template for icons, links and names; a builtin, so no template loads it."""

from functools import cache
from html import escape as escaped
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy

from clusters.names import reads_chinese

register = template.Library()

CHINESE = "zh-Hans"
ENGLISH = "en"

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
