"""Reads over many enterprises, projects and their facts."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from accounts.scopes import Scope, ScopedQuerySet
from clusters.facts import DatedFactQuerySet
from clusters.vocabulary import Measure, Stage, Standing

if TYPE_CHECKING:
    from enterprises.models import (  # noqa: F401
        Enterprise,
        InvestorGroup,
        LeadingClaim,
        Project,
        ProjectState,
        Shareholding,
    )


class DaysBefore(Func):
    """The day that lies a number of days before another, counted by the database."""

    output_field = models.DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="date(%(expressions)s || ' days')",
            arg_joiner=", '-' || ",
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(%(expressions)s)", arg_joiner="::date - "
        )


class InvestorGroupQuerySet(models.QuerySet["InvestorGroup"]):
    """Reads over investor groups, which belong to no region and are open to all who may see any."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Groups that `user` may see."""
        return self if user.has_perm("enterprises.view_investorgroup") else self.none()

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Groups that `user` may change."""
        return self if user.has_perm("enterprises.change_investorgroup") else self.none()


def by_group(word: str) -> Q:
    """Return the condition that a word stands in a name of the shareholding's group."""
    return Q(group__name_zh__icontains=word) | Q(group__name_en__icontains=word)


class EnterpriseQuerySet(ScopedQuerySet["Enterprise"]):
    """Reads over enterprises."""

    def in_scope(self, scope: Scope) -> Self:
        """Enterprises with a project inside `scope`, and those with no project yet.

        One without a project belongs to no region; hidden, it would be entered a second time.
        """
        if not scope.is_limited:
            return self
        projects = self._projects()
        return self.filter(Exists(projects.filter(scope.q())) | ~Exists(projects))

    def _projects(self) -> "QuerySet[Project]":
        """The projects of the enterprise of the row, for a subquery."""
        related = cast("type[Project]", self.model._meta.get_field("projects").related_model)
        return related._default_manager.filter(enterprise=OuterRef("pk"))

    def with_projects(self, condition: Q) -> Self:
        """Enterprises with at least one project that meets `condition`.

        A subquery: joined, an enterprise would stand in the list once per project.
        """
        return self.filter(Exists(self._projects().filter(condition)))

    def search(self, words: str, projects: Q) -> Self:
        """Enterprises of which each word stands in a name, code or group, or in the name of a
        project that meets `projects`: what somebody may not see must not be found either."""
        found = self
        for word in words.split():
            names = Q(name_zh__icontains=word) | Q(name_en__icontains=word)
            found = found.filter(
                names
                | Q(credit_code__istartswith=word)
                | Exists(self._projects().filter(projects, names))
                | Exists(self._shareholdings().filter(by_group(word)))
            )
        return found

    def for_list(self, projects: Q) -> Self:
        """Rows for the list, each with what its projects that meet `projects` come to.

        Besides the amounts: `stage_rank` is that of the furthest project, `first_cluster` the place
        in the plan of the first cluster, `shown_projects` the projects themselves.
        """
        matching = self._matching(projects)
        shareholdings = self._shareholdings().order_by("position", "pk")
        rank = Case(
            *(When(stage=stage, then=stage.rank) for stage in Stage),
            output_field=models.IntegerField(),
        )
        project_model = cast("type[Project]", self.model._meta.get_field("projects").related_model)
        return (
            self.prefetch_related(
                Prefetch(
                    "projects",
                    queryset=project_model.objects.filter(projects).only(
                        "enterprise", "cluster", "stage", "standing"
                    ),
                    to_attr="shown_projects",
                )
            )
            .with_amounts(projects)
            .annotate(
                group_zh=Subquery(shareholdings.values("group__name_zh")[:1]),
                group_en=Subquery(shareholdings.values("group__name_en")[:1]),
                stage_rank=Subquery(
                    matching.exclude(standing=Standing.WITHDRAWN)
                    .annotate(rank=Max(rank))
                    .values("rank")
                ),
                first_cluster=Subquery(
                    matching.annotate(first=Min("cluster__position")).values("first")
                ),
            )
        )

    def with_amounts(self, projects: Q, *, graded: bool = False) -> Self:
        """Add `contracted_fen`, `paid_in_fen` of the projects that meet `projects`; None where
        nothing was reported. `graded` adds what of each is verified, as `…_verified_fen`."""
        matching = self._matching(projects)
        return self.annotate(
            **{
                name: Subquery(
                    matching.filter(totals__measure=measure, totals__entries__gt=0)
                    .annotate(sum=Sum(f"totals__{column}"))
                    .values("sum"),
                    output_field=models.BigIntegerField(),
                )
                for name, measure, column in amount_columns(graded=graded)
            },
        )

    def _matching(self, projects: Q) -> "QuerySet[Any]":
        """The projects of the row that meet `projects` as one group, for an aggregate."""
        return self._projects().filter(projects).order_by().values("enterprise")

    def _shareholdings(self) -> "QuerySet[Shareholding]":
        """The groups behind the enterprise of the row, for a subquery."""
        related = cast(
            "type[Shareholding]", self.model._meta.get_field("shareholdings").related_model
        )
        return related._default_manager.filter(enterprise=OuterRef("pk"))


