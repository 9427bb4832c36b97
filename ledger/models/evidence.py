"""What entries rest on, and how well that proves them."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.addresses import validate_public_address
from clusters.facts import Recorded
from enterprises.recording import FIRST_DAY
from ledger.querysets import EvidenceQuerySet


def validate_dated_on(day: date | None) -> None:
    """Refuse a day that no document can be of; the first of all stands for none in the index."""
    if day is not None and day < FIRST_DAY:
        raise ValidationError(
            _("%(date)s cannot be meant; give a day from %(first)s on."),
            params={"date": day.isoformat(), "first": FIRST_DAY.isoformat()},
        )


class Evidence(Recorded):
    """What entries rest on: a page (`url`) or a document (`sha256` of its content).

    One page and one document are one row each, however many entries cite them.
    """

    class ContentType(models.TextChoices):
        """What a document may be; told by its content (ledger.documents)."""

        PDF = "application/pdf", "PDF"
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"
        WEBP = "image/webp", "WebP"
        TIFF = "image/tiff", "TIFF"
        XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"
        XLS = "application/vnd.ms-excel", "XLS"
        ODS = "application/vnd.oasis.opendocument.spreadsheet", "ODS"
        CSV = "text/csv", "CSV"

    url = models.URLField(
        _("address"), max_length=1000, blank=True, validators=[validate_public_address]
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    content_type = models.CharField(
        _("type of the file"), max_length=100, choices=ContentType, blank=True, editable=False
    )
    size_bytes = models.PositiveIntegerField(_("size, bytes"), null=True, editable=False)
    file_name = models.CharField(
        _("name of the file"),
        max_length=255,
        blank=True,
        editable=False,
        help_text=_("As it was uploaded; the file itself is kept under its SHA-256."),
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    issuer = models.CharField(
        _("issuer"), max_length=200, blank=True, help_text=_("Who issued or published it.")
    )
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    is_repost = models.BooleanField(
        _("repost"),
        default=False,
        help_text=_("The page repeats another one; its address is cited, not linked."),
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "url"]
        constraints = [
            models.UniqueConstraint(
                "url",
                # SQLite has no NULLS NOT DISTINCT; a page without a date is one page all the same.
                Coalesce("dated_on", Value(date.min)),
                condition=~Q(url=""),
                name="ledger_evidence_url_unique",
                violation_error_message=_("This page is recorded already."),
            ),
            models.UniqueConstraint(
                fields=["sha256"],
                condition=~Q(sha256=""),
                name="ledger_evidence_sha256_unique",
                violation_error_message=_("This document is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(url="", content_type__gt="", size_bytes__gt=0, sha256__gt="")
                | (Q(sha256="", content_type="", size_bytes=None) & ~Q(url="")),
                name="ledger_evidence_page_or_document",
                violation_error_message=_("Evidence is a page or a document."),
            ),
        ]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.title or self.file_name or self.host

    def clean_fields(self, exclude: Any = None) -> None:
        super().clean_fields(exclude=exclude)
        try:
            validate_dated_on(self.dated_on)
        except ValidationError as refusal:
            raise ValidationError({"dated_on": refusal.messages}) from None

    def get_absolute_url(self) -> str:
        return reverse("ledger:evidence-detail", args=[self.pk])

    @property
    def is_document(self) -> bool:
        """Whether it is a file here, and not a page elsewhere."""
        return bool(self.sha256)

    @property
    def is_image(self) -> bool:
        """Whether browsers show it as a picture; of TIFF they do not."""
        return self.content_type in {
            self.ContentType.PNG,
            self.ContentType.JPEG,
            self.ContentType.WEBP,
        }

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF, which browsers show in a frame."""
        return self.content_type == self.ContentType.PDF

    @property
    def host(self) -> str:
        """The host of the address, as pages show it."""
        return urlsplit(self.url).hostname or self.url
