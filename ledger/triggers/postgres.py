"""The triggers of PostgreSQL and the functions that they call."""

from ledger.triggers.sql import (
    ATTACHMENT,
    CLOCKED,
    ENTRY,
    FOUR_EYES_TOLD,
    INTO_ASSESSMENT,
    OWN_GRADE,
    OWNERS,
    PREFIX,
    ROOT,
    STRIPES,
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
STRIPE = f"pg_backend_pid() % {STRIPES}"
# Writers that share a stripe wait here, before they hold a row that the other one needs.
LOCK_STRIPE = f"PERFORM pg_advisory_xact_lock(hashtext('ledger_dailytotal'), {STRIPE});"
INTEGRITY = "USING ERRCODE = 'integrity_constraint_violation'"
REFUSE_BODY = f"""
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME {INTEGRITY};
END
"""
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
    )
}
  RETURN NULL;
END
"""
FOUR_EYES_BODY = f"""
BEGIN
  IF NEW.verdict <> 'defended' AND NEW.recorded_by_id IN {OWNERS} THEN
    RAISE EXCEPTION '{FOUR_EYES_TOLD}' {INTEGRITY};
  END IF;
  RETURN NEW;
END
"""
REGRADE_BODY = f"""
BEGIN
  {LOCK_STRIPE}
  PERFORM 1 FROM ledger_assessment WHERE entry_id = NEW.entry_id FOR UPDATE;
  IF TG_TABLE_NAME = '{VERIFICATION}' THEN
    UPDATE ledger_assessment SET verdict = (
      SELECT verdict FROM ledger_verification WHERE entry_id = NEW.entry_id
      ORDER BY id DESC LIMIT 1) WHERE entry_id = NEW.entry_id;
  END IF;
{regrade(STRIPE)}
  RETURN NULL;
END
"""
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
    **CLOCK_BODIES,
}


def postgres_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name, as PostgreSQL itself words it."""
    made: dict[str, str] = {}

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
    if ENTRY not in tables or ATTACHMENT not in tables:
        return made
    add(
        f"{PREFIX}_{ENTRY}_totals",
        f"AFTER INSERT ON {ENTRY} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        TOTAL,
    )
    add(
        f"{PREFIX}_{VERIFICATION}_four_eyes",
        f"BEFORE INSERT ON {VERIFICATION} FOR EACH ROW",
        FOUR_EYES,
    )
    for table in (VERIFICATION, ATTACHMENT):
        add(f"{PREFIX}_{table}_grades", f"AFTER INSERT ON {table} FOR EACH ROW", REGRADE)
    return made
