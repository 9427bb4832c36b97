"""What the record already has about the enterprises and projects of a file.

Loaded in a handful of queries before the first row is applied, and kept in step while rows are, so
that a row costs no look-ups of its own.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from enterprises.models import (
    Enterprise,
    InvestorGroup,
    LeadingClaim,
    Project,
    ProjectState,
    Shareholding,
)
from imports.rows import Row
from ledger.models import Entry, Evidence

IN_ONE_QUERY = 500
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class StandingAmount:
    """An entry that stands; `line` is that of the file when it comes with this import."""

    entry: Entry
    line: int | None
    source_url: str


@dataclass
class KnownProject:
    """A project with its states in the order of time."""

    project: Project
    states: list[ProjectState] = field(default_factory=list)

    def state_on(self, day: date) -> ProjectState | None:
        """Return the state that stands on a day."""
        return next((s for s in reversed(self.states) if s.effective_on <= day), None)

    def state_after(self, day: date) -> ProjectState | None:
        """Return the first state after a day."""
        return next((s for s in self.states if s.effective_on > day), None)

    def add(self, state: ProjectState) -> None:
        """Take in a new state; of one day's states the last one recorded stands."""
        insort(self.states, state, key=lambda s: s.effective_on)


@dataclass
class Known:
    """The record, as far as a file touches it."""

    enterprises_by_code: dict[str, Enterprise] = field(default_factory=dict)
    enterprises_by_zh: dict[str, Enterprise] = field(default_factory=dict)
    enterprises_by_en: dict[str, list[Enterprise]] = field(
        default_factory=lambda: defaultdict(list)
    )
    with_groups: set[int] = field(default_factory=set)
    groups: dict[str, InvestorGroup] = field(default_factory=dict)
    claims: dict[tuple[int, str], list[LeadingClaim]] = field(
        default_factory=lambda: defaultdict(list)
    )
    projects: dict[int, KnownProject] = field(default_factory=dict)
    projects_by_name: dict[tuple[int, str, str], KnownProject] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    facts: set[tuple[object, ...]] = field(default_factory=set)
    amounts: dict[tuple[object, ...], list[StandingAmount]] = field(
        default_factory=lambda: defaultdict(list)
    )
    amounts_by_name: dict[tuple[str, str], list[StandingAmount]] = field(
        default_factory=lambda: defaultdict(list)
    )

    pages: dict[tuple[str, date | None], Evidence] = field(default_factory=dict)

    def add_enterprise(self, enterprise: Enterprise) -> None:
        """Make an enterprise findable, also by what was just filled in."""
        if enterprise.credit_code:
            self.enterprises_by_code[enterprise.credit_code] = enterprise
        if enterprise.name_zh:
            self.enterprises_by_zh[enterprise.name_zh] = enterprise
        if enterprise.name_en:
            same = self.enterprises_by_en[enterprise.name_en]
            if enterprise not in same:
                same.append(enterprise)

    def add_group(self, group: InvestorGroup) -> None:
        """Make a group findable by each of its names."""
        self.groups |= {name: group for name in (group.name_zh, group.name_en) if name}

    def add_project(self, known: KnownProject) -> None:
        """Make a project findable by each of its names."""
        project = known.project
        self.projects[project.pk] = known
        for column in ("name_zh", "name_en"):
            if name := getattr(project, column):
                self.projects_by_name[project.enterprise_id, column, name] = known

    def add_amount(self, found: StandingAmount) -> None:
        """Take in a standing amount."""
        entry, project = found.entry, found.entry.project
        self.facts.add(
            (
                project.pk,
                entry.measure,
                entry.effective_on,
                entry.amount_fen,
                entry.currency,
                found.source_url,
            )
        )
        for same in same_projects(project, project.name_zh):
            self.amounts[same, entry.measure, entry.amount_fen].append(found)
        for name in {project.name_zh, project.name_en} - {""}:
            self.amounts_by_name[name, entry.measure].append(found)

    def doubles_of(
        self, same: list[int | str], measure: str, amount_fen: int, source_url: str
    ) -> list[StandingAmount]:
        """Return the same amount of the same measure from other sources, of any of `same`."""
        return [
            found
            for project in same
            for found in self.amounts.get((project, measure, amount_fen), ())
            if found.source_url != source_url
        ]


