"""What an edit changed, as a person reads it: the words that a Revision keeps, and their labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enterprises.models import Enterprise, InvestorGroup, Project, Revision

NAMES = ("name_zh", "name_en")
ENTERPRISE_COLUMNS = (*NAMES, "origin", "credit_code", "credit_code_reason", "note")
PROJECT_COLUMNS = (*NAMES, "assignee")
LABELS = {
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "origin": _("Origin"),
    "credit_code": _("Credit code"),
    "credit_code_reason": _("Why the code stands although its check sign is wrong"),
    "note": _("Note"),
    "groups": _("Investor groups"),
    "tags": _("Tags"),
    "former_names": _("Former names"),
    "assignee": _("Assigned to"),
}


@dataclass(frozen=True)
class Told:
    """One field that an edit changed; "" stands for nothing."""

    field: str
    label: str
    before: str
    after: str


def label_of(field: str) -> str:
    """Return the words for an edited field."""
    return str(LABELS.get(field, field))


def words_of(field: str, value: Any) -> str:
    """Write the value of a field in a language of its own, so that two may be compared.

    Groups come in their order, tags and former names in that of the alphabet.
    """
    if field == "groups":
        return "; ".join(group_words(group) for group in value)
    if field in {"tags", "former_names"}:
        return "; ".join(sorted(str(one) for one in value))
    return "" if value is None else str(value)


def group_words(group: InvestorGroup) -> str:
    """Write a group with both of its names."""
    return " / ".join(name for name in (group.name_zh, group.name_en) if name)


def check_reason(reason: str) -> None:
    """Refuse a reason that a revision cannot hold."""
    longest = Revision._meta.get_field("reason").max_length or 0
    if len(reason) > longest:
        raise ValidationError(
            {"reason": gettext("Give the reason in %(most)s signs at most.") % {"most": longest}}
        )


def standing_words(row: Enterprise | Project) -> dict[str, str]:
    """Return the words of everything that is edited about a row."""
    columns: tuple[str, ...] = (
        ENTERPRISE_COLUMNS if isinstance(row, Enterprise) else PROJECT_COLUMNS
    )
    found = {name: words_of(name, getattr(row, name)) for name in columns}
    found["tags"] = words_of("tags", row.tags.all())
    if isinstance(row, Enterprise):
        held = row.shareholdings.select_related("group").order_by("position", "pk")
        found["groups"] = words_of("groups", [one.group for one in held])
        found["former_names"] = words_of("former_names", row.former_names.all())
    return found


def shown_words(field: str, words: str) -> str:
    """Return the words as the page's language has them: countries are kept as their code."""
    return str(countries.name(words)) if field == "origin" and words else words


def told(revision: Revision) -> list[Told]:
    """Return what a revision changed, with labels and in the language of the page."""
    order = list(LABELS)
    return sorted(
        (
            Told(field, label_of(field), *(shown_words(field, words) for words in pair))
            for field, pair in revision.changes.items()
        ),
        key=lambda one: order.index(one.field) if one.field in order else len(order),
    )


def revisions_of(row: Enterprise | Project) -> Any:
    """Return the revisions of a row, the newest first, with their persons."""
    return Revision.objects.filter(**{row._meta.model_name or "": row}).select_related(
        "recorded_by"
    )


def last_changes(row: Enterprise | Project, fields: Iterable[str]) -> dict[str, Revision]:
    """Return the last revision that changed each of the fields, where there is one."""
    wanted, found = set(fields), {}
    for revision in revisions_of(row):
        for field in wanted & revision.changes.keys():
            found[field] = revision
            wanted.discard(field)
        if not wanted:
            break
    return found


def first_words(revisions: Iterable[Revision]) -> dict[str, str]:
    """Return what each field said before any of `revisions`, which are in their order."""
    found: dict[str, str] = {}
    for revision in revisions:
        for field, (before, _after) in revision.changes.items():
            found.setdefault(field, before)
    return found


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[str]]:
    """Return [before, after] of each field that differs."""
    return {
        field: [before[field], words] for field, words in after.items() if words != before[field]
    }


def clashing(
    before: Mapping[str, str], changes: Mapping[str, list[str]], revisions: Iterable[Revision]
) -> Iterator[str]:
    """Yield the fields of `changes` that do not say any more what they said before `revisions`.

    Former names never clash: each edit only adds some.
    """
    opened_with = first_words(revisions)
    for field in changes.keys() - {"former_names"}:
        if field in opened_with and opened_with[field] != before[field]:
            yield field
