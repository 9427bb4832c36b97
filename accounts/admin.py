"""People in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Roles are kept in step with the code after each migrate; edited here they would be reset.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Users with their roles and scope.

    Nobody gives more than they have: only a superuser makes, or edits, a superuser. Nobody is
    deleted, since what a person recorded and did stays theirs; who leaves is made inactive.
    """

    list_display = ["username", "full_name", "email", "is_active", "last_login"]
    list_filter = ["groups", "is_active", "regions", "clusters"]
    search_fields = ["username", "first_name", "last_name", "email"]
    filter_horizontal = ["groups", "regions", "clusters"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "groups", "regions", "clusters", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "usable_password", "password1", "password2"],
            },
        ),
        (_("Rights"), {"fields": ["groups", "regions", "clusters"]}),
    ]

    @admin.display(description=_("Name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        dates = ["last_login", "date_joined"]
        return dates if request.user.is_superuser else [*dates, "is_superuser"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions
