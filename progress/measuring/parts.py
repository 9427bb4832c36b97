"""The figures of a sector or of an investor group, for which the database keeps no totals.

sector  an entry stands in the sector that its project has at `as_of`, within the sector's cluster
group   an enterprise belongs to the group that it names first; a joint venture counts with one
        group only. Of a group a reader is told what lies inside the own scope, since the figures
        of a group may be those of one enterprise

Else each figure is defined as in progress.figures, and comes in the same dataclasses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from accounts.scopes import EVERYWHERE
from accounts.scopes import Scope as ReaderScope
from clusters.models import Sector
from clusters.vocabulary import Grade, LeadingBasis, Measure, Stage
from enterprises import conditions
from enterprises.conditions import INSIDE, NOT_WITHDRAWN
from enterprises.models import InvestorGroup, Project
from ledger.models import Entry
from ledger.subjects import Subject
from progress.choosing import Counted
from progress.knowledge import remembered
from progress.measuring.investment import Amount
from progress.results import AmountFigures, Progress, ScopeFigures
from progress.statuses import completion

RESTS_ON = (Subject.ENTRIES, Subject.PROJECTS, Subject.PLANS)


@dataclass(frozen=True)
class Row:
    """What one year brought to one place, of one measure and grade."""

    measure: str
    grade: str
    year: int
    is_before: bool
    cluster_id: int
    region_id: int
    amount: Amount


@dataclass(frozen=True)
class PartFigures:
    """A sector or a group: its figures, and its amounts by year and place."""

    figures: ScopeFigures
    rows: tuple[Row, ...]

    def by(self, key: Callable[[Row], int], measure: Measure) -> dict[int, Amount]:
        """Return the amounts of a measure by what `key` gives of a row."""
        found: dict[int, Amount] = {}
        for row in self.rows:
            if row.measure == measure:
                found[key(row)] = found.get(key(row), Amount()) + row.amount
        return found


class Part:
    """Reads one sector or group, at the clocks and by the rule of `progress`."""

    def __init__(
        self,
        progress: Progress,
        named: Sector | InvestorGroup,
        *,
        reader: ReaderScope = EVERYWHERE,
    ) -> None:
        self.progress = progress
        self.named = named
        # Figures of a sector are, as those of its cluster, for everybody.
        self.reader = reader if isinstance(named, InvestorGroup) else EVERYWHERE

    @property
    def query(self) -> dict[str, str]:
        """What of it an address has."""
        if isinstance(self.named, Sector):
            return {"sector": f"{self.named.cluster.slug}/{self.named.slug}"}
        return {"group": str(self.named.pk)}

    def measured(self) -> PartFigures:
        """Compute the figures; from before as long as nothing changed that they rest on."""
        progress, choice = self.progress, self.progress.choice
        read = remembered(
            "part",
            type(self.named).__name__,
            self.named.pk,
            progress.plan.pk,
            progress.as_of,
            progress.known_at,
            progress.verified_only,
            progress.rule.counting_stage,
            choice.counted.value,
            choice.in_sites,
            sorted(self.reader.regions or ()),
            sorted(self.reader.clusters or ()),
            self.reader.is_limited,
            compute=lambda: (self.rows(), self.counts()),
            subjects=RESTS_ON,
        )
        return self.figures(*read)

    # Conditions on projects.

    @cached_property
    def place(self) -> Q:
        """The condition on a state, or on a project as it stands, that it is of the part."""
        found = Q(cluster__park=self.progress.plan.park_id)
        if isinstance(self.named, Sector):
            found &= Q(sector=self.named.pk, cluster=self.named.cluster_id)
        return found

    @cached_property
    def of_states(self) -> Q:
        """The condition on a state that it is of the part, and its project for the reader."""
        found = self.place & self.reader.q("project__")
        if isinstance(self.named, InvestorGroup):
            found &= Q(project__enterprise__lead_group=self.named.pk)
        return found

    @cached_property
    def of_entries(self) -> Q:
        """The condition on an entry that it is of the part, and for the reader."""
        if isinstance(self.named, Sector):
            projects = Project.objects.order_by().filter(self.at(self.place)).values("pk")
            return Q(cluster=self.named.cluster_id, project__in=projects)
        return self.reader.q() & Q(project__enterprise__lead_group=self.named.pk)

    def at(self, state: Q, day: date | None = None) -> Q:
        """Return the condition on a project that it met `state` on a day, `as_of` without one.

        As known now, a project of which nothing later was heard is as its columns say.
        """
        on, known_at = day or self.progress.as_of, self.progress.known_at
        stood = conditions.stood(state, on, known_at)
        if known_at is not None:
            return stood
        return (Q(heard_on=None) | Q(heard_on__lte=on)) & state | Q(heard_on__gt=on) & stood

    def projects(self, state: Q, day: date | None = None) -> QuerySet[Any, Any]:
        """Return the part's projects that met `state` on a day, at `as_of` without one."""
        on, known_at = day or self.progress.as_of, self.progress.known_at
        found = Project.objects.order_by().filter(self.at(self.place & state, on))
        if isinstance(self.named, InvestorGroup):
            found = found.filter(enterprise__lead_group=self.named.pk)
        if self.progress.verified_only:
            found = found.filter(conditions.proven(on, known_at))
        return found

    @cached_property
    def inside(self) -> Q:
        """The condition of the choice on where a state or an entry lies."""
        return conditions.in_planned_site([INSIDE]) if self.progress.choice.in_sites else Q()

    # What is read.

    def rows(self) -> tuple[Row, ...]:
        """Read the amounts up to `as_of`, in one query."""
        on, known_at = self.progress.as_of, self.progress.known_at
        entries: Any = Entry.objects.order_by().known_at(known_at).in_force(on)
        entries = entries.filter(
            self.of_entries, self.inside, cluster__park=self.progress.plan.park_id
        )
        graded = entries.graded() if known_at is None else entries.graded_at(known_at)
        if self.progress.verified_only:
            graded = graded.filter(graded=Grade.VERIFIED)
        before = Q(effective_on__lt=self.progress.plan.starts_on)
        sums = (
            graded.annotate(year=ExtractYear("effective_on"))
            .values_list("measure", "graded", "year", "cluster", "region")
            .annotate(
                fen=Sum("amount_fen"),
                n=Sum("counted"),
                fen_before=Sum("amount_fen", filter=before, default=0),
                n_before=Sum("counted", filter=before, default=0),
            )
        )
        found: list[Row] = []
        for measure, grade, year, cluster_id, region_id, fen, n, fen_before, n_before in sums:
            parts = ((True, fen_before, n_before), (False, fen - fen_before, n - n_before))
            found += (
                Row(measure, grade, year, is_before, cluster_id, region_id, Amount(int(f), int(k)))
                for is_before, f, k in parts
                if f or k
            )
        return tuple(found)

    def counts(self) -> tuple[int | None, int, int]:
        """Read how many leading enterprises count, and how many enterprises and projects run."""
        seen = self.reader.q()
        every = self.projects(self.inside).filter(seen)
        running = self.projects(self.inside & NOT_WITHDRAWN).filter(seen)
        n = running.aggregate(enterprises=Count("enterprise", distinct=True), projects=Count("pk"))
        counting = self.counting(self.progress.as_of)
        leading = counting.aggregate(n=COUNTED_BY[self.progress.choice.counted])["n"]
        return leading if every.exists() else None, n["enterprises"], n["projects"]

    def counting(self, day: date) -> QuerySet[Any, Any]:
        """Return the projects of leading enterprises that count on a day."""
        known_at = self.progress.known_at
        stage = Stage(self.progress.rule.counting_stage)
        counts = self.inside & conditions.counting(stage, day, known_at)
        return self.projects(counts, day).filter(
            self.reader.q(), conditions.leading(LeadingBasis.values, day, known_at, "enterprise__")
        )

    def leading(self, day: date) -> set[int]:
        """Return the enterprises that count as leading on a day."""
        return set(self.counting(day).values_list("enterprise", flat=True))

    # The figures.

    def figures(self, rows: tuple[Row, ...], counts: tuple[int | None, int, int]) -> PartFigures:
        """Put what was read in the form of every other scope."""
        leading, enterprises, projects = counts
        output, year = latest_output(rows)
        money = {
            measure: amount_of(measure, of(rows, measure))
            for measure in (Measure.CONTRACTED, Measure.PAID_IN)
        }
        money[Measure.ANNUAL_OUTPUT] = amount_of(Measure.ANNUAL_OUTPUT, output)
        investment = money[Measure(self.progress.rule.investment_measure)]
        return PartFigures(
            ScopeFigures(
                key=str(self.named.slug if isinstance(self.named, Sector) else self.named.pk),
                scope=self.named,
                leading=leading,
                leading_goals=(),
                investment_goals=(),
                other_goals=(),
                contracted=money[Measure.CONTRACTED],
                paid_in=money[Measure.PAID_IN],
                investment=investment,
                annual_output_fen=money[Measure.ANNUAL_OUTPUT].fen,
                annual_output_year=year,
                enterprises=enterprises,
                projects=projects,
                share_of_park=completion(
                    investment.fen, max(self.progress.park.investment.fen or 0, 0)
                ),
            ),
            rows,
        )


