"""The triggers of PostgreSQL and the functions that they call."""

from enterprises.locking import STRIPE, STRIPE_LOCK
from ledger.triggers.keeping import (
    CONFIRMATION,
    COUNTED,
    ENTERPRISE,
    ENTERPRISE_TALLY,
    KIND,
    PROJECT,
    PROJECT_TOTAL,
    SHAREHOLDING,
    STATE,
    add_to_tally,
    count_by_kind,
    count_enterprises,
    heard_again,
    keep_amounts,
    keep_enterprises,
    keep_heard_on,
    keep_lead_group,
    keep_verified,
)
from ledger.triggers.knowledge import KNOWLEDGE_BODIES, postgres_knowledge_triggers
from ledger.triggers.sql import (
    ATTACHMENT,
    CLOCKED,
    COUNTS,
    ENTRY,
    FOUR_EYES_TOLD,
    INTO_ASSESSMENT,
    MONTHLY_TOTAL,
    OWN_GRADE,
    OWNERS,
    PLACE_TOTAL,
    PREFIX,
    ROOT,
    VERIFICATION,
    add_entries,
    recorded_models,
    regrade,
)

REFUSE = f"{PREFIX}_refuse_change"
TOTAL = f"{PREFIX}_add_to_totals"
CLOCK = f"{PREFIX}_clock"
FOUR_EYES = f"{PREFIX}_four_eyes"
REGRADE = f"{PREFIX}_regrade"
# Writers that share a stripe wait here, before they hold a row that the other one needs.
LOCK_STRIPE = f"PERFORM {STRIPE_LOCK};"
INTEGRITY = "USING ERRCODE = 'integrity_constraint_violation'"
REFUSE_BODY = f"""
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME {INTEGRITY};
END
"""
# Totals that entries of one statement leave as they were, such as a reversal and what is right
# instead: the trigger of the totals takes that for a verdict, but the day may be another.
SETTLED = f"""(SELECT project_id FROM added GROUP BY project_id, measure
    HAVING SUM(amount_fen) = 0 AND SUM({COUNTS.format(row="added")}) = 0)"""
KEEP_SETTLED = f"""PERFORM 1 FROM {PROJECT} WHERE id IN {SETTLED} ORDER BY id FOR NO KEY UPDATE;
  UPDATE {PROJECT} SET heard_on = {heard_again()} WHERE id IN {SETTLED};"""
TOTAL_BODY = f"""
BEGIN
  {LOCK_STRIPE}
  PERFORM 1 FROM ledger_assessment
  WHERE entry_id IN (SELECT {ROOT.format(row="added")} FROM added) ORDER BY entry_id FOR UPDATE;
  {INTO_ASSESSMENT}
  SELECT id, {OWN_GRADE.format(row="added")}, '' FROM added
  WHERE lowers_id IS NULL AND reverses_id IS NULL;
  {INTO_ASSESSMENT}
  SELECT added.id, root.grade, '' FROM added
  JOIN ledger_assessment AS root ON root.entry_id = {ROOT.format(row="added")};
{
    add_entries(
        "(SELECT added.*, grade FROM added JOIN ledger_assessment ON entry_id = added.id) AS one",
        STRIPE,
        "postgresql",
    )
}
  {KEEP_SETTLED}
  RETURN NULL;
END
"""
FOUR_EYES_BODY = f"""
BEGIN
  IF EXISTS (SELECT 1 FROM added WHERE verdict <> 'defended'
      AND recorded_by_id IN {OWNERS.format(word="added")}) THEN
    RAISE EXCEPTION '{FOUR_EYES_TOLD}' {INTEGRITY};
  END IF;
  RETURN NULL;
END
"""
REGRADE_BODY = f"""
BEGIN
  {LOCK_STRIPE}
  PERFORM 1 FROM ledger_assessment
  WHERE entry_id IN (SELECT entry_id FROM added) ORDER BY entry_id FOR UPDATE;
  IF TG_TABLE_NAME = '{VERIFICATION}' THEN
    UPDATE ledger_assessment SET verdict = (
      SELECT verdict FROM ledger_verification AS said
      WHERE said.entry_id = ledger_assessment.entry_id
      ORDER BY id DESC LIMIT 1) WHERE entry_id IN (SELECT entry_id FROM added);
  END IF;
{regrade(STRIPE, "IN (SELECT entry_id FROM added)", "postgresql")}
  RETURN NULL;
END
"""
AMOUNTS_BODY = f"""
BEGIN
  PERFORM 1 FROM {PROJECT} WHERE id IN (SELECT project_id FROM added) ORDER BY id
  FOR NO KEY UPDATE;
  {keep_amounts("(SELECT project_id FROM added)")}
  RETURN NULL;
END
"""


