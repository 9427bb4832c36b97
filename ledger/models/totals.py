"""What the database keeps of the entries: written by triggers only (ledger.triggers)."""

from django.db import models

from clusters.models import Cluster, Region
from clusters.vocabulary import Grade, Measure
from enterprises.models import Project
from ledger.models.entries import Entry
from ledger.models.verdicts import Verification
from ledger.querysets import PlaceTotalQuerySet


class Assessment(models.Model):
    """What is thought of an entry now; written by triggers only, beside the totals.

    `grade` is the one that the entry's amount is counted in: for a reversal that of the entry it
    takes back, for a reduction that of the entry it cuts, so that the four parts of a total add up
    to it and none falls below zero. `verdict` is the last word on the entry itself, "" for none.
    """

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="assessment"
    )
    grade = models.CharField(max_length=20, choices=Grade)
    verdict = models.CharField(max_length=20, choices=Verification.Verdict, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["verdict"], name="ledger_assessment_verdict")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.grade}, {self.verdict}"


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
        indexes = [models.Index(fields=["effective_on"], name="ledger_dailytotal_day")]

    def __str__(self) -> str:
        return f"{self.measure} {self.effective_on}: {self.amount_fen}"


class MonthlyTotal(models.Model):
    """Sum of the daily totals of one month, of which `month` is the first day; written by triggers
    only.

    What stood on a day is summed from whole months and the days of one.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=20, choices=Measure)
    month = models.DateField()
    grade = models.CharField(max_length=20, choices=Grade)
    stripe = models.SmallIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    entries = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "cluster", "region", "month", "grade", "stripe"],
                name="ledger_monthlytotal_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m}: {self.amount_fen}"


class PlaceTotal(models.Model):
    """Sum of the entries of one cluster, region, measure and grade over all days; written by
    triggers only.

    What a DailyTotal is for progress this is for the ledger's list, which shows sums of all days.
    `rows` counts entries and reversals alike.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=20, choices=Measure)
    grade = models.CharField(max_length=20, choices=Grade)
    stripe = models.SmallIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    rows = models.BigIntegerField()

    objects = PlaceTotalQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "cluster", "region", "grade", "stripe"],
                name="ledger_placetotal_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.cluster} {self.region}: {self.amount_fen}"


class ProjectTotal(models.Model):
    """Sum of the entries of one project and measure, and its parts by grade; written by triggers
    only."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="totals")
    measure = models.CharField(max_length=20, choices=Measure)
    amount_fen = models.BigIntegerField()
    verified_fen = models.BigIntegerField(default=0)
    documented_fen = models.BigIntegerField(default=0)
    sourced_fen = models.BigIntegerField(default=0)
    unsupported_fen = models.BigIntegerField(default=0)
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


class Knowledge(models.Model):
    """The version of what figures rest on, by subject (ledger.subjects); written by triggers only.

    It is the sum over the `stripe`s, and grows with whatever changes of the subject.
    """

    subject = models.CharField(max_length=10)
    stripe = models.SmallIntegerField(default=0)
    version = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["subject", "stripe"], name="ledger_knowledge_unique")
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.version}"
