"""Tags of every template for the fields of forms; a builtin, so no template loads it."""

from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
)
from django.utils.safestring import SafeString

register = template.Library()


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
