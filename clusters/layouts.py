"""How a form is laid out: in parts under a heading, and in folds that few people open.

Layouts are django-crispy-forms'; what they draw are the site's own partials (templates/park/), so
that a form looks the same with a layout and without.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Part(LayoutObject):
    """Fields under a heading."""

    template = "park/layout/part.html"

    def __init__(self, title: Any, *fields: Any) -> None:
        self.title = title
        self.fields = list(fields)

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "park", **kwargs: Any
    ) -> SafeString:
        body = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            self.template, {"title": self.title, "body": body, "is_open": self.is_open(form)}
        )

    def is_open(self, form: BaseForm) -> bool:
        return True


class Fold(Part):
    """Fields that are folded away until one of them holds something, or is wrong."""

    template = "park/layout/fold.html"

    def is_open(self, form: BaseForm) -> bool:
        return any(form[name].errors or form[name].value() for name in self.fields)


def helper_of(*parts: Any) -> FormHelper:
    """Return what lays a form out; the page has the form's own tag, its buttons and its errors."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.render_hidden_fields = True
    helper.include_media = False
    helper.layout = Layout(*parts)
    return helper
