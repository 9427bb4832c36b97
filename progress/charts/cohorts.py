"""Of what was signed in a year, the share that was paid in after one, two and three years.

A project belongs to the year of its first contracted entry that stands. Its paid-in amount after k
years is what came by the end of the k-th year after that one; a year that is not over has none.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Min, Sum
from django.db.models.functions import ExtractYear
from django.db.models.sql.constants import LOUTER
from django.utils.translation import gettext as _
from django_cte import CTE, with_cte

from clusters.templatetags.numbers import percent
from clusters.vocabulary import Measure
from progress.charts.chart import Chart, Column, Kind, all_linked, linked, row_of, rows_of
from progress.charts.reading import Reading
from progress.measuring.investment import Amount
from progress.statuses import completion

KEY = "cohorts"
AFTER = (1, 2, 3)


@dataclass
class Cohort:
    """The projects that were first signed in one year; None: those without a contracted amount."""

    year: int | None
    contracted: Amount = field(default_factory=Amount)
    paid_in: dict[int, Amount] = field(default_factory=dict)

    def paid_by(self, year: int) -> Amount:
        """Return what was paid in by the end of a year."""
        return sum((a for y, a in self.paid_in.items() if y <= year), Amount())

    def share(self, years: int, as_of: date) -> Decimal | None:
        """Return the share paid in after some years; None while they are not over, and where
        nothing was reported."""
        if self.year is None or date(min(self.year + years, 9999), 12, 31) > as_of:
            return None
        paid = self.paid_by(self.year + years)
        if not paid.entries:
            return None
        return completion(paid.fen, self.contracted.fen) if self.contracted.fen > 0 else None


def cohorts(reading: Reading) -> Chart:
    """Make the chart; the totals are the page's contracted and paid-in amounts."""
    found = cohorts_of(reading)
    columns = (
        Column(_("First signed in")),
        Column(_("Contracted"), Kind.FEN),
        *(Column(name, Kind.SHARE) for name in after_names()),
        Column(_("Paid in until now"), Kind.FEN),
        Column(_("share of it"), Kind.SHARE),
    )
    rows = [row(cohort, reading.as_of) for cohort in found]
    contracted = sum((c.contracted for c in found), Amount())
    paid = sum((c.paid_by(9999) for c in found), Amount())
    return Chart(
        key=KEY,
        title=reading.told(title(found, reading.as_of), found=bool(found)),
        sub=_(
            "Share of the contracted amount that was paid in by the end of the first, second and "
            "third year after the signing"
        ),
        source=reading.source(contracted.entries + paid.entries),
        as_of=reading.as_of,
        known_at=reading.known_at,
        columns=columns,
        rows=all_linked(
            rows_of(columns, rows), (urls_of(reading, cohort.year) for cohort in found)
        ),
        total=linked(
            row_of(
                columns,
                (
                    _("All"),
                    contracted.reported_fen,
                    *(None for _years in AFTER),
                    paid.reported_fen,
                    completion(paid.reported_fen, max(contracted.fen, 0)),
                ),
            ),
            urls(reading),
        ),
        notes=(_("– means not reported, or a year that is not over."),),
        drawing=drawing(found, reading.as_of),
        query=reading.query,
    )


def urls_of(reading: Reading, year: int | None) -> list[str]:
    """Return the entries of the projects first signed in a year; None: of those never signed."""
    if year is None:
        return urls(reading, unsigned="yes")
    return urls(
        reading,
        first_signed_since=date(year, 1, 1).isoformat(),
        first_signed_until=date(year, 12, 31).isoformat(),
    )


def urls(reading: Reading, **projects: str) -> list[str]:
    """Return the entries of a row's two amounts, in the order of its columns."""
    contracted, paid_in = (
        reading.links.entries(reading.scope, measure, None, since=None, **projects)
        for measure in (Measure.CONTRACTED, Measure.PAID_IN)
    )
    return ["", contracted, *("" for _years in AFTER), paid_in]


def after_names() -> list[str]:
    """Return the names of the three ages."""
    return [_("after 1 year"), _("after 2 years"), _("after 3 years")]


def row(cohort: Cohort, as_of: date) -> tuple[Any, ...]:
    """Return the values of one year."""
    paid = cohort.paid_by(9999)
    return (
        _("no contracted amount") if cohort.year is None else str(cohort.year),
        cohort.contracted.reported_fen,
        *(cohort.share(years, as_of) for years in AFTER),
        paid.reported_fen,
        completion(paid.reported_fen, max(cohort.contracted.fen, 0)),
    )


def cohorts_of(reading: Reading) -> list[Cohort]:
    """Return the cohorts by year, in one query; those without a contracted amount at the end."""
    signed = CTE(
        reading.entries.filter(measure=Measure.CONTRACTED)
        .values("project_id", "effective_on")
        .annotate(standing=Sum("counted"))
        .filter(standing__gt=0)
        .values("project_id", "effective_on"),
        name="signed",
    )
    first = CTE(
        signed.queryset()
        .values("project_id")
        .annotate(signed_on=Min("effective_on"))
        .values("project_id", "signed_on"),
        name="first_signed",
    )
    joined = first.join(
        reading.entries.filter(measure__in=(Measure.CONTRACTED, Measure.PAID_IN)),
        project_id=first.col.project_id,
        _join_type=LOUTER,
    )
    rows = (
        with_cte(signed, first, select=joined)
        .annotate(cohort=ExtractYear(first.col.signed_on), year=ExtractYear("effective_on"))
        .values_list("cohort", "measure", "year")
        .annotate(fen=Sum("amount_fen"), n=Sum("counted"))
    )
    found: dict[int | None, Cohort] = {}
    paid: dict[int | None, dict[int, Amount]] = defaultdict(dict)
    for year, measure, on, fen, entries in rows:
        cohort = found.setdefault(year, Cohort(year))
        amount = Amount(int(fen), int(entries))
        if measure == Measure.CONTRACTED:
            cohort.contracted += amount
        else:
            paid[year][on] = amount
    for year, amounts in paid.items():
        found[year].paid_in = amounts
    return sorted(found.values(), key=lambda c: (c.year is None, c.year or 0))


def title(found: list[Cohort], as_of: date) -> str:
    """State the best share after the longest time that any year has had."""
    dated = [c for c in found if c.year is not None]
    if not dated:
        return _("Nothing has been signed yet")
    for years in reversed(AFTER):
        shares = [(s, c.year) for c in dated if (s := c.share(years, as_of)) is not None]
        if not shares:
            continue
        share, year = max(shares, key=lambda one: one[0])
        words = {"year": year, "share": percent(share)}
        if years == 1:
            return _("Of what was signed in %(year)s, %(share)s was paid in after a year") % words
        if years == 2:
            return (
                _("Of what was signed in %(year)s, %(share)s was paid in after two years") % words
            )
        return _("Of what was signed in %(year)s, %(share)s was paid in after three years") % words
    return _("Nothing is reported as paid in within three years of a signing")


def drawing(found: list[Cohort], as_of: date) -> dict[str, Any]:
    """Return a line for each year, over its age; {} where no share is known."""
    lines = []
    for number, cohort in enumerate(found):
        shares = [cohort.share(years, as_of) for years in AFTER]
        if any(share is not None for share in shares):
            lines.append(
                {
                    "name": str(cohort.year),
                    "row": number,
                    "values": [None if s is None else float(s * 100) for s in shares],
                    "texts": ["" if s is None else percent(s) for s in shares],
                }
            )
    if not lines:
        return {}
    return {"kind": "cohorts", "unit": "%", "ages": after_names(), "lines": lines}
