"""A hash of every generated row, to tell whether two databases hold the same.

`python -m bench.fingerprint` prints one line for each table of the database of the environment.
What the database's clock or a password's salt decides is left out.
"""

import hashlib

import django

from bench.spool import COLUMNS

# Kept by triggers from the rows above, and so the same as well.
KEPT = {
    "enterprises_enterprise": (
        "contracted_fen contracted_verified_fen paid_in_fen paid_in_verified_fen stage_rank "
        "lead_group_id"
    ),
    "enterprises_project": (
        "contracted_fen contracted_verified_fen paid_in_fen paid_in_verified_fen heard_on"
    ),
}
DOCUMENTS = "ledger_evidence"


def main() -> None:
    """Print the hash of each table."""
    django.setup()
    for table, columns in COLUMNS.items():
        print(table, hash_of(table, [*columns, *KEPT.get(table, "").split()]))


def hash_of(table: str, columns: list[str]) -> str:
    """Return the hash of a table's rows in the order of their keys."""
    from django.db import connection

    names = ", ".join(f'"{column}"' for column in columns)
    # The moment of an upload is the database's.
    condition = "WHERE sha256 = ''" if table == DOCUMENTS else ""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} {condition} ORDER BY id")
        while rows := cursor.fetchmany(10_000):
            digest.update("\n".join(map(str, rows)).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
