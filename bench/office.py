"""Where made-up enterprises go and who records them: the real plan, and people who can log in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from bench import words
from bench.days import FIRST, MONTHS
from bench.spool import Spool

if TYPE_CHECKING:
    from accounts.models import User

PLAN = "clusters/plans/qingdao-2020-2025.toml"
# Of databases that are made to be measured, filled with nothing real.
PASSWORD = "bench-only-0123456789"  # noqa: S105
ADMINISTRATOR = "bench-admin"
RECORDER = "bench-recorder"
VERIFIER = "bench-verifier"
VIEWER = "bench-viewer"
REGION_RECORDER = "bench-region"
REGION = "370211"
OTHER_VERIFIERS = 2
# By the plan's order of regions; where most of the land is, most goes.
REGION_WEIGHTS = (9, 8, 9, 8, 14, 3, 3, 5, 6, 35)
CLUSTER_WEIGHTS = (45, 30, 25)


@dataclass(frozen=True)
class Office:
    """Primary keys of the places and people, and what foreign money was worth by month.

    `sectors` has those of each cluster, `clerks` the recorders of each region.
    """

    clusters: list[int]
    regions: list[int]
    codes: list[str]
    sectors: list[list[int]]
    clerks: list[list[int]]
    recorder: int
    verifiers: list[int]
    rates: dict[str, list[Decimal]]

    def add_rates(self, spool: Spool) -> None:
        """Write the exchange rates of each month, in the order of their days."""
        for month in range(MONTHS[-1] + 1):
            for currency, by_month in self.rates.items():
                day = first_of(month)
                self.add_rate(spool, f"{day} 02:00:00", currency, day, by_month[month])

    def add_rate(self, spool: Spool, at: str, currency: str, day: str, rate: Decimal) -> None:
        """Write an exchange rate."""
        table = "ledger_exchangerate"
        number = spool.number(table)
        spool.add(table, at, self.recorder, number, currency, day, rate, words.RATE_SOURCE, "")


def make_office(random: Random) -> Office:
    """Load the plan, make the people, and return what rows will name."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from accounts.roles import ADMINISTRATOR as ADMINISTRATORS
    from accounts.roles import RECORDER as RECORDERS
    from accounts.roles import VERIFIER as VERIFIERS
    from accounts.roles import VIEWER as VIEWERS
    from clusters.models import Cluster, Region

    call_command("load_plan", settings.BASE_DIR / PLAN, verbosity=0)
    regions, clusters = list(Region.objects.all()), list(Cluster.objects.all())
    # Once, as a hash takes as long as it should.
    known, unknown = make_password(PASSWORD), make_password(None)
    person(ADMINISTRATOR, ADMINISTRATORS, known, is_staff=True, is_superuser=True)
    person(VIEWER, VIEWERS, known)
    recorder = person(RECORDER, RECORDERS, known)
    regional = person(REGION_RECORDER, RECORDERS, known)
    regional.regions.set([region for region in regions if region.code == REGION])
    verifiers = [person(VERIFIER, VERIFIERS, known)]
    verifiers += [person(f"{VERIFIER}-{n + 2}", VERIFIERS, unknown) for n in range(OTHER_VERIFIERS)]
    clerks = [
        [person(f"clerk-{region.code}-{n}", RECORDERS, unknown).pk for n in (1, 2)]
        for region in regions
    ]
    clerks[[region.code for region in regions].index(REGION)].append(regional.pk)
    return Office(
        clusters=[cluster.pk for cluster in clusters],
        regions=[region.pk for region in regions],
        codes=[region.code for region in regions],
        sectors=[[sector.pk for sector in cluster.sectors.all()] for cluster in clusters],
        clerks=clerks,
        recorder=recorder.pk,
        verifiers=[verifier.pk for verifier in verifiers],
        rates={currency: drifting(rate, random) for currency, rate in words.CURRENCIES},
    )


def person(username: str, role: str, password: str, **rights: bool) -> "User":
    """Make somebody of a role."""
    from django.contrib.auth.models import Group

    from accounts.models import User

    user = User.objects.create(username=username, password=password, **rights)
    user.groups.set(Group.objects.filter(name=role))
    return user


def drifting(rate: float, random: Random) -> list[Decimal]:
    """Return a rate for each month, which wanders from where it begins."""
    found = []
    for _ in range(MONTHS[-1] + 1):
        found.append(Decimal(f"{rate:.6f}"))
        rate *= random.uniform(0.985, 1.0145)
    return found


def first_of(month: int) -> str:
    """Return the first day of a month, counted from the first of all."""
    return date(FIRST.year + month // 12, month % 12 + 1, 1).isoformat()
