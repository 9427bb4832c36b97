"""The app that gets files in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Files that were imported, and rows held back as possible doubles."""

    name = "imports"
    verbose_name = _("Imports")
