"""Bulk work on ledger entries."""

from ledger.views import EntryListView
from lists.bulk_views import BulkView


class EntryBulkView(BulkView):
    """What is done to many entries."""

    list_view = EntryListView
    list_name = "ledger:entry-list"
