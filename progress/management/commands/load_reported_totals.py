"""Loads officially reported totals."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import Park
from progress.models import ReportedTotal
from progress.reported_totals import ReportedTotalsError, load


class Command(BaseCommand):
    """Keep the totals of a file, all of them or none; a second time changes nothing."""

    help = (
        "Loads a CSV file of totals that officials reported for a cluster, a region or the city. "
        "They are shown beside the figures and are part of none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--park", metavar="SLUG", help="needed where there are several parks")
        parser.add_argument(
            "--once", action="store_true", help="do nothing if the park has such totals already"
        )

    def handle(
        self,
        *args: Any,
        file: Path,
        park: str | None = None,
        once: bool = False,
        **options: Any,
    ) -> None:
        chosen = self.choose_park(park)
        if once and ReportedTotal.objects.filter(park=chosen).exists():
            self.stdout.write(_("Reported totals are loaded already; they stay as they are."))
            return
        try:
            loaded = load(file, chosen)
        except ReportedTotalsError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            count = len(error.problems)
            problems = ngettext("%(count)s problem", "%(count)s problems", count)
            raise CommandError(
                _("%(file)s was not loaded: %(problems)s.")
                % {"file": file, "problems": problems % {"count": count}}
            ) from error
        self.stdout.write(
            _("Reported totals: %(added)s added, %(changed)s changed, %(unchanged)s as they were.")
            % {
                "added": loaded.added,
                "changed": loaded.changed,
                "unchanged": loaded.unchanged,
            }
        )

    def choose_park(self, slug: str | None) -> Park:
        parks = {park.slug: park for park in Park.objects.all()}
        if not parks:
            raise CommandError(_("There is no park yet; run load_plan first."))
        if slug is None and len(parks) == 1:
            return next(iter(parks.values()))
        if slug not in parks:
            raise CommandError(
                _("--park: name one of %(slugs)s.") % {"slugs": ", ".join(sorted(parks))}
            )
        return parks[slug]
