"""The headline count of leading enterprises narrowed further, for the table of definitions."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from clusters.models import Park
from clusters.vocabulary import Stage
from enterprises import conditions
from enterprises.models import Project
from progress.measuring.leading import LeadingHistory
from progress.measuring.presence import RANKS

IN_SITES, VERIFIED = "in_sites", "verified"
# Enterprises, groups and projects.
Numbers = tuple[int, int, int]


def inside_sites(
    leading: LeadingHistory, day: date, stage: Stage, sites: Collection[tuple[int, int]]
) -> Numbers:
    """Count what lies in `sites`, pairs of cluster and region."""
    projects = 0
    enterprises = set()
    for presence in leading.at(day):
        here = sum(
            RANKS[place.stage] >= RANKS[stage] and (place.cluster_id, place.region_id) in sites
            for place in presence.places
        )
        if here:
            enterprises.add(presence.enterprise_id)
            projects += here
    return len(enterprises), leading.groups(enterprises), projects


def verified_count(
    park: Park, counted: Collection[int], stage: Stage, day: date, known_at: datetime | None
) -> Numbers:
    """Count the projects of the enterprises `counted` that count and have a verified entry."""
    if not counted:
        return 0, 0, 0
    counts = Q(cluster__park=park) & conditions.counting(stage, day, known_at)
    stood = Project.objects.order_by().filter(
        conditions.stood(counts, day, known_at), enterprise__in=list(counted)
    )
    found = (
        Project.objects.order_by()
        .filter(conditions.proven(day, known_at), pk__in=list(stood.values_list("pk", flat=True)))
        .aggregate(
            enterprises=Count("enterprise", distinct=True),
            # One without a group stands for itself.
            groups=Count(Coalesce("enterprise__lead_group", -F("enterprise")), distinct=True),
            projects=Count("pk"),
        )
    )
    return found["enterprises"], found["groups"], found["projects"]
