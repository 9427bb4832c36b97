"""What lists are narrowed by: the filterset of every list, and the kinds of filters."""

from typing import Any

import django_filters
from django.forms import Field
from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.choices import Places


class ParkFilterSet(django_filters.FilterSet):
    """A filterset whose cluster, region and sector filters take their choices from one query."""

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        for name in ("cluster", "region", "sector"):
            if name in self.filters:
                self.filters[name].extra["choices"] = places.choices(name)

    def several(self, name: str) -> list[str]:
        """Return the chosen values of a filter, [] when it is not used."""
        return list(self.form.cleaned_data.get(name) or [])


class Choices(django_filters.MultipleChoiceFilter):
    """Several values of a closed set, as `?name=a&name=b`; the filterset says what they mean."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [])
        super().__init__(*args, **kwargs)


def problems_of(filterset: ParkFilterSet, query: QueryDict) -> list[str]:
    """Say for each filter with an unusable value what was given and what is accepted."""
    problems = []
    for name, errors in filterset.errors.items():
        field: Field = filterset.form.fields[name]
        label = field.label or name
        choices = [str(value) for value, _label in getattr(field, "choices", []) if value != ""]
        if choices:
            wrong = [value for value in query.getlist(name) if value not in choices]
            problems.append(
                _("%(label)s: “%(value)s” is not known. Accepted: %(choices)s.")
                % {
                    "label": label,
                    "value": ", ".join(wrong)[:80],
                    "choices": ", ".join(choices),
                }
            )
        else:
            problems.append(
                _("%(label)s: “%(value)s” cannot be used. %(reason)s")
                % {
                    "label": label,
                    "value": ", ".join(query.getlist(name))[:80],
                    "reason": " ".join(errors),
                }
            )
    return problems
