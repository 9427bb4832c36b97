"""Fields in which a row is found by its name.

With scripts each is a search box with suggestions; without them it is a text field. Both send the
same: the name with the row's key behind it, "Hisense (#12)", as a suggestion fills it in, or just
a name or credit code as somebody types it. What it stands for is looked up among `rows`, those that
this person may choose; a name that two rows have is asked back.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from enterprises import credit_codes
from enterprises.editing.words import group_words
from enterprises.models import Enterprise, InvestorGroup, Project, Tag

KEYED = re.compile(r"(?:^|\()#(?P<key>[0-9]{1,18})\)?$")
NAMED = 5
MOST_LINES = 50
LONGEST = 500
LINES = re.compile(r"\s*\n\s*")


def has_name(name: str) -> Q:
    """Return the condition that a row goes by a name, in either language."""
    return Q(name_zh=name) | Q(name_en__iexact=name)


def has_name_or_code(name: str) -> Q:
    """Return the condition that an enterprise goes by a name, or has a credit code."""
    code = credit_codes.normalized(name)
    return has_name(name) | (Q(credit_code=code) if code else Q())


KINDS: dict[type[Any], tuple[str, Callable[[str], Q]]] = {
    Enterprise: ("enterprise", has_name_or_code),
    Project: ("project", has_name),
    InvestorGroup: ("group", has_name),
}


def keyed(row: Any) -> str:
    """Write a row as its field is filled in: the name, and the key that tells it from others."""
    return f"{named(row)} (#{row.pk})"


def named(row: Any) -> str:
    """Write a row so that a person tells it from others of its name."""
    if isinstance(row, InvestorGroup):
        return group_words(row)
    return f"{row}, {row.enterprise}" if isinstance(row, Project) else str(row)


def find(rows: QuerySet[Any], text: str) -> Any:
    """Return the row that `text` names; refuses a name that none or several have."""
    found: list[Any]
    if key := KEYED.search(text):
        found = list(rows.filter(pk=int(key["key"])))
    else:
        _kind, goes_by = KINDS[rows.model]
        found = list(rows.filter(goes_by(text)).order_by("pk")[: NAMED + 1])
    if not found:
        raise ValidationError(
            _(
                "“%(name)s” is not among those that you may choose. Write the full name as it is "
                "recorded, or a credit code."
            ),
            code="unknown",
            params={"name": text[:80]},
        )
    if len(found) > 1:
        raise ValidationError(
            _("Several are called “%(name)s”: %(rows)s. Write the one you mean as it stands here."),
            code="several",
            params={"name": text[:80], "rows": "; ".join(keyed(row) for row in found[:NAMED])},
        )
    return found[0]


def suggestions(model: type[Any]) -> dict[str, Any]:
    """Return what tells the script where suggestions for rows of `model` come from."""
    kind, _goes_by = KINDS[model]
    address = reverse_lazy("enterprises:suggest")
    return {"data-pick": kind, "data-url": address, "autocomplete": "off"}


class PickField(forms.CharField):
    """One row, found by its name; the form sets `rows`."""

    rows: QuerySet[Any]

    def __init__(self, model: type[Any], *, editable: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)
        self.widget.attrs |= suggestions(model)
        if editable:
            self.widget.attrs["data-editable"] = "1"

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else keyed(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return find(self.rows, text) if text else None


class LinesField(forms.CharField):
    """Several things, one on each line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST * MOST_LINES)
        super().__init__(**{"required": False, **kwargs})
        self.widget.attrs |= {"rows": 2, "data-many": "1", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(self.line(one) for one in value)

    def line(self, one: Any) -> str:
        """Return what stands on the line of one of the things."""
        return str(one)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.lines(self.prepare_value(initial)) != self.lines(data)

    def lines(self, text: Any) -> list[str]:
        """Return the lines with something on them, each once, without needless spaces."""
        found = (" ".join(line.split()) for line in LINES.split(str(text or "").strip()))
        return [line for line in dict.fromkeys(found) if line]

    def clean(self, value: Any) -> Any:
        lines = self.lines(super().clean(value))
        if len(lines) > MOST_LINES:
            raise ValidationError(
                _("These are too many: give at most %(most)s."), params={"most": MOST_LINES}
            )
        return self.read(lines)

    def read(self, lines: list[str]) -> Any:
        """Return what the lines stand for."""
        return lines


class GroupsField(LinesField):
    """Investor groups in their order, the first of which leads; the form sets `rows`.

    A name that is not recorded is refused, or kept as a group to be made when `makes_new` is set.
    """

    rows: QuerySet[Any]
    makes_new = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= suggestions(InvestorGroup)

    def line(self, one: Any) -> str:
        return keyed(one)

    def read(self, lines: list[str]) -> list[InvestorGroup]:
        found: list[InvestorGroup] = []
        problems: list[ValidationError] = []
        for line in lines:
            try:
                found.append(self.group(line))
            except ValidationError as problem:
                problems.append(problem)
        if problems:
            raise ValidationError(problems)
        return list({group_words(group): group for group in found}.values())

    def group(self, line: str) -> InvestorGroup:
        """Return the group of a line, one that is not saved yet where it has to be made."""
        try:
            found: InvestorGroup = find(self.rows, line)
        except ValidationError as problem:
            if problem.code != "unknown" or not self.makes_new or KEYED.search(line):
                raise
            return new_group(line)
        return found


def new_group(name: str) -> InvestorGroup:
    """Return a group of that name, in the language of the name, not saved yet."""
    is_chinese = any("\u3400" <= sign <= "\u9fff" for sign in name)
    group = InvestorGroup(**{"name_zh" if is_chinese else "name_en": name})
    group.full_clean()
    return group


class TagsField(LinesField):
    """Tags by their names, commas between them or one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"data-pick": "tag"}

    def offer(self, tags: Iterable[Tag]) -> None:
        """Have the script suggest these."""
        self.widget.attrs["data-options"] = "\n".join(tag.name for tag in tags)

    def lines(self, text: Any) -> list[str]:
        return super().lines(re.sub("[,，;；、]", "\n", str(text or "")))
