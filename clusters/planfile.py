"""Plan files: what a plan promises, as TOML. The format is described in docs/plan-format.md.

A file is checked as a whole and without the database, so that its author sees every problem at
once; `clusters.loading` then brings it into the database.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self

from django.db import models
from django.utils.translation import gettext as _

from clusters.amounts import FEN_PER_YUAN, MAX_FEN
from clusters.exceptions import PlanFileError
from clusters.models import (
    MOST_TILE_COLUMNS,
    MOST_TILE_ROWS,
    Cluster,
    CountingRule,
    Goal,
    Park,
    Plan,
    Region,
    Sector,
)
from clusters.toml_table import Table, shown
from clusters.vocabulary import GoalMeasure, Measure, Stage

REGION_CODE = re.compile(r"[0-9]{6}")
MAX_AREA_KM2 = Decimal("999999.999")
MAX_YUAN = Decimal(MAX_FEN // FEN_PER_YUAN)
MAX_COUNT = Decimal(1_000_000)
# A goal may fall due a little after its plan; later than this, the year is a slip.
DUE_AFTER_END = timedelta(days=366)
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Names:
    """The Chinese and the English name; one may be empty."""

    zh: str
    en: str

    @classmethod
    def read(
        cls, table: Table, model: type[models.Model], prefix: str = "name", *, needed: bool = False
    ) -> Self:
        """Read the two, as long as the model's columns hold; with `needed`, one must be there."""
        zh_key, en_key = f"{prefix}_zh", f"{prefix}_en"
        en = table.line(en_key, most=length(model, en_key))
        zh = table.line(zh_key, most=length(model, zh_key))
        if needed and not (en or zh or table.refused & {en_key, zh_key}):
            table.refuse(en_key, _("is missing; give name_en, name_zh or both"))
        return cls(zh=zh, en=en)


@dataclass(frozen=True)
class ParkPart:
    """The [park] table."""

    slug: str
    names: Names
    parent: Names

    @classmethod
    def read(cls, table: Table) -> Self:
        part = cls(
            slug=table.slug("slug"),
            names=Names.read(table, Park, needed=True),
            parent=Names.read(table, Park, "parent"),
        )
        table.close()
        return part


@dataclass(frozen=True)
class Source:
    """Where something is published."""

    url: str
    on: date | None

    @classmethod
    def read(cls, table: Table) -> Self:
        return cls(
            url=table.url("source_url", most=length(Goal, "source_url")),
            on=table.day("source_on"),
        )


@dataclass(frozen=True)
class CountingRulePart:
    """The [plan.counting_rule] table; `effective_on` is None when the file leaves it open."""

    counting_stage: str
    investment_measure: str
    effective_on: date | None
    reason: str
    source: Source
    note: str

    @classmethod
    def read(cls, table: Table) -> Self:
        part = cls(
            counting_stage=table.choice("counting_stage", Stage.values),
            investment_measure=table.choice("investment_measure", Measure.values),
            effective_on=table.day("effective_on"),
            reason=table.line("reason", needed=True, most=length(CountingRule, "reason")),
            source=Source.read(table),
            note=table.text("note"),
        )
        table.close()
        return part


@dataclass(frozen=True)
class PlanPart:
    """The [plan] table."""

    slug: str
    names: Names
    starts_on: date
    ends_on: date
    source_title: str
    source: Source
    counting_rule: CountingRulePart
    # None while the first and the last day cannot be relied on.
    latest_due: date | None

    @classmethod
    def read(cls, table: Table) -> Self:
        starts_on, ends_on = table.needed_day("starts_on"), table.needed_day("ends_on")
        latest_due = None
        if table.is_sound("starts_on", "ends_on"):
            latest_due = latest_due_on(ends_on)
            if ends_on <= starts_on:
                latest_due = None
                table.refuse(
                    "ends_on",
                    _("%(end)s is refused; it must come after starts_on, %(start)s")
                    % {"end": ends_on, "start": starts_on},
                )
        part = cls(
            slug=table.slug("slug"),
            names=Names.read(table, Plan, needed=True),
            starts_on=starts_on,
            ends_on=ends_on,
            source_title=table.line("source_title", most=length(Plan, "source_title")),
            source=Source.read(table),
            counting_rule=CountingRulePart.read(table.table("counting_rule")),
            latest_due=latest_due,
        )
        table.close()
        return part