class ProjectQuerySet(ScopedQuerySet["Project"]):
    """Reads over projects."""

    def search(self, words: str) -> Self:
        """Projects of which each word stands in their names, or in a name, the code or a group of
        their enterprise."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name_zh__icontains=word)
                | Q(name_en__icontains=word)
                | Q(enterprise__name_zh__icontains=word)
                | Q(enterprise__name_en__icontains=word)
                | Q(enterprise__credit_code__istartswith=word)
                | Exists(self._shareholdings().filter(by_group(word)))
            )
        return found

    def _shareholdings(self) -> "QuerySet[Shareholding]":
        """The groups behind the enterprise of the row, for a subquery."""
        enterprise = self.model._meta.get_field("enterprise").related_model
        related = cast("type[Any]", enterprise)._meta.get_field("shareholdings").related_model
        found: QuerySet[Shareholding] = related._default_manager.filter(
            enterprise=OuterRef("enterprise")
        )
        return found

    def for_list(self) -> Self:
        """Rows for the list, with their amounts; None where nothing was reported."""
        return self.select_related("enterprise", "cluster", "region", "sector").with_amounts()

    def with_amounts(self, *, graded: bool = False) -> Self:
        """Add `contracted_fen`, `paid_in_fen` from the totals that the database keeps; `graded`
        adds what of each is verified, as `…_verified_fen`."""
        totals = self.model._meta.get_field("totals").related_model._default_manager
        return self.annotate(
            **{
                name: Subquery(
                    totals.filter(project=OuterRef("pk"), measure=measure, entries__gt=0).values(
                        column
                    )[:1],
                    output_field=models.BigIntegerField(),
                )
                for name, measure, column in amount_columns(graded=graded)
            }
        )

    def with_heard_on(self) -> Self:
        """Add `heard_on`, the day of the last that was heard of the project.

        That is the latest day of its states, confirmations and those ledger entries that stand: an
        entry that was taken back was never true.
        """
        latest = [
            # Each project has a state, so the day of its stage stands in for what there is none of;
            # SQLite's greatest of several values is NULL when one of them is.
            Coalesce(
                Subquery(rows.order_by("-effective_on").values("effective_on")[:1]), F("stage_on")
            )
            for rows in (
                self._facts("states"),
                self._facts("confirmations"),
                self._facts("entries").filter(reverses=None, reversal=None),
            )
        ]
        return self.annotate(heard_on=Greatest(*latest, output_field=models.DateField()))

    def _facts(self, name: str) -> "QuerySet[Any]":
        """The dated facts of the project of the row, for a subquery."""
        related = cast("type[Any]", self.model._meta.get_field(name).related_model)
        found: QuerySet[Any] = related._default_manager.filter(project=OuterRef("pk"))
        return found

    def with_stale_before(self, today: date) -> Self:
        """Add `stale_before`: heard of before that day only, the project is stale at `today`.

        None for a withdrawn project, and at a stage without a limit.
        """
        limits = self.model._meta.apps.get_model("enterprises", "StaleAfter")._default_manager
        before = Subquery(
            limits.filter(stage=OuterRef("stage"))
            .annotate(before=DaysBefore(Value(today), F("days")))
            .values("before")[:1]
        )
        nothing = Value(None, output_field=models.DateField())
        return self.annotate(
            stale_before=Case(
                When(standing=Standing.WITHDRAWN, then=nothing),
                default=before,
                output_field=models.DateField(),
            )
        )

    def answerable_by(self, user: User | AnonymousUser) -> Self:
        """Projects that `user` has to ask about: the own ones, and those of nobody who can.

        Own is a project of which `user` recorded a state. What an import or somebody who left has
        recorded falls to every recorder of its place.
        """
        states = self.model._meta.get_field("states").related_model._default_manager
        people = self._facts("states").filter(recorded_by__is_active=True)
        # The own ones as a set: asked project by project, all of the person's states are gone
        # through for each.
        own = states.order_by().filter(recorded_by=user.pk).values("project")
        return self.editable_by(user).filter(Q(pk__in=own) | ~Exists(people))

    def stale(self, today: date) -> Self:
        """Projects of which nothing was heard for longer than their stage allows.

        Paused ones too: they count in the figures as active ones do. Withdrawn ones never.
        """
        return self.with_heard_on().with_stale_before(today).filter(heard_on__lt=F("stale_before"))


class ProjectStateQuerySet(DatedFactQuerySet["ProjectState"]):
    """Reads over project states."""

    def standing(self, as_of: date, known_at: datetime | None) -> Self:
        """Return the state of each project at `as_of` as known at `known_at`."""
        return self.known_at(known_at).in_force(as_of).latest_per("project")


class LeadingClaimQuerySet(DatedFactQuerySet["LeadingClaim"]):
    """Reads over leading claims."""

    def standing(self, as_of: date, known_at: datetime | None) -> Self:
        """Return the claims that hold at `as_of` as known at `known_at`."""
        return (
            self.known_at(known_at)
            .in_force(as_of)
            .latest_per("enterprise", "basis")
            .filter(holds=True)
        )


def amount_columns(*, graded: bool) -> Iterator[tuple[str, Measure, str]]:
    """Yield the amounts that lists show: annotation, measure, column of the kept total."""
    for measure in (Measure.CONTRACTED, Measure.PAID_IN):
        yield f"{measure}_fen", measure, "amount_fen"
        if graded:
            yield f"{measure}_verified_fen", measure, "verified_fen"


def reported_sum(rows: Iterable[Any], column: str) -> int | None:
    """Return the sum of what was reported; None when nothing was."""
    reported = [getattr(row, column) for row in rows if getattr(row, column) is not None]
    return sum(reported) if reported else None
