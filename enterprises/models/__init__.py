"""Who came: investor groups, enterprises, projects, the dated facts about them, and the rules that
their steps go by."""

from enterprises.models.enterprises import Enterprise, InvestorGroup, LeadingClaim, Shareholding
from enterprises.models.projects import Project, ProjectState
from enterprises.models.stages import (
    Confirmation,
    ExpectedDate,
    Gate,
    Requirement,
    StaleAfter,
)

__all__ = [
    "Confirmation",
    "Enterprise",
    "ExpectedDate",
    "Gate",
    "InvestorGroup",
    "LeadingClaim",
    "Project",
    "ProjectState",
    "Requirement",
    "Shareholding",
    "StaleAfter",
]