# How each thing is counted among the projects that count.
COUNTED_BY = {
    Counted.ENTERPRISES: Count("enterprise", distinct=True),
    Counted.PROJECTS: Count("pk"),
    # One without a group stands for itself.
    Counted.GROUPS: Count(Coalesce("enterprise__lead_group", -F("enterprise")), distinct=True),
}


def of(rows: Iterable[Row], measure: Measure) -> list[Row]:
    """Return the rows of a measure."""
    return [row for row in rows if row.measure == measure]


def latest_output(rows: Iterable[Row]) -> tuple[list[Row], int | None]:
    """Return the rows of output of the latest year that has entries, and the year."""
    output = of(rows, Measure.ANNUAL_OUTPUT)
    standing: dict[int, int] = {}
    for row in output:
        standing[row.year] = standing.get(row.year, 0) + row.amount.entries
    year = max((year for year, entries in standing.items() if entries), default=None)
    return [row for row in output if row.year == year], year


def amount_of(measure: Measure, rows: list[Row]) -> AmountFigures:
    """Add up the rows of one measure."""
    total = sum((row.amount for row in rows), Amount())
    before = sum((row.amount for row in rows if row.is_before), Amount())
    return AmountFigures(
        measure=measure,
        fen=total.reported_fen,
        # A yearly figure has no part from before.
        before_plan_fen=None if measure == Measure.ANNUAL_OUTPUT else before.reported_fen,
        entries=total.entries,
        evidence_fen={
            grade: sum(row.amount.fen for row in rows if row.grade == grade) for grade in Grade
        },
    )
