"""Makes the database ready to serve."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from imports.models import Upload

PLAN = "clusters/plans/qingdao-2020-2025.toml"
# The doubles after the record, as they are told by what stands.
RECORD = ("imports/data/public_record.csv", "imports/data/known_doubles.csv")
REPORTED_TOTALS = "progress/data/reported_totals.csv"


class Command(BaseCommand):
    """Bring the database up to date; each step does nothing where its work is done."""

    help = (
        "Migrates the database, loads the plan, makes an administrator and loads the public record "
        "with the officially reported totals. It can be repeated, also after it was broken off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="leave the public record out")

    def handle(self, *args: Any, **options: Any) -> None:
        # Always, not only with a migration pending: what follows the last one (rights, triggers)
        # may be what an earlier run was broken off in.
        call_command("migrate", interactive=False, verbosity=0)
        # Once: what the office has changed of them since stays as the office has it.
        call_command("load_plan", settings.BASE_DIR / PLAN, once=True, stdout=self.stdout)
        call_command("ensure_administrator", stdout=self.stdout)
        if options["empty"]:
            return
        for name in RECORD:
            path = settings.BASE_DIR / name
            # Once, by name: a corrected record of a later version would stand beside the first
            # one's amounts, and be counted with them.
            if not Upload.objects.filter(name=path.name).exists():
                self.stdout.write(f"Loading {path.name}")
                call_command("import_record", path, hold_doubles=True, stdout=self.stdout)
        call_command(
            "load_reported_totals",
            settings.BASE_DIR / REPORTED_TOTALS,
            once=True,
            stdout=self.stdout,
        )
