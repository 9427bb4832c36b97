"""What one row adds: enterprise, claim, project, state and entry, each only if it is new."""

from bisect import insort
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.scopes import Scope
from enterprises.models import (
    Enterprise,
    InvestorGroup,
    LeadingClaim,
    Project,
    ProjectState,
    Shareholding,
)
from enterprises.recording import add_claims, add_states, record_state
from enterprises.searching import keep_enterprises, keep_own_lines
from imports.doubles import amount_stands, find_double, idempotency_key
from imports.exceptions import RowRefusedError
from imports.known import Known, KnownProject, StandingAmount
from imports.matching import find_enterprise, find_project
from imports.models import HeldRow
from imports.noting import Notes
from imports.refusals import check_step, refusals_by_column
from imports.reports import Double, Problem
from imports.rows import Row
from ledger.models import Entry, Evidence
from ledger.posting import cite, draft, post_many


@dataclass
class Importer:
    """Applies rows one by one; what is refused is kept in `problems`, not raised."""

    known: Known
    recorder: User
    scope: Scope
    hold_doubles: bool
    held_before: list[dict[str, str]]
    posted: int = 0
    stood: int = 0
    problems: list[Problem] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    shares: list[Shareholding] = field(default_factory=list)
    claims: list[LeadingClaim] = field(default_factory=list)
    states: list[ProjectState] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    # Whose names, groups or projects are new: the search has to hear of them.
    named: set[int] = field(default_factory=set)
    new_groups: set[int] = field(default_factory=set)

    def apply(self, row: Row) -> None:
        """Post, hold or refuse one row."""
        try:
            if not self.scope.holds(region_id=row.region.pk, cluster_id=row.cluster.pk):
                raise RowRefusedError(
                    "region",
                    _("%(region)s, %(cluster)s lies outside your regions and clusters.")
                    % {"region": row.region, "cluster": row.cluster},
                )
            enterprise = find_enterprise(self.known, row)
            project = find_project(self.known, enterprise, row, self.scope)
            self.check_inside(enterprise)
            double = find_double(self.known, row, project.project if project else None)
            if double is not None and self.hold_doubles:
                self.hold(row, *double)
                return
            with refusals_by_column(row):
                is_new = self.record(row, enterprise, project)
        except RowRefusedError as refused:
            value = row.values.get(refused.column, "")
            self.problems.append(Problem(row.line, refused.column, value, refused.reason))
            return
        if double is not None:
            self.doubles.append(double[0])
        if is_new:
            self.posted += 1
        else:
            self.stood += 1

    @cached_property
    def notes(self) -> Notes:
        """What the import says in the histories of enterprises and projects."""
        return Notes(self.recorder)

    @cached_property
    def inside(self) -> set[int]:
        """The enterprises that the recorder may change; those of this import are added to them."""
        return set(Enterprise.objects.in_scope(self.scope).values_list("pk", flat=True))

    def check_inside(self, enterprise: Enterprise | None) -> None:
        """Refuse a row about an enterprise that has projects elsewhere only.

        What it says of the enterprise would move figures that the recorder does not answer for.
        """
        if enterprise is not None and self.scope.is_limited and enterprise.pk not in self.inside:
            raise RowRefusedError(
                "enterprise_zh",
                _(
                    "This enterprise is recorded outside your regions and clusters; ask a "
                    "colleague who answers for them to add the row."
                ),
            )

    def write(self) -> None:
        """Write what the rows so far have added, in a few statements for each kind.

        Enterprises and projects are written as they come, since the rest refers to them.
        """
        Shareholding.objects.bulk_create(self.shares, batch_size=500)
        add_claims(self.claims)
        add_states(self.states)
        post_many(self.entries)
        self.notes.write()
        keep_own_lines(self.new_groups)
        keep_enterprises(self.named)
        for written in (self.shares, self.claims, self.states, self.entries):
            written.clear()
        self.named.clear()
        self.new_groups.clear()

    def hold(self, row: Row, double: Double, repeated: StandingAmount | None) -> None:
        """Keep a double aside, once however often it comes."""
        if row.values in self.held_before:
            self.stood += 1
            return
        self.held_before.append(row.values)
        self.doubles.append(double)
        self.held.append(
            HeldRow(
                line=row.line,
                cluster=row.cluster,
                region=row.region,
                values=row.values,
                reason=double.reason,
                entry=repeated.entry if repeated else None,
            )
        )

    def record(self, row: Row, enterprise: Enterprise | None, found: KnownProject | None) -> bool:
        """Add what the row says beyond the record; returns whether it said anything new."""
        is_new = enterprise is None
        if enterprise is None:
            enterprise = self.make_enterprise(row)
        else:
            is_new |= self.fill_enterprise(enterprise, row)
        is_new |= self.add_groups(enterprise, row)
        is_new |= self.add_claim(enterprise, row)
        if not row.project:
            return is_new
        is_new |= found is None
        if found is None:
            found = self.make_project(enterprise, row)
        else:
            is_new |= self.fill_project(found, row)
            is_new |= self.add_state(found, row)
        return self.add_entry(found.project, row) or is_new

    # --- the enterprise ------------------------------------------------------------------------

    def make_enterprise(self, row: Row) -> Enterprise:
        """Add an enterprise; the note of a row without a project is about it."""
        enterprise = Enterprise(
            name_zh=row.enterprise.zh,
            name_en=row.enterprise.en,
            credit_code=row.credit_code,
            origin=row.origin,
            note="" if row.project else row.note,
        )
        add(enterprise)
        self.notes.made(enterprise)
        self.named.add(enterprise.pk)
        self.known.add_enterprise(enterprise)
        if self.scope.is_limited:
            self.inside.add(enterprise.pk)
        return enterprise

    def fill_enterprise(self, enterprise: Enterprise, row: Row) -> bool:
        """Fill in what the record lacks; what it has is never overwritten."""
        if not self.notes.fill(
            enterprise,
            name_zh=row.enterprise.zh,
            name_en=row.enterprise.en,
            credit_code=row.credit_code,
            origin=row.origin,
        ):
            return False
        self.named.add(enterprise.pk)
        self.known.add_enterprise(enterprise)
        return True

    def add_groups(self, enterprise: Enterprise, row: Row) -> bool:
        """Add the investor groups to an enterprise that has none."""
        if not row.groups or enterprise.pk in self.known.with_groups:
            return False
        groups = []
        for position, name in enumerate(row.groups):
            group = self.known.groups.get(str(name))
            if group is None:
                group = InvestorGroup(name_zh=name.zh, name_en=name.en)
                add(group)
                self.new_groups.add(group.pk)
                self.known.add_group(group)
            self.shares.append(Shareholding(enterprise=enterprise, group=group, position=position))
            groups.append(group)
        self.notes.groups(enterprise, groups)
        self.named.add(enterprise.pk)
        self.known.with_groups.add(enterprise.pk)
        return True

    def add_claim(self, enterprise: Enterprise, row: Row) -> bool:
        """Add that the enterprise is a leading one, unless that is claimed for the day already."""
        if not row.leading_basis:
            return False
        claims = self.known.claims[enterprise.pk, row.leading_basis]
        on_that_day = [claim for claim in claims if claim.effective_on <= row.happened_on]
        if on_that_day and on_that_day[-1].holds:
            year = on_that_day[-1].list_year
            if row.leading_year in {None, year}:
                return False
        claim = LeadingClaim(
            enterprise=enterprise,
            recorded_by=self.recorder,
            effective_on=row.happened_on,
            basis=row.leading_basis,
            list_year=row.leading_year,
            source_url=row.source_url,
            source_on=row.source_on,
            note=row.note,
        )
        claim.clean_fields(exclude=["enterprise", "recorded_by", "recorded_at"])
        self.claims.append(claim)
        insort(claims, claim, key=lambda c: c.effective_on)
        return True

    # --- the project ---------------------------------------------------------------------------

    def make_project(self, enterprise: Enterprise, row: Row) -> KnownProject:
        """Add a project with its first state."""
        if not row.stage:
            raise RowRefusedError("stage", _("The project is new; say its stage."))
        project = Project(
            enterprise=enterprise,
            name_zh=row.project.zh,
            name_en=row.project.en,
            cluster=row.cluster,
            region=row.region,
            sector=row.sector,
            stage=row.stage,
            stage_on=row.happened_on,
        )
        add(project, exclude=["enterprise", "cluster", "region", "sector"])
        self.named.add(enterprise.pk)
        found = KnownProject(project)
        self.known.add_project(found)
        self.draft_state(found, row, row.stage)
        return found

    def draft_state(self, found: KnownProject, row: Row, stage: str) -> None:
        """Note a state to be written, after the checks of its own fields."""
        standing = found.state_on(row.happened_on)
        sector_id = standing.sector_id if standing else found.project.sector_id
        state = ProjectState(
            project=found.project,
            recorded_by=self.recorder,
            effective_on=row.happened_on,
            stage=stage,
            cluster=row.cluster,
            region=row.region,
            sector_id=row.sector.pk if row.sector else sector_id,
            source_url=row.source_url,
            source_on=row.source_on,
            note=row.note,
        )
        state.clean_fields(
            exclude=["project", "recorded_by", "recorded_at", "cluster", "region", "sector"]
        )
        self.states.append(state)
        found.add(state)

    def fill_project(self, found: KnownProject, row: Row) -> bool:
        """Fill in a name that the record lacks."""
        if not self.notes.fill(found.project, name_zh=row.project.zh, name_en=row.project.en):
            return False
        self.named.add(found.project.enterprise_id)
        self.known.add_project(found)
        return True

    def add_state(self, found: KnownProject, row: Row) -> bool:
        """Add the state that the row describes, unless the project is in it on that day already."""
        here = (row.cluster.pk, row.region.pk)
        standing = found.state_on(row.happened_on)
        stage = row.stage or (standing.stage if standing else "")
        if not stage:
            raise RowRefusedError(
                "stage", _("Nothing is known of the project before that day; say its stage.")
            )
        if standing is not None and (
            (standing.stage, standing.cluster_id, standing.region_id) == (stage, *here)
            and (row.sector is None or row.sector.pk == standing.sector_id)
        ):
            return False
        check_step(standing, found.state_after(row.happened_on), stage, row)
        place = (found.project.cluster_id, found.project.region_id)
        if standing is None or (standing.cluster_id, standing.region_id) == place == here:
            self.draft_state(found, row, stage)
            return True
        # The project moves, which hangs on its amounts; so they are written first.
        self.write()
        state = record_state(
            project=found.project,
            recorded_by=self.recorder,
            effective_on=row.happened_on,
            stage=stage,
            cluster=row.cluster,
            region=row.region,
            sector=row.sector,
            source_url=row.source_url,
            source_on=row.source_on,
            note=row.note,
            is_reported=True,
        )
        found.add(state)
        return True

    # --- the amount ----------------------------------------------------------------------------

    def add_entry(self, project: Project, row: Row) -> bool:
        """Post the amount, unless it stands already."""
        if row.money is None or amount_stands(self.known, row, project):
            return False
        entry = draft(
            project=project,
            measure=row.measure,
            effective_on=row.happened_on,
            money=row.money,
            recorded_by=self.recorder,
            evidence=self.evidence(row),
            note=row.note,
            idempotency_key=idempotency_key(row, project),
        )
        self.entries.append(entry)
        self.known.keys.add(entry.idempotency_key)
        self.known.add_amount(StandingAmount(entry=entry, line=row.line, source_url=row.source_url))
        return True

    def evidence(self, row: Row) -> Evidence | None:
        """Return the page that the row cites, looked up once."""
        if not row.source_url:
            return None
        page = (row.source_url, row.source_on)
        if page not in self.known.pages:
            self.known.pages[page] = cite(
                url=row.source_url,
                recorded_by=self.recorder,
                dated_on=row.source_on,
                is_repost=row.is_repost,
            )
        return self.known.pages[page]


def add(row: Model, exclude: Collection[str] = ()) -> None:
    """Insert a row after the checks of its own fields.

    That no other row has its names is known from the record that was loaded; the database checks
    it once more.
    """
    row.clean_fields(exclude=exclude)
    row.clean()
    row.save(force_insert=True)
