"""Projects, and the dated states that they go through."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.facts import DatedFact
from clusters.models import Cluster, Region, Sector
from clusters.names import Bilingual, name_indexes
from clusters.vocabulary import Stage, Standing
from enterprises.models.enterprises import Enterprise
from enterprises.models.keeping import KeptAmounts, Versioned, amount_indexes
from enterprises.querysets import AMOUNTS, ProjectQuerySet, ProjectStateQuerySet, TallyQuerySet


class Project(Bilingual, Versioned, KeptAmounts):
    """One investment of one enterprise, in one cluster, region and sector.

    Stage, standing and place are the current state, kept by enterprises.recording for lists and
    filters only; figures read the dated states. `heard_on`, the last day that anything was heard of
    it, is kept by triggers, as the amounts are.
    """

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="projects", verbose_name=_("enterprise")
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="projects", verbose_name=_("cluster")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="projects", verbose_name=_("region")
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        related_name="projects",
        null=True,
        blank=True,
        verbose_name=_("sector"),
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    stage_on = models.DateField(_("at this stage since"))
    standing = models.CharField(
        _("standing"), max_length=20, choices=Standing, default=Standing.ACTIVE
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
        help_text=_("Who looks after the project and is asked when nothing is heard of it."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    heard_on = models.DateField(_("last heard of"), null=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "name_zh", "pk"]
        indexes = [
            models.Index(fields=["cluster", "region"], name="enterprises_project_place"),
            models.Index(fields=["stage"], name="enterprises_project_stage"),
            models.Index(fields=["heard_on"], name="enterprises_project_heard"),
            # Who looks after projects of a place, to choose from.
            models.Index(
                fields=["assignee", "region", "cluster"], name="enterprises_project_assignee"
            ),
            # With all that a list sums up and counts by enterprise, so that the rows are not read.
            models.Index(
                fields=["cluster", "enterprise", "region", "stage", "standing", *AMOUNTS],
                name="enterprises_project_in_cluster",
            ),
            models.Index(
                fields=["region", "enterprise", "cluster", "stage", "standing", *AMOUNTS],
                name="enterprises_project_in_region",
            ),
            *amount_indexes("enterprises_proj"),
            *name_indexes("enterprises_proj_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", name],
                condition=~Q(**{name: ""}),
                name=f"enterprises_project_{name}_unique_in_enterprise",
                violation_error_message=_("This enterprise already has a project of that name."),
            )
            for name in ("name_zh", "name_en")
        ]
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def get_absolute_url(self) -> str:
        return reverse("ledger:project-detail", args=[self.pk])

    @property
    def stage_rank(self) -> int:
        """The place of the stage in its order, from 0."""
        return Stage(self.stage).rank


class ProjectState(DatedFact):
    """The whole state of a project from a date on; the latest at a date counts there."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="states", verbose_name=_("project")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    standing = models.CharField(
        _("standing"), max_length=20, choices=Standing, default=Standing.ACTIVE
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("sector"),
    )

    objects = ProjectStateQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-effective_on", "-recorded_at", "-pk"]
        indexes = [
            models.Index(fields=["project", "effective_on"], name="enterprises_state_project_day"),
            models.Index(
                fields=["cluster", "region", "effective_on"], name="enterprises_state_place_day"
            ),
            models.Index(fields=["-effective_on", "id"], name="enterprises_state_newest"),
            # Who recorded states of a place, to choose from.
            models.Index(
                fields=["recorded_by", "region", "cluster"], name="enterprises_state_recorder"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing=Standing.ACTIVE) | ~Q(reason=""),
                name="enterprises_projectstate_standing_has_reason",
                violation_error_message=_("Say why the project is paused or withdrawn."),
            )
        ]
        verbose_name = _("project state")
        verbose_name_plural = _("project states")

    def __str__(self) -> str:
        return f"{self.project}: {self.get_stage_display()}, {self.effective_on}"


class EnterpriseTally(models.Model):
    """How many enterprises have a project of one kind; 0, and "" of stages, stand for any.

    An enterprise counts once, however many such projects it has, so these numbers cannot be had
    from those of the projects. At a stage stand the projects that are not withdrawn. Kept and
    striped as a Tally is; how many enterprises there are, also without a project, stands there.
    """

    cluster = models.BigIntegerField(default=0)
    region = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=20, blank=True)
    stripe = models.SmallIntegerField(default=0)
    rows = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "region", "stage", "stripe"],
                name="enterprises_enterprisetally_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cluster} {self.region} {self.stage}: {self.rows}"


class Tally(models.Model):
    """How many projects are alike in place, stage and standing, and what they come to.

    Kept by triggers (ledger.triggers), so that a list of a million rows need not count them. A
    number is the sum over its `stripe`s: writers at the same time add to different rows. `sector`
    is the key of one, 0 for none. Enterprises are counted in rows of stage "".
    """

    PROJECTS = ~Q(stage="")
    ENTERPRISES = Q(stage="")

    cluster = models.BigIntegerField(default=0)
    region = models.BigIntegerField(default=0)
    sector = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=20, blank=True)
    standing = models.CharField(max_length=20, blank=True)
    stripe = models.SmallIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    contracted_rows = models.BigIntegerField(default=0)
    contracted_fen = models.BigIntegerField(default=0)
    contracted_verified_fen = models.BigIntegerField(default=0)
    paid_in_rows = models.BigIntegerField(default=0)
    paid_in_fen = models.BigIntegerField(default=0)
    paid_in_verified_fen = models.BigIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "region", "sector", "stage", "standing", "stripe"],
                name="enterprises_tally_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cluster} {self.region} {self.stage}: {self.rows}"
