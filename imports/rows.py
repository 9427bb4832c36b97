"""What one row says: each cell read by the rules of docs/import-format.md, each bad one named.

A row is read without the database, but for the plan's places, which are loaded once (`Places`).
What needs the record (which enterprise, which stage before) is checked in
imports.matching and imports.applying.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _
from django_countries import countries

from clusters.models import Cluster, Region, Sector
from clusters.vocabulary import LeadingBasis, Stage
from enterprises import credit_codes
from imports.amounts import read_money
from imports.cells import MAX_NAME, Cells, one_of
from imports.reports import Problem
from imports.tables import Table
from ledger.money import Money

FIRST_LIST_YEAR = 1995  # of the Fortune Global 500
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
REPOST_TAG = "[mirror]"
# A row with one of these bad ("" is the row itself) cannot be applied at all; see `RowReader.read`.
ESSENTIAL = {
    "",
    "enterprise_zh",
    "enterprise_en",
    "credit_code",
    "project_zh",
    "project_en",
    "cluster",
    "region",
    "sector",
    "stage",
    "stage_date",
    "source_date",
}


@dataclass(frozen=True)
class Name:
    """A name in one or both languages, as written; "" where there is none."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        return self.zh or self.en

    @classmethod
    def of_one(cls, text: str) -> Self:
        """Take a text with Han characters as Chinese, any other as English."""
        return cls(zh=text, en="") if HAN.search(text) else cls(zh="", en=text)


@dataclass(frozen=True)
class Row:
    """One dated fact. "" and None mean that the row does not say."""

    line: int
    values: dict[str, str]
    enterprise: Name
    credit_code: str
    groups: tuple[Name, ...]
    origin: str
    leading_basis: str
    leading_year: int | None
    project: Name
    cluster: Cluster
    region: Region
    sector: Sector | None
    stage: str
    happened_on: date
    measure: str
    money: Money | None
    source_url: str
    source_on: date | None
    note: str
    double_of: str

    @property
    def stage_rank(self) -> int:
        """The place of the stage in its order; -1 where the row has none."""
        return Stage(self.stage).rank if self.stage else -1

    @property
    def is_repost(self) -> bool:
        """Whether the source repeats another page."""
        return REPOST_TAG in self.note

    @property
    def amount_column(self) -> str:
        """The column that the amount stands in."""
        return "amount_yuan" if "amount_yuan" in self.values else "amount_original"

    @property
    def date_column(self) -> str:
        """The column that the row's date stands in."""
        return "stage_date" if "stage_date" in self.values else "source_date"


@dataclass(frozen=True)
class Places:
    """The plan's clusters by slug, regions by code and by either name, sectors by both slugs."""

    clusters: dict[str, Cluster]
    regions: dict[str, Region]
    sectors: dict[tuple[str, str], Sector]

    @classmethod
    def load(cls) -> Self:
        """Three queries."""
        regions: dict[str, Region] = {}
        for region in Region.objects.all():
            regions |= {n: region for n in (region.name_en, region.name_zh, region.code) if n}
        return cls(
            clusters={cluster.slug: cluster for cluster in Cluster.objects.all()},
            regions=regions,
            sectors={
                (sector.cluster.slug, sector.slug): sector
                for sector in Sector.objects.select_related("cluster")
            },
        )


