"""Reads over many enterprises, projects and their facts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.db.models.sql.constants import LOUTER
from django_cte import CTE, with_cte

from accounts.models import User
from accounts.scopes import Scope, ScopedQuerySet
from clusters.expressions import TextList, stage_rank
from clusters.facts import DatedFactQuerySet
from clusters.vocabulary import Measure, Stage, Standing
from enterprises.finding import FoundByWords

if TYPE_CHECKING:
    from enterprises.models import (  # noqa: F401
        Enterprise,
        InvestorGroup,
        LeadingClaim,
        Project,
        ProjectState,
        Tally,
    )


# The amounts that triggers keep of projects and enterprises.
AMOUNTS = tuple(
    f"{measure}{part}_fen"
    for measure in (Measure.CONTRACTED, Measure.PAID_IN)
    for part in ("", "_verified")
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


class InvestorGroupQuerySet(FoundByWords["InvestorGroup"]):
    """Reads over investor groups, which belong to no region and are open to all who may see any."""

    kind: ClassVar[str] = "group"
    largest_first: ClassVar[tuple[Any, ...]] = ("name_en", "name_zh", "pk")
    are_many: ClassVar[bool] = False

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Groups that `user` may see."""
        return self if user.has_perm("enterprises.view_investorgroup") else self.none()

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Groups that `user` may change."""
        return self if user.has_perm("enterprises.change_investorgroup") else self.none()


class EnterpriseQuerySet(  # type: ignore[override]  # each base has an as_manager of its own
    FoundByWords["Enterprise"], ScopedQuerySet["Enterprise"]
):
    """Reads over enterprises."""

    kind: ClassVar[str] = "enterprise"

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

        A subquery: joined, an enterprise would stand in the list once per project. As one set of
        enterprises: asked enterprise by enterprise, SQLite would go through what `condition` itself
        asks of other tables each time.
        """
        projects = self._project_model().objects.order_by().filter(condition)
        return self.filter(pk__in=projects.values("enterprise"))

    def for_list(self, projects: Q, *, everybody: bool = True) -> Self:
        """Rows for the list, each with what its projects that meet `projects` come to.

        Besides the amounts, `shown_rank` is the place of the furthest stage; `shown_clusters` has
        the keys of the projects' clusters, some more than once, with commas between. `everybody`
        off leaves out enterprises without such a project.
        """
        of_row = self._projects().filter(projects).order_by().values("enterprise")
        standing = of_row.exclude(standing=Standing.WITHDRAWN)
        furthest = Subquery(standing.annotate(rank=Max(stage_rank())).values("rank"))
        return self.with_amounts(projects, everybody=everybody).annotate(
            shown_rank=furthest if projects else F("stage_rank"),
            shown_clusters=Subquery(of_row.annotate(all=TextList("cluster")).values("all")),
        )

    def with_amounts(self, projects: Q, *, everybody: bool = True) -> Self:
        """Add what the projects that meet `projects` come to, as `shown_contracted_fen` and its
        like, None where nothing was reported.

        They are summed up once for all enterprises, and not for each anew.
        """
        if not projects:
            return self.annotate(**{f"shown_{name}": F(name) for name in AMOUNTS})
        sums = {f"of_{name}": Sum(name) for name in AMOUNTS}
        matching = CTE(
            self._project_model()
            .objects.filter(projects)
            .order_by()
            .values("enterprise")
            .annotate(**sums),
            name="matching",
        )
        how = {"_join_type": LOUTER} if everybody else {}
        joined = matching.join(self, id=matching.col.enterprise, **how)
        found: Self = with_cte(matching, select=joined).annotate(
            **{f"shown_{name}": getattr(matching.col, f"of_{name}") for name in AMOUNTS}
        )
        return found

    def with_project_count(self, projects: Q) -> Self:
        """Add `shown_projects`, the number of projects that meet `projects`."""
        counted = self._projects().filter(projects).order_by().values("enterprise")
        return self.annotate(
            shown_projects=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)
        )

    def _project_model(self) -> "type[Project]":
        return cast("type[Project]", self.model._meta.get_field("projects").related_model)


class ProjectQuerySet(  # type: ignore[override]
    FoundByWords["Project"], ScopedQuerySet["Project"]
):
    """Reads over projects."""

    kind: ClassVar[str] = "project"

    def for_list(self) -> Self:
        """Rows with their enterprise and place."""
        return self.select_related("enterprise", "cluster", "region", "sector")

    def with_found_heard_on(self) -> Self:
        """Add `found_heard_on`, the day of the last that was heard of the project, found anew.

        That is the latest day of its states, confirmations and those ledger entries that stand: an
        entry that was taken back was never true. Triggers keep it as `heard_on`.
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
        return self.annotate(found_heard_on=Greatest(*latest, output_field=models.DateField()))

    def _facts(self, name: str) -> "QuerySet[Any]":
        """The dated facts of the project of the row, for a subquery."""
        related = cast("type[Any]", self.model._meta.get_field(name).related_model)
        found: QuerySet[Any] = related._default_manager.filter(project=OuterRef("pk"))
        return found

    def with_stale_before(self, today: date) -> Self:
        """Add `stale_before`: heard of before that day only, the project is stale at `today`.

        None for a withdrawn project, and at a stage without a limit.
        """
        # A question about each stage is asked once, one about the stage of the row for every row.
        limits = (
            When(
                stage=stage, then=Subquery(self._limits(today).filter(stage=stage).values("before"))
            )
            for stage in Stage
        )
        nothing = Value(None, output_field=models.DateField())
        return self.annotate(
            stale_before=Case(
                When(standing=Standing.WITHDRAWN, then=nothing),
                *limits,
                default=nothing,
                output_field=models.DateField(),
            )
        )

    def _limits(self, today: date) -> "QuerySet[Any]":
        """The limit of each stage that has one, with the day `before` that it means."""
        limits = self.model._meta.apps.get_model("enterprises", "StaleAfter")._default_manager
        return limits.annotate(before=DaysBefore(Value(today), F("days")))

    def mine(self, user: User | AnonymousUser) -> Self:
        """Projects that are assigned to `user`, and those assigned to nobody of which `user`
        recorded a state."""
        return self.filter(self.mine_q(user))

    def mine_q(self, user: User | AnonymousUser) -> Q:
        """Return the condition that a project is one of these."""
        own = self._own(Q(recorded_by=user.pk))
        return Q(assignee=user.pk) | Q(assignee=None, pk__in=own)

    def answerable_by(self, user: User | AnonymousUser) -> Self:
        """Projects that `user` has to ask about: the own ones, and those of nobody who can.

        An assigned project is the one of its assignee. Of the others own is a project of which
        `user` recorded a state, and what an import or somebody who left has recorded falls to every
        recorder of its place; so does what is assigned to somebody who left.
        """
        people = self._facts("states").filter(recorded_by__is_active=True)
        unassigned = Q(assignee=None) | Q(assignee__is_active=False)
        own, left = self._own(Q(recorded_by=user.pk)), self._own(Q(recorded_by__is_active=False))
        # The few that can be of nobody first, or each project would be asked for its people.
        of_nobody = Q(pk__in=left) & ~Exists(people)
        return self.editable_by(user).filter(
            Q(assignee=user.pk) | unassigned & (Q(pk__in=own) | of_nobody)
        )

    def _own(self, recorded: Q) -> "QuerySet[Any, Any]":
        """The projects of which somebody recorded a state.

        As a set: asked project by project, all of the person's states are gone through for each.
        """
        states = self.model._meta.get_field("states").related_model._default_manager
        found: QuerySet[Any, Any] = states.order_by().filter(recorded).values("project")
        return found

    def stale(self, today: date) -> Self:
        """Projects of which nothing was heard for longer than their stage allows."""
        return self.with_stale_before(today).filter(self.stale_q(today))

    def stale_q(self, today: date) -> Q:
        """Return the condition that a project is stale.

        Paused ones too: they count in the figures as active ones do. Withdrawn ones never.
        """
        limits = self._limits(today)
        shortest = limits.order_by("-before").values("before")[:1]
        too_long = Q()
        for stage in Stage:
            limit = limits.filter(stage=stage).values("before")[:1]
            too_long |= Q(stage=stage, heard_on__lt=Subquery(limit))
        # First by the index: what was heard of since then is stale at no stage.
        return Q(heard_on__lt=Subquery(shortest)) & too_long & ~Q(standing=Standing.WITHDRAWN)


class ProjectStateQuerySet(  # type: ignore[override]
    ScopedQuerySet["ProjectState"], DatedFactQuerySet["ProjectState"]
):
    """Reads over project states."""

    def in_scope(self, scope: Scope) -> Self:
        """States of a place inside `scope`, of projects that are still inside."""
        return self.filter(scope.q(), scope.q("project__"))

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


class TallyQuerySet(models.QuerySet["Tally"]):
    """Reads over the tally."""

    def in_scope(self, scope: Scope) -> Self:
        """What is counted inside `scope`."""
        return self.filter(scope.q())


def reported_sum(rows: Iterable[Any], column: str) -> int | None:
    """Return the sum of what was reported; None when nothing was."""
    reported = [getattr(row, column) for row in rows if getattr(row, column) is not None]
    return sum(reported) if reported else None
