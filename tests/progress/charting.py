"""Charts for tests, as somebody without a limit reads them."""

import csv
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from clusters.models import Plan
from progress.charts import Chart, Reading, charts
from progress.figures import measure_progress
from progress.results import Progress, ScopeFigures
from tests.make import PLAN_END


def scope_of(progress: Progress, key: str) -> ScopeFigures:
    """The park for "", else the cluster or region of that key."""
    scopes = (*progress.clusters, *progress.regions)
    return next((one for one in scopes if one.key == key), progress.park)


def reading(
    plan: Plan,
    as_of: date = PLAN_END,
    known_at: datetime | None = None,
    *,
    scope: str = "",
    viewer: User | None = None,
    verified_only: bool = False,
) -> Reading:
    progress = measure_progress(plan, as_of, known_at, verified_only=verified_only)
    return Reading(progress, scope_of(progress, scope), viewer or AnonymousUser())


def chart(key: str, plan: Plan, as_of: date = PLAN_END, **asked: Any) -> Chart:
    return charts(reading(plan, as_of, **asked), [key])[key]


def values(one: Chart) -> list[tuple[Any, ...]]:
    """The exact values of the rows, without the total."""
    return [tuple(cell.value for cell in row) for row in one.rows]


def total(one: Chart) -> tuple[Any, ...]:
    assert one.total is not None
    return tuple(cell.value for cell in one.total)


def file_of(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    content = answer.getvalue().decode()
    assert content.startswith("\ufeff")
    return list(csv.DictReader(StringIO(content.removeprefix("\ufeff"))))
