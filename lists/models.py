"""What people keep of lists."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

QUERY_LENGTH = 4000


class SavedFilter(models.Model):
    """A filtered list under a name: of one person, or shared with all.

    `list_name` is the one of the list's address, such as "enterprises:enterprise-list"; `query` its
    query string. Shared is the question, never the answer: each reader sees their own scope.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    list_name = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True)
    is_shared = models.BooleanField(
        _("shared"), default=False, help_text=_("Everybody sees it, each with their own rows.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        # What one keeps for oneself needs no right.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"],
                name="lists_savedfilter_unique",
                violation_error_message=_("You keep a filter of that name already."),
            )
        ]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")

    def __str__(self) -> str:
        return self.name
