"""The app of what was invested."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Entries, their evidence, and the totals that the database keeps."""

    name = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from ledger import checks, triggers

        register(checks.check_triggers, Tags.database)
        pre_migrate.connect(triggers.stand_aside, sender=self, dispatch_uid="ledger.stand_aside")
        post_migrate.connect(
            triggers.install_after_migrate, sender=self, dispatch_uid="ledger.triggers"
        )
