"""The table of project states."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clusters.expressions import stage_rank
from clusters.templatetags.numbers import dash
from clusters.templatetags.park import host, is_web_address
from enterprises.models import ProjectState
from lists.columns import (
    ONE_LINE,
    WIDE,
    WIDE_ONE_LINE,
    DayColumn,
    MomentColumn,
    NamesColumn,
    Ordered,
    ParkTable,
    in_order,
    stage_markup,
)


class StateTable(ParkTable):
    """Project states, each linked by its date to its project."""

    effective_on = DayColumn(
        verbose_name=_("Date"),
        linkify=lambda record: record.project.get_absolute_url(),
        attrs=ONE_LINE,
    )
    project = NamesColumn(verbose_name=_("Project"), prefix="project__")
    enterprise = NamesColumn(
        verbose_name=_("Enterprise"), prefix="project__enterprise__", attrs=WIDE
    )
    stage = tables.Column(verbose_name=_("Stage"))
    standing = tables.Column(verbose_name=_("Standing"), attrs=WIDE_ONE_LINE)
    cluster = tables.Column(
        empty_values=(), verbose_name=_("Cluster"), order_by="cluster__position", attrs=WIDE
    )
    region = tables.Column(
        empty_values=(), verbose_name=_("Region"), order_by="region__position", attrs=WIDE
    )
    sector = tables.Column(
        empty_values=(), verbose_name=_("Sector"), order_by="sector__position", attrs=WIDE
    )
    reason = tables.Column(verbose_name=_("Reason"), default=dash, empty_values=("",), attrs=WIDE)
    source = tables.Column(
        accessor="source_url",
        verbose_name=_("Source"),
        default=dash,
        empty_values=("",),
        attrs=WIDE_ONE_LINE,
    )
    recorded_at = MomentColumn(verbose_name=_("Recorded"), attrs=WIDE_ONE_LINE)
    recorded_by = tables.Column(verbose_name=_("By"), order_by="recorded_by__username", attrs=WIDE)

    optional = frozenset({"standing", "sector", "source", "recorded_by"})
    reads = {
        "effective_on": ("effective_on", "project__id"),
        "project": ("project__name_zh", "project__name_en"),
        "enterprise": ("project__enterprise__name_zh", "project__enterprise__name_en"),
        "stage": ("stage", "standing"),
        "standing": ("standing",),
        "cluster": ("cluster",),
        "region": ("region",),
        "sector": ("sector",),
        "reason": ("reason",),
        "source": ("source_url",),
        "recorded_at": ("recorded_at",),
        "recorded_by": (
            "recorded_by__username",
            "recorded_by__first_name",
            "recorded_by__last_name",
        ),
    }

    class Meta:
        model = ProjectState
        fields = [
            "effective_on",
            "project",
            "enterprise",
            "stage",
            "standing",
            "cluster",
            "region",
            "sector",
            "reason",
            "source",
            "recorded_at",
            "recorded_by",
        ]
        attrs = {"caption": _("Project states")}

    def render_stage(self, record: ProjectState) -> SafeString:
        return stage_markup(record.stage, record.standing)

    def value_stage(self, record: ProjectState) -> str:
        return record.stage

    def order_stage(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, stage_rank(), is_descending)

    def value_standing(self, record: ProjectState) -> str:
        return record.standing

    def render_cluster(self, record: ProjectState) -> SafeString:
        return self.cluster_marks([self.places.cluster(record.cluster_id)])

    def value_cluster(self, record: ProjectState) -> str:
        return self.places.cluster(record.cluster_id).key

    def render_region(self, record: ProjectState) -> str:
        return self.places.region(record.region_id).name

    def render_sector(self, record: ProjectState) -> str | SafeString:
        return self.value_sector(record) or dash()

    def value_sector(self, record: ProjectState) -> str:
        return self.places.sector(record.sector_id).name if record.sector_id else ""

    def render_source(self, value: str) -> str | SafeString:
        if not is_web_address(value):
            return host(value)
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', value, host(value))

    def value_source(self, value: str) -> str:
        return value

    def value_recorded_by(self, record: ProjectState) -> str:
        return record.recorded_by.username
