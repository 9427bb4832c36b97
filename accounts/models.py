"""People, and the part of the park that each answers for."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Region


class User(AbstractUser):
    """A person, or a program that records (which then cannot log in).

    Roles are groups (see accounts.roles). `regions` and `clusters` are the scope: an empty one
    sets no limit, two together limit to projects that are in one of the regions and in one of the
    clusters.
    """

    regions = models.ManyToManyField(
        Region,
        blank=True,
        related_name="+",
        verbose_name=_("regions"),
        help_text=_("Sees and records only projects in these regions; none chosen: all."),
    )
    clusters = models.ManyToManyField(
        Cluster,
        blank=True,
        related_name="+",
        verbose_name=_("clusters"),
        help_text=_("Sees and records only projects of these clusters; none chosen: all."),
    )

    # By list: {"columns": [names], "per_page": 100, "view": the saved filter to begin with}.
    list_choices = models.JSONField(default=dict, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        ordering = ["username"]
        permissions = [
            ("enter_records", _("Can use the data entry pages")),
            ("see_everything", _("Can see every region and cluster, whatever the scope")),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def can_enter_records(self) -> bool:
        """Whether the data entry pages (the admin) are open to this person."""
        return self.is_active and (self.is_staff or self.has_perm("accounts.enter_records"))

    @cached_property
    def role_names(self) -> list[str]:
        """The roles; somebody who logged in came with them (accounts.backends)."""
        roles: str | None = getattr(self, "roles", "")
        if hasattr(self, "roles"):
            return sorted(roles.split(",")) if roles else []
        return sorted(self.groups.values_list("name", flat=True))

    @property
    def initials(self) -> str:
        """Two letters or signs for the header."""
        latin = [part[0] for part in (self.first_name, self.last_name) if part]
        return ("".join(latin) or self.username[:2]).upper()
