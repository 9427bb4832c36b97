"""What the plan promises: park, plan, regions, clusters with their sites and sectors, goals."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.facts import DatedFact
from clusters.names import Bilingual
from clusters.querysets import CountingRuleQuerySet, GoalQuerySet, PlanQuerySet
from clusters.vocabulary import GoalMeasure, Measure, Stage

# As many as there are classes for in static/css/charts.css.
MOST_TILE_COLUMNS = 8
MOST_TILE_ROWS = 12


class Park(Bilingual):
    """An industrial park; regions, clusters and plans belong to it."""

    slug = models.SlugField(_("short name"), unique=True)
    parent_zh = models.CharField(_("parent complex, Chinese name"), max_length=200, blank=True)
    parent_en = models.CharField(_("parent complex, English name"), max_length=200, blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("park")
        verbose_name_plural = _("parks")

    def get_absolute_url(self) -> str:
        return reverse("progress:overview")


class Region(Bilingual):
    """A district or county-level city of the park, by its GB/T 2260 code."""

    park = models.ForeignKey(
        Park, on_delete=models.PROTECT, related_name="regions", verbose_name=_("park")
    )
    code = models.CharField(
        _("code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{6}\Z", _("A region code has six digits."))],
        help_text=_("GB/T 2260, six digits."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    tile_column = models.PositiveSmallIntegerField(
        _("column on the tile map"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TILE_COLUMNS)],
        help_text=_("Counted from the west. Without columns and rows a plain grid is drawn."),
    )
    tile_row = models.PositiveSmallIntegerField(
        _("row on the tile map"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TILE_ROWS)],
        help_text=_("Counted from the north."),
    )

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                # Said that neither is empty, for a comparison with nothing is not false.
                condition=Q(tile_column=None, tile_row=None)
                | Q(
                    tile_column__isnull=False,
                    tile_row__isnull=False,
                    tile_column__range=(1, MOST_TILE_COLUMNS),
                    tile_row__range=(1, MOST_TILE_ROWS),
                ),
                name="clusters_region_tile_column_and_row",
                violation_error_message=_("Give a column and a row of the tile map, or neither."),
            )
        ]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def get_absolute_url(self) -> str:
        return reverse("progress:region", args=[self.code])


class Cluster(Bilingual):
    """A group of industries that the park develops together."""

    park = models.ForeignKey(
        Park, on_delete=models.PROTECT, related_name="clusters", verbose_name=_("park")
    )
    slug = models.SlugField(_("short name"), unique=True)
    short_zh = models.CharField(_("short Chinese name"), max_length=40, blank=True)
    short_en = models.CharField(_("short English name"), max_length=40, blank=True)
    remark_zh = models.CharField(_("remark in Chinese"), max_length=300, blank=True)
    remark_en = models.CharField(_("remark in English"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    regions = models.ManyToManyField(
        Region, through="Site", related_name="clusters", verbose_name=_("regions")
    )

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")

    def get_absolute_url(self) -> str:
        return reverse("progress:cluster", args=[self.slug])


class Sector(Bilingual):
    """A line of business inside one cluster."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="sectors", verbose_name=_("cluster")
    )
    slug = models.CharField(
        _("short name"),
        max_length=50,
        validators=[
            RegexValidator(r"^[a-z0-9_-]+$", _("Use small letters, digits, - and _ only."))
        ],
    )
    in_plan = models.BooleanField(
        _("named in the plan"),
        default=False,
        help_text=_("Off for a sector that only the record uses."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["cluster__position", "position", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "slug"],
                name="clusters_sector_slug_unique_in_cluster",
                violation_error_message=_("This cluster already has a sector of that short name."),
            )
        ]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")

    def get_absolute_url(self) -> str:
        return reverse("progress:sector", args=[self.cluster.slug, self.slug])


