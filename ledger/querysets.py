"""Reads over many entries."""

from typing import TYPE_CHECKING, Self

from django.db.models import Case, IntegerField, Q, Sum, Value, When

from accounts.models import User
from accounts.scopes import ScopedQuerySet, scope_of
from clusters.facts import DatedFactQuerySet

if TYPE_CHECKING:
    from enterprises.models import Project
    from ledger.models import Entry  # noqa: F401


class EntryQuerySet(  # type: ignore[override]  # each base has an as_manager of its own
    ScopedQuerySet["Entry"], DatedFactQuerySet["Entry"]
):
    """Reads over entries; each returns a queryset, but for those named `sum_`."""

    def reversible_by(self, user: User) -> Self:
        """Entries that `user` may take back: standing ones inside the scope."""
        if not user.has_perm("ledger.reverse_entry"):
            return self.none()
        return self.in_scope(scope_of(user)).standing()

    def standing(self) -> Self:
        """Entries that are neither reversed nor a reversal."""
        return self.filter(reverses=None, reversal=None)

    def doubles_of(
        self, *, project: "Project", measure: str, amount_fen: int, evidence_id: int | None
    ) -> Self:
        """Standing entries of the project with the same measure and amount, from another source.

        A project of the same Chinese name counts as the same: one project is often reported under
        two enterprises.
        """
        same_project = Q(project=project.pk)
        if project.name_zh:
            same_project |= Q(project__name_zh=project.name_zh)
        found = self.standing().filter(same_project, measure=measure, amount_fen=amount_fen)
        if evidence_id is not None:
            found = found.exclude(evidence=evidence_id)
        return found

    def graded(self) -> Self:
        """Add `graded`, how well the amount is proven, and `counted`, 1 or for a reversal -1.

        The same two rules as in the triggers of the totals (ledger.triggers).
        """
        return self.annotate(
            graded=Case(When(evidence=None, then=Value("unsupported")), default=Value("sourced")),
            counted=Case(When(reverses=None, then=1), default=-1, output_field=IntegerField()),
        )

    def for_list(self) -> Self:
        """Rows for the list."""
        return self.select_related(
            "project__enterprise", "cluster", "region", "evidence", "recorded_by", "reversal"
        )

    def sum_fen(self) -> int:
        """Net total; a reversal counts as the negative it is, and no entries make 0."""
        return int(self.aggregate(total=Sum("amount_fen", default=0))["total"])
