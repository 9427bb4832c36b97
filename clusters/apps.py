"""The app of what the plan promises."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    """Park, plan, regions, clusters and goals."""

    name = "clusters"
    verbose_name = _("Plan")
