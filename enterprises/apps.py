"""The app of who came."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    """Investor groups, enterprises, projects and their stages."""

    name = "enterprises"
    verbose_name = _("Enterprises")