class Site(models.Model):
    """The land of one cluster in one region."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="sites", verbose_name=_("cluster")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="sites", verbose_name=_("region")
    )
    area_km2 = models.DecimalField(
        _("area, km²"), max_digits=9, decimal_places=3, help_text=_("Planned area in km².")
    )

    class Meta:
        ordering = ["cluster__position", "region__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "region"],
                name="clusters_site_unique_in_region",
                violation_error_message=_("This cluster already has a site in that region."),
            ),
            models.CheckConstraint(
                condition=Q(area_km2__gt=0),
                name="clusters_site_area_km2_above_zero",
                violation_error_message=_("The area must be above 0 km²."),
            ),
        ]
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return f"{self.cluster} · {self.region}"


class Plan(Bilingual):
    """A published plan with a first and a last day."""

    park = models.ForeignKey(
        Park, on_delete=models.PROTECT, related_name="plans", verbose_name=_("park")
    )
    slug = models.SlugField(_("short name"), unique=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    source_url = models.URLField(_("source"), max_length=1000, blank=True)
    source_title = models.CharField(_("title of the source"), max_length=200, blank=True)
    source_on = models.DateField(_("date of the source"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="clusters_plan_ends_after_start",
                violation_error_message=_("The last day must come after the first day."),
            )
        ]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def get_absolute_url(self) -> str:
        return reverse("progress:plan", args=[self.slug])

    @property
    def days(self) -> int:
        """How many days the plan has, first and last included."""
        return (self.ends_on - self.starts_on).days + 1


class CountingRule(DatedFact):
    """How a plan is counted from a date on: from which stage, by which measure of the ledger."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="counting_rules", verbose_name=_("plan")
    )
    counting_stage = models.CharField(
        _("counting stage"),
        max_length=20,
        choices=Stage,
        default=Stage.REGISTERED,
        help_text=_("An enterprise counts when a project of it is at this stage or past it."),
    )
    investment_measure = models.CharField(
        _("measure of the investment goal"),
        max_length=20,
        choices=Measure,
        default=Measure.CONTRACTED,
        help_text=_("The ledger's measure that the published industrial scale is compared by."),
    )

    objects = CountingRuleQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "-effective_on", "-pk"]
        verbose_name = _("counting rule")
        verbose_name_plural = _("counting rules")

    def __str__(self) -> str:
        return (
            f"{self.plan}: {self.get_counting_stage_display()}, "
            f"{self.get_investment_measure_display()}"
        )


class Goal(DatedFact):
    """What a plan promises for the park or one cluster by a date.

    The row of the latest date wins among those of one plan, scope, measure and due date; one with
    no target ends the goal.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="goals", verbose_name=_("plan")
    )
    cluster = models.ForeignKey(
        Cluster,
        on_delete=models.PROTECT,
        related_name="goals",
        null=True,
        blank=True,
        verbose_name=_("cluster"),
        help_text=_("Empty for a goal of the whole park."),
    )
    measure = models.CharField(_("measure"), max_length=40, choices=GoalMeasure)
    due_on = models.DateField(_("due date"))
    target_count = models.PositiveIntegerField(
        _("target, number"), null=True, blank=True, help_text=_("For enterprises and projects.")
    )
    target_fen = models.BigIntegerField(
        _("target, fen"),
        null=True,
        blank=True,
        help_text=_("For money: 270 bn yuan is 27·10¹² fen."),
    )
    wording = models.TextField(_("wording"), blank=True, help_text=_("The plan's own words."))

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["plan", F("cluster__position").asc(nulls_first=True), "measure", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target_count=None) | Q(target_fen=None),
                name="clusters_goal_one_kind_of_target",
                violation_error_message=_("Give a number or an amount of money, not both."),
            ),
            models.CheckConstraint(
                condition=(Q(target_fen=None) | Q(target_fen__gte=0)),
                name="clusters_goal_target_fen_not_negative",
                violation_error_message=_("The target must not be below 0."),
            ),
        ]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")

    def __str__(self) -> str:
        scope = self.cluster or self.plan.park
        return f"{scope}: {self.get_measure_display()}, {self.due_on}"

    @property
    def is_money(self) -> bool:
        """Whether the target is in fen."""
        return GoalMeasure(self.measure).is_money

    @property
    def target(self) -> int | None:
        """The target in fen or as a number, as the measure has it; None when the goal has ended."""
        return self.target_count if self.target_fen is None else self.target_fen
