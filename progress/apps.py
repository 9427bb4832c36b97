"""The app of actuals against goals."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    """Figures, and the pages and files that show them."""

    name = "progress"
    verbose_name = _("Progress")

    def ready(self) -> None:
        from progress import checks

        register(checks.check_region_map)
