"""The tables of enterprises and projects."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import Case, F, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.choices import Named
from clusters.expressions import stage_rank
from clusters.names import name_columns
from clusters.templatetags.numbers import dash, date_short
from clusters.vocabulary import Stage
from enterprises.models import Enterprise, Project
from enterprises.origins import origins
from enterprises.staleness import is_stale
from lists.columns import (
    WIDE,
    WIDE_NUMBER,
    WIDE_ONE_LINE,
    DayColumn,
    FenColumn,
    MomentColumn,
    NamesColumn,
    Ordered,
    ParkTable,
    in_name_order,
    in_order,
    stage_markup,
)


class EnterpriseTable(ParkTable):
    """Enterprises with what their shown projects come to."""

    name = NamesColumn(verbose_name=_("Enterprise"))
    group = tables.Column(verbose_name=_("Group"), empty_values=(), attrs=WIDE)
    origin = tables.Column(
        accessor="origin__code", verbose_name=_("Origin"), attrs=WIDE, default=dash
    )
    clusters = tables.Column(
        verbose_name=_("Cluster"), accessor="shown_clusters", empty_values=(), attrs=WIDE
    )
    stage = tables.Column(accessor="shown_rank", verbose_name=_("Furthest stage"), default=dash)
    leading_basis = tables.Column(
        verbose_name=_("Leading basis"), default=dash, attrs=WIDE_ONE_LINE
    )
    credit_code = tables.Column(verbose_name=_("Credit code"), default=dash, attrs=WIDE_ONE_LINE)
    created_at = MomentColumn(verbose_name=_("Recorded"), attrs=WIDE_ONE_LINE)
    contracted = FenColumn(accessor="shown_contracted_fen", verbose_name=_("Contracted"))
    paid_in = FenColumn(accessor="shown_paid_in_fen", verbose_name=_("Paid in"), attrs=WIDE_NUMBER)

    optional = frozenset({"credit_code", "created_at"})
    reads = {
        "name": ("name_zh", "name_en"),
        "group": ("lead_group__name_zh", "lead_group__name_en"),
        "origin": ("origin",),
        "leading_basis": ("leading_basis",),
        "credit_code": ("credit_code",),
        "created_at": ("created_at",),
    }

    class Meta:
        model = Enterprise
        fields = [
            "name",
            "group",
            "origin",
            "clusters",
            "stage",
            "leading_basis",
            "credit_code",
            "created_at",
            "contracted",
            "paid_in",
        ]
        attrs = {"caption": _("Enterprises")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # There are few sets of clusters, and each row has one.
        self._marks: dict[str | None, SafeString] = {}
        super().__init__(*args, **kwargs)

    def value_group(self, record: Enterprise) -> str:
        return record.lead_group.name if record.lead_group else ""

    def render_group(self, record: Enterprise) -> str | SafeString:
        return self.value_group(record) or dash()

    def order_group(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, name_columns("lead_group__"), is_descending)

    def render_origin(self, value: str) -> str:
        return origins().get(value, value)

    def value_clusters(self, value: str | None) -> str:
        return "; ".join(named.short for named in self._clusters(value))

    def render_clusters(self, value: str | None) -> SafeString:
        if value not in self._marks:
            self._marks[value] = self.cluster_marks(self._clusters(value)) or dash()
        return self._marks[value]

    def _clusters(self, value: str | None) -> list[Named]:
        keys = {int(key) for key in value.split(",")} if value else set()
        return [named for named in self.places.clusters if named.pk in keys]

    def order_clusters(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        """Sort by the place in the plan of the first cluster."""
        listed = Concat(Value(","), F("shown_clusters"), Value(","), output_field=TextField())
        first = Case(
            *(
                When(GreaterThan(StrIndex(listed, Value(f",{named.pk},")), 0), then=place)
                for place, named in enumerate(self.places.clusters)
            ),
            output_field=IntegerField(),
        )
        return in_order(queryset, first, is_descending)

    def order_stage(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F("shown_rank"), is_descending)

    def order_leading_basis(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["leading_basis"], is_descending)

    def order_origin(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["origin"], is_descending)

    def order_credit_code(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["credit_code"], is_descending)

    def render_stage(self, value: int) -> SafeString:
        return stage_markup(list(Stage)[value])

    def value_stage(self, value: int) -> str:
        return list(Stage)[value].value


class ProjectTable(ParkTable):
    """Projects."""

    name = NamesColumn(verbose_name=_("Project"))
    enterprise = NamesColumn(verbose_name=_("Enterprise"), prefix="enterprise__", attrs=WIDE)
    cluster = tables.Column(
        empty_values=(), verbose_name=_("Cluster"), order_by="cluster__position", attrs=WIDE
    )
    region = tables.Column(
        empty_values=(), verbose_name=_("Region"), order_by="region__position", attrs=WIDE
    )
    sector = tables.Column(
        empty_values=(), verbose_name=_("Sector"), order_by="sector__position", attrs=WIDE
    )
    stage = tables.Column(verbose_name=_("Stage"))
    stage_on = DayColumn(verbose_name=_("Since"), attrs=WIDE_ONE_LINE)
    heard_on = DayColumn(verbose_name=_("Last heard of"), attrs=WIDE_ONE_LINE)
    assignee = tables.Column(
        verbose_name=_("Assigned to"), order_by="assignee__username", default=dash, attrs=WIDE
    )
    contracted = FenColumn(accessor="contracted_fen", verbose_name=_("Contracted"))
    paid_in = FenColumn(accessor="paid_in_fen", verbose_name=_("Paid in"), attrs=WIDE_NUMBER)

    optional = frozenset({"sector", "assignee"})
    reads = {
        "name": ("name_zh", "name_en"),
        "enterprise": ("enterprise__name_zh", "enterprise__name_en"),
        "cluster": ("cluster",),
        "region": ("region",),
        "sector": ("sector",),
        "stage": ("stage", "standing"),
        "stage_on": ("stage_on",),
        "heard_on": ("heard_on", "stage_on"),
        "assignee": ("assignee__username", "assignee__first_name", "assignee__last_name"),
        "contracted": ("contracted_fen",),
        "paid_in": ("paid_in_fen",),
    }

    class Meta:
        model = Project
        fields = [
            "name",
            "enterprise",
            "cluster",
            "region",
            "sector",
            "stage",
            "stage_on",
            "heard_on",
            "assignee",
            "contracted",
            "paid_in",
        ]
        attrs = {"caption": _("Projects")}

    def render_cluster(self, record: Project) -> SafeString:
        return self.cluster_marks([self.places.cluster(record.cluster_id)])

    def value_cluster(self, record: Project) -> str:
        return self.places.cluster(record.cluster_id).key

    def render_region(self, record: Project) -> str:
        return self.places.region(record.region_id).name

    def render_sector(self, record: Project) -> str | SafeString:
        return self.places.sector(record.sector_id).name if record.sector_id else dash()

    def value_sector(self, record: Project) -> str:
        return self.places.sector(record.sector_id).name if record.sector_id else ""

    def order_stage(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, stage_rank(), is_descending)

    def render_stage(self, record: Project) -> SafeString:
        return stage_markup(record.stage, record.standing)

    def value_stage(self, record: Project) -> str:
        return record.stage

    def render_heard_on(self, value: date, record: Project) -> str | SafeString:
        if not is_stale(record):
            return date_short(value)
        return format_html(
            '{} <span class="caption silent">{}</span>', date_short(value), gettext("silent")
        )

    def value_heard_on(self, value: date) -> str:
        return value.isoformat()
