"""The table of evidence."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.templatetags.numbers import date_short
from ledger.models import Evidence
from lists.columns import (
    NUMBER,
    WIDE,
    WIDE_NUMBER,
    WIDE_ONE_LINE,
    DayColumn,
    MomentColumn,
    Ordered,
    ParkTable,
    in_name_order,
    in_order,
)


class EvidenceTable(ParkTable):
    """Evidence, each linked by its title."""

    title = tables.Column(empty_values=(), verbose_name=gettext_lazy("Evidence"), linkify=True)
    kind = tables.Column(
        accessor="content_type", empty_values=(), verbose_name=gettext_lazy("Kind")
    )
    issuer = tables.Column(verbose_name=gettext_lazy("Issuer"), attrs=WIDE, default="")
    dated_on = DayColumn(verbose_name=gettext_lazy("Date"), attrs=WIDE_ONE_LINE, default="")
    size = tables.Column(
        accessor="size_bytes", verbose_name=gettext_lazy("Size"), attrs=WIDE_NUMBER, default=""
    )
    entries = tables.Column(
        accessor="entries_count", verbose_name=gettext_lazy("Entries"), attrs=NUMBER
    )
    recorded_at = MomentColumn(verbose_name=gettext_lazy("Recorded"), attrs=WIDE_ONE_LINE)

    class Meta:
        model = Evidence
        fields = ["title", "kind", "issuer", "dated_on", "size", "entries", "recorded_at"]
        attrs = {"caption": gettext_lazy("Evidence")}

    def render_title(self, record: Evidence) -> str:
        return str(record)

    def value_title(self, record: Evidence) -> str:
        return str(record) if record.is_document else f"{record} ({record.url})"

    def order_title(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["title", "file_name", "url"], is_descending)

    def render_kind(self, record: Evidence) -> str:
        return record.get_content_type_display() if record.is_document else _("Page")

    def value_kind(self, record: Evidence) -> str:
        return record.content_type or "page"

    def render_dated_on(self, value: Any) -> str:
        return date_short(value)

    def value_dated_on(self, record: Evidence) -> str:
        return record.dated_on.isoformat() if record.dated_on else ""

    def order_dated_on(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F("dated_on"), is_descending)

    def render_size(self, value: int) -> str:
        return filesizeformat(value)

    def value_size(self, record: Evidence) -> int | str:
        return record.size_bytes or ""

    def order_size(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F("size_bytes"), is_descending)
