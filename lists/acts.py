"""What can be done to many rows of a list at once.

An act says what it would do to each row before it does it; how it is chosen, shown and confirmed is
the same for all of them (lists.bulk_views).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.forms import ShowsRefusal


@dataclass
class Outcome:
    """What became, or would become, of the rows, by their keys.

    `changed` says [before, after] by field, as a person reads it; `same` had it so already;
    `refused` says why not.
    """

    changed: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    same: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    def misses(self, keys: Iterable[int]) -> list[int]:
        """Return those of the keys that it says nothing of: they are not there any more."""
        told = self.changed.keys() | self.refused.keys() | set(self.same)
        return [key for key in keys if key not in told]

    def add(self, other: "Outcome") -> None:
        """Take over what another one says of other rows."""
        self.changed |= other.changed
        self.same += other.same
        self.refused |= other.refused


class WayBack(NamedTuple):
    """How a part of the rows is put back: what to do (JSON), and their versions after the act."""

    spec: Any
    marks: Mapping[int, int]


class ActForm(ShowsRefusal, forms.Form):
    """What an act has to be told."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.offer()

    def offer(self) -> None:
        """Fill in what there is to choose from."""

    def sent(self) -> list[tuple[str, str]]:
        """Return what was sent for its fields, to be sent again."""
        return [(name, self.data[name]) for name in self.fields if name in self.data]


class Act:
    """Something that is done to many rows at once; a subclass for each thing that is."""

    # The bar shows the class itself.
    do_not_call_in_templates = True

    name: ClassVar[str]
    # As the bar offers it, as its page is headed, and what that says below.
    label: ClassVar[Any]
    heading: ClassVar[Any]
    lead: ClassVar[Any] = ""
    icon_name: ClassVar[str] = "check"
    permission: ClassVar[str]
    # So many rows it takes: it is done within one request of a few seconds.
    most_rows: ClassVar[int] = 10_000
    form_class: ClassVar[type[ActForm]]
    labels: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, user: User) -> None:
        self.user = user

    @classmethod
    def is_open_to(cls, user: Any) -> bool:
        """Whether a role of `user` allows it at all."""
        return bool(user.has_perm(cls.permission))

    def make_form(self, data: Any = None) -> ActForm:
        return self.form_class(data, user=self.user)

    def marks(self, keys: Collection[int]) -> dict[int, int]:
        """Return the mark of each of the rows that there are."""
        raise NotImplementedError

    def rehearse(self, keys: Collection[int], asked: Mapping[str, Any]) -> Outcome:
        """Say what would become of the rows now; raises ValidationError when nothing can."""
        raise NotImplementedError

    def write(self, marks: Mapping[int, int], asked: Mapping[str, Any]) -> Outcome:
        """Do it, and refuse rows that were changed since their marks.

        Called within a transaction that is taken back when a row is refused.
        """
        raise NotImplementedError

    def ways_back(self) -> Sequence[WayBack]:
        """Return how what was just written is undone; none when it cannot be."""
        return ()

    def undo(self, way: WayBack) -> Outcome:
        """Put rows back, but for those that were changed since."""
        raise NotImplementedError

    # What it says.

    def verb(self, asked: Mapping[str, Any], number: int) -> str:
        """Return the words of the button that does it to so many rows."""
        raise NotImplementedError

    def told(self, asked: Mapping[str, Any], number: int) -> str:
        """Say that it was done to so many rows."""
        raise NotImplementedError

    def words(self, name: str, words: str) -> str:
        """Return what a field says, as its preview shows it."""
        return words or _("nothing")

    def label_of(self, name: str) -> str:
        """Return the words for a field that it changes."""
        return str(self.labels.get(name, name))


@dataclass(frozen=True)
class Bulk:
    """What a list offers to do to many of its rows: the address that does it, and the acts."""

    address: str
    acts: list[type[Act]]
