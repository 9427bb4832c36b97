"""What triggers keep of each row as it comes, found over all rows at once by the same SQL.

The statements are those of ledger.triggers; here is only what they read instead of the rows that
were just added. `manage.py verify_ledger` finds all of it again by other means.
"""

from ledger.subjects import Subject
from ledger.triggers.keeping import (
    ENTERPRISE,
    PROJECT,
    add_to_tally,
    count_by_kind,
    count_enterprises,
    keep_amounts,
    keep_enterprises,
    keep_lead_group,
)
from ledger.triggers.knowledge import raise_version
from ledger.triggers.sql import GRADE_NOW, INTO_ASSESSMENT, ROOT_OF_ONE, add_entries

VENDOR = "postgresql"
STRIPE = "0"
LAST_WORD = (
    "SELECT verdict FROM ledger_verification WHERE entry_id = one.id ORDER BY id DESC LIMIT 1"
)
ASSESSMENTS = f"""{INTO_ASSESSMENT}
SELECT id, {GRADE_NOW.format(entry=ROOT_OF_ONE)}, COALESCE(({LAST_WORD}), '')
FROM ledger_entry AS one ORDER BY id"""
GRADED = """CREATE TEMPORARY TABLE graded ON COMMIT DROP AS
SELECT measure, cluster_id, region_id, project_id, effective_on, amount_fen, reverses_id, grade
FROM ledger_entry JOIN ledger_assessment ON entry_id = ledger_entry.id"""
# By what is told of it.
OF_LEDGER = {
    "assessments": ASSESSMENTS,
    "grades for the totals": GRADED,
    "totals": add_entries("graded AS one", STRIPE, VENDOR),
}
OF_PROJECTS = {
    # An index that is made after rows were changed would be of no use until the transaction ends.
    "projects by enterprise": f"CREATE INDEX ON pg_temp.{PROJECT} (enterprise_id); "
    f"ANALYZE {PROJECT}; ANALYZE {ENTERPRISE}",
    "amounts of projects": keep_amounts(f"(SELECT id FROM {PROJECT})"),
    "amounts of enterprises": keep_enterprises(f"(SELECT id FROM {ENTERPRISE})"),
    "groups of enterprises": keep_lead_group(f"(SELECT id FROM {ENTERPRISE})"),
    "tallies": add_to_tally(f"(SELECT 1 AS sign, one.* FROM {PROJECT} AS one) AS one", STRIPE)
    + count_enterprises(f"(SELECT COUNT(*) FROM {ENTERPRISE})", STRIPE)
    + count_by_kind(f"(SELECT 1 AS sign, one.* FROM {PROJECT} AS one) AS one", STRIPE)
    + "".join(raise_version(subject, STRIPE, VENDOR) for subject in Subject),
}
