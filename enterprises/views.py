"""Lists of enterprises and projects, and the page of one enterprise."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Func,
    Max,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from accounts.scopes import scope_of, scope_words
from clusters.amounts import page_unit
from clusters.templatetags.marks import GRADES
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.bulk_acts import Assign, TagEnterprises, TagProjects
from enterprises.conditions import NO_BASIS
from enterprises.editing import revisions_of
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from enterprises.models import Enterprise, EnterpriseTally, Project, Tally
from enterprises.querysets import AMOUNTS, reported_sum
from enterprises.ranking import keys_by_sum
from enterprises.step_acts import SetSector, SetStage
from enterprises.tables import EnterpriseTable, ProjectTable
from lists.facets import Counts, count_by
from lists.totals import Totals, graded_total
from lists.views import FilteredListView

# So many edits a page tells of, the latest.
SHOWN_REVISIONS = 100
ROWS = Count("pk")
KEPT_ROWS = Sum("rows", default=0)
SUMMED = {"contracted", "paid_in"}
EVERY = Q()
LEADING_BASIS = Case(When(leading_basis="", then=Value(NO_BASIS)), default="leading_basis")


class EnterpriseListView(FilteredListView):
    """Every enterprise that the user may see; amounts are those of the projects that match."""

    permission_required = "enterprises.view_enterprise"
    heading = gettext_lazy("Enterprises")
    none_title = gettext_lazy("No enterprise is recorded yet")
    empty_title = gettext_lazy("No enterprise matches these filters")
    table_class = EnterpriseTable
    filterset_class = EnterpriseFilterSet
    facets = {
        "cluster": "cluster__slug",
        "stage": "stage",
        "region": "region__code",
        "leading": LEADING_BASIS,
    }
    default_order = ("-contracted",)
    export_name = "enterprises"
    finds_best = True
    acts = (TagEnterprises,)
    bulk_name = "enterprises:enterprise-bulk"
    edit_name = "enterprises:enterprise-edit"
    edit_permission = "enterprises.change_enterprise"

    def get_rows(self) -> QuerySet[Enterprise]:
        return Enterprise.objects.visible_to(self.request.user)

    def decorate(self, rows: Any, only: Q = EVERY) -> QuerySet[Any]:
        related = ["lead_group"] if "group" in self.shown else []
        found: QuerySet[Any] = rows.select_related(*related).for_list(
            self.filterset.project_q() & only, everybody=not self.filterset.asks_of_projects()
        )
        return found

    def keys_on_page(self, ordered: Any, window: slice, total: int) -> list[int] | None:
        projects = self.filterset.project_q()
        if not projects:
            return super().keys_on_page(ordered, window, total)
        order = self.address.order() or list(self.default_order)
        column = order[0].removeprefix("-")
        if order[1:] or column not in SUMMED or not self.filterset.is_told_by_projects():
            return list(ordered.values_list("pk", flat=True)[window])
        keys = keys_by_sum(
            projects,
            f"{column}_fen",
            window,
            total=total,
            largest_first=order[0] != column,
            has_others=not self.filterset.asks_of_projects(),
        )
        return list(ordered.values_list("pk", flat=True)[window]) if keys is None else keys

    def rows_with(self, keys: list[int]) -> QuerySet[Any]:
        # What projects come to is summed up for these alone.
        only = Q(enterprise__in=keys) if self.filterset.project_q() else EVERY
        return self.decorate(self.get_rows().filter(pk__in=keys), only)

    def seen_projects(self) -> Q:
        return scope_of(self.request.user).q()

    def filtered_rows(self) -> QuerySet[Enterprise]:
        return self.filterset.to_join()  # type: ignore[no-any-return]

    def totals(self, rows: Any) -> Totals:
        projects, asks = self.filterset.project_q(), self.filterset.asks_of_projects()
        kinds = self.filterset.kinds("")
        if kinds is not None:
            tally = Tally.objects.filter(Tally.PROJECTS & projects | Tally.ENTERPRISES)
            others = Value(0) if asks else without_project()
            return tallied_totals(tally, count=enterprises_of(kinds) + others)
        if asks and self.filterset.is_told_by_projects():
            # Enterprises are all those of the projects; nothing else is asked of them.
            matching = Project.objects.filter(projects)
            return amount_totals(matching, count=Count("enterprise", distinct=True))
        return amount_totals(rows.with_amounts(projects, everybody=not asks), prefix="shown_")

    def whole(self) -> tuple[Any, Any]:
        if scope_of(self.request.user).is_limited:
            return super().whole()
        return Tally.objects.filter(Tally.ENTERPRISES), KEPT_ROWS

    def facet_counts(self, names: list[str]) -> Counts:
        """Count enterprises, each once for each value that a project of it has."""
        kept, anew, others = {}, {}, {name: self.filtered_without(name) for name in names}
        for name in names:
            tally = self.tally_of(others[name], "" if name == "leading" else name)
            if tally is not None:
                kept[name] = tally
            elif name != "leading":
                anew[name] = self.projects_that_meet(others[name], name)
        columns = {name: "stage" if name == "leading" else name for name in kept}
        counts = count_by(kept, columns, Sum("rows"))
        for name in {"cluster", "region"} & kept.keys():
            keys = {str(named.pk): named.key for named in self.places.all_of(name)}
            counts[name] = {keys[pk]: n for pk, n in counts[name].items() if pk in keys}
        counts |= count_by(anew, self.facets, Count("enterprise", distinct=True))
        if "leading" in names:
            rows = others["leading"].qs
            counts["leading"] = self.bases_of(rows, sum(counts.get("leading", {}).values()))
        return counts

    def tally_of(self, filterset: EnterpriseFilterSet, facet: str) -> QuerySet[Any] | None:
        """Return what is kept of how many enterprises meet the filters, by the values of a facet;
        None where nothing is."""
        if not facet:
            limited = scope_of(self.request.user).is_limited
            if limited and not filterset.asks_of_projects():
                # Those without a project are shown too, wherever they will be.
                return None
            if filterset.is_idle():
                return Tally.objects.filter(Tally.ENTERPRISES)
        kinds = filterset.kinds(facet)
        return None if kinds is None else EnterpriseTally.objects.filter(kinds)

    def bases_of(self, rows: QuerySet[Any], whole: int) -> dict[str, int]:
        """Count rows by leading basis; `whole` is how many there are, 0 for not known.

        Few have one: where the whole is known, the many without are what is left of it.
        """
        asked = rows.exclude(leading_basis="") if whole else rows
        counts = count_by({"leading": asked}, self.facets)["leading"]
        return {NO_BASIS: whole - sum(counts.values()), **counts} if whole else counts

    def projects_that_meet(self, filterset: EnterpriseFilterSet, facet: str) -> QuerySet[Project]:
        """Return the projects by which enterprises count in a facet."""
        projects = Project.objects.filter(filterset.project_q())
        if not filterset.is_told_by_projects():
            projects = projects.filter(enterprise__in=filterset.qs)
        if facet == "stage":
            # A withdrawn project keeps the stage it had, but stands at none any more.
            projects = projects.exclude(standing=Standing.WITHDRAWN)
        return projects

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("enterprises.add_enterprise"):
            return []
        return [(_("Add enterprise"), reverse("enterprises:enterprise-add"), True)]


class ProjectListView(FilteredListView):
    """Every project that the user may see."""

    permission_required = "enterprises.view_project"
    template_name = "enterprises/project_list.html"
    heading = gettext_lazy("Projects")
    none_title = gettext_lazy("No project is recorded yet")
    empty_title = gettext_lazy("No project matches these filters")
    table_class = ProjectTable
    filterset_class = ProjectFilterSet
    facets = {
        "cluster": "cluster__slug",
        "stage": "stage",
        "region": "region__code",
        "leading": Case(
            When(enterprise__leading_basis="", then=Value(NO_BASIS)),
            default="enterprise__leading_basis",
        ),
        "standing": "standing",
    }
    default_order = ("-contracted",)
    export_name = "projects"
    finds_best = True
    acts = (Assign, SetStage, TagProjects, SetSector)
    bulk_name = "enterprises:project-bulk"
    edit_name = "enterprises:project-edit"
    edit_permission = "enterprises.change_project"

    def get_rows(self) -> QuerySet[Project]:
        return Project.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        related = [name for name in ("enterprise", "assignee") if name in self.shown]
        found: Any = rows.select_related(*related)
        # With the limits of the stages, to mark what was not heard of for too long.
        return found.with_stale_before(timezone.localdate())  # type: ignore[no-any-return]

    def totals(self, rows: Any) -> Totals:
        if self.filterset.asks_of_kinds_only():
            tally = Tally.objects.in_scope(scope_of(self.request.user))
            return tallied_totals(
                tally.filter(Tally.PROJECTS, self.filterset.project_q()), count=KEPT_ROWS
            )
        return amount_totals(rows)

    def whole(self) -> tuple[Any, Any]:
        kept = Tally.objects.in_scope(scope_of(self.request.user)).filter(Tally.PROJECTS)
        return kept, KEPT_ROWS

    def facet_counts(self, names: list[str]) -> Counts:
        rows = {name: self.rows_without(name) for name in names}
        if "stage" in rows:
            rows["stage"] = rows["stage"].exclude(standing=Standing.WITHDRAWN)
        return count_by(rows, self.facets)

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("enterprises.add_project"):
            return []
        return [(_("Add project"), reverse("enterprises:project-add"), True)]


def amount_totals(rows: QuerySet[Any], *, prefix: str = "", count: Any = ROWS) -> Totals:
    """Return the number of rows and the sums of their two amounts, in one query."""
    sums = rows.aggregate(count=count, **{name: Sum(f"{prefix}{name}") for name in AMOUNTS})
    return written_totals(sums["count"], sums)


def tallied_totals(tally: QuerySet[Any], *, count: Any) -> Totals:
    """Return the same from what triggers keep of the projects that a tally counts."""
    sums = tally.aggregate(
        count=count,
        reported_contracted=Sum("contracted_rows", default=0),
        reported_paid_in=Sum("paid_in_rows", default=0),
        **{name: Sum(name, default=0) for name in AMOUNTS},
    )
    for measure in (Measure.CONTRACTED, Measure.PAID_IN):
        if not sums[f"reported_{measure}"]:
            sums[f"{measure}_fen"] = None
    return written_totals(int(sums["count"]), sums)


def enterprises_of(kinds: Q) -> Any:
    """Return how many enterprises have a project of these kinds, for a query of the tally."""
    rows = Func("rows", function="SUM", output_field=BigIntegerField())
    kept = EnterpriseTally.objects.filter(kinds).annotate(n=rows).values("n")
    # The same in each row; of the greatest of them there is one, also where there is no row.
    return Max(Coalesce(Subquery(kept), 0), default=0)


def without_project() -> Any:
    """Return how many enterprises have no project yet, for the same."""
    having = Q(cluster=0, region=0, stage="")
    return Sum("rows", filter=Tally.ENTERPRISES, default=0) - enterprises_of(having)


def written_totals(rows: int, sums: Mapping[str, Any]) -> Totals:
    """Return the totals of a list from sums by name of the amount."""
    return Totals(
        rows,
        [
            graded_total(
                _("%(measure)s, %(unit)s") % {"measure": measure.label, "unit": page_unit()},
                int(sums[f"{measure}_fen"]),
                sums[f"{measure}_verified_fen"],
            )
            for measure in (Measure.CONTRACTED, Measure.PAID_IN)
            if sums[f"{measure}_fen"] is not None
        ],
    )


def graded_totals(projects: Iterable[Any]) -> dict[str, dict[str, int]]:
    """Return what stands of each measure, in fen, by measure and grade."""
    found: dict[str, dict[str, int]] = {}
    for project in projects:
        for total in project.totals.all():
            if total.entries:
                parts = found.setdefault(total.measure, dict.fromkeys(GRADES, 0))
                for grade in GRADES:
                    parts[grade] += getattr(total, f"{grade}_fen")
    return found


class EnterpriseDetailView(PermissionRequiredMixin, DetailView[Enterprise]):
    """One enterprise: who is behind it, its projects, and why it counts as leading."""

    permission_required = "enterprises.view_enterprise"
    template_name = "enterprises/enterprise_detail.html"

    def get_queryset(self) -> QuerySet[Enterprise]:
        projects = Project.objects.visible_to(self.request.user).for_list()
        projects = projects.prefetch_related("totals")
        return Enterprise.objects.visible_to(self.request.user).prefetch_related(
            "groups",
            "tags",
            "former_names",
            "leading_claims__recorded_by",
            Prefetch("projects", queryset=projects, to_attr="shown_projects"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = self.object.shown_projects  # type: ignore[attr-defined]
        evidence = graded_totals(projects)
        return super().get_context_data(
            projects=projects,
            contracted_fen=reported_sum(projects, "contracted_fen"),
            paid_in_fen=reported_sum(projects, "paid_in_fen"),
            evidence=evidence,
            shares={
                measure: Decimal(parts["verified"]) / whole
                for measure, parts in evidence.items()
                if (whole := sum(parts.values()))
            },
            is_unverified=any(
                sum(parts.values()) != parts["verified"] for parts in evidence.values()
            ),
            # A withdrawn project stands at no stage any more, as in the filters of the lists.
            furthest=max(
                (p.stage for p in projects if p.standing != Standing.WITHDRAWN),
                key=lambda stage: Stage(stage).rank,
                default="",
            ),
            is_partial=scope_of(self.request.user).is_limited,
            is_editable=Enterprise.objects.editable_by(self.request.user)
            .filter(pk=self.object.pk)
            .exists(),
            revisions=revisions_of(self.object)[:SHOWN_REVISIONS],
            **kwargs,
        )
