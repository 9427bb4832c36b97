"""What keeps the columns by which lists show, sort and count: SQL that both engines read.

From the bottom up: a project's totals (ledger_projecttotal) make its amounts; its states,
confirmations and entries make the day that it was last heard of; projects make what is kept of
their enterprise, and the tally of how many there are of each kind.
"""

from clusters.vocabulary import Stage, Standing

PROJECT = "enterprises_project"
ENTERPRISE = "enterprises_enterprise"
SHAREHOLDING = "enterprises_shareholding"
STATE = "enterprises_projectstate"
CONFIRMATION = "enterprises_confirmation"
TALLY = "enterprises_tally"
ENTERPRISE_TALLY = "enterprises_enterprisetally"
PROJECT_TOTAL = "ledger_projecttotal"

MEASURES = ("contracted", "paid_in")
AMOUNTS = tuple(f"{m}{part}_fen" for m in MEASURES for part in ("", "_verified"))
# What of a project its enterprise and the tally depend on.
COUNTED = (
    "enterprise_id",
    "cluster_id",
    "region_id",
    "sector_id",
    "stage",
    "standing",
    *AMOUNTS,
)
# What of a project decides in which numbers its enterprise is counted.
KIND = ("enterprise_id", "cluster_id", "region_id", "stage", "standing")
TALLY_KEY = "cluster, region, sector, stage, standing, stripe"
TALLIED = (
    '"rows"',
    *(
        column
        for measure in MEASURES
        for column in (f"{measure}_rows", f"{measure}_fen", f"{measure}_verified_fen")
    ),
)


def heard_again() -> str:
    """Return the last day that anything was heard of the project of the row, looked for anew.

    An entry that was taken back was never true. `+`, since SQLite would look for what reverses
    nothing by the unique index, which is nearly the whole ledger.
    """
    project = f"{PROJECT}.id"
    return f"""(SELECT MAX(day) FROM (
      SELECT MAX(effective_on) AS day FROM {STATE} WHERE project_id = {project}
      UNION ALL SELECT MAX(effective_on) FROM {CONFIRMATION} WHERE project_id = {project}
      UNION ALL SELECT MAX(effective_on) FROM ledger_entry AS one
        WHERE project_id = {project} AND +one.reverses_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM ledger_entry AS back WHERE back.reverses_id = one.id)
    ) AS heard)"""


def totals_as(part: str, total: str) -> str:
    """Return what sets the columns of that part of a project to that column of its totals."""
    return ", ".join(
        f"{measure}{part}_fen = (SELECT {total} FROM {PROJECT_TOTAL} AS one WHERE "
        f"one.project_id = {PROJECT}.id AND measure = '{measure}' AND entries > 0)"
        for measure in MEASURES
    )


def keep_amounts(projects: str) -> str:
    """Return what copies the totals of the projects of that list of keys to them."""
    kept = f"{totals_as('', 'amount_fen')}, {totals_as('_verified', 'verified_fen')}"
    return f"UPDATE {PROJECT} SET {kept}, heard_on = {heard_again()} WHERE id IN {projects};"


def keep_verified(projects: str) -> str:
    """Return what copies the verified part of them, which changes alone by a verdict."""
    return f"UPDATE {PROJECT} SET {totals_as('_verified', 'verified_fen')} WHERE id IN {projects};"


def keep_heard_on(said: str) -> str:
    """Return what keeps the day of the projects in `said` (project_id, effective_on).

    States and confirmations are only added, so what is told by them only moves the day on; where it
    does not, nothing is written.
    """
    return f"""UPDATE {PROJECT} SET heard_on = day FROM (
    SELECT project_id, MAX(effective_on) AS day FROM {said} GROUP BY project_id) AS heard
    WHERE id = project_id AND (heard_on IS NULL OR heard_on < day);"""


def keep_enterprises(enterprises: str) -> str:
    """Return what finds again what the enterprises of that list of keys come to."""
    ranks = " ".join(f"WHEN '{stage.value}' THEN {stage.rank}" for stage in Stage)
    sums = ", ".join(f"SUM({column})" for column in AMOUNTS)
    return f"""UPDATE {ENTERPRISE} SET ({", ".join(AMOUNTS)}, stage_rank) = (
    SELECT {sums},
      MAX(CASE WHEN standing <> '{Standing.WITHDRAWN.value}' THEN CASE stage {ranks} END END)
    FROM {PROJECT} WHERE enterprise_id = {ENTERPRISE}.id) WHERE id IN {enterprises};"""


