"""What officials announced beside what the ledger has for the same scope and time.

The two are set side by side and never mixed: many announcements cover more than the park. An
announcement in dollars or of a number is shown without a counterpart, as nothing here converts it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from clusters.models import Park
from clusters.vocabulary import Grade, Measure
from ledger.subjects import Subject
from progress.knowledge import remembered
from progress.measuring.cells import Totals
from progress.models import ReportedTotal

QUARTER = re.compile(r"(\d{4})-Q([1-4])")
HALF = re.compile(r"(\d{4})-H([12])")
MONTHS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")
COMPARED = (Measure.CONTRACTED.value, Measure.PAID_IN.value)


@dataclass(frozen=True)
class Announced:
    """One announcement; `ledger_fen` is what the ledger has for it, None where it has nothing, and
    `verified_fen` the part of that which is verified."""

    total: ReportedTotal
    ledger_fen: int | None
    verified_fen: int | None
    # How many entries stand in what the ledger has, and the measure that they are of.
    entries: int
    measure: str
    # The first and the last day that is compared; None where nothing can be.
    days: tuple[date, date] | None

    @property
    def is_compared(self) -> bool:
        return self.days is not None

    @property
    def is_by_other_measure(self) -> bool:
        """Whether the ledger has another measure than the announcement names."""
        return self.measure != self.total.measure

    @property
    def is_repost(self) -> bool:
        """Whether the page only repeats another one; its address is then not linked."""
        return "[mirror]" in self.total.note

    @property
    def verified_share(self) -> Decimal | None:
        """The share of the ledger's amount that is verified; None where there is no amount."""
        return Decimal(self.verified_fen or 0) / self.ledger_fen if self.ledger_fen else None

    @property
    def gap_fen(self) -> int | None:
        """What was announced and is not in the ledger; None where the ledger has nothing of it."""
        if self.total.value_fen is None or self.ledger_fen is None:
            return None
        return self.total.value_fen - self.ledger_fen


def compared_by(total: ReportedTotal, scale_measure: str) -> str:
    """Return the measure of the ledger that an announcement is compared by, or its own words."""
    if total.measure == ReportedTotal.Measure.INDUSTRIAL_SCALE:
        return str(scale_measure)
    return total.measure


def period_days(period: str, as_of: date) -> tuple[date, date] | None:
    """Return the first and the last day that an announcement speaks of; from the start if "".

    None for a period in other words, which cannot be compared.
    """
    if period in {"", "cumulative"}:
        return date.min, as_of
    try:
        if re.fullmatch(r"\d{4}", period):
            return date(int(period), 1, 1), date(int(period), 12, 31)
        for form, months in ((QUARTER, 3), (HALF, 6)):
            if match := form.fullmatch(period):
                year, last = int(match[1]), int(match[2]) * months
                return date(year, last - months + 1, 1), last_of(year, last)
        if match := MONTHS.fullmatch(period):
            from_year, from_month, to_year, to_month = map(int, match.groups())
            return date(from_year, from_month, 1), last_of(to_year, to_month)
        return date.fromisoformat(period), date.fromisoformat(period)
    except ValueError:
        return None


def last_of(year: int, month: int) -> date:
    """Return the last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def announced(
    park: Park,
    totals: Iterable[ReportedTotal],
    *,
    scale_measure: str = Measure.CONTRACTED,
    known_at: datetime | None = None,
    verified_only: bool = False,
) -> list[Announced]:
    """Set each announcement beside the ledger as known at a moment, None: now, in two queries.

    An announced industrial scale is compared as the plan's goal is, by `scale_measure`.
    """
    totals = list(totals)
    sums: dict[str, Sum] = {}
    compared: dict[int, tuple[date, date]] = {}
    for total in totals:
        measure = compared_by(total, scale_measure)
        if total.value_fen is None or measure not in COMPARED:
            continue
        days = period_days(total.period, total.as_of)
        if days is None:
            continue
        first, last = compared[total.pk] = days
        within = Q(measure=measure, effective_on__gte=first, effective_on__lte=last)
        if total.cluster_id is not None:
            within &= Q(cluster=total.cluster_id)
        if total.region_id is not None:
            within &= Q(region=total.region_id)
        sums[f"fen_{total.pk}"] = Sum("amount_fen", filter=within)
        sums[f"n_{total.pk}"] = Sum("counted", filter=within)

    def of_grade(grade: Grade | None) -> dict[str, int | None]:
        """Sum up what is of a grade, or all; a grade found anew for each sum would cost more."""
        rows = Totals(park, known_at, grade).rows().filter(measure__in=COMPARED)
        return rows.aggregate(**sums) if sums else {}

    every, verified = remembered(
        "announced",
        park.pk,
        sorted(compared),
        known_at,
        verified_only,
        scale_measure,
        compute=lambda: (
            of_grade(Grade.VERIFIED if verified_only else None),
            of_grade(Grade.VERIFIED),
        ),
        subjects=(Subject.ENTRIES, Subject.PLANS),
    )
    return [
        Announced(
            total=total,
            ledger_fen=every.get(f"fen_{total.pk}"),
            verified_fen=verified.get(f"fen_{total.pk}"),
            entries=every.get(f"n_{total.pk}") or 0,
            measure=compared_by(total, scale_measure),
            days=compared.get(total.pk),
        )
        for total in totals
    ]
