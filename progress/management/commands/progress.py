"""Prints a plan's progress."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from clusters.amounts import format_dashboard
from clusters.models import Plan
from progress.choosing import ACCEPTED, read_choice
from progress.contract import as_json
from progress.figures import measure_progress
from progress.moments import VERIFIED, read_as_of, read_known_at
from progress.results import Progress, ScopeFigures


class Command(BaseCommand):
    """Print the same figures as the pages, as lines or as JSON."""

    help = "Prints a plan's progress at a date, as known at a moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", metavar="SLUG", help="the plan; else the current one")
        parser.add_argument("--as-of", metavar="DATE", help="a date like 2025-12-31; else today")
        parser.add_argument("--known-at", metavar="TIME", help="a moment in ISO form; else now")
        parser.add_argument(
            "--evidence", choices=[VERIFIED], help="count only what a second person has verified"
        )
        for name, values in ACCEPTED.items():
            parser.add_argument(
                f"--{name}",
                choices=list(values),
                default="",
                help="instead of what the plan's rule says",
                dest=f"choice_{name}",
            )
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--as-user", metavar="NAME", help="refuse what this user may not see")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_user"]:
            check_may_see(options["as_user"])
        try:
            as_of = read_as_of(options["as_of"]) if options["as_of"] else timezone.localdate()
            known_at = read_known_at(options["known_at"]) if options["known_at"] else None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        progress = measure_progress(
            find_plan(options["plan"]),
            as_of,
            known_at,
            verified_only=options["evidence"] == VERIFIED,
            choice=read_choice({name: options[f"choice_{name}"] for name in ACCEPTED})[0],
        )
        if options["json"]:
            self.stdout.write(json.dumps(as_json(progress), ensure_ascii=False, indent=2))
            return
        for line in lines(progress):
            self.stdout.write(line)


def check_may_see(username: str) -> None:
    """Refuse a name that nobody has, or of somebody without the right."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody active is called {username!r}.")
    if not user.has_perm("clusters.view_plan"):
        raise CommandError(f"{username} may not see progress; give the role viewer.")


def find_plan(slug: str | None) -> Plan:
    """Return the plan of that short name, or the current one."""
    known = ", ".join(Plan.objects.order_by("slug").values_list("slug", flat=True))
    if not known:
        raise CommandError("No plan is loaded; run manage.py load_plan FILE.toml first.")
    if slug is None:
        current = Plan.objects.current(timezone.localdate())
        if current is not None:
            return current
    plan = Plan.objects.filter(slug=slug).first()
    if plan is None:
        raise CommandError(f"There is no plan {slug!r}; choose one of: {known}.")
    return plan


def lines(progress: Progress) -> list[str]:
    """Return the figures for reading in a terminal."""
    choice_line = ", ".join(f"{name} {value}" for name, value in progress.choice.query.items())
    return [
        f"{progress.plan} as of {progress.as_of}",
        *([] if progress.choice.is_plans else [f"not the plan's own definition: {choice_line}"]),
        *(scope_line(scope) for scope in (progress.park, *progress.clusters, *progress.regions)),
    ]


def scope_line(scope: ScopeFigures) -> str:
    """Return one scope on one line."""
    parts = []
    leading = "not reported" if scope.leading is None else str(scope.leading)
    goal = scope.leading_goal
    of = f" of {goal.target} ({goal.status.label.lower()})" if goal else ""
    parts.append(f"leading enterprises {leading}{of}")
    fen = scope.investment.fen
    amount = "not reported" if fen is None else format_dashboard(fen)
    goal = scope.investment_goal
    of = f" of {format_dashboard(goal.target)} ({goal.status.label.lower()})" if goal else ""
    parts.append(f"{scope.investment.measure.label.lower()} {amount}{of}")
    return f"{scope.scope}: {'; '.join(parts)}"
