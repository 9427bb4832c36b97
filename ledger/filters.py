"""What the ledger can be narrowed by."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from clusters.forms import DayInput
from clusters.vocabulary import Measure
from enterprises.models import Project
from ledger.models import Entry, Grade
from lists.filters import Choices, ParkFilterSet

PENDING, RETURNED, VERIFIED = "pending", "returned", "verified"
VERDICTS = [
    (PENDING, _("waits for a second person")),
    (RETURNED, _("returned, not answered")),
    (VERIFIED, _("verified")),
]


# Near the ends of the calendar a moment cannot be turned into the database's time zone.
FIRST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2999, 12, 31, tzinfo=UTC)
MOMENT_EXAMPLE = _("Write a moment like 2025-12-31T18:00.")


class DayFilter(django_filters.DateFilter):
    """A day in ISO form, picked with the browser's own calendar."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(
            *args,
            widget=DayInput,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("Write a date like 2025-12-31.")},
            **kwargs,
        )


class EntryFilterSet(ParkFilterSet):
    """Filters of the ledger; with `until` and `known_until` it lists what a figure is made of."""

    q = django_filters.CharFilter(
        label=_("Search"), help_text=_("Project, enterprise, group, note"), max_length=200
    )
    measure = Choices(label=_("Measure"), choices=Measure.choices)
    cluster = Choices(label=_("Cluster"))
    region = Choices(label=_("Region"))
    grade = Choices(label=_("Evidence"), choices=Grade.choices)
    verdict = Choices(label=_("Verdict"), choices=VERDICTS)
    since = DayFilter(label=_("From"), field_name="effective_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="effective_on", lookup_expr="lte")
    known_until = django_filters.IsoDateTimeFilter(
        label=_("Recorded until"),
        field_name="recorded_at",
        lookup_expr="lte",
        error_messages={"invalid": MOMENT_EXAMPLE},
        validators=[
            MinValueValidator(FIRST_MOMENT, MOMENT_EXAMPLE),
            MaxValueValidator(LAST_MOMENT, MOMENT_EXAMPLE),
        ],
    )
    # Led to by links from a project; nobody knows its number.
    project = django_filters.NumberFilter(
        label=_("Project number"),
        min_value=1,
        max_value=2**62,
        decimal_places=0,
        widget=HiddenInput,
    )

    class Meta:
        model = Entry
        fields = [
            "q",
            "measure",
            "cluster",
            "region",
            "grade",
            "verdict",
            "since",
            "until",
            "known_until",
            "project",
        ]

    def filter_queryset(self, queryset: Any) -> QuerySet[Entry]:
        found: Any = queryset
        asked = self.form.cleaned_data
        for name, column in (
            ("measure", "measure"),
            ("cluster", "cluster__slug"),
            ("region", "region__code"),
            ("grade", "graded"),
        ):
            if values := self.several(name):
                if name == "grade":
                    known_until = asked["known_until"]
                    # What was verified by then, where the list shows what was known then.
                    found = found.graded_at(known_until) if known_until else found.graded()
                found = found.filter(**{f"{column}__in": values})
        for name in ("since", "until", "known_until", "project"):
            if asked[name] is not None:
                found = self.filters[name].filter(found, asked[name])
        if verdicts := self.several("verdict"):
            found = found.said(verdicts)
        for word in asked["q"].split():
            projects = Project.objects.order_by().search(word)
            found = found.filter(Q(project__in=projects) | Q(note__icontains=word))
        asked_for: QuerySet[Entry] = found
        return asked_for