def read_rows(table: Table, places: Places) -> tuple[list[Row], list[Problem]]:
    """Return the rows that can be applied and every bad cell of every row.

    A row with a bad cell that others do not hang on is returned too, so that what the record has
    against it is told in the same run; with any problem nothing is posted.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    today = timezone.localdate()
    for line in table.rows:
        reader = RowReader(line, today, width=len(table.columns), places=places)
        row = reader.read()
        problems += reader.problems
        if row is not None:
            rows.append(row)
    return rows, problems


@dataclass(kw_only=True)
class RowReader(Cells):
    """Reads one row; `width` is how many cells the header has."""

    width: int
    places: Places

    def read(self) -> Row | None:
        """Return the row; None where a cell is bad that the row cannot be applied without."""
        if self.source.width != self.width:
            self.refuse(
                "",
                _("The row has %(cells)s cells, the header %(columns)s; quote cells with commas.")
                % {"cells": self.source.width, "columns": self.width},
            )
            return None
        enterprise = self.read_names("enterprise")
        project = self.read_names("project")
        cluster, region, sector = self.read_place()
        stage = self.read_choice("stage", Stage.values)
        stage_on, source_on = self.read_day("stage_date"), self.read_day("source_date")
        happened_on = stage_on or source_on
        if happened_on is None and not self.text("stage_date") and not self.text("source_date"):
            self.refuse("stage_date", _("Give the day in stage_date, or in source_date."))
        source_url = self.read_url()
        measure, money = read_money(self, happened_on or self.today, source_url)
        basis, year = self.read_leading()
        code, groups, origin = self.read_code(), self.read_groups(), self.read_origin()
        if not enterprise:
            self.refuse("enterprise_zh", _("Name the enterprise, in Chinese, English or both."))
        if not project:
            self.check_needs_no_project()
        refused = {problem.column for problem in self.problems}
        if refused & ESSENTIAL or cluster is None or region is None or happened_on is None:
            return None
        return Row(
            line=self.source.line,
            values=self.source.cells,
            enterprise=enterprise,
            credit_code=code,
            groups=groups,
            origin=origin,
            leading_basis=basis,
            leading_year=year,
            project=project,
            cluster=cluster,
            region=region,
            sector=sector,
            stage=stage,
            happened_on=happened_on,
            measure=measure,
            money=money,
            source_url=source_url,
            source_on=source_on,
            note=self.text("note"),
            double_of=self.text("double_of"),
        )

    def read_names(self, of: str) -> Name:
        """Read the Chinese and the English name of the enterprise or project."""
        return Name(zh=self.read_name(f"{of}_zh"), en=self.read_name(f"{of}_en"))

    def check_needs_no_project(self) -> None:
        """Refuse what only a project can have."""
        for column in ("stage", "amount_kind", "amount_yuan", "amount_original", "sector"):
            if self.text(column):
                self.refuse(
                    "project_zh",
                    _("Name the project, in Chinese, English or both: the row has %(column)s.")
                    % {"column": column},
                )
                return

    def read_place(self) -> tuple[Cluster | None, Region | None, Sector | None]:
        """Read cluster, region and sector, which must belong together."""
        cluster = self.places.clusters.get(self.text("cluster"))
        if cluster is None:
            self.refuse("cluster", one_of(sorted(self.places.clusters)))
        region = self.places.regions.get(self.text("region"))
        if region is None:
            known = sorted(
                {r.code: r.name_en or r.name_zh for r in self.places.regions.values()}.items()
            )
            self.refuse("region", one_of([f"{code} {name}" for code, name in known]))
        elif cluster is not None and region.park_id != cluster.park_id:
            self.refuse("region", _("The region and the cluster belong to different parks."))
        sector = None
        if self.text("sector") and cluster is not None:
            sector = self.places.sectors.get((cluster.slug, self.text("sector")))
            if sector is None:
                own = sorted(slug for c, slug in self.places.sectors if c == cluster.slug)
                self.refuse("sector", one_of(own))
        return cluster, region, sector

    def read_leading(self) -> tuple[str, int | None]:
        """Read on what basis the enterprise is a leading one, and of which year's list."""
        basis = self.read_choice("leading_basis", LeadingBasis.values)
        text = self.text("leading_year")
        if not text:
            return basis, None
        if not self.text("leading_basis") or basis == LeadingBasis.INDUSTRY_LEADER:
            self.refuse(
                "leading_year",
                _("The year of the list goes with the leading_basis %(basis)s only.")
                % {"basis": LeadingBasis.FORTUNE_GLOBAL_500.value},
            )
            return basis, None
        is_year = re.fullmatch(r"\d{4}", text, re.ASCII)
        if not is_year or not FIRST_LIST_YEAR <= int(text) <= self.today.year:
            self.refuse(
                "leading_year",
                _("Write the year of the list, from %(first)s to %(last)s.")
                % {"first": FIRST_LIST_YEAR, "last": self.today.year},
            )
            return basis, None
        return basis, int(text)

    def read_code(self) -> str:
        """Read the credit code; one with a wrong check sign needs a person who gives the reason."""
        code = credit_codes.normalized(self.text("credit_code"))
        if not code:
            return ""
        if not credit_codes.is_well_formed(code):
            self.refuse(
                "credit_code",
                _(
                    "A credit code has 18 signs, digits and capitals without I, O, S, V and Z, of "
                    "which the third to eighth are digits."
                ),
            )
        elif credit_codes.check_sign(code) != code[-1]:
            self.refuse(
                "credit_code",
                _(
                    "The last sign should be %(sign)s. Compare it with the licence; if the licence "
                    "has it just so, enter the enterprise with that reason on the data entry page "
                    "and leave the cell empty here."
                )
                % {"sign": credit_codes.check_sign(code)},
            )
        return code

    def read_groups(self) -> tuple[Name, ...]:
        """Read the investor groups, the leading one first, each once."""
        groups: dict[str, Name] = {}
        for part in re.split(r"[;；]", self.text("investor_group")):
            text = " ".join(part.split())
            if len(text) > MAX_NAME:
                self.refuse(
                    "investor_group",
                    _("A name of %(signs)s characters; %(limit)s are possible. Part them by “; ”.")
                    % {"signs": len(text), "limit": MAX_NAME},
                )
            elif text:
                groups[text] = Name.of_one(text)
        return tuple(groups.values())

    def read_origin(self) -> str:
        """Read the country of origin."""
        text = self.text("origin_country").upper()
        if text and text not in countries.countries:
            self.refuse(
                "origin_country",
                _("Write the country as ISO 3166 has it in two letters, as in CN."),
            )
            return ""
        return text
