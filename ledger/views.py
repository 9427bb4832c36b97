"""Pages of the ledger."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from accounts.scopes import scope_of, scope_words
from clusters.amounts import page_unit
from clusters.vocabulary import Grade, Measure
from ledger.evidence_views import shows_documents
from ledger.filters import PENDING, EntryFilterSet
from ledger.models import Entry, PlaceTotal
from ledger.querysets import PENDING_WORDS
from ledger.tables import EntryTable
from ledger.verify_act import Verify
from lists.facets import Counts, count_by
from lists.totals import Totals, graded_total
from lists.views import FilteredListView


class EntryListView(FilteredListView):
    """Every entry that the user may see, reversals included; the sums are net, by measure."""

    permission_required = "ledger.view_entry"
    template_name = "ledger/entry_list.html"
    heading = gettext_lazy("Ledger")
    none_title = gettext_lazy("No amount is recorded yet")
    empty_title = gettext_lazy("No entry matches these filters")
    table_class = EntryTable
    filterset_class = EntryFilterSet
    facets = {
        "measure": "measure",
        "cluster": "cluster__slug",
        "region": "region__code",
        "grade": "graded",
        "verdict": Case(
            When(assessment__verdict__in=PENDING_WORDS, then=Value(PENDING)),
            default="assessment__verdict",
        ),
    }
    default_order = ("-effective_on",)
    export_name = "ledger"
    joins_many = True
    acts = (Verify,)
    bulk_name = "ledger:entry-bulk"
    edit_name = "progress:correct"
    edit_permission = "ledger.add_change"

    def get_rows(self) -> QuerySet[Entry]:
        return Entry.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        joined = {"enterprise": "project__enterprise", "evidence": "evidence"}
        related = [joined[name] for name in self.shown if name in joined]
        found: QuerySet[Any] = self.graded(rows.select_related("project", "reversal", *related))
        return found

    def for_naming(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.select_related("project")
        return found

    def graded(self, rows: Any) -> Any:
        """Grade the rows as of the moment that the list is narrowed to, else as of now."""
        moment = self.filterset.form.cleaned_data.get("known_until")
        return rows.graded_at(moment) if moment else rows.graded()

    def totals(self, rows: Any) -> Totals:
        # Never one sum over all: amounts of two measures do not add up to anything.
        if self.filterset.is_idle():
            kept = PlaceTotal.objects.in_scope(scope_of(self.request.user))
            found = (
                kept.order_by()
                .values("measure")
                .annotate(
                    n=Sum("rows"),
                    fen=Sum("amount_fen"),
                    verified_fen=Sum("amount_fen", filter=Q(grade=Grade.VERIFIED)),
                )
            )
        else:
            found = (
                self.graded(rows)
                .order_by()
                .values("measure")
                .annotate(
                    n=Count("pk"),
                    fen=Sum("amount_fen"),
                    verified_fen=Sum("amount_fen", filter=Q(graded=Grade.VERIFIED)),
                )
            )
        by_measure = {row["measure"]: row for row in found if row["n"]}
        return Totals(
            int(sum(row["n"] for row in by_measure.values())),
            [
                graded_total(
                    _("%(measure)s, %(unit)s") % {"measure": measure.label, "unit": page_unit()},
                    int(by_measure[measure]["fen"]),
                    by_measure[measure]["verified_fen"],
                )
                for measure in Measure
                # Output is a yearly figure, so its sum over years would mean nothing.
                if measure in by_measure
                and (measure != Measure.ANNUAL_OUTPUT or self.filterset.is_one_year)
            ],
        )

    def whole(self) -> tuple[Any, Any]:
        kept = PlaceTotal.objects.in_scope(scope_of(self.request.user))
        return kept, Sum("rows", default=0)

    def facet_counts(self, names: list[str]) -> Counts:
        rows: dict[str, Any] = {name: self.rows_without(name) for name in names}
        if "grade" in rows:
            rows["grade"] = self.graded(rows["grade"])
        if "verdict" in rows:
            # Nobody judges what does not stand.
            rows["verdict"] = rows["verdict"].standing()
        return count_by(rows, self.facets)

    def scope_note(self) -> str:
        return scope_words(self.request.user, self.places)

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("ledger.add_entry"):
            return []
        return [(_("Record amount"), reverse("progress:entry-add"), True)]


@shows_documents
class EntryDetailView(PermissionRequiredMixin, DetailView[Entry]):
    """One entry: its figures, its evidence, who recorded it, and what reversed it."""

    permission_required = "ledger.view_entry"
    template_name = "ledger/entry_detail.html"

    def get_queryset(self) -> QuerySet[Entry]:
        return (
            Entry.objects.visible_to(self.request.user)
            .for_story()
            .select_related("project__enterprise")
            .prefetch_related("lowerings__reversal")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        entry = self.object
        recorded_on = timezone.localdate(entry.recorded_at)
        this = Entry.objects.filter(pk=entry.pk)
        may_reverse = this.reversible_by(user).exists()
        return super().get_context_data(
            lag_days=(recorded_on - entry.effective_on).days,
            may_reverse=may_reverse,
            may_correct=may_reverse and user.has_perm("ledger.add_change"),
            may_attach=entry.stands and user.has_perm("ledger.add_attachment"),
            act=self.act_of(this),
            cuts=[cut for cut in entry.lowerings.all() if cut.stands],
            **kwargs,
        )

    def act_of(self, this: Any) -> str:
        """Return what the person may do about the entry now: verify it, answer, or nothing."""
        user: Any = self.request.user
        if self.object.waits_for == "recorder" and this.answerable_by(user).exists():
            return "answer"
        may_judge = self.object.stands and this.verifiable_by(user).exists()
        return "verify" if may_judge else ""
