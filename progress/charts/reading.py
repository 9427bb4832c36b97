"""What the charts of one page are made from: the figures, a scope of them, and who reads.

Everything else is read when a chart first asks for it, and once for all charts of the page.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.scopes import scope_of
from clusters.models import Cluster, Plan, Region, Sector
from clusters.vocabulary import Grade, Measure, Stage
from enterprises.conditions import INSIDE, in_planned_site
from enterprises.models import InvestorGroup, Project, ProjectState
from progress.charts import flows
from progress.charts.groups import Parties, parties_of
from progress.links import Links
from progress.measuring.cells import Totals
from progress.measuring.leading import LeadingHistory, Proven, Scope
from progress.measuring.parts import Part
from progress.moments import VERIFIED
from progress.results import AmountFigures, Progress, ScopeFigures

ADDED_UP = (Measure.CONTRACTED, Measure.PAID_IN)


@dataclass(frozen=True)
class Reading:
    """One scope of `progress`, read by `viewer`, whose own scope decides which names are told.

    Of a sector or an investor group `part` says what is of it.
    """

    progress: Progress
    scope: ScopeFigures
    viewer: User | AnonymousUser
    part: Part | None = None

    @classmethod
    def of_part(
        cls, progress: Progress, named: Sector | InvestorGroup, viewer: User | AnonymousUser
    ) -> "Reading":
        """Return the reading of a sector or a group, as `viewer` may see it."""
        part = Part(progress, named, reader=scope_of(viewer))
        return cls(progress, part.measured().figures, viewer, part)

    # Shorthands.

    @property
    def plan(self) -> Plan:
        return self.progress.plan

    @property
    def as_of(self) -> date:
        return self.progress.as_of

    @property
    def known_at(self) -> datetime | None:
        return self.progress.known_at

    @property
    def stage(self) -> Stage:
        return Stage(self.progress.rule.counting_stage)

    @property
    def measure(self) -> Measure:
        """The measure that investment is told in; output, which no chart adds up, is replaced by
        what is contracted."""
        measure = Measure(self.progress.rule.investment_measure)
        return measure if measure in ADDED_UP else Measure.CONTRACTED

    def amount(self, scope: ScopeFigures) -> AmountFigures:
        """Return the figure of `measure` of a scope, as the pages show it."""
        return scope.paid_in if self.measure == Measure.PAID_IN else scope.contracted

    @property
    def is_park(self) -> bool:
        return self.scope is self.progress.park

    @property
    def is_of_group(self) -> bool:
        return isinstance(self.scope.scope, InvestorGroup)

    @property
    def identity(self) -> tuple[str, int]:
        """Which scope it is, as a value."""
        named: Any = self.scope.scope
        return type(named).__name__, named.pk

    @cached_property
    def place(self) -> Scope:
        """The place of the scope by primary keys; that of a part is the whole park."""
        named: Any = self.scope.scope
        if isinstance(named, Cluster):
            return Scope(cluster_id=named.pk)
        return Scope(region_id=named.pk) if isinstance(named, Region) else Scope()

    @cached_property
    def links(self) -> Links:
        """The lists that numbers of the charts are made of."""
        return Links(self.progress)

    # What is read.

    @property
    def _clocks(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "known_at": self.known_at}

    @cached_property
    def totals(self) -> flows.Rows:
        """The rows of amounts of the scope."""
        if self.part is not None:
            return self.entries  # no totals are kept of parts
        only = Grade.VERIFIED if self.progress.verified_only else None
        rows = Totals(self.plan.park, self.known_at, only).rows()
        found = flows.within(rows.filter(effective_on__lte=self.as_of), self.place)
        return found.filter(self._chosen_place)

    @cached_property
    def entries(self) -> flows.Rows:
        """The entries of the scope."""
        rows = flows.entry_rows(
            self.plan.park, **self._clocks, verified_only=self.progress.verified_only
        )
        return self.of_entries(rows).filter(self._chosen_place)

    def of_entries(self, rows: flows.Rows) -> flows.Rows:
        """Narrow entries to the scope."""
        if self.part is not None:
            return rows.filter(self.part.of_entries)
        return flows.within(rows, self.place)

    def of_states(self, rows: flows.Rows) -> flows.Rows:
        """Narrow states of projects to the scope."""
        if self.part is not None:
            return rows.filter(self.part.of_states)
        return flows.within(rows, self.place)

    def counted(self, day: date) -> set[int]:
        """Return the leading enterprises of the scope that count on a day."""
        if self.part is not None:
            return self.part.leading(day)
        return self.leading.counted(day, self.place, self.stage)

    @property
    def _chosen_place(self) -> Q:
        """The condition on where something lies, by the definition of the page."""
        return in_planned_site([INSIDE]) if self.progress.choice.in_sites else Q()

    @cached_property
    def by_day(self) -> dict[str, flows.Flows]:
        """The amounts of each measure, day by day."""
        return flows.daily(self.totals)

    def flow(self, measure: str) -> flows.Flows:
        """Return the days of one measure."""
        return self.by_day.get(measure) or flows.Flows(())

    @cached_property
    def place_years(self) -> list[flows.PlaceYear]:
        """What each year brought to each place, of `measure`."""
        return flows.by_place_and_year(self.totals, self.measure)

    @cached_property
    def _proven(self) -> Proven | None:
        return Proven(self.plan.park, **self._clocks) if self.progress.verified_only else None

    @cached_property
    def leading(self) -> LeadingHistory:
        """The leading enterprises at any date."""
        return LeadingHistory(
            self.plan.park, **self._clocks, proven=self._proven, sites=self._sites
        )

    @property
    def _sites(self) -> set[tuple[int, int]] | None:
        """Cluster and region of the places that count; None: all."""
        if not self.progress.choice.in_sites:
            return None
        clusters: Any = [figures.scope for figures in self.progress.clusters]
        return {(site.cluster_id, site.region_id) for one in clusters for site in one.sites.all()}

    def leading_number(self, day: date) -> int:
        """Return how many leading enterprises count on a day, or what else the page counts."""
        return self.leading.number(day, self.place, self.stage, self.progress.choice.counted)

    @cached_property
    def parties(self) -> Parties:
        """The investor groups by amount."""
        return parties_of(self)

    @cached_property
    def states(self) -> flows.Rows:
        """The state at `as_of` of each project of the scope, withdrawn ones too.

        As known now, a project without a later state is where its columns say (`projects`); only
        the others are looked up, as ranking all states takes long.
        """
        found = ProjectState.objects.standing(self.as_of, self.known_at)
        if self.known_at is None:
            found = ProjectState.objects.filter(project__in=self._later).standing(self.as_of, None)
        return self._of_scope(found)

    @cached_property
    def projects(self) -> flows.Rows:
        """The projects of the scope whose state is the one that their columns have."""
        if self.known_at is not None:
            return Project.objects.none()
        return self._of_scope(Project.objects.exclude(pk__in=self._later), "pk")

    @property
    def _later(self) -> flows.Rows:
        """The projects with a state from after `as_of`."""
        states = ProjectState.objects.order_by().filter(effective_on__gt=self.as_of)
        return states.values("project")

    def _of_scope(self, rows: flows.Rows, project: str = "project") -> flows.Rows:
        found = flows.within(rows.filter(cluster__park=self.plan.park).order_by(), self.place)
        found = found.filter(self._chosen_place)
        if self._proven is None:
            return found
        return found.filter(**{f"{project}__in": self._proven.projects})

    # Words that every chart has.

    def told(self, title: str, *, found: bool) -> str:
        """Return a title; where nothing was found among what is verified, words for that."""
        if found or not self.progress.verified_only:
            return title
        return _("Nothing has been verified yet")

    @property
    def scope_name(self) -> str:
        return self.scope.scope.name

    def source(self, entries: int, scope: str = "") -> str:
        """Say where amounts come from: the scope, unless another is named, entries, both clocks."""
        words = {
            "scope": scope or self.scope_name,
            "n": f"{entries:,}",
            "day": date_format(self.as_of),
            "moment": self._moment,
        }
        if self.known_at is None:
            told = ngettext(
                "Source: ledger of %(scope)s, %(n)s entry; as of %(day)s, as known now.",
                "Source: ledger of %(scope)s, %(n)s entries; as of %(day)s, as known now.",
                entries,
            )
        else:
            told = ngettext(
                "Source: ledger of %(scope)s, %(n)s entry; as of %(day)s, as known on %(moment)s.",
                "Source: ledger of %(scope)s, %(n)s entries; as of %(day)s, as known on "
                "%(moment)s.",
                entries,
            )
        return told % words

    def state_source(self, projects: int) -> str:
        """Say where stages come from."""
        words = {
            "scope": self.scope_name,
            "n": f"{projects:,}",
            "day": date_format(self.as_of),
            "moment": self._moment,
        }
        if self.known_at is None:
            told = ngettext(
                "Source: dated stages of %(scope)s, %(n)s project; as of %(day)s, as known now.",
                "Source: dated stages of %(scope)s, %(n)s projects; as of %(day)s, as known now.",
                projects,
            )
        else:
            told = ngettext(
                "Source: dated stages of %(scope)s, %(n)s project; as of %(day)s, as known on "
                "%(moment)s.",
                "Source: dated stages of %(scope)s, %(n)s projects; as of %(day)s, as known on "
                "%(moment)s.",
                projects,
            )
        return told % words

    @property
    def _moment(self) -> str:
        if self.known_at is None:
            return ""
        return date_format(timezone.localtime(self.known_at), "DATETIME_FORMAT")

    @property
    def query(self) -> str:
        """Scope, plan and clocks as an address has them, so that a file is of the same moment."""
        words = {"plan": self.plan.slug, "as_of": self.as_of.isoformat(), **self._elsewhere}
        return urlencode({**words, **self.named})

    @property
    def named(self) -> dict[str, str]:
        """The scope as an address of progress has it; {} for the park."""
        if self.part is not None:
            return self.part.query
        if self.place.cluster_id is not None:
            return {"cluster": self.scope.key}
        return {} if self.place.region_id is None else {"region": self.scope.key}

    @property
    def _elsewhere(self) -> dict[str, str]:
        """What an address has of the clocks beside the date."""
        words = {}
        if self.known_at is not None:
            words["known_at"] = timezone.localtime(self.known_at).isoformat()
        if self.progress.verified_only:
            words["evidence"] = VERIFIED
        return {**words, **self.progress.choice.query}

    @property
    def is_today(self) -> bool:
        return self.as_of == timezone.localdate()

    def link(self, address: str) -> str:
        """Return the address of a page at the clocks of this one; today is not pinned to a day."""
        words = {} if self.is_today else {"as_of": self.as_of.isoformat()}
        words |= self._elsewhere
        return f"{address}?{urlencode(words)}" if words else address

    @cached_property
    def is_limited(self) -> bool:
        """Whether some of what is counted is not for this reader to see by name."""
        return scope_of(self.viewer).is_limited
