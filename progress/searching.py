"""What words find among all that there is: a few hits of each kind, and the way to the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.scopes import scope_of
from clusters.amounts import format_dashboard, written
from clusters.choices import Named, Places
from enterprises.finding import EVERY
from enterprises.models import Enterprise, InvestorGroup, Project
from enterprises.search_text import lines_of, normalized, words_of
from enterprises.suggest_views import as_option
from ledger.models import Entry, Evidence

SHOWN = 5
# Notes and titles have no index; so many of the newest rows are looked through.
NEWEST = 20_000
# The key of an entry has no more digits.
KEY_DIGITS = 18


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its name, what tells it from others, and where it is shown."""

    text: str
    url: str
    other: str = ""
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What was found of one kind, and the list of all of it; `rest` is "" where there is none.

    `limit` says that not all rows were looked through, "" where they were.
    """

    title: str
    hits: list[Hit]
    rest: str = ""
    url: str = ""
    limit: str = ""


def find_everything(query: str, user: User) -> Iterator[Found]:
    """Yield what `user` may see and `query` finds, kind by kind; it has at least one word."""
    yield find_enterprises(query, user)
    yield find_projects(query, user)
    yield find_groups(query, user)
    yield from find_places(query)
    yield find_entries(query, user)
    yield find_evidence(query, user)


def find_enterprises(query: str, user: User) -> Found:
    """Return enterprises, and how many there are."""
    rows = Enterprise.objects.visible_to(user)
    seen = scope_of(user).q()
    total = rows.search(query, seen).count() if seen else rows.count_of_all(query)
    hits = named_hits("enterprise", rows, query, total, seen, "lead_group")
    rest = _("All %(n)s enterprises in the list") % {"n": counted(total)}
    return Found(
        _("Enterprises"), hits, *to_list(rest, "enterprises:enterprise-list", query, total)
    )


def find_projects(query: str, user: User) -> Found:
    """Return projects, and how many there are."""
    rows = Project.objects.visible_to(user)
    is_limited = scope_of(user).is_limited
    total = rows.search(query).count() if is_limited else rows.count_of_all(query)
    hits = named_hits("project", rows, query, total, EVERY, "enterprise")
    rest = _("All %(n)s projects in the list") % {"n": counted(total)}
    return Found(_("Projects"), hits, *to_list(rest, "enterprises:project-list", query, total))


def find_groups(query: str, user: User) -> Found:
    """Return investor groups, which have no list."""
    rows = InvestorGroup.objects.visible_to(user)
    return Found(_("Investor groups"), named_hits("group", rows, query, None, EVERY))


def named_hits(
    kind: str, rows: Any, query: str, total: int | None, projects: Q, *related: str
) -> list[Hit]:
    """Return the best of the rows that have a search entry."""
    keys = rows.best_keys(query, 0, SHOWN, total=total, projects=projects)
    found = rows.model.objects.select_related(*related).in_bulk(keys)
    options = [as_option(kind, found[key]) for key in keys]
    return [Hit(one["text"], one["url"], one["other"], one["note"]) for one in options]


def find_places(query: str) -> Iterator[Found]:
    """Yield clusters, regions and sectors, which everybody may see."""
    places = Places.load()
    yield places_found(_("Clusters"), places.clusters, query, "progress:cluster")
    yield places_found(_("Regions"), places.regions, query, "progress:region")
    yield places_found(_("Sectors"), places.sectors, query)


def places_found(title: str, places: list[Named], query: str, page: str = "") -> Found:
    """Return those that have all words, each once; without a page of its own one leads to the
    enterprises in it."""
    found = {one.key: one for one in places if has_words(one, query)}
    return Found(
        title,
        [
            Hit(
                one.name,
                reverse(page, args=[key])
                if page
                else list_of("enterprises:enterprise-list", sector=key),
                other_name(one),
            )
            for key, one in [*found.items()][:SHOWN]
        ],
    )


def has_words(place: Named, query: str) -> bool:
    """Whether each word stands in a name of the place, its pinyin or the initials of that."""
    words = words_of(query)
    names = (place.name_zh, place.name_en, place.short_zh, place.short_en, place.key)
    # Chinese words are in no pinyin, whose dictionaries need not be loaded for them.
    text = spelled_out(names) if any(map(str.isascii, words)) else plain(names)
    return all(word in text for word in words)


def plain(names: Iterable[str]) -> str:
    """Return names as words are looked for in them, a line each."""
    return "\n".join(map(normalized, names))


@cache
def spelled_out(names: tuple[str, ...]) -> str:
    """Return the same with pinyin and initials; of places, which are few."""
    return "\n".join(lines_of(names))


def other_name(place: Named) -> str:
    """Return the name in the other language; "" where there is none."""
    names = {place.name_zh, place.name_en} - {place.name, ""}
    return names.pop() if names else ""


def find_entries(query: str, user: User) -> Found:
    """Return the entry of that number, then those with all words in their notes."""
    rows = Entry.objects.visible_to(user).select_related("project")
    number = query.strip().lstrip("#")
    is_number = number.isascii() and number.isdigit() and len(number) <= KEY_DIGITS
    found = [*rows.filter(pk=int(number))] if is_number else []
    noted, are_older = newest(rows)
    for word in query.split():
        noted = noted.filter(note__icontains=word)
    found += [entry for entry in noted.order_by("-pk")[:SHOWN] if entry not in found]
    hits = [
        Hit(entry.project.name, entry.get_absolute_url(), entry.note, about(entry))
        for entry in found
    ]
    rest = _("Look for it in the ledger")
    limit = _("Only the notes of the newest %(n)s entries were looked through.")
    return Found(
        _("Ledger entries"),
        hits[:SHOWN],
        *to_list(rest, "ledger:entry-list", query),
        limit % {"n": counted(NEWEST)} if are_older else "",
    )


def about(entry: Entry) -> str:
    """Say which entry it is."""
    return _("No. %(number)s, %(measure)s %(amount)s, %(day)s") % {
        "number": entry.pk,
        "measure": entry.get_measure_display(),
        "amount": format_dashboard(entry.amount_fen),
        "day": date_format(entry.effective_on, "DATE_FORMAT"),
    }


def find_evidence(query: str, user: User) -> Found:
    """Return evidence with each word in its title, file, address or issuer."""
    rows, are_older = newest(Evidence.objects.visible_to(user))
    for word in query.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(file_name__icontains=word)
            | Q(url__icontains=word)
            | Q(issuer__icontains=word)
        )
    hits = [
        Hit(str(one), one.get_absolute_url(), note=one.issuer)
        for one in rows.order_by("-pk")[:SHOWN]
    ]
    rest = _("Look for it in the list of evidence")
    limit = _("Only the newest %(n)s pages and documents were looked through.")
    return Found(
        _("Evidence"),
        hits,
        *to_list(rest, "ledger:evidence-list", query),
        limit % {"n": counted(NEWEST)} if are_older else "",
    )


def newest(rows: QuerySet[Any]) -> tuple[QuerySet[Any], bool]:
    """Return those of the rows that are among the newest of their table, and whether it has older
    ones."""
    last = rows.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(pk__gt=last - NEWEST), last > NEWEST


def to_list(rest: str, address: str, query: str, total: int = SHOWN + 1) -> tuple[str, str]:
    """Return the words and the address that lead to the list, "" when all is shown already."""
    if total <= SHOWN:
        return "", ""
    return rest, list_of(address, q=query.strip())


def list_of(address: str, **filters: str) -> str:
    """Return the address of a list with filters."""
    return f"{reverse(address)}?{urlencode(filters)}"


def counted(number: int) -> str:
    """Write a number of rows."""
    return written(Decimal(number), 0)
