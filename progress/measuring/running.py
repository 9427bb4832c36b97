"""How many enterprises and projects there are in the park and each cluster and region on a day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from clusters.models import Park
from clusters.vocabulary import Standing
from enterprises.conditions import INSIDE, in_planned_site
from enterprises.models import Project, ProjectState
from progress.measuring.leading import Proven, Scope

# Each place for itself; in the park and in a cluster or region an enterprise counts once.
COUNTED = """
WITH running (project_id, enterprise_id, cluster_id, region_id) AS MATERIALIZED ({rows})
SELECT 'park', 0, COUNT(DISTINCT enterprise_id), COUNT(*) FROM running
UNION ALL SELECT 'cluster', cluster_id, COUNT(DISTINCT enterprise_id), COUNT(*) FROM running
  GROUP BY cluster_id
UNION ALL SELECT 'region', region_id, COUNT(DISTINCT enterprise_id), COUNT(*) FROM running
  GROUP BY region_id
"""


@dataclass(frozen=True)
class Running:
    """Numbers of enterprises with a project that is not withdrawn, and of such projects."""

    enterprises: int = 0
    projects: int = 0


def running(
    park: Park,
    *,
    as_of: date,
    known_at: datetime | None,
    proven: Proven | None,
    in_sites: bool = False,
) -> dict[Scope, Running]:
    """Count what runs at `as_of`, in one query; a scope without any is left out.

    `in_sites` leaves out what lies outside the planned sites.
    """
    where = in_planned_site([INSIDE]) if in_sites else Q()
    rows = running_projects(park, as_of, known_at, where)
    if proven is not None:
        return counted(row for project_id, *row in rows if project_id in proven)
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(rows=sql), params)
        return {
            scope_of(kind, pk): Running(enterprises, projects)
            for kind, pk, enterprises, projects in cursor.fetchall()
        }


def scope_of(kind: str, pk: int) -> Scope:
    """Return the scope that a row counts in."""
    return Scope() if kind == "park" else Scope(**{f"{kind}_id": pk})


def counted(rows: Iterable[Sequence[int]]) -> dict[Scope, Running]:
    """Count enterprise, cluster and region of projects as the database would.

    For those that are proven: it would look them up among all entries.
    """
    enterprises: dict[Scope, set[int]] = defaultdict(set)
    projects: Counter[Scope] = Counter()
    for enterprise_id, cluster_id, region_id in rows:
        for scope in (Scope(), Scope(cluster_id=cluster_id), Scope(region_id=region_id)):
            enterprises[scope].add(enterprise_id)
            projects[scope] += 1
    return {scope: Running(len(enterprises[scope]), n) for scope, n in projects.items()}


def running_projects(
    park: Park, as_of: date, known_at: datetime | None, where: Q | None = None
) -> QuerySet[Any, Any]:
    """Return key, enterprise, cluster and region of each project that is not withdrawn at `as_of`,
    and that then met `where`.

    As known now, a project of which nothing later was heard is where its columns say; only of the
    others the states are ranked.
    """
    where = Q() if where is None else where
    states = ProjectState.objects.all()
    if known_at is None:
        states = states.filter(project__heard_on__gt=as_of)
    stood = (
        states.standing(as_of, known_at)
        .order_by()
        .filter(where, cluster__park=park)
        .exclude(standing=Standing.WITHDRAWN)
        .values_list("project", "project__enterprise", "cluster", "region")
    )
    if known_at is not None:
        return stood
    projects = (
        Project.objects.order_by()
        .filter(Q(heard_on__lte=as_of) | Q(heard_on=None), where, cluster__park=park)
        .exclude(standing=Standing.WITHDRAWN)
    )
    return projects.values_list("pk", "enterprise", "cluster", "region").union(stood, all=True)
