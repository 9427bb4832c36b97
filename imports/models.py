"""Which files were imported by whom, and which of their rows were held back."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.scopes import ScopedQuerySet
from clusters.models import Cluster, Region
from ledger.models import Entry


class Upload(models.Model):
    """One file that went in, known by the SHA-256 of its content."""

    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    rows_posted = models.PositiveIntegerField(_("new rows"))
    rows_known = models.PositiveIntegerField(_("rows that stood already"))
    rows_held = models.PositiveIntegerField(_("rows held back"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        indexes = [models.Index(fields=["sha256"], name="imports_upload_sha256")]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:upload-detail", args=[self.pk])


class HeldRowQuerySet(ScopedQuerySet["HeldRow"]):
    """Reads over held rows."""


class HeldRow(models.Model):
    """A row that repeats what the ledger has, kept as it came and counted nowhere."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="held_rows")
    line = models.PositiveIntegerField(_("line"))
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(_("values"), help_text=_("The row, by column."))
    reason = models.TextField(_("why it was held back"))
    entry = models.ForeignKey(
        Entry,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("entry that it repeats"),
    )

    objects = HeldRowQuerySet.as_manager()

    class Meta:
        ordering = ["upload", "line"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "line"], name="imports_heldrow_line_unique")
        ]
        verbose_name = _("row held back")
        verbose_name_plural = _("rows held back")

    def __str__(self) -> str:
        return f"{self.upload}, {self.line}"
