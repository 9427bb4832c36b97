"""What must hold before the site is served."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections

from ledger import triggers


def check_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Fail when a trigger of the ledger is missing, altered or switched off."""
    return [
        Error(
            f"The database {alias!r} lacks the trigger {name} or has it altered.",
            hint="Run manage.py migrate, which installs them, then manage.py verify_ledger.",
            id="ledger.E001",
        )
        for alias in databases or []
        for name in triggers.missing(connections[alias])
    ]
