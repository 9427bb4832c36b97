"""The triggers that raise the version of a subject whenever something of it changes.

The sum over a subject's stripes is its version. It is raised in the transaction of the change, so
who sees the one sees the other, and equal versions mean equal rows. (The largest key would not do:
of two transactions the one with the smaller key may commit last.) It is raised by a number at
random: after a rollback, or in a database that was restored, the next change would else come to a
version that had already stood for something else.

On PostgreSQL a writer adds to the stripe of its own backend, once per statement. There are more
stripes than backends at a time, so that writers hardly ever meet on one, and none is locked first.
"""

from collections.abc import Iterator

from ledger.subjects import ADDED, CHANGED, KNOWLEDGE, Subject
from ledger.triggers.keeping import adding_up
from ledger.triggers.sql import PREFIX

STRIPES = 128
KEY = "subject, stripe"
NAME = f"{PREFIX}_knowledge"
RAISED = {
    "postgresql": "1 + floor(random() * 4294967296)::bigint",
    "sqlite": "1 + (random() & 4294967295)",
}


def raise_version(subject: Subject, stripe: str, vendor: str) -> str:
    """Return what raises the version of a subject."""
    return (
        f"INSERT INTO {KNOWLEDGE} ({KEY}, version) "
        f"VALUES ('{subject}', {stripe}, {RAISED[vendor]}) "
        f"{adding_up(KNOWLEDGE, KEY, ('version',))};"
    )


def function_of(subject: Subject) -> str:
    """Return the name of PostgreSQL's function that raises the version of a subject."""
    return f"{NAME}_{subject}"


KNOWLEDGE_BODIES = {
    function_of(subject): f"""
BEGIN
  {raise_version(subject, f"pg_backend_pid() % {STRIPES}", "postgresql")}
  RETURN NULL;
END
"""
    for subject in Subject
}


def watched(tables: set[str]) -> Iterator[tuple[Subject, str, list[str]]]:
    """Yield subject, table and events of each table that there is; none before there are versions.

    An event of certain columns names them.
    """
    if KNOWLEDGE not in tables:
        return
    for subject, added in ADDED.items():
        for table in added:
            if table in tables:
                yield subject, table, ["INSERT"]
    for subject, changed in CHANGED.items():
        for table, columns in changed.items():
            if table in tables:
                update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
                yield subject, table, ["INSERT", "DELETE", update]


def postgres_knowledge_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name, as PostgreSQL itself words it."""
    made: dict[str, str] = {}
    for subject, table, events in watched(tables):
        name = f"{PREFIX}_{table}_knows_{subject}"
        made[name] = (
            f"CREATE TRIGGER {name} AFTER {' OR '.join(events)} ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION {function_of(subject)}()"
        )
    return made


def sqlite_knowledge_triggers(tables: set[str]) -> dict[str, str]:
    """Return the CREATE statement of each trigger by its name."""
    made: dict[str, str] = {}
    for subject, table, events in watched(tables):
        for event in events:
            name = f"{PREFIX}_{table}_knows_{subject}_{event[:6].lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} "
                f"BEGIN {raise_version(subject, '0', 'sqlite')} END"
            )
    return made
