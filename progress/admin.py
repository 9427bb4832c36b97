"""Officially reported totals in the admin."""

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.amounts import format_exact
from clusters.forms import WebAddressField
from progress.models import ReportedTotal


@admin.register(ReportedTotal)
class ReportedTotalAdmin(admin.ModelAdmin[ReportedTotal]):
    """Totals as an official page states them; no figure contains one."""

    list_display = ["place", "scope", "measure", "period", "as_of", "shown_value", "source_on"]
    list_filter = ["scope", "measure", "unit", "cluster", "region"]
    list_select_related = ["park", "cluster", "region"]
    search_fields = [
        "period",
        "note",
        "source_url",
        "cluster__name_zh",
        "cluster__name_en",
        "region__name_zh",
        "region__name_en",
    ]
    autocomplete_fields = ["park", "cluster", "region"]
    date_hierarchy = "as_of"
    formfield_overrides = {models.URLField: {"form_class": WebAddressField}}
    fieldsets = [
        (_("For what"), {"fields": ["park", "scope", "cluster", "region"]}),
        (_("What was reported"), {"fields": ["measure", "period", "as_of", "value", "unit"]}),
        (_("Where it is published"), {"fields": ["source_url", "source_on", "note"]}),
    ]

    @admin.display(description=_("place"))
    def place(self, total: ReportedTotal) -> str:
        return str(total.cluster or total.region or total.park)

    @admin.display(description=_("value"), ordering="value")
    def shown_value(self, total: ReportedTotal) -> str:
        if total.value_fen is not None:
            return format_exact(total.value_fen)
        unit = f"\u00a0{_('US dollars')}" if total.unit == ReportedTotal.Unit.USD else ""
        return f"{total.value:,}{unit}"
