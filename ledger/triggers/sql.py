"""What the triggers of both engines are made of."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from clusters.facts import Recorded
from clusters.vocabulary import Grade
from ledger.triggers.keeping import adding_up

PREFIX = "parktracker"
ENTRY = "ledger_entry"
VERIFICATION = "ledger_verification"
ATTACHMENT = "ledger_attachment"
PLACE_TOTAL = "ledger_placetotal"
MONTHLY_TOTAL = "ledger_monthlytotal"
CLOCKED = (ENTRY, "ledger_change", VERIFICATION, ATTACHMENT)
GUARDS = ("_no_update", "_no_delete", "_no_replace", "_clock")
GRADES = tuple(Grade.values)

# Fragments that both engines read. `{row}` is a row of the ledger, NEW or one of the inserted ones.
COUNTS = "CASE WHEN {row}.reverses_id IS NULL THEN 1 ELSE -1 END"
ROOT = "COALESCE({row}.lowers_id, {row}.reverses_id)"
OWN_GRADE = (
    "CASE WHEN {row}.evidence_id IS NULL THEN 'unsupported' WHEN EXISTS (SELECT 1 FROM "
    "ledger_evidence WHERE id = {row}.evidence_id AND sha256 <> '') THEN 'documented' "
    "ELSE 'sourced' END"
)
# The grade of `{entry}`, of which something was said or to which something was added.
GRADE_NOW = """CASE
    WHEN (SELECT verdict FROM ledger_verification WHERE entry_id = {entry}
          ORDER BY id DESC LIMIT 1) = 'verified' THEN 'verified'
    WHEN EXISTS (SELECT 1 FROM ledger_evidence WHERE sha256 <> ''
          AND id = (SELECT evidence_id FROM ledger_entry WHERE id = {entry}))
      OR EXISTS (SELECT 1 FROM ledger_evidence WHERE sha256 <> ''
          AND id IN (SELECT evidence_id FROM ledger_attachment WHERE entry_id = {entry}))
      THEN 'documented'
    WHEN EXISTS (SELECT 1 FROM ledger_attachment WHERE entry_id = {entry})
      OR (SELECT evidence_id FROM ledger_entry WHERE id = {entry}) IS NOT NULL THEN 'sourced'
    ELSE 'unsupported' END"""
# The entries of `{which}` with their reversals and reductions; nothing of one that is itself one of
# these, which stay in the grade of what they belong to.
REGRADED = """(SELECT id FROM ledger_entry
      WHERE id {which} AND lowers_id IS NULL AND reverses_id IS NULL
    UNION ALL SELECT id FROM ledger_entry WHERE lowers_id {which}
    UNION ALL SELECT id FROM ledger_entry WHERE reverses_id {which} AND lowers_id IS NULL)"""
# What an entry belongs to, itself if to no other.
ROOT_OF_ONE = "COALESCE(one.lowers_id, one.reverses_id, one.id)"
ROOT_OF = (
    "(SELECT COALESCE(lowers_id, reverses_id, id) FROM ledger_entry "
    "WHERE id = ledger_assessment.entry_id)"
)

DAILY_KEY = "measure, cluster_id, region_id, effective_on, grade, stripe"
MONTHLY_KEY = "measure, cluster_id, region_id, month, grade, stripe"
PLACE_KEY = "measure, cluster_id, region_id, grade, stripe"
PROJECT_KEY = "project_id, measure"
PARTS = ", ".join(f"{grade}_fen" for grade in GRADES)
INTO_ASSESSMENT = "INSERT INTO ledger_assessment (entry_id, grade, verdict)"
INTO_DAILY = f"INSERT INTO ledger_dailytotal ({DAILY_KEY}, amount_fen, entries)"
INTO_MONTHLY = f"INSERT INTO {MONTHLY_TOTAL} ({MONTHLY_KEY}, amount_fen, entries)"
INTO_PLACE = f'INSERT INTO {PLACE_TOTAL} ({PLACE_KEY}, amount_fen, "rows")'
INTO_PROJECT = f"INSERT INTO ledger_projecttotal ({PROJECT_KEY}, amount_fen, entries, {PARTS})"


ADD_DAILY = adding_up("ledger_dailytotal", DAILY_KEY, ("amount_fen", "entries"))
ADD_MONTHLY = adding_up(MONTHLY_TOTAL, MONTHLY_KEY, ("amount_fen", "entries"))
ADD_PLACE = adding_up(PLACE_TOTAL, PLACE_KEY, ("amount_fen", '"rows"'))
ADD_PROJECT = adding_up(
    "ledger_projecttotal", PROJECT_KEY, ("amount_fen", "entries", *PARTS.split(", "))
)


def parts(amount: str, grade: str) -> str:
    """Return the sums of `amount` by grade, in the order of PARTS."""
    return ", ".join(f"SUM(CASE WHEN {grade} = '{g}' THEN {amount} ELSE 0 END)" for g in GRADES)


# The first day of the month of an entry.
MONTH = {
    "postgresql": "date_trunc('month', effective_on::timestamp)::date",
    "sqlite": "date(effective_on, 'start of month')",
}


def add_entries(source: str, stripe: str, vendor: str) -> str:
    """Return what adds the entries of `source` (the ledger's columns and `grade`) to the totals."""
    return "".join(f"{statement};" for statement in adding(source, stripe, vendor))


def adding(source: str, stripe: str, vendor: str, times: str = "") -> list[str]:
    """Return the statements that do so: by day, month, place and project.

    With `times` of "sign * " the rows have a `sign` of 1 or -1, and those with -1 are taken off.
    WHERE TRUE, since SQLite would take ON CONFLICT for the condition of a join.
    """
    amount = f"SUM({times}amount_fen)"
    count = f"SUM({times}{COUNTS.format(row='one')})"
    return [
        f"""
  {INTO_DAILY}
  SELECT measure, cluster_id, region_id, effective_on, grade, {stripe}, {amount}, {count}
  FROM {source} WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {ADD_DAILY}""",
        f"""
  {INTO_MONTHLY}
  SELECT measure, cluster_id, region_id, {MONTH[vendor]}, grade, {stripe}, {amount}, {count}
  FROM {source} WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {ADD_MONTHLY}""",
        f"""
  {INTO_PLACE}
  SELECT measure, cluster_id, region_id, grade, {stripe}, {amount}, SUM({times}1)
  FROM {source} WHERE TRUE GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
  {ADD_PLACE}""",
        f"""
  {INTO_PROJECT}
  SELECT project_id, measure, {amount}, {count}, {parts(f"{times}amount_fen", "grade")}
  FROM {source} WHERE TRUE GROUP BY 1, 2 ORDER BY 1, 2
  {ADD_PROJECT}""",
    ]


def moved(which: str) -> str:
    """Return the entries, and what belongs to them, that have another grade now than they had: each
    twice, with the `sign` -1 in the `grade` of before and 1 in the one of now.

    `which` is the condition on the keys of those that something was said of, such as
    "= NEW.entry_id".
    """
    return f"""(SELECT one.*, sign, CASE sign WHEN 1 THEN is_now ELSE was END AS grade FROM (
    SELECT one.id, measure, cluster_id, region_id, project_id, effective_on, amount_fen,
      reverses_id, grade AS was, {GRADE_NOW.format(entry=ROOT_OF_ONE)} AS is_now
    FROM ledger_entry AS one JOIN ledger_assessment ON entry_id = one.id
    WHERE one.id IN {REGRADED.format(which=which)}
  ) AS one CROSS JOIN (SELECT 1 AS sign UNION ALL SELECT -1) AS side WHERE was <> is_now)"""


def regrade(stripe: str, which: str, vendor: str) -> str:
    """Return what moves them in assessments and totals, on PostgreSQL in one statement."""
    if vendor == "postgresql":
        rows = "moved AS one"
        *others, last = adding(rows, stripe, vendor, "sign * ")
        parts_of = ", ".join(f"into_{place} AS ({one})" for place, one in enumerate(others))
        return f"""WITH moved AS MATERIALIZED {moved(which)}, graded AS (
  UPDATE ledger_assessment SET grade = moved.grade FROM moved
  WHERE entry_id = moved.id AND sign = 1), {parts_of}{last};"""
    found = f"{moved(which)} AS one"
    return f"""{"".join(f"{one};" for one in adding(found, stripe, vendor, "sign * "))}
  UPDATE ledger_assessment SET grade = {GRADE_NOW.format(entry=ROOT_OF)}
  WHERE entry_id IN {REGRADED.format(which=which)};"""


# Whose figure the entry of `{word}` is: who recorded it, and whom an act took it over from.
OWNERS = """(SELECT recorded_by_id FROM ledger_entry WHERE id = {word}.entry_id
    UNION SELECT was.recorded_by_id FROM ledger_entry AS one
    LEFT JOIN ledger_change AS act ON act.id = one.change_id
    JOIN ledger_entry AS took ON took.change_id IN (one.change_id, act.undoes_id)
    JOIN ledger_entry AS was ON was.id = took.reverses_id
    WHERE one.id = {word}.entry_id)"""
FOUR_EYES_TOLD = "nobody verifies or returns what they recorded"


def recorded_models(tables: set[str]) -> Iterator[type[models.Model]]:
    """Yield the models of guarded rows whose table exists (in a partial migrate some do not).

    What a recorded row names through a table between them is as fixed as the row.
    """
    for model in apps.get_models(include_auto_created=True):
        owner: Any = model._meta.auto_created or model
        if issubclass(owner, Recorded) and model._meta.db_table in tables:
            yield model
