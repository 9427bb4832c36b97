"""Asking a filterset as a list does, without drawing the list."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.test import RequestFactory

from accounts.models import User
from enterprises.filters import EnterpriseFilterSet, ProjectFilterSet
from enterprises.models import Enterprise, Project
from ledger.filters import EntryFilterSet
from ledger.models import Entry
from lists.filters import ParkFilterSet, problems_of
from lists.frame import Frame

LISTS: dict[type[ParkFilterSet], Any] = {
    EnterpriseFilterSet: Enterprise,
    ProjectFilterSet: Project,
    EntryFilterSet: Entry,
}


def asked(kind: type[ParkFilterSet], user: User, **query: Any) -> ParkFilterSet:
    """The filterset of a list for what a person asks."""
    data = QueryDict(urlencode(query, doseq=True))
    request = RequestFactory().get("/", data)
    request.user = user
    places = Frame.load(user, "", kind.name_rows(data, user)).places
    rows = LISTS[kind].objects.visible_to(user)
    found = kind(data, queryset=rows, request=request, places=places)
    found.is_valid()
    return found


def problems(kind: type[ParkFilterSet], user: User, **query: Any) -> list[str]:
    """What the list says is wrong with what a person asks."""
    found = asked(kind, user, **query)
    return problems_of(found, found.data)


def rows(kind: type[ParkFilterSet], user: User, **query: Any) -> list[Any]:
    """The rows that meet what a person asks, by key."""
    found = asked(kind, user, **query)
    assert problems_of(found, found.data) == []
    # Each once, whatever was joined.
    listed = list(found.qs)
    assert len(listed) == len({row.pk for row in listed})
    return sorted(listed, key=lambda row: row.pk)
