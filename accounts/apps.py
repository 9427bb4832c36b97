"""The app of people and rights."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, roles and scopes."""

    default = True
    name = "accounts"
    verbose_name = _("People and rights")

    def ready(self) -> None:
        from accounts.roles import sync_roles

        # Each app's permissions exist only after its own post_migrate, so that of the last one
        # finds all; running after every app costs little and needs no order.
        post_migrate.connect(sync_roles, dispatch_uid="accounts.sync_roles")


class ParkAdminConfig(admin_apps.AdminConfig):
    """Django's admin with ParkAdminSite as its site."""

    default = False
    default_site = "accounts.admin_site.ParkAdminSite"
