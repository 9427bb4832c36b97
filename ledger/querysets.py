"""Reads over many entries, and over what is said and kept about them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce

from accounts.models import User
from accounts.scopes import ScopedQuerySet, may, scope_of
from clusters.facts import DatedFactQuerySet, RecordedQuerySet

if TYPE_CHECKING:
    from ledger.models import (  # noqa: F401
        Attachment,
        Change,
        Entry,
        Evidence,
        ExchangeRate,
        PlaceTotal,
        Verification,
    )

COUNTED = Case(When(reverses=None, then=1), default=-1, output_field=IntegerField())
# So old may a rate be that turns an amount into yuan.
RATE_DAYS = 7
# The last words after which an entry waits for a verdict.
PENDING_WORDS = ("", "defended")


class Unindexed(Func):
    """A column whose index SQLite shall leave alone.

    It takes a unique one to find a single row, for NULL too; so it would look for what reverses
    nothing, nearly the whole ledger, rather than for the entries of a project.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra_context)


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
        return self.alias(own=Unindexed("reverses")).filter(own=None, reversal=None)

    def standing_at(self, moment: datetime | None) -> Self:
        """The same as was known at `moment`; None: now."""
        if moment is None:
            return self.standing()
        by_then = self.model._default_manager.known_at(moment)
        taken_back = by_then.order_by().filter(reverses=OuterRef("pk"))
        return self.filter(~Exists(taken_back), reverses=None)

    def pending(self) -> Self:
        """Standing entries that wait for a verdict: none was given, or the last was answered."""
        return self.standing().filter(assessment__verdict__in=PENDING_WORDS)

    def returned(self) -> Self:
        """Standing entries that were returned and not answered."""
        return self.standing().filter(assessment__verdict="returned")

    def said(self, verdicts: Collection[str]) -> Self:
        """Standing entries of which "verified", "returned" or, for "pending", nothing is said."""
        words = {
            word
            for verdict in verdicts
            for word in (PENDING_WORDS if verdict == "pending" else (verdict,))
        }
        return self.standing().filter(assessment__verdict__in=words)

    def owned_by(self, user: User) -> Self:
        """Entries that are figures of `user`: recorded, or taken over from there by an act.

        Who moves, corrects or takes back what another recorded does not become the only one whose
        figure it is.
        """
        return self.filter(self._owned(user))

    def _owned(self, user: User) -> Q:
        taken_over = self.model._default_manager.filter(reverses__recorded_by=user.pk)
        by_act = taken_over.filter(change=OuterRef("change"))
        by_undone_act = taken_over.filter(change=OuterRef("change__undoes"))
        # Only an act takes something over; most entries are of none, and need no further look.
        acted = Q(change__isnull=False)
        return Q(recorded_by=user.pk) | acted & (Q(Exists(by_act)) | Q(Exists(by_undone_act)))

    def verifiable_by(self, user: User) -> Self:
        """Entries in the scope of `user` that somebody else recorded, if `user` may verify."""
        if not user.has_perm("ledger.add_verification"):
            return self.none()
        return self.in_scope(scope_of(user)).filter(~self._owned(user))

    def answerable_by(self, user: User) -> Self:
        """Entries that `user` has to answer for: the own ones, and those of nobody who can.

        What an import or somebody who left has recorded falls to every recorder of its place.
        """
        if not user.has_perm("ledger.add_entry"):
            return self.none()
        people = User.objects.order_by().filter(Q(pk=user.pk) | Q(is_active=False))
        return self.in_scope(scope_of(user)).filter(recorded_by__in=people.values("pk"))

    def graded(self) -> Self:
        """Add `graded`, the grade that the amount counts in, and `counted`, 1 or for a reversal -1.

        The database keeps the grade of now (ledger.triggers).
        """
        return self.annotate(graded=F("assessment__grade"), counted=COUNTED)

    def graded_at(self, moment: datetime | None) -> Self:
        """Add the same, found again from what had been said and attached by `moment`; None: now."""
        said = cast("type[Verification]", self._related("verifications"))
        attached = cast("type[Attachment]", self._related("attachments"))
        evidence = cast("type[Evidence]", self._related("evidence"))
        words = said._default_manager.known_at(moment).filter(entry=OuterRef("root"))
        others = attached._default_manager.known_at(moment).filter(entry=OuterRef("root"))
        own = evidence._default_manager.filter(entries=OuterRef("root"))
        return self.alias(
            # What a reduction or a reversal belongs to decides on its grade.
            root=Coalesce("lowers_id", "reverses_id", "pk"),
            last_word=Subquery(words.order_by("-pk").values("verdict")[:1]),
        ).annotate(
            graded=Case(
                When(last_word="verified", then=Value("verified")),
                When(
                    Exists(own.exclude(sha256="")) | Exists(others.exclude(evidence__sha256="")),
                    then=Value("documented"),
                ),
                When(Exists(own) | Exists(others), then=Value("sourced")),
                default=Value("unsupported"),
            ),
            counted=COUNTED,
        )

    def _related(self, name: str) -> type[models.Model]:
        return cast("type[models.Model]", self.model._meta.get_field(name).related_model)

    def for_list(self) -> Self:
        """Rows for the list."""
        return self.select_related(
            "project__enterprise",
            "cluster",
            "region",
            "evidence",
            "recorded_by",
            "reversal",
            "assessment",
        )

    def for_story(self) -> Self:
        """Rows with all that was said and added about them."""
        return self.select_related(
            "cluster",
            "region",
            "evidence",
            "recorded_by",
            "assessment",
            "change",
            "lowers",
            "reversal",
            "reverses__evidence",
            "reverses__assessment",
            "reverses__cluster",
            "reverses__region",
        ).prefetch_related("verifications__recorded_by", "attachments__evidence")

    def resting_on(self, evidence: "Evidence") -> Self:
        """Standing entries that cite `evidence`, or that it was added to."""
        return self.standing().filter(
            Q(evidence=evidence) | Q(pk__in=evidence.attachments.values("entry"))
        )

    def oldest_first(self) -> Self:
        """Rows in the order in which they have waited; a correction waits from its own moment."""
        return self.order_by("recorded_at", "pk")

    def largest_first(self) -> Self:
        """Rows with the most money first."""
        return self.order_by(Abs("amount_fen").desc(), "recorded_at", "pk")

    def sum_fen(self) -> int:
        """Net total; a reversal counts as the negative it is, and no entries make 0."""
        return int(self.aggregate(total=Sum("amount_fen", default=0))["total"])


class EvidenceQuerySet(RecordedQuerySet["Evidence"]):
    """Reads over evidence."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Evidence of entries that `user` may see, and what `user` recorded."""
        if isinstance(user, AnonymousUser) or not may(user, "view", self.model):
            return self.none()
        scope = scope_of(user)
        if not scope.is_limited:
            return self
        entries = cast("type[Entry]", self.model._meta.get_field("entries").related_model)
        inside = entries._default_manager.in_scope(scope)
        return self.filter(
            Exists(inside.filter(evidence=OuterRef("pk")))
            | Exists(inside.filter(attachments__evidence=OuterRef("pk")))
            | Q(recorded_by=user)
        )

    def for_list(self, user: User | AnonymousUser) -> Self:
        """Rows with `entries_count`, the standing entries that `user` may see and that rest on
        each."""
        entries = cast("type[Entry]", self.model._meta.get_field("entries").related_model)
        standing = entries._default_manager.in_scope(scope_of(user)).standing().order_by()

        def counted(**how: Any) -> Coalesce:
            rows = standing.filter(**how).annotate(one=Value(1)).values("one")
            return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

        # An entry never cites what was added to it, so none counts twice.
        return self.annotate(
            entries_count=counted(evidence=OuterRef("pk"))
            + counted(attachments__evidence=OuterRef("pk"))
        )


class ChangeQuerySet(  # type: ignore[override]
    ScopedQuerySet["Change"], DatedFactQuerySet["Change"]
):
    """Reads over changes."""

    scope_prefix: ClassVar[str] = "project__"


class VerificationQuerySet(  # type: ignore[override]
    ScopedQuerySet["Verification"], RecordedQuerySet["Verification"]
):
    """Reads over verifications."""

    scope_prefix: ClassVar[str] = "entry__"


class AttachmentQuerySet(  # type: ignore[override]
    ScopedQuerySet["Attachment"], RecordedQuerySet["Attachment"]
):
    """Reads over attachments."""

    scope_prefix: ClassVar[str] = "entry__"


class PlaceTotalQuerySet(ScopedQuerySet["PlaceTotal"]):
    """Reads over the totals by place."""


class ExchangeRateQuerySet(RecordedQuerySet["ExchangeRate"]):
    """Reads over exchange rates."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rates are the same for all who may see any."""
        return self if user.has_perm("ledger.view_exchangerate") else self.none()

    def usable_on(self, currency: str, day: date) -> Self:
        """Rates that may turn an amount of `day` into yuan, the best first."""
        return self.filter(
            currency=currency, on__lte=day, on__gte=day - timedelta(days=RATE_DAYS)
        ).order_by("-on", "-recorded_at", "-pk")

    def of_day(self, currency: str, day: date) -> Self:
        """Rates of just that day; the first one counts, it replaced the others."""
        return self.filter(currency=currency, on=day).order_by("-recorded_at", "-pk")

    def for_list(self) -> Self:
        """Rows for the list, with `is_replaced`: whether a later one counts for the day."""
        later = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(
            recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")
        )
        same_day = self.model._default_manager.filter(
            later, currency=OuterRef("currency"), on=OuterRef("on")
        )
        return self.select_related("recorded_by").annotate(is_replaced=Exists(same_day))
