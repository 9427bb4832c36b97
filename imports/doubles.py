"""Whether a row repeats an amount that the ledger, or the file, has from another source."""

import hashlib

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.amounts import format_exact
from enterprises.models import Project
from imports.known import Known, StandingAmount, same_projects
from imports.reports import Double
from imports.rows import Row


def fact_of(row: Row, project: Project) -> tuple[object, ...]:
    """Return what is equal for two rows that state the same amount of the same project.

    The project stands there by its primary key, which no later change of a name or code alters.
    """
    if row.money is None:
        return ()
    return (
        project.pk,
        row.measure,
        row.happened_on,
        row.money.amount_fen,
        row.money.currency,
        row.source_url,
    )


def idempotency_key(row: Row, project: Project) -> str:
    """Return the key under which the row's amount is posted, in whatever file it comes."""
    return hashlib.sha256("\n".join(map(str, fact_of(row, project))).encode()).hexdigest()


def amount_stands(known: Known, row: Row, project: Project) -> bool:
    """Whether the row's amount was posted before, from this source, by an import or by hand."""
    return row.money is not None and (
        fact_of(row, project) in known.facts or idempotency_key(row, project) in known.keys
    )


def find_double(
    known: Known, row: Row, project: Project | None
) -> tuple[Double, StandingAmount | None] | None:
    """Return what is to be said of a row that may be a double, with the amount that it repeats.

    A row is one by its amount or by its own words, and none if its amount was posted before.
    """
    if project is not None and amount_stands(known, row, project):
        return None
    equal = find_equal(known, row, project)
    if equal is None and not row.double_of:
        return None
    other = equal or find_named(known, row)
    column = row.amount_column if equal else "double_of"
    said = Double(
        line=row.line,
        column=column,
        value=row.values.get(column, ""),
        reason=describe(equal) if equal else own_words(row, other),
        repeats_line=other.line if other else None,
        repeats_entry=other.entry.pk if other and other.line is None else None,
    )
    return said, other


def find_equal(known: Known, row: Row, project: Project | None) -> StandingAmount | None:
    """Return an equal amount of the same project and measure from another source."""
    if row.money is None:
        return None
    name_zh = row.project.zh or (project.name_zh if project else "")
    same = same_projects(project, name_zh)
    doubles = known.doubles_of(same, row.measure, row.money.amount_fen, row.source_url)
    return doubles[0] if doubles else None


def find_named(known: Known, row: Row) -> StandingAmount | None:
    """Return the largest amount of the project that the row itself names, if it is recorded."""
    # "Project (cluster)" is how a record in several files tells where the project stands.
    names = {row.double_of, row.double_of.rpartition(" (")[0]} - {""}
    found = [
        amount for name in names for amount in known.amounts_by_name.get((name, row.measure), ())
    ]
    return max(found, key=lambda amount: amount.entry.amount_fen, default=None)


def describe(double: StandingAmount) -> str:
    """Say which amount is repeated, and where that one comes from."""
    entry = double.entry
    said = {
        "project": entry.project,
        "measure": entry.get_measure_display(),
        "amount": format_exact(entry.amount_fen),
        "date": date_format(entry.effective_on),
        "source": double.source_url or "–",
        "line": double.line,
        "entry": entry.pk,
    }
    if double.line is not None:
        return (
            _(
                "“%(project)s” has the same amount (%(measure)s, %(amount)s) on %(date)s in line "
                "%(line)s already, from another source: %(source)s"
            )
            % said
        )
    return (
        _(
            "“%(project)s” has the same amount (%(measure)s, %(amount)s) on %(date)s already, as "
            "entry %(entry)s from another source: %(source)s"
        )
        % said
    )


def own_words(row: Row, named: StandingAmount | None) -> str:
    """Say that the row names what it repeats, and how large that is."""
    if named is None:
        return _("The row says that its amount repeats, or lies inside, that of “%(project)s”.") % {
            "project": row.double_of
        }
    return _(
        "The row says that its amount repeats, or lies inside, that of “%(project)s” "
        "(%(measure)s, %(amount)s, %(date)s)."
    ) % {
        "project": row.double_of,
        "measure": named.entry.get_measure_display(),
        "amount": format_exact(named.entry.amount_fen),
        "date": date_format(named.entry.effective_on),
    }
