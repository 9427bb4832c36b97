"""What officials reported for a cluster, a region or the city; shown beside the figures only."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Park, Region


class ReportedTotal(models.Model):
    """A total as an official page states it, in the unit of that page.

    Many cover more than the park, as the note says; no figure of parktracker contains one.
    """

    class Scope(models.TextChoices):
        CLUSTER = "cluster", _("Cluster")
        REGION = "region", _("Region")
        CITY = "city", _("City")

    class Unit(models.TextChoices):
        COUNT = "count", _("number")
        YUAN = "yuan", _("yuan")
        USD = "usd", _("US dollars")

    class Measure(models.TextChoices):
        CONTRACTED = "contracted", _("Contracted")
        PAID_IN = "paid_in", _("Paid in")
        ANNUAL_OUTPUT = "annual_output", _("Annual output")
        INDUSTRIAL_SCALE = "industrial_scale", _("Industrial scale")
        SIGNED_PROJECTS = "signed_projects", _("Signed projects")
        SUPPORTING_ENTERPRISES = "supporting_enterprises", _("Supporting enterprises")
        FORTUNE_500_ENTERPRISES = "fortune_500_enterprises", _("Fortune 500 enterprises")
        FORTUNE_500_PROJECTS = "fortune_500_projects", _("Fortune 500 projects")

    park = models.ForeignKey(Park, on_delete=models.PROTECT, verbose_name=_("park"))
    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("cluster")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("region")
    )
    measure = models.CharField(_("measure"), max_length=40, choices=Measure)
    period = models.CharField(_("period"), max_length=40, blank=True)
    as_of = models.DateField(_("as of"))
    value = models.BigIntegerField(_("value"), help_text=_("In the unit beside it."))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    source_url = models.URLField(_("source"), max_length=1000)
    source_on = models.DateField(_("date of the source"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-as_of", "pk"]
        constraints = [
            models.UniqueConstraint(
                "park",
                "scope",
                # SQLite has no NULLS NOT DISTINCT.
                Coalesce("cluster", 0),
                Coalesce("region", 0),
                "measure",
                "period",
                "as_of",
                "source_url",
                name="progress_reportedtotal_unique",
                violation_error_message=_("This total is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(scope="cluster", cluster__isnull=False, region=None)
                | Q(scope="region", cluster=None, region__isnull=False)
                | Q(scope="city", cluster=None, region=None),
                name="progress_reportedtotal_scope_named",
                violation_error_message=_("Name the cluster or the region that the scope says."),
            ),
        ]
        verbose_name = _("officially reported total")
        verbose_name_plural = _("officially reported totals")

    def __str__(self) -> str:
        return f"{self.cluster or self.region or self.park}: {self.get_measure_display()}"

    @property
    def value_fen(self) -> int | None:
        """The value in fen where it is in yuan; None for other units, which are not converted."""
        return self.value * 100 if self.unit == self.Unit.YUAN else None