@dataclass(frozen=True)
class RegionPart:
    """One of the [[regions]]; column and row on the tile map are both given or both None."""

    code: str
    names: Names
    tile_column: int | None
    tile_row: int | None

    @classmethod
    def read(cls, table: Table) -> Self:
        code = table.text("code", needed=True)
        if code and not REGION_CODE.fullmatch(code):
            table.refuse(
                "code",
                _("%(value)s is refused; a region code has six digits (GB/T 2260)")
                % {"value": shown(code)},
            )
        column = table.number("tile_column", decimals=0, most=Decimal(MOST_TILE_COLUMNS))
        row = table.number("tile_row", decimals=0, most=Decimal(MOST_TILE_ROWS))
        for name, other in (("tile_column", "tile_row"), ("tile_row", "tile_column")):
            if other in table.values and name not in table.values:
                table.refuse(name, _("is missing; give tile_column and tile_row, or neither"))
        part = cls(
            code=code,
            names=Names.read(table, Region, needed=True),
            tile_column=None if column is None else int(column),
            tile_row=None if row is None else int(row),
        )
        table.close()
        return part

    @property
    def tile(self) -> tuple[int, int] | None:
        """Column and row on the tile map."""
        if self.tile_column is None or self.tile_row is None:
            return None
        return self.tile_column, self.tile_row


@dataclass(frozen=True)
class SitePart:
    """One of a cluster's sites."""

    region: str
    area_km2: Decimal

    @classmethod
    def read(cls, table: Table, codes: list[str]) -> Self:
        region = table.choice("region", codes)
        area = table.number("area_km2", needed=True, decimals=3, most=MAX_AREA_KM2)
        table.close()
        return cls(region=region, area_km2=area or Decimal(0))


@dataclass(frozen=True)
class SectorPart:
    """One of a cluster's sectors."""

    slug: str
    names: Names
    in_plan: bool

    @classmethod
    def read(cls, table: Table) -> Self:
        part = cls(
            slug=table.slug("slug"),
            names=Names.read(table, Sector, needed=True),
            in_plan=table.flag("in_plan"),
        )
        table.close()
        return part


@dataclass(frozen=True)
class ClusterPart:
    """One of the [[clusters]]."""

    slug: str
    names: Names
    short: Names
    remark: Names
    sites: tuple[SitePart, ...]
    sectors: tuple[SectorPart, ...]

    @classmethod
    def read(cls, table: Table, codes: list[str]) -> Self:
        part = cls(
            slug=table.slug("slug"),
            names=Names.read(table, Cluster, needed=True),
            short=Names.read(table, Cluster, "short"),
            remark=Names.read(table, Cluster, "remark"),
            sites=tuple(SitePart.read(site, codes) for site in table.tables("sites")),
            sectors=tuple(map(SectorPart.read, table.tables("sectors"))),
        )
        table.refuse_repeats("sites", "region", [site.region for site in part.sites])
        table.refuse_repeats("sectors", "slug", [sector.slug for sector in part.sectors])
        table.close()
        return part


@dataclass(frozen=True)
class GoalPart:
    """One of the [[goals]]; exactly one of the targets is given, `cluster` "" is the whole park."""

    cluster: str
    measure: str
    due_on: date
    target_count: int | None
    target_fen: int | None
    effective_on: date | None
    wording: str
    reason: str
    source: Source
    note: str

    @classmethod
    def read(cls, table: Table, slugs: list[str], plan: PlanPart) -> Self:
        cluster = table.choice("cluster", slugs, needed=False)
        measure = table.choice("measure", GoalMeasure.values)
        due_on = table.needed_day("due_on")
        if plan.latest_due and table.is_sound("due_on"):
            cls.check_due_on(table, due_on, plan.starts_on, plan.latest_due)
        count = table.number("target_count", decimals=0, most=MAX_COUNT)
        yuan = table.number("target_yuan", decimals=2, most=MAX_YUAN)
        if measure:
            cls.check_target(table, GoalMeasure(measure))
        part = cls(
            cluster=cluster,
            measure=measure,
            due_on=due_on,
            target_count=None if count is None else int(count),
            target_fen=None if yuan is None else int(yuan * FEN_PER_YUAN),
            effective_on=table.day("effective_on"),
            wording=table.text("wording"),
            reason=table.line("reason", most=length(Goal, "reason")),
            source=Source.read(table),
            note=table.text("note"),
        )
        table.close()
        return part

    @staticmethod
    def check_due_on(table: Table, due_on: date, earliest: date, latest: date) -> None:
        if not earliest <= due_on <= latest:
            table.refuse(
                "due_on",
                _("%(due)s is refused; a goal is due from %(start)s to %(latest)s")
                % {"due": due_on, "start": earliest, "latest": latest},
            )

    @staticmethod
    def check_target(table: Table, measure: GoalMeasure) -> None:
        """Refuse a target that is missing, or of the kind that the measure does not have."""
        wanted, other = "target_yuan", "target_count"
        if not measure.is_money:
            wanted, other = other, wanted
        if other in table.values:
            table.refuse(
                other,
                _("does not fit the measure %(measure)s; give %(wanted)s")
                % {"measure": measure.value, "wanted": wanted},
            )
        elif wanted not in table.values:
            table.refuse(wanted, _("is missing; leave out a goal that has no published target"))


