"""What an edit changed, in templates."""

from django import template

from enterprises.editing import Told, told
from enterprises.models import Revision

register = template.Library()


@register.filter
def changes_told(revision: Revision) -> list[Told]:
    """Return what a revision changed, with labels, in the language of the page."""
    return told(revision)
