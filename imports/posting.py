"""How a file goes in: every row checked, then all of them posted or none.

The rows are applied in the order of time inside one transaction, through the same functions as
pages and the admin (enterprises.recording, ledger.posting). With any problem, in a dry run, or with
a double that nobody decided on, the transaction is rolled back; so a dry run checks just what an
import checks.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import system_user
from accounts.scopes import EVERYWHERE, scope_of
from clusters.models import Park
from imports.applying import Importer
from imports.exceptions import ImportRefusedError
from imports.known import load_known
from imports.models import HeldRow, Upload
from imports.reports import Report
from imports.rows import Places, Row, read_rows
from imports.tables import read_table

NEEDED_RIGHTS = (
    "enterprises.add_enterprise",
    "enterprises.add_project",
    "ledger.add_entry",
    "imports.add_upload",
)


class Doubles(Enum):
    """What becomes of possible doubles."""

    REPORT = "report"  # nothing is posted until somebody decides
    ALLOW = "allow"  # they are posted
    HOLD = "hold"  # the other rows are posted, they are kept aside


def import_file(
    content: bytes,
    *,
    name: str,
    user: User | None = None,
    doubles: Doubles = Doubles.REPORT,
    dry_run: bool = False,
) -> Report:
    """Post the rows of a CSV file and return what became of them.

    `user` is who records, within their rights and scope; None is the program itself, which may
    everything. Raises FileRefusedError or ImportRefusedError, and writes nothing then.
    """
    if user is not None:
        check_may_import(user)
    table = read_table(content)
    with transaction.atomic(), nothing_recorded_meanwhile():
        # One import after the other: of two at once each would add the enterprises of both.
        list(Park.objects.select_for_update(no_key=True).order_by("pk"))
        recorder = user or system_user()
        rows, problems = read_rows(table, Places.load())
        importer = Importer(
            known=load_known(rows),
            recorder=recorder,
            scope=scope_of(user) if user else EVERYWHERE,
            hold_doubles=doubles is Doubles.HOLD,
            held_before=list(HeldRow.objects.values_list("values", flat=True)),
        )
        for row in sorted(rows, key=order):
            importer.apply(row)
        if not problems and not importer.problems:
            importer.write()
        report = Report(
            rows=len(table.rows),
            posted=importer.posted,
            known=importer.stood,
            held=len(importer.held),
            problems=sorted(
                {*problems, *importer.problems},
                key=lambda problem: (problem.line or 0, problem.column),
            ),
            doubles=sorted(importer.doubles, key=lambda double: double.line),
            dry_run=dry_run,
        )
        refused = report.problems or (report.doubles and doubles is Doubles.REPORT)
        if refused:
            report.posted = report.held = 0
        if refused or dry_run:
            transaction.set_rollback(True)
        else:
            keep_upload(content, name=name, recorder=recorder, report=report, held=importer.held)
    return report


@contextmanager
def nothing_recorded_meanwhile() -> Iterator[None]:
    """Refuse the import if somebody enters one of its enterprises by hand while it runs."""
    try:
        yield
    except IntegrityError as error:
        raise ImportRefusedError(
            _("Something of this file was recorded by somebody else meanwhile; import it again.")
        ) from error


def check_may_import(user: User) -> None:
    """Refuse somebody who lacks a right that an import needs."""
    missing = [right for right in NEEDED_RIGHTS if not user.has_perm(right)]
    if not user.is_active or missing:
        raise ImportRefusedError(
            _("%(user)s may not import: the right %(rights)s is missing; give the role recorder.")
            % {"user": user.username, "rights": ", ".join(missing)}
        )


def order(row: Row) -> tuple[object, ...]:
    """Return the place of a row: what may be a double after what it doubles, then by time.

    By time, so that the earlier stage of a project stands when the later one is checked.
    """
    return bool(row.double_of), row.happened_on, row.stage_rank, row.line


def keep_upload(
    content: bytes, *, name: str, recorder: User, report: Report, held: list[HeldRow]
) -> None:
    """Record the import, unless the same file came before and said nothing new this time."""
    sha256 = hashlib.sha256(content).hexdigest()
    nothing_new = not report.posted and not held
    if nothing_new and Upload.objects.filter(sha256=sha256).exists():
        return
    upload = Upload.objects.create(
        name=name[:200],
        sha256=sha256,
        rows=report.rows,
        rows_posted=report.posted,
        rows_known=report.known,
        rows_held=report.held,
        recorded_by=recorder,
    )
    for row in held:
        row.upload = upload
    HeldRow.objects.bulk_create(held)
