"""Which entry an amount repeats.

In SQL by hand, as it is asked before every amount that is posted: Django takes longer to word it
than the database to answer it, and longer than everything else that post() does.
"""

from django.db import connection

from enterprises.models import Project
from ledger.models import Entry, Evidence

# The index ledger_entry_amount finds the few of the same amount, however long the ledger is. The
# plus keeps SQLite from the one on reverses_id: as that is unique, it takes it to find one row,
# where nearly every row has NULL.
FIND = """
SELECT one.id FROM ledger_entry AS one
JOIN enterprises_project AS project ON project.id = one.project_id
WHERE one.measure = %s AND one.amount_fen = %s AND +one.reverses_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM ledger_entry WHERE reverses_id = one.id)
  AND (project.id = %s OR project.name_zh = %s AND project.name_zh <> '')
  AND COALESCE(one.evidence_id, 0) <> %s
ORDER BY one.effective_on DESC, one.id DESC LIMIT 1
"""
ANY_EVIDENCE = -1


def find_double(
    *, project: Project, measure: str, amount_fen: int, evidence: Evidence | None
) -> Entry | None:
    """Return a standing entry of the project with the same amount, from another source.

    A project of the same Chinese name counts as the same: one project is often reported under two
    enterprises. What rests on nothing repeats every source.
    """
    source = ANY_EVIDENCE if evidence is None else evidence.pk
    with connection.cursor() as cursor:
        cursor.execute(FIND, [str(measure), amount_fen, project.pk, project.name_zh, source])
        found = cursor.fetchone()
    return Entry.objects.select_related("project").get(pk=found[0]) if found else None
