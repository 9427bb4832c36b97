"""What is asked of a project on its way: rules for its steps, expected dates, signs of life."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.facts import DatedFact, DatedFactQuerySet, Recorded, RecordedQuerySet
from clusters.vocabulary import Stage
from enterprises.models.projects import Project

LONGEST_SILENCE = 3650


class Requirement(models.TextChoices):
    """What a gate can ask for; enterprises.gates says for each when it is met."""

    NAME_ZH = "name_zh", _("Chinese name of the enterprise")
    CREDIT_CODE = "credit_code", _("Credit code of the enterprise")
    GROUP = "group", _("Investor group")
    LEADING_BASIS = "leading_basis", _("Leading basis")
    SECTOR = "sector", _("Sector")
    CONTRACTED = "contracted", _("Contracted amount")
    CONTRACT_EVIDENCE = "contract_evidence", _("Evidence of the contract")
    PAID_IN = "paid_in", _("Paid-in amount")
    ANNUAL_OUTPUT = "annual_output", _("Annual output")
    EXPECTED_PRODUCTION = "expected_production", _("Expected date of production")
    STEP_SOURCE = "step_source", _("Source of the step")


class Gate(models.Model):
    """What should be known of a project before it may be said to have reached a stage.

    A rule and no fact: planners change it, and it holds for the steps recorded from then on.
    """

    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    requirement = models.CharField(_("what is asked for"), max_length=30, choices=Requirement)
    is_binding = models.BooleanField(
        _("binding"),
        default=False,
        help_text=_("On: no step without it. Off: a step without it needs a reason."),
    )

    class Meta:
        ordering = ["stage", "requirement"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "requirement"],
                name="enterprises_gate_unique",
                violation_error_message=_("This stage asks for that already."),
            )
        ]
        verbose_name = _("gate")
        verbose_name_plural = _("gates")

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.get_requirement_display()}"


class StaleAfter(models.Model):
    """After how many days without news a project at a stage is stale; without a row it never is."""

    stage = models.CharField(
        _("stage"),
        max_length=20,
        choices=Stage,
        unique=True,
        error_messages={"unique": _("This stage has its number of days already.")},
    )
    days = models.PositiveSmallIntegerField(
        _("days"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SILENCE)]
    )

    class Meta:
        ordering = ["stage"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="enterprises_staleafter_days")
        ]
        verbose_name = _("days of silence")
        verbose_name_plural = _("days of silence")

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.days}"


class ExpectedDate(Recorded):
    """The day by which a project is expected at a stage; the one recorded last counts.

    Earlier ones stay: how far the date has slipped is read from them.
    """

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="expected_dates", verbose_name=_("project")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    expected_on = models.DateField(_("expected on"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source_url = models.URLField(_("source"), max_length=1000, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        ordering = ["project", "recorded_at", "pk"]
        verbose_name = _("expected date")
        verbose_name_plural = _("expected dates")

    def __str__(self) -> str:
        return f"{self.project}: {self.get_stage_display()}, {self.expected_on}"


class Confirmation(DatedFact):
    """The word of somebody who asked that a project still stands as recorded."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("project")
    )

    objects = DatedFactQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-effective_on", "-pk"]
        indexes = [
            models.Index(fields=["project", "effective_on"], name="enterprises_confirmed_day")
        ]
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.project}: {self.effective_on}"
