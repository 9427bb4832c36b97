"""The closed sets of words that every app uses; their meaning is in docs/figures.md."""

from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """How far a project has come, in this order."""

    NEGOTIATING = "negotiating", _("Negotiating")
    SIGNED = "signed", _("Signed")
    REGISTERED = "registered", _("Registered")
    CONSTRUCTION = "construction", _("Construction")
    PRODUCTION = "production", _("Production")
    FULL_CAPACITY = "full_capacity", _("Full capacity")

    @cached_property
    def rank(self) -> int:
        """The place in the order, from 0."""
        return list(Stage).index(self)


class Standing(models.TextChoices):
    """Whether a project goes on; separate from its stage."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Measure(models.TextChoices):
    """What an amount in the ledger is an amount of; amounts of two measures are never added."""

    CONTRACTED = "contracted", _("Contracted")
    PAID_IN = "paid_in", _("Paid in")
    ANNUAL_OUTPUT = "annual_output", _("Annual output")


class Grade(models.TextChoices):
    """How well an amount is proven, the strongest first; the four add up to a total."""

    VERIFIED = "verified", _("Verified")
    DOCUMENTED = "documented", _("Documented")
    SOURCED = "sourced", _("Link only")
    UNSUPPORTED = "unsupported", _("Unsupported")


class LeadingBasis(models.TextChoices):
    """Why an enterprise counts as leading."""

    FORTUNE_GLOBAL_500 = "fortune_global_500", _("Fortune Global 500")
    INDUSTRY_LEADER = "industry_leader", _("Industry leader")


class GoalMeasure(models.TextChoices):
    """What a plan can set a goal for, in the words of the plans."""

    LEADING_ENTERPRISES = "leading_enterprises", _("Leading enterprises")
    INDUSTRIAL_SCALE = "industrial_scale", _("Industrial scale")
    NEW_FORTUNE_500_ENTERPRISES = (
        "new_fortune_500_enterprises",
        _("New Fortune Global 500 enterprises"),
    )
    NEW_INDUSTRY_LEADERS = "new_industry_leaders", _("New industry leaders")
    NEW_ENGINE_PROJECTS = "new_engine_projects", _("New engine projects")
    CONTRACTED = Measure.CONTRACTED.value, Measure.CONTRACTED.label
    PAID_IN = Measure.PAID_IN.value, Measure.PAID_IN.label
    ANNUAL_OUTPUT = Measure.ANNUAL_OUTPUT.value, Measure.ANNUAL_OUTPUT.label

    @property
    def is_money(self) -> bool:
        """Whether the target is in fen; the others count enterprises or projects."""
        return self.value == "industrial_scale" or self.value in Measure.values
