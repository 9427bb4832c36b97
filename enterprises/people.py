"""Who may look after a project."""

from django.db.models import Q, QuerySet

from accounts.models import User
from enterprises.models import Project

CHANGE = "enterprises.change_project"


def recorders() -> QuerySet[User]:
    """Return everybody who may record for some project."""
    found: QuerySet[User] = User.objects.with_perm(CHANGE)
    return found.order_by("first_name", "last_name", "username")


def recorders_of(project: Project) -> QuerySet[User]:
    """Return who may record for `project`, and who looks after it now."""
    everywhere = User.objects.with_perm("accounts.see_everything").order_by().values("pk")
    of_place = Q(regions=None) | Q(regions=project.region_id)
    of_place &= Q(clusters=None) | Q(clusters=project.cluster_id)
    fitting = recorders().filter(of_place | Q(pk__in=everywhere)).order_by().values("pk")
    either = Q(pk__in=fitting) | Q(pk=project.assignee_id)
    return User.objects.filter(either).order_by("first_name", "last_name", "username")
