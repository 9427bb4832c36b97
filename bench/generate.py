"""Fills a database with a park of any size, made up from a seed.

`python -m bench.generate --enterprises 100000 --entries 1000000 --seed 7` fills the empty database
of the environment: the same seed makes the same rows. `manage.py verify_ledger` passes on the
result. Ten million rows go through files, not memory.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import django

MOST_GROUPS = 4000


def main() -> None:
    """Fill the database, and say who can log in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=1000, help="1,000 to 1,000,000")
    parser.add_argument("--entries", type=int, default=10_000, help="about so many, up to 10^7")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    django.setup()
    from bench.office import ADMINISTRATOR, PASSWORD, RECORDER, REGION_RECORDER, VERIFIER, VIEWER

    fill(options.enterprises, options.entries, options.seed)
    names = ", ".join((ADMINISTRATOR, RECORDER, REGION_RECORDER, VERIFIER, VIEWER))
    tell(f"{names} log in with {PASSWORD}")


def tell(text: str) -> None:
    """Say how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def fill(enterprises: int, entries: int, seed: int) -> None:
    """Make a park in the database of Django's settings, which is migrated first.

    Raises SystemExit when there are enterprises already.
    """
    from django.core.management import call_command
    from django.db import connection, transaction

    from bench.loading import fill_search
    from enterprises.models import Enterprise

    call_command("migrate", verbosity=0)
    if Enterprise.objects.exists():
        sys.exit("There are enterprises in this database; name an empty one in DATABASE_URL.")
    with tempfile.TemporaryDirectory(prefix="parktracker-bench-") as name, transaction.atomic():
        spool = make_up(Path(name), enterprises, entries, seed)
        tell(f"Made up {spool.counts.total():,} rows; loading them")
        spool.load(tell)
    tell(f"Made {fill_search():,} entries of the search")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As autovacuum would have done by the time that a park is so large.
            cursor.execute("VACUUM ANALYZE")
    tell(f"{spool.counts['ledger_entry']:,} entries of {enterprises:,} enterprises are loaded")


def make_up(directory: Path, enterprises: int, entries: int, seed: int) -> Any:
    """Return the files of a park; plan, people and documents are in the database already."""
    from accounts.models import User
    from bench import words
    from bench.lives import Lives
    from bench.office import RECORDER, make_office
    from bench.postings import Postings
    from bench.proofs import Proofs
    from bench.spool import Spool

    # Not for secrets: the same rows every time are what is wanted.
    random = Random(seed)  # noqa: S311
    spool = Spool(directory, stride=max(1000, entries // 8))
    office = make_office(random)
    office.add_rates(spool)
    for tag in words.TAGS:
        spool.add("enterprises_tag", spool.number("enterprises_tag"), tag)
    proofs = Proofs(spool, random, entries, User.objects.get(username=RECORDER))
    lives = Lives(
        spool,
        office,
        Postings(spool, office, proofs, random),
        random,
        enterprises=enterprises,
        entries=entries,
        groups=max(10, min(enterprises // 4, 300 + enterprises // 50, MOST_GROUPS)),
    )
    lives.add_groups()
    for _ in range(enterprises):
        lives.add_enterprise()
    return spool


if __name__ == "__main__":
    main()
