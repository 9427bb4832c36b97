"""Logging in by name and password, with the roles, rights and scope of a person in one query."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from accounts.models import User
from clusters.expressions import TextList

LABEL = Concat(F("content_type__app_label"), Value("."), F("codename"), output_field=CharField())


class RoleBackend(ModelBackend):
    """Django's backend, but that roles, permissions and scope come with the person.

    Every page needs them all, and one at a time they are most of what a fast page asks for.
    """

    def get_user(self, user_id: Any) -> User | None:
        statement, params = one_person()
        found = next(iter(User.objects.raw(statement, [*params, user_id])), None)
        return found if found is not None and self.user_can_authenticate(found) else None

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        kept: set[str] | None = getattr(user_obj, "_permissions", None)
        if kept is None:
            if user_obj.is_superuser:
                kept = set(Permission.objects.order_by().values_list(LABEL, flat=True))
            else:
                # Somebody who did not come from a session, as in a command.
                known: Any = user_obj if hasattr(user_obj, "of_roles") else with_rights(user_obj)
                kept = {*listed(known.of_roles), *listed(known.own_permissions)}
            user_obj._permissions = kept  # type: ignore[attr-defined]
        return kept


def with_rights(user: User) -> Any:
    """Return the person as the query below reads it."""
    return people_with_rights().get(pk=user.pk)


@cache
def people_with_rights() -> QuerySet[Any]:
    """Return the people, each with roles, permissions and scope as texts with commas between.

    Put together once, and only copies of it are read.
    """
    of_user = Permission.objects.filter(user=OuterRef("pk"))
    of_roles = Permission.objects.filter(group__user=OuterRef("pk"))
    regions = User.regions.through.objects.filter(user=OuterRef("pk"))
    clusters = User.clusters.through.objects.filter(user=OuterRef("pk"))
    return User.objects.annotate(
        of_roles=one_text(of_roles, LABEL),
        own_permissions=one_text(of_user, LABEL),
        roles=one_text(Group.objects.filter(user=OuterRef("pk")), "name"),
        scope_regions=one_text(regions, "region"),
        scope_clusters=one_text(clusters, "cluster"),
    )


@cache
def one_person() -> tuple[str, tuple[Any, ...]]:
    """Return the statement that reads one of them, and its parameters but for the last, the key.

    Every request needs it, and wording it takes twice as long as answering it.
    """
    query = people_with_rights().filter(pk=0).order_by().query
    statement, params = query.sql_with_params()
    return statement, params[:-1]


def one_text(rows: Any, column: Any) -> Subquery:
    """Return a column of all rows as one text."""
    every = rows.order_by().annotate(all_rows=Value(1)).values("all_rows")
    return Subquery(every.annotate(text=TextList(column)).values("text"))


def listed(text: str | None) -> list[str]:
    """Return what such a text holds."""
    return text.split(",") if text else []
