"""What is said about an entry once it stands, and what is added to prove it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.facts import Recorded
from ledger.models.entries import Entry
from ledger.models.evidence import Evidence
from ledger.querysets import AttachmentQuerySet, VerificationQuerySet


class Verification(Recorded):
    """A word on an entry: a second person's verdict, or the answer of the recorder to it.

    Of the words on one entry the last one counts. The database refuses a verdict by the recorder of
    the entry (ledger.triggers).
    """

    class Verdict(models.TextChoices):
        """What is said; a `defended` entry waits for a verdict again."""

        VERIFIED = "verified", _("Verified")
        RETURNED = "returned", _("Returned")
        DEFENDED = "defended", _("Defended")

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("entry")
    )
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="verified") | ~Q(note=""),
                name="ledger_verification_return_has_note",
                violation_error_message=_("Say what is to mend, or why the entry stands."),
            )
        ]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} · {self.entry}"


class Attachment(Recorded):
    """Evidence that was added to an entry after it had been posted."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("entry")
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("evidence")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "evidence"],
                name="ledger_attachment_unique",
                violation_error_message=_("This evidence stands beside the entry already."),
            )
        ]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return f"{self.evidence} · {self.entry}"
