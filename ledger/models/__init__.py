"""What was invested: entries with their evidence and verdicts, and the totals kept of them."""

from ledger.models.entries import Change, Entry
from ledger.models.evidence import Evidence
from ledger.models.rates import ExchangeRate
from ledger.models.totals import (
    Assessment,
    DailyTotal,
    Knowledge,
    MonthlyTotal,
    PlaceTotal,
    ProjectTotal,
)
from ledger.models.verdicts import Attachment, Verification

__all__ = [
    "Assessment",
    "Attachment",
    "Change",
    "DailyTotal",
    "Entry",
    "Evidence",
    "ExchangeRate",
    "Knowledge",
    "MonthlyTotal",
    "PlaceTotal",
    "ProjectTotal",
    "Verification",
]
