"""The tables of enterprises and projects."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.choices import Named
from clusters.names import name_columns, reads_chinese
from clusters.templatetags.park import dash, date_short
from clusters.vocabulary import Stage
from enterprises.models import Enterprise, Project
from enterprises.staleness import is_stale
from lists.columns import (
    WIDE,
    WIDE_NUMBER,
    WIDE_ONE_LINE,
    FenColumn,
    NamesColumn,
    Ordered,
    ParkTable,
    in_name_order,
    in_order,
    stage_markup,
    stage_order,
)


class EnterpriseTable(ParkTable):
    """Enterprises with what their shown projects come to."""

    name = NamesColumn(verbose_name=_("Enterprise"))
    group = tables.Column(verbose_name=_("Group"), empty_values=(), attrs=WIDE)
    origin = tables.Column(accessor="origin__name", attrs=WIDE, default=dash)
    clusters = tables.Column(verbose_name=_("Cluster"), empty_values=(), attrs=WIDE)
    stage = tables.Column(accessor="stage_rank", verbose_name=_("Furthest stage"), default=dash)
    leading_basis = tables.Column(
        verbose_name=_("Leading basis"), default=dash, attrs=WIDE_ONE_LINE
    )
    contracted = FenColumn(accessor="contracted_fen", verbose_name=_("Contracted"))
    paid_in = FenColumn(accessor="paid_in_fen", verbose_name=_("Paid in"), attrs=WIDE_NUMBER)

    class Meta:
        model = Enterprise
        fields = [
            "name",
            "group",
            "origin",
            "clusters",
            "stage",
            "leading_basis",
            "contracted",
            "paid_in",
        ]
        attrs = {"caption": _("Enterprises")}

    def value_group(self, record: Enterprise) -> str:
        names = (getattr(record, "group_zh", ""), getattr(record, "group_en", ""))
        first, second = names if reads_chinese() else reversed(names)
        return first or second or ""

    def render_group(self, record: Enterprise) -> str | SafeString:
        return self.value_group(record) or dash()

    def order_group(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        columns = [name.removeprefix("name_") for name in name_columns()]
        return in_name_order(queryset, [f"group_{language}" for language in columns], is_descending)

    def value_clusters(self, record: Enterprise) -> str:
        return "; ".join(named.short for named in self._clusters(record))

    def render_clusters(self, record: Enterprise) -> SafeString:
        return self.cluster_marks(self._clusters(record)) or dash()

    def _clusters(self, record: Enterprise) -> list[Named]:
        pks = {project.cluster_id for project in getattr(record, "shown_projects", [])}
        return [named for named in self.places.clusters if named.pk in pks]

    def order_clusters(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F("first_cluster"), is_descending)

    def order_stage(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, F("stage_rank"), is_descending)

    def order_leading_basis(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["leading_basis"], is_descending)

    def order_origin(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_name_order(queryset, ["origin"], is_descending)

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
        accessor="region__name", verbose_name=_("Region"), order_by="region__position", attrs=WIDE
    )
    stage = tables.Column(verbose_name=_("Stage"))
    stage_on = tables.DateColumn(verbose_name=_("Since"), attrs=WIDE_ONE_LINE)
    heard_on = tables.DateColumn(verbose_name=_("Last heard of"), attrs=WIDE_ONE_LINE)
    contracted = FenColumn(accessor="contracted_fen", verbose_name=_("Contracted"))
    paid_in = FenColumn(accessor="paid_in_fen", verbose_name=_("Paid in"), attrs=WIDE_NUMBER)

    class Meta:
        model = Project
        fields = [
            "name",
            "enterprise",
            "cluster",
            "region",
            "stage",
            "stage_on",
            "heard_on",
            "contracted",
            "paid_in",
        ]
        attrs = {"caption": _("Projects")}

    def render_cluster(self, record: Project) -> SafeString:
        return self.cluster_marks([self.places.cluster(record.cluster_id)])

    def value_cluster(self, record: Project) -> str:
        return self.places.cluster(record.cluster_id).key

    def order_stage(self, queryset: QuerySet[Any], is_descending: bool) -> Ordered:
        return in_order(queryset, stage_order(), is_descending)

    def render_stage(self, record: Project) -> SafeString:
        return stage_markup(record.stage, record.standing)

    def value_stage(self, record: Project) -> str:
        return record.stage

    def value_stage_on(self, record: Project) -> str:
        return record.stage_on.isoformat()

    def render_heard_on(self, record: Project) -> str | SafeString:
        day: str = date_short(record.heard_on)  # type: ignore[attr-defined]
        if not is_stale(record):
            return day
        return format_html('{} <span class="caption silent">{}</span>', day, gettext("silent"))

    def value_heard_on(self, record: Project) -> str:
        return record.heard_on.isoformat()  # type: ignore[attr-defined,no-any-return]
