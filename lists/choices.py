"""What a person chose of a list: its columns, its rows per page, and the filter it begins with."""

from dataclasses import dataclass
from typing import Any, Self

from django.db import transaction

from accounts.models import User
from lists.address import DEFAULT_PER_PAGE, PER_PAGE_CHOICES


@dataclass(frozen=True)
class Chosen:
    """The choices of one list; `columns` is empty for the usual ones, `begins_with` the key of a
    saved filter."""

    columns: list[str]
    per_page: int
    begins_with: int | None

    @classmethod
    def of(cls, user: Any, list_name: str) -> Self:
        """Read them; what cannot be used is as if it was never chosen."""
        kept = table_of(table_of(getattr(user, "list_choices", None)).get(list_name))
        columns, per_page, view = (kept.get(name) for name in ("columns", "per_page", "view"))
        return cls(
            columns=[name for name in columns if isinstance(name, str)]
            if isinstance(columns, list)
            else [],
            per_page=per_page if per_page in PER_PAGE_CHOICES else DEFAULT_PER_PAGE,
            begins_with=view if isinstance(view, int) else None,
        )


@transaction.atomic
def choose(user: User, list_name: str, **changes: Any) -> None:
    """Keep choices of one list; None takes one back.

    The row is locked, so that what another window chooses at the same moment stays.
    """
    row = User.objects.select_for_update().only("list_choices").get(pk=user.pk)
    every = table_of(row.list_choices)
    kept = {**table_of(every.get(list_name)), **changes}
    row.list_choices = {
        **every,
        list_name: {name: value for name, value in kept.items() if value is not None},
    }
    row.save(update_fields=["list_choices"])


def table_of(value: Any) -> dict[str, Any]:
    """Return a JSON object; {} for anything else."""
    return value if isinstance(value, dict) else {}
