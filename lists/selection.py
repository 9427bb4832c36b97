"""Which rows a bulk act is about, kept in its page, signed, from what is shown until it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Self

from django.core import signing
from django.utils.translation import gettext as _

from accounts.models import User

if TYPE_CHECKING:
    from lists.views import FilteredListView

SALT = "lists.selection."
LONGEST_KEY = 18


class NothingChosenError(Exception):
    """There are no rows to do anything to; says what to do instead."""


@dataclass(frozen=True)
class Selection:
    """Rows by their keys, each with the mark (a number) of what was seen of it.

    What a mark is is the act's own: a version, or the key of the last fact about the row. Any
    change of it says that somebody was there since.
    """

    marks: Mapping[int, int]

    def only(self, keys: Iterable[int]) -> Self:
        """Return the selection of those of the rows."""
        return type(self)({key: self.marks[key] for key in keys})

    def pack(self) -> list[list[int]]:
        """Return the selection as numbers; keys as steps, as these are small and much alike."""
        keys = sorted(self.marks)
        steps = [later - earlier for earlier, later in pairwise([0, *keys])]
        return [steps, [self.marks[key] for key in keys]]

    @classmethod
    def unpack(cls, packed: Iterable[Iterable[int]]) -> Self:
        """Read what `pack()` wrote."""
        steps, marks = packed
        return cls(dict(zip(accumulate(steps), marks, strict=True)))


def seal(kept: Any, purpose: str, user: User) -> str:
    """Sign what a page of `user` holds for its next step; nobody else can use it."""
    return signing.dumps(kept, salt=f"{SALT}{purpose}.{user.pk}", compress=True)


def unseal(sealed: str, purpose: str, user: User) -> Any:
    """Return what `seal()` signed; None for what it did not."""
    try:
        return signing.loads(sealed, salt=f"{SALT}{purpose}.{user.pk}")
    except signing.BadSignature:
        return None


def matching(rows_of: "FilteredListView", most: int) -> list[int]:
    """Return all rows that the address of a list leaves; refuses more than `most`."""
    if problems := rows_of.read_address(are_offered=False):
        raise NothingChosenError(" ".join(problems))
    rows = rows_of.filtered_rows().order_by()
    keys = list(rows.values_list("pk", flat=True)[: most + 1])
    if len(keys) > most:
        told = _(
            "%(all)s rows match, and %(most)s at most are changed at once. Narrow the list by a "
            "filter, and do it in parts."
        )
        raise NothingChosenError(told % {"all": f"{rows.count():,}", "most": f"{most:,}"})
    return keys


def ticked(rows_of: "FilteredListView", sent: Iterable[str], most: int) -> list[int]:
    """Return those of the ticked rows that this person may see, `most` of them at most."""
    keys = {int(key) for key in sent if is_key(key)}
    rows = rows_of.get_rows().filter(pk__in=keys).order_by()
    return list(rows.values_list("pk", flat=True)[:most])


def is_key(text: str) -> bool:
    """Whether a text can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY
