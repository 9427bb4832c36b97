"""Loads a plan file.

It stands in this app and not beside the plan, since it has to know people, and `clusters` knows
none.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import system_user
from accounts.scopes import may
from clusters.exceptions import PlanFileError
from clusters.loading import load
from clusters.models import Goal, Plan
from clusters.planfile import read_plan_file


class Command(BaseCommand):
    """Bring a plan file into the database; with any problem in it nothing changes."""

    help = (
        "Loads a plan file (docs/plan-format.md). Loading it again changes nothing; a goal that "
        "differs from the one that stands is added beside it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.toml")
        parser.add_argument(
            "--as-user", metavar="NAME", help="record as this person, who must be a planner"
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help="leave a plan alone that is loaded already, and what was changed in it since",
        )

    def handle(
        self,
        *args: Any,
        file: Path,
        as_user: str | None = None,
        once: bool = False,
        **options: Any,
    ) -> None:
        recorder = self.planner(as_user) if as_user is not None else None
        try:
            plan_file = read_plan_file(file)
            slug = plan_file.plan.slug
            if once and Plan.objects.filter(slug=slug).exists():
                self.stdout.write(_("Plan %s is loaded already; it stays as it is.") % slug)
                return
            with transaction.atomic():  # so that a refused file does not leave the user behind
                loaded = load(plan_file, recorded_by=recorder or system_user())
        except PlanFileError as error:
            for key, reason in error.problems:
                self.stderr.write(f"{key}: {reason}")
            count = len(error.problems)
            problems = ngettext("%(count)s problem", "%(count)s problems", count)
            raise CommandError(
                _("%(file)s was not loaded: %(problems)s.")
                % {"file": file, "problems": problems % {"count": count}}
            ) from error
        self.stdout.write(loaded.summary())

    def planner(self, username: str) -> User:
        """Return the person of that name, who must be allowed to set goals."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("--as-user: nobody is named “%s”.") % username)
        if not may(user, "add", Goal):
            raise CommandError(_("--as-user: “%s” may not set goals; a planner may.") % username)
        return user
