"""What enterprises and projects have in common: versions, tags, and amounts kept for lists."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.facts import Recorded, RecordedQuerySet
from clusters.indexes import MissingLastIndex


class Tag(models.Model):
    """A word of the office by which it finds enterprises and projects again."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name


class Versioned(models.Model):
    """A row that is edited; each edit raises `version` by one and leaves a Revision.

    Who edits says which version was seen, so that nobody overwrites what they have not read.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="+", verbose_name=_("tags"))

    class Meta:
        abstract = True


class KeptAmounts(models.Model):
    """What was contracted and paid in, None where nothing was reported, and how much of it is
    verified, in fen; kept by triggers (ledger.triggers), for lists only."""

    contracted_fen = models.BigIntegerField(null=True, editable=False)
    contracted_verified_fen = models.BigIntegerField(null=True, editable=False)
    paid_in_fen = models.BigIntegerField(null=True, editable=False)
    paid_in_verified_fen = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


def amount_indexes(name: str) -> list[models.Index]:
    """Return the indexes by which a list is sorted by an amount, what is missing last either way.

    SQLite has no index for that from the least up, and sorts.
    """
    return [
        index
        for amount in ("contracted", "paid_in")
        for index in (
            MissingLastIndex(
                F(f"{amount}_fen").desc(nulls_last=True), "id", name=f"{name}_{amount}"
            ),
            models.Index(fields=[f"{amount}_fen", "id"], name=f"{name}_{amount}_up"),
        )
    ]


class Revision(Recorded):
    """One edit of an enterprise or a project: who changed what, from what, to what.

    `changes` maps a field to [before, after], each as a person reads it; `version` is the one that
    the edit made.
    """

    enterprise = models.ForeignKey(
        "enterprises.Enterprise", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    project = models.ForeignKey(
        "enterprises.Project", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    version = models.PositiveIntegerField(_("version"))
    changes = models.JSONField(_("changes"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enterprise=None) ^ Q(project=None),
                name="enterprises_revision_of_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=[name, "version"], name=f"enterprises_revision_{name}_version"
                )
                for name in ("enterprise", "project")
            ),
        ]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return f"{self.enterprise or self.project}: {self.version}"


class FormerName(Recorded):
    """A name that an enterprise had before, by which it is still looked for."""

    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        on_delete=models.PROTECT,
        related_name="former_names",
        verbose_name=_("enterprise"),
    )
    name = models.CharField(_("former name"), max_length=200)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        ordering = ["enterprise", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "name"],
                name="enterprises_formername_unique",
                violation_error_message=_("This former name stands here already."),
            )
        ]
        verbose_name = _("former name")
        verbose_name_plural = _("former names")

    def __str__(self) -> str:
        return self.name


class SearchEntry(models.Model):
    """What one enterprise, project or group is found by; kept by enterprises.searching.

    `text` holds its own names, former names, codes, groups, pinyin and initials, each on a line of
    its own, in small letters; `around` the lines of an enterprise's projects, or of a project's
    enterprise. `grams` is where what is written hands the grams of both to SQLite's triggers, which
    empty it (enterprises.search_index); PostgreSQL's index takes them from the texts.
    """

    enterprise = models.OneToOneField(
        "enterprises.Enterprise", on_delete=models.CASCADE, null=True, related_name="search_entry"
    )
    project = models.OneToOneField(
        "enterprises.Project", on_delete=models.CASCADE, null=True, related_name="search_entry"
    )
    group = models.OneToOneField(
        "enterprises.InvestorGroup",
        on_delete=models.CASCADE,
        null=True,
        related_name="search_entry",
    )
    text = models.TextField()
    around = models.TextField()
    grams = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.text.strip().partition("\n")[0]
