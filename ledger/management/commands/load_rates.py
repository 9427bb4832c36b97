"""Loads a CSV file of exchange rates."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import system_user
from ledger.exceptions import RatesRefusedError
from ledger.rate_files import load_rates, read_file, read_rows

NEEDED_RIGHT = "ledger.add_exchangerate"


class Command(BaseCommand):
    """Record the rates of a file, all of them or none; a second time changes nothing."""

    help = (
        "Loads a CSV file of exchange rates, with the columns currency, on, rate (yuan per unit) "
        "and source: all lines or, with any bad one, none. Loading a file twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="a CSV file in UTF-8")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything and change nothing"
        )
        parser.add_argument(
            "--as-user", metavar="NAME", help="record as this person, within their rights"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name, dry_run = options["as_user"], options["dry_run"]
        try:
            rows = read_rows(read_file(options["file"]))
            with transaction.atomic():
                recorder = find_recorder(name) if name else system_user()
                loaded = load_rates(rows, recorded_by=recorder)
                transaction.set_rollback(dry_run)
        except RatesRefusedError as refused:
            for problem in refused.problems:
                self.stderr.write(self.style.ERROR(str(problem)))
            count = len(refused.problems)
            problems = ngettext("%(count)s problem", "%(count)s problems", count)
            raise CommandError(
                _("%(file)s was not loaded: %(problems)s.")
                % {"file": options["file"], "problems": problems % {"count": count}}
            ) from refused
        told = (
            _("Rates that would be new: %(added)s; stand already: %(known)s. Nothing was changed.")
            if dry_run
            else _("New rates: %(added)s; stood already: %(known)s.")
        )
        self.stdout.write(told % {"added": loaded.added, "known": loaded.known})


def find_recorder(username: str) -> User:
    """Return who is to record; a name that nobody has, or who may not, is refused."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(_("Nobody is called “%(name)s”.") % {"name": username})
    if not user.is_active or not user.has_perm(NEEDED_RIGHT):
        raise CommandError(
            _("%(user)s may not record rates: the right %(right)s is missing.")
            % {"user": user.username, "right": NEEDED_RIGHT}
        )
    return user
