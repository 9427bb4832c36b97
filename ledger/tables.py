"""The table of the ledger."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.vocabulary import Grade
from ledger.models import Entry
from lists.columns import (
    ONE_LINE,
    WIDE,
    WIDE_ONE_LINE,
    DayColumn,
    FenColumn,
    MomentColumn,
    NamesColumn,
    Ordered,
    ParkTable,
    in_name_order,
)


class EntryTable(ParkTable):
    """Entries, each linked by its date; a reversed one is struck out."""

    effective_on = DayColumn(verbose_name=gettext_lazy("Date"), linkify=True, attrs=ONE_LINE)
    project = NamesColumn(verbose_name=gettext_lazy("Project"), prefix="project__")
    enterprise = NamesColumn(
        verbose_name=gettext_lazy("Enterprise"), prefix="project__enterprise__", attrs=WIDE
    )
    cluster = tables.Column(
        empty_values=(),
        verbose_name=gettext_lazy("Cluster"),
        order_by="cluster__position",
        attrs=WIDE,
    )
    region = tables.Column(
        empty_values=(),
        verbose_name=gettext_lazy("Region"),
        order_by="region__position",
        attrs=WIDE,
    )
    measure = tables.Column(verbose_name=gettext_lazy("Measure"))
    amount = FenColumn(accessor="amount_fen", verbose_name=gettext_lazy("Amount"))
    evidence = tables.Column(empty_values=(), verbose_name=gettext_lazy("Evidence"), attrs=WIDE)
    recorded_at = MomentColumn(verbose_name=gettext_lazy("Recorded"), attrs=WIDE_ONE_LINE)

    reads = {
        # The date is always shown, and with it what names the row and tells whether it stands.
        "effective_on": (
            *("effective_on", "measure", "reverses", "reversal__reverses"),
            *("project__name_zh", "project__name_en"),
        ),
        "enterprise": ("project__enterprise__name_zh", "project__enterprise__name_en"),
        "cluster": ("cluster",),
        "region": ("region",),
        "amount": ("amount_fen",),
        "evidence": ("evidence__content_type", "evidence__url", "evidence__file_name"),
        "recorded_at": ("recorded_at",),
    }

    class Meta:
        model = Entry
        fields = [
            "effective_on",
            "project",
            "enterprise",
            "cluster",
            "region",
            "measure",
            "amount",
            "evidence",
            "recorded_at",
        ]
        attrs = {"caption": gettext_lazy("Ledger entries")}

    def edit_url(self, record: Entry) -> str:
        # An entry is corrected as long as it stands.
        stands = record.reverses_id is None and not hasattr(record, "reversal")
        return super().edit_url(record) if stands else ""

    def render_cluster(self, record: Entry) -> SafeString:
        return self.cluster_marks([self.places.cluster(record.cluster_id)])

    def value_cluster(self, record: Entry) -> str:
        return self.places.cluster(record.cluster_id).key

    def render_region(self, record: Entry) -> str:
        return self.places.region(record.region_id).name

    def render_measure(self, record: Entry) -> str | SafeString:
        label = record.get_measure_display()
        if record.reverses_id is not None:
            return format_html('{} <span class="caption">{}</span>', label, _("reversal"))
        if hasattr(record, "reversal"):
            return format_html('{} <span class="caption">{}</span>', label, _("reversed"))
        return label

    def value_measure(self, record: Entry) -> str:
        return record.measure

    def render_evidence(self, record: Entry) -> str | SafeString:
        # As of the moment that the list is narrowed to.
        grade = Grade(record.graded)  # type: ignore[attr-defined]
        if record.evidence is None:
            return str(grade.label)
        named = record.evidence.get_content_type_display() or record.evidence.host
        # That of a page is only a link, so it goes without saying.
        if grade == Grade.SOURCED:
            return named
        return format_html('{} <span class="caption">{}</span>', named, grade.label)

    def order_evidence(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["evidence__url"], is_descending)

    def value_evidence(self, record: Entry) -> str:
        return record.evidence.url or record.evidence.file_name if record.evidence else ""
