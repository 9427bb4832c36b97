"""A park of a realistic size, so that indexes are deep and totals have many rows.

`python -m bench.park PROJECTS ENTRIES LEAVERS` fills the database of the environment: ENTRIES each
on PROJECTS, and LEAVERS more to be withdrawn.
"""

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from accounts.models import User
    from enterprises.models import Project

PLACES = 6
FIRST_DAY = date(2020, 7, 20)
LAST_DAY = FIRST_DAY + timedelta(days=1999)
FEN_PER_MILLION = 10**8
OPEN_CONTRACTS = 3


def day(number: int) -> date:
    """Return one of two thousand days."""
    return FIRST_DAY + timedelta(days=number * 37 % 2000)


def main(projects: str, entries: str, leavers: str) -> None:
    """Migrate and fill."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from accounts.models import User
    from clusters.vocabulary import Measure
    from ledger.money import Money
    from ledger.posting import cite, draft, post_many

    call_command("migrate", verbosity=0)
    recorder = User.objects.create(username="bench-recorder")
    User.objects.create(username="bench-verifier")
    with transaction.atomic():
        made = make_projects(int(projects), int(leavers), recorder)
        pages = [
            cite(url=f"https://news.example.org/{number}", recorded_by=recorder)
            for number in range(100)
        ]
    measures = list(Measure)
    for number, project in enumerate(made):
        stays = number < int(projects)
        post_many(
            [
                draft(
                    project=project,
                    # Mostly contracts, as in the public record.
                    measure=measures[turn % 5 % 3] if stays else Measure.CONTRACTED,
                    effective_on=day(number * 7 + turn),
                    money=Money((1 + turn) * FEN_PER_MILLION + number),
                    recorded_by=recorder,
                    evidence=pages[(number + turn) % len(pages)] if turn % 4 else None,
                    note="",
                    idempotency_key=f"bench-{number}-{turn}",
                )
                for turn in range(int(entries) if stays else OPEN_CONTRACTS)
            ]
        )
    if connection.vendor == "postgresql":
        # As autovacuum would have by the time that a park has so many rows.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    sys.stdout.write("null")


def make_projects(projects: int, leavers: int, recorder: "User") -> "list[Project]":
    """Return the projects, the leavers last, all over the park."""
    from clusters.models import Cluster, Park, Region
    from clusters.vocabulary import Stage
    from enterprises.models import Enterprise
    from enterprises.recording import record_project

    park = Park.objects.create(slug="bench", name_en="Bench Park", name_zh="测试园")
    about = [
        {"park": park, "name_en": f"No. {n}", "name_zh": f"{n}号", "position": n}
        for n in range(PLACES)
    ]
    regions = [Region.objects.create(code=f"37020{n}", **about[n]) for n in range(PLACES)]
    clusters = [Cluster.objects.create(slug=f"cluster-{n}", **about[n]) for n in range(PLACES)]
    return [
        record_project(
            enterprise=Enterprise.objects.create(name_en=f"Firm {n}", name_zh=f"企业{n}"),
            recorded_by=recorder,
            effective_on=FIRST_DAY,
            stage=Stage.NEGOTIATING,
            cluster=clusters[n % PLACES],
            region=regions[n // PLACES % PLACES],
            name_en=f"{'Stays' if n < projects else 'Leaves'} {n}",
            name_zh=f"项目{n}",
        )
        for n in range(projects + leavers)
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
