"""Imports a CSV file of the record."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from imports.exceptions import FileRefusedError, ImportRefusedError
from imports.posting import Doubles, import_file
from imports.reports import Problem, Report
from imports.tables import read_bytes


class Command(BaseCommand):
    """Post every row of a file or none; exit code 1 with all that is to mend."""

    help = (
        "Imports a CSV file (docs/import-format.md): all rows or, with any bad one, none. "
        "Importing a file twice posts it once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV file in UTF-8")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything and change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        doubles = parser.add_mutually_exclusive_group()
        doubles.add_argument(
            "--allow-doubles", action="store_true", help="post rows that may repeat an amount"
        )
        doubles.add_argument(
            "--hold-doubles",
            action="store_true",
            help="keep rows that may repeat an amount aside, counted nowhere, and post the others",
        )
        parser.add_argument(
            "--as-user", metavar="NAME", help="record as this person, within their rights and scope"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        doubles = Doubles.REPORT
        if options["allow_doubles"]:
            doubles = Doubles.ALLOW
        elif options["hold_doubles"]:
            doubles = Doubles.HOLD
        path = Path(options["file"])
        try:
            report = import_file(
                read_bytes(path),
                name=path.name,
                user=find_user(options["as_user"]) if options["as_user"] else None,
                doubles=doubles,
                dry_run=options["dry_run"],
            )
        except FileRefusedError as refused:
            report = Report(problems=[refused.problem], dry_run=options["dry_run"])
        except ImportRefusedError as refused:
            problem = Problem(None, "", options["as_user"] or "", str(refused))
            report = Report(problems=[problem], dry_run=options["dry_run"])
        undecided = bool(report.doubles) and doubles is Doubles.REPORT
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            self.print_findings(report)
        if report.problems or undecided:
            raise CommandError(summary_of_refusal(report))
        if not options["json"]:
            self.stdout.write(summary(report))

    def print_findings(self, report: Report) -> None:
        """Print each bad cell and each possible double on its line, in the file's order."""
        for problem in report.problems:
            self.stderr.write(self.style.ERROR(problem_line(problem)))
        for double in report.doubles:
            place = _("line %(line)s, %(column)s") % {"line": double.line, "column": double.column}
            self.stdout.write(self.style.WARNING(f"{place}: {double.reason}"))


def find_user(username: str) -> User:
    """Return who is to record; raises ImportRefusedError for a name that nobody has."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ImportRefusedError(_("Nobody is called “%(name)s”.") % {"name": username})
    return user


def problem_line(problem: Problem) -> str:
    """Return a problem as "line 5, stage_date, “2020-02-30”: reason"."""
    parts = []
    if problem.line is not None:
        parts.append(_("line %(line)s") % {"line": problem.line})
    if problem.column:
        parts.append(problem.column)
    if problem.value:
        value = problem.value if len(problem.value) <= 80 else f"{problem.value[:79]}…"
        parts.append(_("“%(value)s”") % {"value": value})
    return f"{', '.join(parts)}: {problem.reason}" if parts else problem.reason


def summary(report: Report) -> str:
    """Return what was done, or would be."""
    counts = {
        "rows": ngettext("%(count)s row", "%(count)s rows", report.rows) % {"count": report.rows},
        "posted": report.posted,
        "known": report.known,
        "held": report.held,
    }
    if report.dry_run:
        return (
            _(
                "%(rows)s read. Would be new: %(posted)s; stand already: %(known)s; would be held "
                "back: %(held)s. Nothing was changed."
            )
            % counts
        )
    return (
        _("%(rows)s read. New: %(posted)s; stood already: %(known)s; held back: %(held)s.") % counts
    )


def summary_of_refusal(report: Report) -> str:
    """Return why nothing was posted, and what to do."""
    if not report.problems:
        found = ngettext(
            "%(count)s possible double.", "%(count)s possible doubles.", len(report.doubles)
        ) % {"count": len(report.doubles)}
        advice = _(
            "Nothing was posted. Import again with --allow-doubles to post them, or with "
            "--hold-doubles to keep them aside."
        )
        return f"{found} {advice}"
    if report.rows == 0:
        return _("Nothing was posted.")
    bad = len({problem.line for problem in report.problems})
    found = ngettext("%(count)s bad row", "%(count)s bad rows", bad) % {"count": bad}
    return _("%(bad)s of %(rows)s; nothing was posted.") % {"bad": found, "rows": report.rows}