def totals_with(condition: str) -> str:
    """Return the projects of the totals that `condition` holds of, which have changed."""
    return f"(SELECT now.project_id FROM now JOIN was USING (id) WHERE {condition})"


AMOUNTS_DIFFER = "(now.amount_fen, now.entries) IS DISTINCT FROM (was.amount_fen, was.entries)"
VERIFIED_DIFFERS = "now.verified_fen IS DISTINCT FROM was.verified_fen"
VERIFIED_ALONE = totals_with(f"{VERIFIED_DIFFERS} AND NOT ({AMOUNTS_DIFFER})")
AMOUNTS_AGAIN_BODY = f"""
BEGIN
  PERFORM 1 FROM {PROJECT}
  WHERE id IN {totals_with(f"{AMOUNTS_DIFFER} OR {VERIFIED_DIFFERS}")} ORDER BY id
  FOR NO KEY UPDATE;
  {keep_amounts(totals_with(AMOUNTS_DIFFER))}
  {keep_verified(VERIFIED_ALONE)}
  RETURN NULL;
END
"""
HEARD_BODY = f"""
BEGIN
  PERFORM 1 FROM {PROJECT} WHERE id IN (SELECT project_id FROM added) ORDER BY id
  FOR NO KEY UPDATE;
  {keep_heard_on("added")}
  RETURN NULL;
END
"""
LEAD_BODY = f"""
BEGIN
  {keep_lead_group("(OLD.enterprise_id, NEW.enterprise_id)")}
  RETURN NULL;
END
"""


def kept(source: str) -> str:
    """Return the body of a trigger after projects changed; `source` has them, each with a `sign`.

    The enterprises are locked by a statement of its own: one that waits for a lock within its own
    UPDATE would sum up what its projects were before it waited. Counting them anew goes by what
    their other projects are, and so comes after that too.
    """
    return f"""
BEGIN
  IF NOT EXISTS (SELECT 1 FROM {source}) THEN
    RETURN NULL;
  END IF;
  {LOCK_STRIPE}
{add_to_tally(source, STRIPE)}
  PERFORM 1 FROM {ENTERPRISE} WHERE id IN (SELECT enterprise_id FROM {source}) ORDER BY id
  FOR NO KEY UPDATE;
  {keep_enterprises(f"(SELECT enterprise_id FROM {source})")}
  IF EXISTS (SELECT 1 FROM {source} GROUP BY {", ".join(KIND)} HAVING SUM(sign) <> 0) THEN
{count_by_kind(source, STRIPE)}
  END IF;
  RETURN NULL;
END
"""


def counted(number: str) -> str:
    """Return the body of a trigger after enterprises came or went."""
    return f"""
BEGIN
  {LOCK_STRIPE}
{count_enterprises(number, STRIPE)}
  RETURN NULL;
END
"""


