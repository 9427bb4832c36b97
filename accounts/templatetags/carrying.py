"""What a form needs so that a login that expires meanwhile costs nobody what was typed."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.carrying import OWNER_FIELD, sign_owner

register = template.Library()


@register.simple_tag(takes_context=True)
def typed_by(context: Context) -> SafeString:
    """Write the field that says for whom the form is made."""
    user: Any = context.get("user")
    signed = sign_owner(user) if user is not None else ""
    return format_html('<input type="hidden" name="{}" value="{}">', OWNER_FIELD, signed)