def same_projects(project: Project | None, name_zh: str) -> list[int | str]:
    """Return what a project is compared by when doubles are looked for.

    A project of the same Chinese name under another enterprise counts as the same, as in
    ledger.querysets.
    """
    return [*([project.pk] if project else []), *([name_zh] if name_zh else [])]


def load_known(rows: list[Row]) -> Known:
    """Load what the record has about the rows' enterprises, groups, projects and amounts."""
    known = Known()
    for enterprise in load_enterprises(rows):
        known.add_enterprise(enterprise)
    names = {str(group) for row in rows for group in row.groups}
    for column in ("name_zh", "name_en"):
        for group in with_values(InvestorGroup.objects.all(), column, names):
            known.add_group(group)
    ids = {e.pk for e in known.enterprises_by_zh.values()} | {
        e.pk for same in known.enterprises_by_en.values() for e in same
    }
    known.with_groups = {
        share.enterprise_id for share in with_values(Shareholding.objects.all(), "enterprise", ids)
    }
    claims = LeadingClaim.objects.order_by("effective_on", "recorded_at", "pk")
    for claim in with_values(claims, "enterprise", ids):
        known.claims[claim.enterprise_id, claim.basis].append(claim)
    # Locked, so that nobody posts to a project between the look for doubles and the posting.
    for project in with_values(
        Project.objects.order_by("pk").select_for_update(no_key=True), "enterprise", ids
    ):
        known.add_project(KnownProject(project))
    states = ProjectState.objects.order_by("effective_on", "recorded_at", "pk")
    for state in with_values(states, "project", set(known.projects)):
        known.projects[state.project_id].states.append(state)
    load_amounts(known, rows)
    known.pages = load_pages(rows)
    return known


def load_enterprises(rows: list[Row]) -> Iterator[Enterprise]:
    """Yield the enterprises that a row may mean."""
    found = {
        "credit_code": {row.credit_code for row in rows},
        "name_zh": {row.enterprise.zh for row in rows},
        "name_en": {row.enterprise.en for row in rows},
    }
    made: dict[int, Enterprise] = {}
    for column, values in found.items():
        for enterprise in with_values(Enterprise.objects.all(), column, values - {""}):
            # One object for an enterprise that is found by two columns, as it is filled in place.
            made.setdefault(enterprise.pk, enterprise)
    yield from made.values()


def load_amounts(known: Known, rows: list[Row]) -> None:
    """Load the entries of the rows' projects, and of those that may be the same."""
    entries = Entry.objects.select_related("project", "evidence", "reversal").order_by("pk")
    zh = {row.project.zh for row in rows} | {row.double_of for row in rows}
    zh |= {known_project.project.name_zh for known_project in known.projects.values()}
    named = {row.double_of for row in rows}
    seen: set[int] = set()
    for column, values in (
        ("project", set(known.projects)),
        ("project__name_zh", zh - {""}),
        ("project__name_en", named - {""}),
    ):
        for entry in with_values(entries, column, values):
            if entry.pk in seen:
                continue
            seen.add(entry.pk)
            known.keys.add(entry.idempotency_key)
            if entry.reverses_id is None and not hasattr(entry, "reversal"):
                url = entry.evidence.url if entry.evidence else ""
                known.add_amount(StandingAmount(entry=entry, line=None, source_url=url))


def load_pages(rows: list[Row]) -> dict[tuple[str, date | None], Evidence]:
    """Return the pages that are recorded, of those that the rows cite, by address and day."""
    urls = {row.source_url for row in rows} - {""}
    return {
        (page.url, page.dated_on): page for page in with_values(Evidence.objects.all(), "url", urls)
    }


def with_values(queryset: QuerySet[M], column: str, values: Iterable[object]) -> Iterator[M]:
    """Yield the rows whose `column` is one of `values`, a few hundred values a query."""
    rest = iter(sorted(values, key=str))
    while some := list(islice(rest, IN_ONE_QUERY)):
        yield from queryset.filter(Q(**{f"{column}__in": some}))