CHANGED = "({}) IS DISTINCT FROM ({})".format(
    *(", ".join(f"{row}.{column}" for column in COUNTED) for row in ("was", "now"))
)
# By event: its name, the tables of its rows, and where both sides of a change are found.
BEFORE_AND_AFTER = {
    "INSERT": (
        "NEW TABLE AS now",
        "(SELECT 1 AS sign, now.* FROM now) AS one",
        "COUNT(*) FROM now",
    ),
    "DELETE": (
        "OLD TABLE AS was",
        "(SELECT -1 AS sign, was.* FROM was) AS one",
        "-COUNT(*) FROM was",
    ),
    "UPDATE": (
        "OLD TABLE AS was NEW TABLE AS now",
        f"(SELECT -1 AS sign, was.* FROM was JOIN now USING (id) WHERE {CHANGED} "
        f"UNION ALL SELECT 1, now.* FROM now JOIN was USING (id) WHERE {CHANGED}) AS one",
        "",
    ),
}
KEPT = f"{PREFIX}_keep"
CLOCK_BODIES = {
    f"{CLOCK}_{table}": f"""
BEGIN
  NEW.recorded_at := GREATEST(NEW.recorded_at,
    (SELECT recorded_at FROM {table} ORDER BY recorded_at DESC LIMIT 1));
  RETURN NEW;
END
"""
    for table in CLOCKED
}
POSTGRES_FUNCTIONS = {
    REFUSE: REFUSE_BODY,
    TOTAL: TOTAL_BODY,
    FOUR_EYES: FOUR_EYES_BODY,
    REGRADE: REGRADE_BODY,
    f"{KEPT}_amounts": AMOUNTS_BODY,
    f"{KEPT}_amounts_again": AMOUNTS_AGAIN_BODY,
    f"{KEPT}_heard": HEARD_BODY,
    f"{KEPT}_lead": LEAD_BODY,
    **{
        f"{KEPT}_{event.lower()}": kept(source)
        for event, (_tables, source, _number) in BEFORE_AND_AFTER.items()
    },
    **{
        f"{KEPT}_count_{event.lower()}": counted(f"(SELECT {number})")
        for event, (_tables, _source, number) in BEFORE_AND_AFTER.items()
        if number
    },
    **CLOCK_BODIES,
    **KNOWLEDGE_BODIES,
}


def postgres_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name, as PostgreSQL itself words it."""
    made: dict[str, str] = postgres_knowledge_triggers(tables)

    def add(name: str, when: str, function: str) -> None:
        made[name] = f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()"

    for model in recorded_models(tables):
        table = model._meta.db_table
        add(
            f"{PREFIX}_{table}_insert_only",
            f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {table} FOR EACH STATEMENT",
            REFUSE,
        )
        if table in CLOCKED:
            add(
                f"{PREFIX}_{table}_clock",
                f"BEFORE INSERT ON {table} FOR EACH ROW",
                f"{CLOCK}_{table}",
            )
    if not {ENTRY, PLACE_TOTAL, MONTHLY_TOTAL, ENTERPRISE_TALLY} <= tables:
        return made
    add(
        f"{PREFIX}_{ENTRY}_totals",
        f"AFTER INSERT ON {ENTRY} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        TOTAL,
    )
    add(
        f"{PREFIX}_{VERIFICATION}_four_eyes",
        f"AFTER INSERT ON {VERIFICATION} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        FOUR_EYES,
    )
    for table in (VERIFICATION, ATTACHMENT):
        add(
            f"{PREFIX}_{table}_grades",
            f"AFTER INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            REGRADE,
        )
    for event, transition, function in (
        ("INSERT", "NEW TABLE AS added", f"{KEPT}_amounts"),
        ("UPDATE", "OLD TABLE AS was NEW TABLE AS now", f"{KEPT}_amounts_again"),
    ):
        add(
            f"{PREFIX}_{PROJECT_TOTAL}_{event.lower()}",
            f"AFTER {event} ON {PROJECT_TOTAL} REFERENCING {transition} FOR EACH STATEMENT",
            function,
        )
    for table in (STATE, CONFIRMATION):
        add(
            f"{PREFIX}_{table}_heard",
            f"AFTER INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            f"{KEPT}_heard",
        )
    for event, (transition, _source, number) in BEFORE_AND_AFTER.items():
        add(
            f"{PREFIX}_{PROJECT}_kept_{event.lower()}",
            f"AFTER {event} ON {PROJECT} REFERENCING {transition} FOR EACH STATEMENT",
            f"{KEPT}_{event.lower()}",
        )
        if number:
            add(
                f"{PREFIX}_{ENTERPRISE}_counted_{event.lower()}",
                f"AFTER {event} ON {ENTERPRISE} REFERENCING {transition} FOR EACH STATEMENT",
                f"{KEPT}_count_{event.lower()}",
            )
    add(
        f"{PREFIX}_{SHAREHOLDING}_lead",
        f"AFTER INSERT OR DELETE OR UPDATE ON {SHAREHOLDING} FOR EACH ROW",
        f"{KEPT}_lead",
    )
    return made
