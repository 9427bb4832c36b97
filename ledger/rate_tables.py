"""The table of exchange rates, and what it can be narrowed by."""

from decimal import Decimal
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.templatetags.park import date_short
from ledger.filters import DayFilter
from ledger.models import ExchangeRate
from lists.columns import NUMBER, ONE_LINE, WIDE, WIDE_ONE_LINE, ParkTable
from lists.filters import Choices, ParkFilterSet


class RateTable(ParkTable):
    """Rates, each linked by its date; one that a later one replaced says so."""

    on = tables.DateColumn(verbose_name=gettext_lazy("Date"), linkify=True, attrs=ONE_LINE)
    currency = tables.Column(verbose_name=gettext_lazy("Currency"))
    rate = tables.Column(
        verbose_name=gettext_lazy("Rate"),
        attrs={**NUMBER, "unit": gettext_lazy("yuan per unit")},
    )
    source = tables.Column(verbose_name=gettext_lazy("Source"), attrs=WIDE)
    counts = tables.Column(
        accessor="is_replaced", verbose_name=gettext_lazy("Counts"), orderable=False
    )
    recorded_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Recorded"), attrs=WIDE_ONE_LINE)
    recorded_by = tables.Column(
        verbose_name=gettext_lazy("By"), order_by="recorded_by__username", attrs=WIDE
    )

    class Meta:
        model = ExchangeRate
        fields = ["on", "currency", "rate", "source", "counts", "recorded_at", "recorded_by"]
        attrs = {"caption": gettext_lazy("Exchange rates")}

    def render_on(self, record: ExchangeRate) -> str:
        return date_short(record.on)

    def value_on(self, record: ExchangeRate) -> str:
        return record.on.isoformat()

    def render_rate(self, record: ExchangeRate) -> str:
        return record.plain_rate

    def value_rate(self, record: ExchangeRate) -> Decimal:
        return Decimal(record.plain_rate)

    def render_counts(self, value: bool) -> str:
        return _("replaced") if value else _("yes")

    def value_recorded_at(self, record: ExchangeRate) -> str:
        return record.recorded_at.isoformat()

    def value_recorded_by(self, record: ExchangeRate) -> str:
        return record.recorded_by.username


class RateFilterSet(ParkFilterSet):
    """Filters of the rates."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Search"), help_text=gettext_lazy("Currency, source"), max_length=200
    )
    currency = Choices(label=gettext_lazy("Currency"))
    since = DayFilter(label=gettext_lazy("From"), field_name="on", lookup_expr="gte")
    until = DayFilter(label=gettext_lazy("Until"), field_name="on", lookup_expr="lte")

    class Meta:
        model = ExchangeRate
        fields = ["q", "currency", "since", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True)
        self.filters["currency"].extra["choices"] = [(code, code) for code in codes.distinct()]

    def filter_queryset(self, queryset: Any) -> QuerySet[ExchangeRate]:
        found: Any = queryset
        asked = self.form.cleaned_data
        if values := self.several("currency"):
            found = found.filter(currency__in=values)
        for name in ("since", "until"):
            if asked[name] is not None:
                found = self.filters[name].filter(found, asked[name])
        for word in asked["q"].split():
            found = found.filter(Q(currency__iexact=word) | Q(source__icontains=word))
        asked_for: QuerySet[ExchangeRate] = found
        return asked_for
