"""In what order rows are locked, so that no two writers wait for each other.

Projects come first, in the order of their keys; then the stripe of the totals, which the triggers
of PostgreSQL take before they add anything up (ledger.triggers); then enterprises, in the order of
their keys. Who writes in one statement keeps to that by the triggers alone. Who writes in several
takes all of it before the first one.
"""

from collections.abc import Collection

from django.db import connection

from enterprises.models import Enterprise, Project

STRIPES = 16
STRIPE = f"pg_backend_pid() % {STRIPES}"
STRIPE_LOCK = f"pg_advisory_xact_lock(hashtext('ledger_dailytotal'), {STRIPE})"


def lock_enterprises(projects: Collection[int]) -> None:
    """Lock the enterprises of these projects, which the caller has locked, for what triggers keep
    of them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {STRIPE_LOCK}")
    # New projects of them may still be added, so the keys themselves are not locked.
    rows = Enterprise.objects.select_for_update(no_key=True).order_by("pk")
    owners = Project.objects.filter(pk__among=projects).order_by().values("enterprise")
    list(rows.filter(pk__in=owners).values_list("pk", flat=True))
