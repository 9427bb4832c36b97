"""What was invested: entries with their evidence, and the totals kept of them."""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.facts import DatedFact
from clusters.models import Cluster, Region
from clusters.vocabulary import Measure
from enterprises.models import Project
from ledger.money import CNY, Money
from ledger.querysets import EntryQuerySet


class Grade(models.TextChoices):
    """How well an amount is proven, the strongest first; the four add up to a total."""

    VERIFIED = "verified", _("Verified")
    DOCUMENTED = "documented", _("Documented")
    SOURCED = "sourced", _("Link only")
    UNSUPPORTED = "unsupported", _("Unsupported")


class Evidence(models.Model):
    """The page that entries rest on; one page is one row, however many entries cite it."""

    url = models.URLField(_("address"), max_length=1000)
    title = models.CharField(_("title"), max_length=300, blank=True)
    dated_on = models.DateField(_("date of the page"), null=True, blank=True)
    is_repost = models.BooleanField(
        _("repost"),
        default=False,
        help_text=_("The page repeats another one; its address is cited, not linked."),
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )

    class Meta:
        ordering = ["-dated_on", "url"]
        constraints = [
            models.UniqueConstraint(
                "url",
                # SQLite has no NULLS NOT DISTINCT; a page without a date is one page all the same.
                Coalesce("dated_on", Value(date.min)),
                name="ledger_evidence_url_unique",
                violation_error_message=_("This page is recorded already."),
            )
        ]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.title or self.host

    @property
    def host(self) -> str:
        """The host of the address, as pages show it."""
        return urlsplit(self.url).hostname or self.url


class Entry(DatedFact):
    """One dated, signed amount of one measure for one project.

    Only ledger.posting adds rows, and only the database's triggers touch the totals. A wrong entry
    is put right by its reversal, the exact opposite on the same day.
    """

    # What an entry rests on is its evidence.
    source_url = None  # type: ignore[assignment]
    source_on = None

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="entries", verbose_name=_("project")
    )
    # Copied from the project by post(), so that totals by place need no join and no history.
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    amount_fen = models.BigIntegerField(
        _("amount, fen"), help_text=_("0.01 yuan; 14.40 bn yuan is 1,440,000,000,000 fen.")
    )
    currency = models.CharField(_("currency"), max_length=3, default=CNY)
    original_amount = models.DecimalField(
        _("original amount"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    rate = models.DecimalField(
        _("rate"),
        max_digits=18,
        decimal_places=8,
        null=True,
        blank=True,
        help_text=_("Yuan per unit of the currency."),
    )
    rate_on = models.DateField(_("date of the rate"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=200, blank=True)
    evidence = models.ForeignKey(
        Evidence,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("evidence"),
    )
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="reversal",
        null=True,
        blank=True,
        verbose_name=_("reverses"),
    )
    idempotency_key = models.CharField(_("key"), max_length=64, unique=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-pk"]
        indexes = [
            models.Index(fields=["project", "effective_on"], name="ledger_entry_project_day"),
            models.Index(
                fields=["measure", "cluster", "region", "effective_on"], name="ledger_entry_place"
            ),
            models.Index(fields=["recorded_at"], name="ledger_entry_recorded"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_fen=0),
                name="ledger_entry_amount_not_zero",
                violation_error_message=_("An amount of 0 says nothing; leave the entry out."),
            ),
            models.CheckConstraint(
                condition=Q(currency=CNY, original_amount=None, rate=None, rate_on=None)
                | (
                    ~Q(currency=CNY)
                    & Q(original_amount__isnull=False, rate__gt=0, rate_on__isnull=False)
                ),
                name="ledger_entry_foreign_has_rate",
                violation_error_message=_(
                    "A foreign amount needs the original amount, a rate above 0 and its date; "
                    "yuan need none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reason=""),
                name="ledger_entry_reversal_has_reason",
                violation_error_message=_("Say why the entry is reversed."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) | ~Q(reason=""),
                name="ledger_entry_reduction_has_reason",
                violation_error_message=_("Say why the total is lowered."),
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reverses=F("id")),
                name="ledger_entry_reverses_another",
                violation_error_message=_("An entry cannot reverse itself."),
            ),
        ]
        permissions = [("reverse_entry", _("Can reverse entries"))]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return f"{self.get_measure_display()} · {self.project} · {self.effective_on}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:entry-detail", args=[self.pk])

    @property
    def money(self) -> Money:
        """The amount as it was stated."""
        return Money(
            amount_fen=self.amount_fen,
            currency=self.currency,
            original_amount=self.original_amount,
            rate=self.rate,
            rate_on=self.rate_on,
            rate_source=self.rate_source,
        )

    @property
    def grade(self) -> Grade:
        """How well the amount is proven; the trigger of the totals goes by the same rule."""
        return Grade.UNSUPPORTED if self.evidence_id is None else Grade.SOURCED


class DailyTotal(models.Model):
    """Sum of the entries of one cluster, region, measure, day and grade; written by triggers only.

    A total is the sum over its `stripe`s: writers at the same time add to different rows. `entries`
    counts an entry as 1 and a reversal as -1, so 0 means that nothing stands.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=20, choices=Measure)
    effective_on = models.DateField()
    grade = models.CharField(max_length=20, choices=Grade)
    stripe = models.SmallIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    entries = models.IntegerField()

    class Meta:
        ordering = ["effective_on", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "cluster", "region", "effective_on", "grade", "stripe"],
                name="ledger_dailytotal_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.effective_on}: {self.amount_fen}"


class ProjectTotal(models.Model):
    """Sum of the entries of one project and measure; written by triggers only."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="totals")
    measure = models.CharField(max_length=20, choices=Measure)
    amount_fen = models.BigIntegerField()
    entries = models.IntegerField()

    class Meta:
        ordering = ["project", "measure"]
        default_permissions = ()
        indexes = [models.Index(fields=["measure", "amount_fen"], name="ledger_projecttotal_sort")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "measure"], name="ledger_projecttotal_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.measure}: {self.amount_fen}"
