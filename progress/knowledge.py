"""Figures that are kept as long as nothing they rest on has changed.

The database counts every change of it (ledger.triggers.knowledge), so one small query tells whether
what was computed before still holds, also of an earlier moment: what somebody is still writing may
be recorded before that moment and become visible after it.

Nothing is kept, nor taken from what is kept, inside a transaction: it may be undone.
"""

import hashlib
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum

from accounts.models import User
from accounts.scopes import may, scope_of
from enterprises.models import Enterprise, InvestorGroup, Project
from ledger.models import Entry, Knowledge
from ledger.subjects import Subject

T = TypeVar("T")
# What figures name some rows of.
NAMED = (Enterprise, Entry, InvestorGroup, Project)
EVERYTHING = tuple(Subject)
# A day; what no version asks for any more goes by itself.
KEPT_SECONDS = 24 * 60 * 60


def versions() -> dict[str, int]:
    """Return the version of each subject of which anything was ever changed."""
    rows = Knowledge.objects.order_by().values_list("subject").annotate(Sum("version"))
    return {subject: int(version) for subject, version in rows}


def seen_by(reader: User | AnonymousUser) -> tuple[Any, ...]:
    """Return a reader's scope and rights as a value for the key of what tells names: it is equal
    for readers who may see the same."""
    scope = scope_of(reader)
    places = (None if keys is None else sorted(keys) for keys in (scope.regions, scope.clusters))
    return (*places, *(may(reader, "view", model) for model in NAMED))


def remembered(
    what: str,
    *key: Any,
    compute: Callable[[], T],
    subjects: Collection[Subject] = EVERYTHING,
    known: dict[str, int] | None = None,
) -> T:
    """Return what `compute` gives, from before if nothing of `subjects` has changed since.

    `what` and `key` say what is computed: all that the result depends on beside the rows of the
    subjects, such as a language where it has words. They have a repr of their value; of a row give
    its key. The result is pickled. `known` are `versions()` that were read before.
    """
    if connection.in_atomic_block:
        return compute()
    known = versions() if known is None else known
    stand = [known.get(subject, 0) for subject in subjects]
    named = repr((connection.settings_dict["NAME"], what, key, stand))
    name = f"{what}:{hashlib.sha256(named.encode()).hexdigest()}"
    missing = object()
    found: Any = cache.get(name, missing)
    if found is missing:
        found = compute()
        cache.set(name, found, KEPT_SECONDS)
    return found  # type: ignore[no-any-return]
