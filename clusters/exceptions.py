"""What the plan's app refuses."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _


class InsertOnlyError(Exception):
    """Code tried to change or delete a dated fact."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(
            f"A {model._meta.verbose_name} is never changed or deleted; record another one."
        )
        self.model = model


class PlanFileError(Exception):
    """A plan file cannot be loaded; `problems` pairs each key with its reason."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{key}: {reason}" for key, reason in problems))
        self.problems = problems


class UnreadableAmountError(ValueError):
    """A text is no amount of money, or one that the ledger cannot hold."""

    def __init__(self, text: Any) -> None:
        super().__init__(
            _("“%(text)s” is not an amount; write 14400000, 3000万, 3亿, 300m or 2.5bn.")
            % {"text": str(text)[:60]}
        )
