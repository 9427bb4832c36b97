"""The app of the one list that every other app uses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    """Filtered lists, and what people keep of them."""

    default = True
    name = "lists"
    verbose_name = _("Lists")
