"""What was invested, and the acts that post several entries at once."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.facts import DatedFact
from clusters.models import Cluster, Region
from clusters.vocabulary import Grade, Measure
from enterprises.models import Project, ProjectState
from ledger.models.evidence import Evidence
from ledger.money import CNY, Money
from ledger.querysets import ChangeQuerySet, EntryQuerySet


class Change(DatedFact):
    """One act on a project that posts several rows: they are read, and undone, as one event.

    `effective_on` is the day that the act is dated by. The entries that it posted name it, `states`
    are those that it recorded. An act can be undone once, by another one.
    """

    class Kind(models.TextChoices):
        """What was done; docs/figures.md says what each posts."""

        CORRECTION = "correction", _("Correction")
        MOVE = "move", _("Move")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        REVIVAL = "revival", _("Revival")
        UNDOING = "undoing", _("Undoing")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="changes", verbose_name=_("project")
    )
    states = models.ManyToManyField(
        ProjectState, related_name="changes", blank=True, verbose_name=_("project states")
    )
    undoes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="undoing",
        null=True,
        blank=True,
        verbose_name=_("undoes"),
    )
    idempotency_key = models.CharField(_("key"), max_length=64, unique=True, editable=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="ledger_change_has_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(kind="undoing", undoes__isnull=False)
                | (~Q(kind="undoing") & Q(undoes=None)),
                name="ledger_change_undoing_names_another",
                violation_error_message=_("An undoing names what it undoes."),
            ),
        ]
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.project} · {self.effective_on}"


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
    lowers = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="lowerings",
        null=True,
        blank=True,
        verbose_name=_("lowers"),
        help_text=_("The entry that a reduction cuts; it counts in the grade of that entry."),
    )
    change = models.ForeignKey(
        Change,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("change"),
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
            # What ledger.doubles looks for, before every amount.
            models.Index(fields=["amount_fen", "measure"], name="ledger_entry_amount"),
            models.Index(fields=["-effective_on", "id"], name="ledger_entry_newest"),
            # Who recorded what of a place, which the list offers to choose from.
            models.Index(fields=["recorded_by", "region", "cluster"], name="ledger_entry_recorder"),
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
    def stands(self) -> bool:
        """Whether it is neither reversed nor a reversal; queries unless `reversal` was joined."""
        return self.reverses_id is None and not hasattr(self, "reversal")

    @property
    def waits_for(self) -> str:
        """Whose turn it is: "verifier", "recorder" once it was returned, "" when nobody's."""
        if not self.stands or self.assessment.verdict == "verified":
            return ""
        return "recorder" if self.assessment.verdict == "returned" else "verifier"

    @property
    def grade(self) -> Grade:
        """How well the amount is proven, as the database keeps it."""
        return Grade(self.assessment.grade)

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