@dataclass(frozen=True)
class PlanFile:
    """A whole plan file; regions and clusters stand in the order in which pages show them."""

    park: ParkPart
    plan: PlanPart
    regions: tuple[RegionPart, ...]
    clusters: tuple[ClusterPart, ...]
    goals: tuple[GoalPart, ...]

    @classmethod
    def read(cls, root: Table) -> Self:
        park = ParkPart.read(root.table("park"))
        plan = PlanPart.read(root.table("plan"))
        regions = tuple(map(RegionPart.read, root.tables("regions", needed=True)))
        codes = [region.code for region in regions]
        root.refuse_repeats("regions", "code", codes)
        # Imported files name regions, so a name must say which one is meant.
        root.refuse_repeats("regions", "name_en", [region.names.en for region in regions])
        root.refuse_repeats("regions", "name_zh", [region.names.zh for region in regions])
        root.refuse_repeats("regions", "tile_column", [region.tile for region in regions])
        clusters = tuple(
            ClusterPart.read(table, codes) for table in root.tables("clusters", needed=True)
        )
        slugs = [cluster.slug for cluster in clusters]
        root.refuse_repeats("clusters", "slug", slugs)
        goals = tuple(GoalPart.read(table, slugs, plan) for table in root.tables("goals"))
        promises = [(goal.cluster, goal.measure, goal.due_on) for goal in goals]
        root.refuse_repeats("goals", "due_on", [key if key[1] else None for key in promises])
        root.close()
        return cls(park, plan, regions, clusters, goals)


def read_plan_file(path: Path) -> PlanFile:
    """Read and check a plan file; raises PlanFileError with every problem of it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PlanFileError([(str(path), _("is larger than 1 MB, so it is no plan file"))])
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise PlanFileError([(str(path), _("cannot be read: %s") % reason)]) from error
    try:
        text = content.decode("utf-8-sig")  # Windows editors put a mark in front
    except UnicodeDecodeError as error:
        reason = _("is not UTF-8 in line %(line)s; save it as UTF-8") % {
            "line": content.count(b"\n", 0, error.start) + 1
        }
        raise PlanFileError([(str(path), reason)]) from error
    return parse_plan(text, name=str(path))


def parse_plan(text: str, *, name: str = "plan") -> PlanFile:
    """Check the text of a plan file; raises PlanFileError with every problem of it."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    # Besides its own error tomllib lets through those of numbers and nesting without bound.
    except (ValueError, ArithmeticError, RecursionError) as error:
        reason = _("is not TOML: %s") % (str(error) or type(error).__name__)
        raise PlanFileError([(name, reason)]) from error
    problems: list[tuple[str, str]] = []
    plan_file = PlanFile.read(Table(values, "", problems))
    if problems:
        raise PlanFileError(problems)
    return plan_file


def latest_due_on(ends_on: date) -> date:
    """Return the last day on which a goal of a plan that ends on `ends_on` can fall due."""
    return ends_on + min(DUE_AFTER_END, date.max - ends_on)


def length(model: type[models.Model], name: str) -> int | None:
    """Return how many characters a field of a model holds."""
    most: int | None = getattr(model._meta.get_field(name), "max_length", None)
    return most
