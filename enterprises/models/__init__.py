"""Who came: investor groups, enterprises, projects, the dated facts about them, and the rules that
their steps go by."""

from enterprises.models.enterprises import Enterprise, InvestorGroup, LeadingClaim, Shareholding
from enterprises.models.keeping import FormerName, Revision, SearchEntry, Tag
from enterprises.models.projects import EnterpriseTally, Project, ProjectState, Tally
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
    "EnterpriseTally",
    "ExpectedDate",
    "FormerName",
    "Gate",
    "InvestorGroup",
    "LeadingClaim",
    "Project",
    "ProjectState",
    "Requirement",
    "Revision",
    "SearchEntry",
    "Shareholding",
    "StaleAfter",
    "Tag",
    "Tally",
]
