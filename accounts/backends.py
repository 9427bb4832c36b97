"""Logging in by name and password, with the rights of a person in one query."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q

from accounts.models import User


class RoleBackend(ModelBackend):
    """Django's backend, but that all permissions are read at once; every page needs them."""

    def get_all_permissions(
        self, user_obj: User | AnonymousUser, obj: Any = None
    ) -> set[str]:  # type: ignore[override]
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        kept: set[str] | None = getattr(user_obj, "_permissions", None)
        if kept is None:
            permissions = Permission.objects.order_by()
            if not user_obj.is_superuser:
                permissions = permissions.filter(
                    Q(group__user=user_obj) | Q(user=user_obj)
                ).distinct()
            kept = {
                f"{app}.{codename}"
                for app, codename in permissions.values_list(
                    "content_type__app_label", "codename"
                )
            }
            user_obj._permissions = kept  # type: ignore[union-attr]
        return kept
