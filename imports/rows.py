"""What one row says: each cell read by the rules of docs/import-format.md, each bad one named.

A row is read without the database, but for the plan's places, which are loaded once (`Places`).
What needs the record (which enterprise, which stage before) is checked in imports.posting.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django_countries import countries

from clusters.amounts import FEN_PER_YUAN, parse_fen, parse_number
from clusters.exceptions import UnreadableAmountError
from clusters.models import Cluster, Region, Sector
from clusters.vocabulary import LeadingBasis, Measure, Stage
from enterprises import credit_codes
from imports.reports import Problem
from imports.tables import Table, TableRow
from ledger.exceptions import UnusableAmountError
from ledger.money import CNY, Money

FIRST_DAY = date(1900, 1, 1)
FIRST_LIST_YEAR = 1995  # of the Fortune Global 500
MAX_NAME = 200
MAX_URL = 1000
MAX_ORIGINAL = Decimal(10) ** 18  # what the ledger's column holds
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
RATE = re.compile(r"\d{1,10}(\.\d{1,8})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# As in "[rate: CNY per USD from the ECB euro reference rates of 2022-02-01]".
RATE_TAG = re.compile(r"\[rate:\s*([^\]]+?)\s*\]")
REPOST_TAG = "[mirror]"
# Without these no other rule can be applied to the row; see `RowReader.read`.
ESSENTIAL = {"", "enterprise_zh", "enterprise_en", "credit_code", "project_zh", "project_en"} | {
    "cluster",
    "region",
    "sector",
    "stage",
    "stage_date",
    "source_date",
}

is_url = URLValidator(schemes=["http", "https"])


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
        reader = RowReader(line, len(table.columns), places, today)
        row = reader.read()
        problems += reader.problems
        if row is not None:
            rows.append(row)
    return rows, problems


@dataclass
class RowReader:
    """Reads the cells of one row; each reader returns "" or None for a cell that it refused."""

    source: TableRow
    width: int
    places: Places
    today: date
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Return the cell as it stands."""
        return self.source.cells.get(column, "")

    def refuse(self, column: str, reason: str) -> None:
        """Note a bad cell."""
        self.problems.append(Problem(self.source.line, column, self.text(column), reason))

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
        measure, money = self.read_money(happened_on or self.today, source_url)
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

    def read_name(self, column: str) -> str:
        name = " ".join(self.text(column).split())
        if len(name) > MAX_NAME:
            self.refuse(
                column,
                _("The name has %(signs)s characters; %(limit)s are possible.")
                % {"signs": len(name), "limit": MAX_NAME},
            )
            return ""
        return name

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

    def read_choice(self, column: str, values: list[str]) -> str:
        """Read one of a closed set; "" if the cell is empty or refused."""
        value = self.text(column)
        if value and value not in values:
            self.refuse(column, one_of(values))
            return ""
        return value

    def read_day(self, column: str) -> date | None:
        """Read a day up to today."""
        text = self.text(column)
        if not text:
            return None
        try:
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:  # 2020-02-30
            day = None
        if day is None:
            self.refuse(column, _("This is no day; write YYYY-MM-DD, as in 2020-07-20."))
        elif day > self.today:
            self.refuse(
                column,
                _("The day lies in the future; record what has happened, up to %(today)s.")
                % {"today": self.today.isoformat()},
            )
            return None
        elif day < FIRST_DAY:
            self.refuse(column, _("The year cannot be right; write YYYY-MM-DD, as in 2020-07-20."))
            return None
        return day

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

    def read_url(self) -> str:
        """Read the address of the source."""
        url = self.text("source_url")
        if not url:
            return ""
        if len(url) > MAX_URL:
            self.refuse(
                "source_url",
                _("The address has %(signs)s characters; %(limit)s are possible.")
                % {"signs": len(url), "limit": MAX_URL},
            )
            return ""
        try:
            is_url(url)
        except ValidationError:
            self.refuse(
                "source_url", _("Write a whole address that begins with http:// or https://.")
            )
            return ""
        return url

    def read_money(self, happened_on: date, source_url: str) -> tuple[str, Money | None]:
        """Read measure and amount; None where the row has none or it was refused."""
        measure = self.read_choice("amount_kind", Measure.values)
        has_amount = bool(self.text("amount_yuan") or self.text("amount_original"))
        if has_amount and not self.text("amount_kind"):
            self.refuse("amount_kind", _("Say what the amount is: ") + one_of(Measure.values))
        if self.text("amount_kind") and not has_amount:
            self.refuse(
                "amount_kind",
                _("Give the amount in amount_yuan or amount_original, or leave this cell empty."),
            )
        if not has_amount:
            for column in ("currency", "rate"):
                if self.text(column):
                    self.refuse(column, _("There is no amount; leave this cell empty."))
            return measure, None
        currency = self.text("currency") or (CNY if self.text("amount_yuan") else "")
        if not currency and not self.text("amount_original"):
            currency = CNY
        if not CURRENCY.fullmatch(currency):
            self.refuse("currency", _("Write the currency as three capitals, as in CNY or USD."))
            return measure, None
        if currency == CNY:
            money = self.read_yuan()
        else:
            money = self.read_foreign(currency, happened_on, source_url)
        return measure, money if measure else None

    def read_yuan(self) -> Money | None:
        """Read an amount in yuan, which may stand in both columns."""
        if self.text("rate"):
            self.refuse("rate", _("Yuan need no rate; leave it empty."))
        stated = {
            column: self.read_fen(column)
            for column in ("amount_yuan", "amount_original")
            if self.text(column)
        }
        if None in stated.values():
            return None
        if len({*stated.values()}) > 1:
            self.refuse(
                "amount_original",
                _("In yuan the two amounts are the same; amount_yuan says %(amount)s.")
                % {"amount": self.text("amount_yuan")},
            )
            return None
        return Money(next(fen for fen in stated.values() if fen is not None))

    def read_fen(self, column: str) -> int | None:
        """Read an amount above 0 in yuan."""
        try:
            fen = parse_fen(self.text(column))
        except UnreadableAmountError:
            fen = 0
        if fen > 0:
            return fen
        self.refuse_amount(column)
        return None

    def refuse_amount(self, column: str) -> None:
        """Say what an amount is."""
        self.refuse(
            column,
            _(
                "Write an amount above 0, at most ten trillion yuan and in whole fen: 14400000, "
                "14400000.50, 3000万, 3亿, 300m or 2.5bn. What lowers a total is recorded on the "
                "data entry page."
            ),
        )

    def read_foreign(self, currency: str, happened_on: date, source_url: str) -> Money | None:
        """Read a foreign amount with the rate that turned it into yuan."""
        original, rate = self.read_original(), self.read_rate(currency)
        yuan_fen = self.read_fen("amount_yuan") if self.text("amount_yuan") else None
        if original is None or rate is None:
            return None
        rate_on, rate_source = self.read_rate_source(happened_on, source_url)
        try:
            money = Money.foreign(
                original, currency, rate=rate, rate_on=rate_on, rate_source=rate_source
            )
        except UnusableAmountError:
            self.refuse_amount("amount_original")
            return None
        # Pages and offices round to the yuan; more than that is another amount.
        if yuan_fen is not None and abs(yuan_fen - money.amount_fen) >= FEN_PER_YUAN:
            self.refuse(
                "amount_yuan",
                _("amount_original at the rate comes to %(yuan)s yuan; correct one of the three.")
                % {"yuan": f"{Decimal(money.amount_fen) / FEN_PER_YUAN:.2f}"},
            )
            return None
        return money

    def read_original(self) -> Decimal | None:
        """Read the amount in the foreign currency, above 0 with at most two decimals."""
        if not self.text("amount_original"):
            self.refuse(
                "amount_original",
                _("Give the amount in %(currency)s, or leave currency and rate empty for yuan.")
                % {"currency": self.text("currency")},
            )
            return None
        try:
            amount = parse_number(self.text("amount_original"))
        except UnreadableAmountError:
            amount = Decimal(0)
        if not 0 < amount < MAX_ORIGINAL or amount != round(amount, 2):
            self.refuse(
                "amount_original",
                _("Write an amount above 0 with at most two decimals: 40000000, 4000万 or 40m."),
            )
            return None
        return amount

    def read_rate(self, currency: str) -> Decimal | None:
        """Read the yuan per unit of the currency."""
        text = self.text("rate")
        rate = Decimal(text) if RATE.fullmatch(text) else Decimal(0)
        if rate <= 0:
            self.refuse(
                "rate",
                _("Write the yuan per %(currency)s, above 0 with at most eight decimals.")
                % {"currency": currency},
            )
            return None
        return rate

    def read_rate_source(self, happened_on: date, source_url: str) -> tuple[date, str]:
        """Return the day and source of the rate: those of the note's [rate: …], else the row's."""
        tag = RATE_TAG.search(self.text("note"))
        if tag is None:
            return happened_on, (urlsplit(source_url).hostname or "")[:MAX_NAME]
        for text in DAY.findall(tag[1]):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                continue
            if FIRST_DAY <= day <= self.today:
                return day, tag[1][:MAX_NAME]
        return happened_on, tag[1][:MAX_NAME]


def one_of(accepted: list[str]) -> str:
    """Say what is accepted in a column."""
    if not accepted:
        return _("Nothing can stand here yet; load a plan first.")
    return _("Write one of: %(accepted)s.") % {"accepted": ", ".join(accepted)}
