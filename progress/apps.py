"""The app of actuals against goals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    """Figures, and the pages and files that show them."""

    name = "progress"
    verbose_name = _("Progress")
