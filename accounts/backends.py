"""Logging in by name and password, with the roles and rights of a person in one query."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Value

from accounts.models import User

PERMISSION = ("content_type__app_label", "codename")


class RoleBackend(ModelBackend):
    """Django's backend, but that roles and permissions are read at once; every page needs both."""

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        kept: set[str] | None = getattr(user_obj, "_permissions", None)
        if kept is None:
            if user_obj.is_superuser:
                rows = Permission.objects.order_by().values_list(*PERMISSION)
                kept = {f"{app}.{codename}" for app, codename in rows}
            else:
                of_roles = user_obj.groups.order_by().values_list(
                    "name", *(f"permissions__{column}" for column in PERMISSION)
                )
                own = user_obj.user_permissions.order_by().values_list(Value(""), *PERMISSION)
                roles_and_rights = list(of_roles.union(own, all=True))
                kept = {f"{app}.{codename}" for _, app, codename in roles_and_rights if codename}
                user_obj.role_names = sorted({role for role, _, _ in roles_and_rights if role})
            user_obj._permissions = kept  # type: ignore[attr-defined]
        return kept