def keep_lead_group(enterprises: str) -> str:
    """Return what finds again the first group of the enterprises of that list of keys."""
    return (
        f"UPDATE {ENTERPRISE} SET lead_group_id = (SELECT group_id FROM {SHAREHOLDING} "
        f"WHERE enterprise_id = {ENTERPRISE}.id ORDER BY position, id LIMIT 1) "
        f"WHERE id IN {enterprises};"
    )


def adding_up(table: str, key: str, columns: tuple[str, ...]) -> str:
    """Return the clause that adds to the row of that key where there is one."""
    sums = ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in columns)
    return f"ON CONFLICT ({key}) DO UPDATE SET {sums}"


def add_to_tally(source: str, stripe: str) -> str:
    """Return what adds the projects of `source` (their columns and `sign`, 1 or -1) to the tally.

    WHERE TRUE, since SQLite would take ON CONFLICT for the condition of a join.
    """
    sums = ["SUM(sign)"]
    for measure in MEASURES:
        sums.append(f"SUM(CASE WHEN {measure}_fen IS NULL THEN 0 ELSE sign END)")
        sums += [f"SUM(sign * COALESCE({measure}{part}_fen, 0))" for part in ("", "_verified")]
    return f"""
  INSERT INTO {TALLY} ({TALLY_KEY}, {", ".join(TALLIED)})
  SELECT cluster_id, region_id, COALESCE(sector_id, 0), stage, standing, {stripe}, {", ".join(sums)}
  FROM {source} WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {adding_up(TALLY, TALLY_KEY, TALLIED)};"""


def count_enterprises(number: str, stripe: str) -> str:
    """Return what adds a number of enterprises to the tally."""
    zeros = ", ".join("0" for _ in TALLIED[1:])
    return f"""
  INSERT INTO {TALLY} ({TALLY_KEY}, {", ".join(TALLIED)})
  SELECT 0, 0, 0, '', '', {stripe}, {number}, {zeros} WHERE TRUE
  {adding_up(TALLY, TALLY_KEY, TALLIED[:1])};"""


def count_by_kind(source: str, stripe: str) -> str:
    """Return what counts enterprises anew by the kinds of their projects, of which those in
    `source` (id, the columns of KIND, and `sign`) came (1) or went (-1).

    An enterprise counts where it has a project now and had none before, and counts no more where it
    is the other way round: its other projects stand on both sides. Each project is of one kind for
    its cluster, its region, its stage, what any of them have together, and for none of them.
    """
    columns = ", ".join(KIND)
    others = ", ".join(f"other.{column}" for column in KIND)
    asked = " UNION ALL ".join(
        f"SELECT {place & 1} AS c, {place >> 1 & 1} AS r, {place >> 2} AS s" for place in range(8)
    )
    return f"""
  INSERT INTO {ENTERPRISE_TALLY} (cluster, region, stage, stripe, "rows")
  SELECT cluster, region, kind, {stripe}, SUM(sign) FROM (
    SELECT DISTINCT sign, enterprise_id,
      CASE WHEN c = 1 THEN cluster_id ELSE 0 END AS cluster,
      CASE WHEN r = 1 THEN region_id ELSE 0 END AS region,
      CASE WHEN s = 1 THEN stage ELSE '' END AS kind
    FROM (
      SELECT sign, {columns} FROM {source} UNION ALL
      SELECT side.sign, {others} FROM {PROJECT} AS other
      CROSS JOIN (SELECT 1 AS sign UNION ALL SELECT -1) AS side
      WHERE other.enterprise_id IN (SELECT enterprise_id FROM {source})
      AND NOT EXISTS (SELECT 1 FROM {source} WHERE one.id = other.id)
    ) AS found CROSS JOIN ({asked}) AS asked
    WHERE s = 0 OR standing <> '{Standing.WITHDRAWN.value}'
  ) AS counted WHERE TRUE GROUP BY 1, 2, 3 HAVING SUM(sign) <> 0 ORDER BY 1, 2, 3
  {adding_up(ENTERPRISE_TALLY, "cluster, region, stage, stripe", ('"rows"',))};"""
