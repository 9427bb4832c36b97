"""Makes anew what enterprises, projects and groups are found by."""

from typing import Any

from django.core.management.base import BaseCommand

from enterprises.searching import rebuild


class Command(BaseCommand):
    """Make every search entry what it should be; a second time changes nothing."""

    help = (
        "Makes the entries that the search looks in anew from names, codes, groups and former "
        "names, and SQLite's index of them. Needed after rows were written past the program."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written = rebuild()
        self.stdout.write(f"The search is up to date: {written} entries were not.\n")
