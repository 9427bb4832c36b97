"""People in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Roles are kept in step with the code after each migrate; edited here they would be reset.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Users with their roles and scope."""

    list_display = ["username", "full_name", "email", "is_active", "last_login"]
    list_filter = ["groups", "is_active", "regions", "clusters"]
    search_fields = ["username", "first_name", "last_name", "email"]
    filter_horizontal = ["groups"]
    autocomplete_fields = ["regions", "clusters"]
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
