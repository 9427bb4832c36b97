"""What became of projects between two days, and which enterprises began or ceased to count."""

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Concat, RowNumber
from django.urls import reverse

from accounts.scopes import may, scope_of
from enterprises import conditions
from enterprises.models import Enterprise, Project, ProjectState
from enterprises.recording import NEWEST_FIRST
from progress.changes.results import NAMED, RUNNING, Found, first, kinds_of
from progress.charts.reading import Reading
from progress.named import Named

NAMES = ("name_zh", "name_en")


class Between:
    """Two days of one scope, as known at the moment of its figures."""

    def __init__(self, reading: Reading, since: date) -> None:
        self.reading = reading
        self.since = since
        self.as_of = reading.as_of
        self.known_at = reading.known_at
        self.park = reading.plan.park
        self.verified_only = reading.progress.verified_only
        # Of places whether the plan names a site there, as the definition of the page has it.
        self.in_sites = reading.progress.choice.in_sites
        self.where = conditions.in_planned_site([conditions.INSIDE]) if self.in_sites else Q()


class ProjectChanges(Between):
    """The reading of projects and enterprises; it asks as often however much there is."""

    def found(self) -> dict[str, Found]:
        """Return what became of projects and of enterprises."""
        return {**self.projects(), **self.leading(), "newcomers": Found(self.newcomers())}

    # Projects: the state that holds on the later day, where it is dated after `since`.

    @cached_property
    def states(self) -> Any:
        states: Any = conditions.states_on(self.as_of, self.known_at)
        states = states.filter(self.where, cluster__park=self.park, effective_on__gt=self.since)
        if self.verified_only:
            proven = conditions.proven(self.as_of, self.known_at)
            states = states.filter(project__in=Project.objects.order_by().filter(proven))
        return self.reading.of_states(states)

    @cached_property
    def known_before(self) -> Any:
        known = ProjectState.objects.order_by().known_at(self.known_at).in_force(self.since)
        part = self.reading.part
        # Of a group nothing is told that lies outside the reader's scope.
        return known if part is None else known.filter(part.reader.q("project__"))

    def projects(self) -> dict[str, Found]:
        """Return what became of projects, by kind: how many, and the largest that are seen."""
        ways = ("was", "stage", "standing")
        before = self.known_before.filter(project=OuterRef("project")).order_by(*NEWEST_FIRST)
        # As one value, since each is looked up project by project.
        way = before.annotate(way=Concat("stage", Value(":"), "standing")).values("way")
        parts = [*map(F, ways)]
        largest = F("project__contracted_fen").desc(nulls_last=True)
        # Those that are seen come first, so that one reading has the numbers and the names.
        rows = self.states.annotate(
            was=Subquery(way[:1]),
            is_seen=Case(When(self.seen, then=1), default=0, output_field=IntegerField()),
            alike=Window(Count("*"), partition_by=parts),
            place=Window(RowNumber(), partition_by=parts, order_by=[F("is_seen").desc(), largest]),
        ).filter(place__lte=NAMED)
        counts: dict[str, int] = defaultdict(int)
        named: dict[str, list[tuple[int, Named]]] = defaultdict(list)
        of_project = ("project", *(f"project__{one}" for one in ("contracted_fen", *NAMES)))
        for was, stage, standing, place, number, is_seen, key, fen, zh, en in rows.values_list(
            *ways, "place", "alike", "is_seen", *of_project
        ):
            was_stage, _colon, was_standing = (was or "").partition(":")
            for kind in kinds_of(was_stage, was_standing, stage, standing):
                counts[kind] += number if place == 1 else 0
                if is_seen:
                    one = Named(zh, en, reverse("ledger:project-detail", args=[key]))
                    named[kind].append((fen or 0, one))
        return {kind: Found(count, named=first(named[kind])) for kind, count in counts.items()}

    @property
    def seen(self) -> Q:
        """The condition that the reader may see the project of a state."""
        if not may(self.reading.viewer, "view", Project):
            return Q(pk=None)
        scope = scope_of(self.reading.viewer)
        # Never an empty condition, which a case cannot have.
        return scope.q() & scope.q("project__") & Q(pk__isnull=False)

    def newcomers(self) -> int:
        """Return how many enterprises with a new project had none at all before."""
        running = self.states.filter(standing__in=RUNNING).order_by()
        of_enterprise = self.known_before.filter(
            project__enterprise=OuterRef("project__enterprise")
        )
        new = running.filter(~Exists(of_enterprise)).values("project__enterprise")
        found: int = new.distinct().count()
        return found

    # Enterprises that count as leading.

    def leading(self) -> dict[str, Found]:
        """Return which enterprises count now and did not before, and the other way round."""
        reading = self.reading
        now, before = (reading.counted(day) for day in (self.as_of, self.since))
        ways = {"counts": now - before, "counts_no_more": before - now}
        changed = [pk for keys in ways.values() for pk in keys]
        rows: Any = Enterprise.objects.visible_to(reading.viewer).filter(pk__among=changed)
        named: dict[int, tuple[int, Named]] = {
            pk: (fen or 0, Named(zh, en, reverse("enterprises:enterprise-detail", args=[pk])))
            for pk, fen, zh, en in (
                rows.order_by().values_list("pk", "contracted_fen", "name_zh", "name_en")
                if changed
                else ()
            )
        }
        return {
            kind: Found(len(keys), named=first(named[pk] for pk in keys if pk in named))
            for kind, keys in ways.items()
        }
