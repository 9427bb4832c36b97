"""The table of exchange rates, and what it can be narrowed by."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.choices import named_rows
from ledger.models import ExchangeRate
from lists.columns import NUMBER, ONE_LINE, WIDE, WIDE_ONE_LINE, DayColumn, MomentColumn, ParkTable
from lists.filter_kinds import ROW, Choices, Day, Words
from lists.filters import SEARCH_LENGTH, ParkFilterSet


class RateTable(ParkTable):
    """Rates, each linked by its date; one that a later one replaced says so."""

    on = DayColumn(verbose_name=gettext_lazy("Date"), linkify=True, attrs=ONE_LINE)
    currency = tables.Column(verbose_name=gettext_lazy("Currency"))
    rate = tables.Column(
        verbose_name=gettext_lazy("Rate"),
        attrs={**NUMBER, "unit": gettext_lazy("yuan per unit")},
    )
    source = tables.Column(verbose_name=gettext_lazy("Source"), attrs=WIDE)
    counts = tables.Column(
        accessor="is_replaced", verbose_name=gettext_lazy("Counts"), orderable=False
    )
    recorded_at = MomentColumn(verbose_name=gettext_lazy("Recorded"), attrs=WIDE_ONE_LINE)
    recorded_by = tables.Column(
        verbose_name=gettext_lazy("By"), order_by="recorded_by__username", attrs=WIDE
    )

    class Meta:
        model = ExchangeRate
        fields = ["on", "currency", "rate", "source", "counts", "recorded_at", "recorded_by"]
        attrs = {"caption": gettext_lazy("Exchange rates")}

    def render_rate(self, record: ExchangeRate) -> str:
        return record.plain_rate

    def value_rate(self, record: ExchangeRate) -> Decimal:
        return Decimal(record.plain_rate)

    def render_counts(self, value: bool) -> str:
        return _("replaced") if value else _("yes")

    def value_recorded_by(self, record: ExchangeRate) -> str:
        return record.recorded_by.username


class RateFilterSet(ParkFilterSet):
    """Filters of the rates."""

    q = Words(
        label=gettext_lazy("Search"),
        help_text=gettext_lazy("Currency, source"),
        max_length=SEARCH_LENGTH,
    )
    currency = Choices(label=gettext_lazy("Currency"))
    since = Day(label=gettext_lazy("From"), field_name="on", lookup_expr="gte")
    until = Day(label=gettext_lazy("Until"), field_name="on", lookup_expr="lte")

    class Meta:
        model = ExchangeRate
        fields = ["q"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = sorted(self.places.choices("currency"))
        for name in ("currency", "not_currency"):
            self.filters[name].extra["choices"] = choices

    @classmethod
    def name_rows(cls, query: Any, user: Any, *, are_offered: bool = True) -> Iterator[Any]:
        """Yield the currencies too, each by the first rate of it."""
        yield from super().name_rows(query, user, are_offered=are_offered)
        first = ExchangeRate.objects.order_by().values("currency").annotate(first=Min("pk"))
        rows = ExchangeRate.objects.filter(pk__in=first.values("first"))
        code = {"key": "currency", "name_zh": "currency", "name_en": "currency"}
        yield named_rows(rows, "currency", **code)

    def filter_queryset(self, queryset: Any) -> QuerySet[ExchangeRate]:
        found: QuerySet[ExchangeRate] = queryset.filter(self.conditions(ROW))
        for word in (self.asked("q") or "").split():
            found = found.filter(Q(currency__iexact=word) | Q(source__icontains=word))
        return found
