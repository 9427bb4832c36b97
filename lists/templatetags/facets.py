"""The boxes of a list's filters, drawn by a function: there can be hundreds."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.forms import BoundField, Form, SelectMultiple
from django.utils.safestring import SafeString, mark_safe

from clusters.templatetags.numbers import count as written
from lists.facets import Option

register = template.Library()
LONG = 12


@register.simple_tag
def option_list(name: str, options: Iterable[Any]) -> SafeString:
    """Draw the values of the filter `name` as boxes to tick, each with its count where there is
    one; `options` have value, label, count and checked."""
    box = f'<input class="form-check-input" type="checkbox" form="filters" name="{escape(name)}"'
    lines = []
    for place, option in enumerate(options, 1):
        number = option.count
        zero = ' class="zero"' if number == 0 else ""
        shown = "" if number is None else f'<span class="num">{escape(written(number))}</span>'
        checked = " checked" if option.checked else ""
        lines.append(
            f'<li><label{zero}>{box} value="{escape(option.value)}" '
            f'id="facet-{escape(name)}-{place}"{checked}>'
            f"<span>{escape(str(option.label))}</span>{shown}</label></li>"
        )
    css = "facet-options facet-long" if len(lines) > LONG else "facet-options"
    # Every part is escaped above.
    return mark_safe(f'<ul class="{css}">{"".join(lines)}</ul>')  # noqa: S308


@register.filter
def ticks(field: BoundField) -> list[Option]:
    """Return the choices of a filter that takes several; [] for any other field."""
    if not isinstance(field.field.widget, SelectMultiple):
        return []
    chosen = {str(value) for value in field.value() or ()}
    choices = getattr(field.field, "choices", ())
    return [Option(str(value), str(label), None, str(value) in chosen) for value, label in choices]


@register.filter
def fields_beside(form: Form, facets: Iterable[Any]) -> list[tuple[BoundField, list[Option]]]:
    """Return the visible fields of a list's filters that are drawn one by one, each with its ticks:
    not in a facet, in a fold, in the search box or beside their like, and none that has nothing to
    choose from."""
    folds = getattr(getattr(form, "filterset", None), "folds", ())
    folded = {name for _label, names in folds for name in names}
    shown = {"q", *(facet.name for facet in facets or ()), *folded}
    found = (
        (field, ticks(field))
        for field in form.visible_fields()
        if field.name not in shown and not field.name.startswith("not_")
    )
    return [
        (field, options)
        for field, options in found
        if options or not isinstance(field.field.widget, SelectMultiple)
    ]


@register.filter
def left_out(filterset: Any, name: str) -> Any:
    """Return what a filter of a list can leave out, None for nothing."""
    return filterset.left_out(name)
