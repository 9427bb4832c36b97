"""Whether the process lives, and whether it can serve."""

from django.contrib.auth.decorators import login_not_required
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, is migrated and guarded, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        reason = "migrations are missing: run manage.py migrate" if pending else ""
        if not reason:
            errors = run_checks(tags=[Tags.database], databases=["default"])
            reason = "; ".join(error.id or error.msg for error in errors)
    except DatabaseError:
        # The cause may name hosts and users, so it goes to the log of the server only.
        reason = "the database does not answer"
    if reason:
        return HttpResponse(f"{reason}\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
