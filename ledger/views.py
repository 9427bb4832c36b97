"""Pages of the ledger."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from accounts.scopes import scope_words
from clusters.amounts import format_table, page_unit
from clusters.lists import FilteredListView
from clusters.vocabulary import Measure
from ledger.filters import EntryFilterSet
from ledger.models import Entry
from ledger.tables import EntryTable


class EntryListView(FilteredListView):
    """Every entry that the user may see, reversals included; the sums are net, by measure."""

    permission_required = "ledger.view_entry"
    heading = gettext_lazy("Ledger")
    none_title = gettext_lazy("No amount is recorded yet")
    empty_title = gettext_lazy("No entry matches these filters")
    table_class = EntryTable
    filterset_class = EntryFilterSet
    facets = ("measure", "cluster", "region", "grade")
    default_order = ("-effective_on",)
    export_name = "ledger"

    def get_rows(self) -> QuerySet[Entry]:
        return Entry.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.for_list()
        return found

    def totals(self, rows: Any) -> tuple[int, list[tuple[str, str]]]:
        # Never one sum over all: amounts of two measures do not add up to anything.
        by_measure = {
            row["measure"]: row
            for row in rows.order_by()
            .values("measure")
            .annotate(n=Count("pk"), fen=Sum("amount_fen"))
        }
        totals = [
            (f"{measure.label}, {page_unit()}", format_table(by_measure[measure]["fen"]))
            for measure in Measure
            # Output is a yearly figure, so its sum over years would mean nothing.
            if measure in by_measure and measure != Measure.ANNUAL_OUTPUT
        ]
        return sum(row["n"] for row in by_measure.values()), totals

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("ledger.add_entry"):
            return []
        return [(_("Record amount"), reverse("admin:ledger_entry_add"), True)]


class EntryDetailView(PermissionRequiredMixin, DetailView[Entry]):
    """One entry: its figures, its evidence, who recorded it, and what reversed it."""

    permission_required = "ledger.view_entry"
    template_name = "ledger/entry_detail.html"

    def get_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.visible_to(self.request.user).for_list().select_related("reverses")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        recorded_on = timezone.localdate(self.object.recorded_at)
        return super().get_context_data(
            lag_days=(recorded_on - self.object.effective_on).days,
            may_reverse=Entry.objects.reversible_by(user).filter(pk=self.object.pk).exists(),
            **kwargs,
        )
