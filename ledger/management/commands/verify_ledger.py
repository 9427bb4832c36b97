"""Recomputes every total of the ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import verifying


class Command(BaseCommand):
    """Compare every total with the entries it is made of; fail on any difference."""

    help = (
        "Recomputes every total from the entries, checks reversals and triggers, and fails with "
        "one line for each difference."
    )
    # The triggers are this command's own question, so a missing one must not stop it beforehand.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(verifying.problems())
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"The ledger does not add up: {len(found)} differences.")
        counts = verifying.counted()
        self.stdout.write(
            f"The ledger adds up: {counts['entries']} entries, {counts['daily_totals']} daily and "
            f"{counts['project_totals']} project totals.\n"
        )
