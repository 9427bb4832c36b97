"""What was invested: entries with their evidence and verdicts, and the totals kept of them."""

from ledger.models.entries import Change, Entry
from ledger.models.evidence import Evidence
from ledger.models.rates import ExchangeRate
from ledger.models.totals import Assessment, DailyTotal, PlaceTotal, ProjectTotal
from ledger.models.verdicts import Attachment, Verification

__all__ = [
    "Assessment",
    "Attachment",
    "Change",
    "DailyTotal",
    "Entry",
    "Evidence",
    "ExchangeRate",
    "PlaceTotal",
    "ProjectTotal",
    "Verification",
]
