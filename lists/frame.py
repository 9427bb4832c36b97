"""What surrounds a list: the places that it is filtered by, and the filters that are kept of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import CharField, IntegerField, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from clusters.choices import Places
from lists.models import SavedFilter

FULL_NAME = Concat("owner__first_name", Value(" "), "owner__last_name")


@dataclass(frozen=True)
class Saved:
    """A saved filter, as its tab shows it; `owner` is what the person is called."""

    pk: int
    name: str
    query: str
    is_own: bool
    is_shared: bool
    owner: str


@dataclass(frozen=True)
class Frame:
    """Places and saved filters; both are needed by every list, so one query reads them."""

    places: Places
    saved: list[Saved]

    @classmethod
    def load(cls, user: Any, list_name: str, names: Iterable[Any] = ()) -> Self:
        """Read the frame of a list: the reader's own filters and those that are shared.

        `names` are queries of clusters.choices.named_rows() for what else the list names.
        """
        saved = (
            SavedFilter.objects.filter(Q(owner=user.pk) | Q(is_shared=True), list_name=list_name)
            .order_by()
            .annotate(
                kind=Value("saved", output_field=CharField()),
                position=Cast("is_shared", IntegerField()),
                owned=Cast("owner", CharField()),
                who=Coalesce(NullIf(Trim(FULL_NAME), Value("")), "owner__username"),
                nothing=Value("", output_field=CharField()),
            )
            .values_list("kind", "position", "pk", "query", "name", "owned", "who", "nothing")
        )
        places: list[tuple[Any, ...]] = []
        kept = []
        for row in Places.rows().union(saved, *names, all=True):
            if row[0] != "saved":
                places.append(row)
                continue
            _kind, is_shared, pk, query, name, owner, who, _nothing = row
            kept.append(Saved(pk, name, query, owner == str(user.pk), bool(is_shared), who))
        # One's own first.
        kept.sort(key=lambda one: (not one.is_own, one.name, one.pk))
        return cls(Places.of(places), kept)
