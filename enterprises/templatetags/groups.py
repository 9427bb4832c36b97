"""Where else the groups behind an enterprise are, in templates."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def elsewhere_url(groups: Iterable[Any], projects: Iterable[Any] = (), project: Any = None) -> str:
    """Return the address of the groups' projects in other regions than those of `projects`, or of
    the one `project`.

    "" where there is no group. The list shows as much of it as its reader may see.
    """
    keys = [group.pk for group in groups]
    if not keys:
        return ""
    here = sorted({one.region.code for one in ([project] if project else projects)})
    query = urlencode({"group": keys, "not_region": here}, doseq=True)
    return f"{reverse('enterprises:project-list')}?{query}"
