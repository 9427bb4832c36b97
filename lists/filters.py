"""What lists are narrowed by: the filterset of every list, and what is wrong with an address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.choices import Named, Places
from lists.facets import Option
from lists.filter_fields import read_key
from lists.filter_kinds import NOT, Choices, Keys, Kind, People, Place, Words

# More values of filters than this no address needs; they would only be slow to say no to.
MAX_VALUES = 100
# So many accepted values a message names.
NAMED_VALUES = 60
SHOWN = 80
# Of more values than these only those that are left out are drawn a second time.
OFFERED_TO_LEAVE_OUT = 60
SEARCH_LENGTH = 200
RANGE_ENDS = (("_min", "_max"), ("since", "until"))


@dataclass(frozen=True)
class Told:
    """One value of a filter in force: as the address has it, and as a chip shows it."""

    name: str
    raw: str
    label: str
    value: str


@dataclass(frozen=True)
class LeftOut:
    """The values that a filter can leave out, and whether it does."""

    name: str
    label: str
    options: list[Option]
    is_used: bool


@dataclass(frozen=True)
class Fold:
    """Filters that are drawn together, folded until one of them is used."""

    name: str
    label: str
    fields: list[forms.BoundField]
    is_used: bool


class FilterForm(forms.Form):
    """The form of a filterset; its fields are made for it and not copied."""

    def __init__(self, filterset: "ParkFilterSet") -> None:
        super().__init__(filterset.data)
        self.filterset = filterset
        # Those that leave out are drawn beside their like, so few are needed.
        self.fields = {
            name: one.field
            for name, one in filterset.filters.items()
            if not one.negates or name in filterset.data
        }

    def clean(self) -> None:
        for name, problem in self.filterset.problems(self.cleaned_data):
            self.add_error(name, problem)


class ParkFilterSet(django_filters.FilterSet):
    """A filterset whose places, people and other names come from the one query of the list's frame.

    Of every filter that takes several values there is a second one, `not_…`, that leaves them out.
    """

    filters: dict[str, Kind]
    # Label and names of the filters that are drawn together.
    folds: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        for one in self.filters.values():
            if isinstance(one, Place):
                kind = one.field_name.split("__")[-1]
                one.extra["choices"] = lambda kind=kind: places.choices(kind)
            elif isinstance(one, People):
                one.extra["choices"] = lambda first=one.first: [
                    *first,
                    *((str(person.pk), person.name) for person in places.all_of("person")),
                ]

    @classmethod
    def get_filters(cls) -> dict[str, Kind]:
        found: dict[str, Kind] = super().get_filters()
        for name, one in list(found.items()):
            if isinstance(one, Choices) and one.is_negatable and not one.negates:
                found.setdefault(f"{NOT}{name}", one.negation(name))
        return found

    @classmethod
    def name_rows(cls, query: QueryDict, user: Any, *, are_offered: bool = True) -> Iterator[Any]:
        """Yield queries of the names that the filters of an address speak of, for the one query of
        the list's frame (see Keys), and of those that are offered to choose from."""
        for name, one in cls.base_filters.items():
            if isinstance(one, Keys) and one.names is not None:
                keys = {key for raw in query.getlist(name)[:MAX_VALUES] if (key := read_key(raw))}
                if keys:
                    yield one.names(user, keys)

    @property
    def reader(self) -> User:
        """Who looks at the list."""
        user: User = self.request.user
        return user

    @property
    def form(self) -> FilterForm:
        if not hasattr(self, "_form"):
            self._form = FilterForm(self)
        return self._form

    # What is asked for.

    def several(self, name: str) -> list[str]:
        """Return the chosen values of a filter, [] when it is not used."""
        return list(self.form.cleaned_data.get(name) or [])

    def asked(self, name: str) -> Any:
        """Return what a filter of one value asks for, None when it is not used."""
        return self.form.cleaned_data.get(name)

    def in_force(self) -> Iterator[tuple[str, Kind, Any]]:
        """Yield each filter with a usable value, and that value."""
        for name, value in self.form.cleaned_data.items():
            if value not in (None, "", []):
                yield name, self.filters[name], value

    def is_idle(self) -> bool:
        """Whether no filter is in force, so that the list shows all there is."""
        return next(self.in_force(), None) is None

    def conditions(self, of: str, at: str = "") -> Q:
        """Return what all filters `of` one thing ask of it; see lists.filter_kinds.

        `at` leads from the row to the thing.
        """
        found = (
            ~one.condition(self, value, at) if one.negates else one.condition(self, value, at)
            for _name, one, value in self.in_force()
            if one.of == of and not isinstance(one, Words)
        )
        return reduce(and_, found, Q())

    def named(self, kind: str, raw: str) -> Named | None:
        """Return what a number in the address names, if it is there and may be seen."""
        return next((one for one in self.places.all_of(kind) if str(one.pk) == raw), None)

    @cached_property
    def values_given(self) -> int:
        """How many values of filters the address has."""
        return sum(len(self.data.getlist(name)) for name in self.data if name in self.filters)

    def told(self) -> Iterator[Told]:
        """Yield each value in force, as a chip shows it; none where there are too many."""
        for name, one in self.filters.items() if self.values_given <= MAX_VALUES else ():
            for raw in self.data.getlist(name):
                if raw != "":
                    yield Told(name, raw, str(one.label), one.told(self, raw))

    def kept_aside(self) -> Iterator[tuple[str, str]]:
        """Yield what the address asks of filters that no control shows, so that the form keeps
        it."""
        for field in self.form.hidden_fields() if self.values_given <= MAX_VALUES else ():
            for raw in self.data.getlist(field.name):
                if raw != "":
                    yield field.name, raw

    def left_out(self, name: str) -> LeftOut | None:
        """Return what a filter can leave out; None for one that leaves nothing out."""
        one = self.filters.get(f"{NOT}{name}")
        if one is None:
            return None
        chosen = set(self.data.getlist(f"{NOT}{name}"))
        choices = list(one.field.choices)
        if len(choices) > OFFERED_TO_LEAVE_OUT:
            choices = [(value, label) for value, label in choices if str(value) in chosen]
        ticks = [
            Option(str(value), str(label), None, str(value) in chosen) for value, label in choices
        ]
        return LeftOut(f"{NOT}{name}", str(one.label), ticks, bool(chosen)) if ticks else None

    def drawn_folds(self) -> list[Fold]:
        """Return the folds with the fields that they hold."""
        return [
            Fold(
                name=names[0],
                label=str(label),
                fields=[self.form[name] for name in names],
                is_used=any(self.data.get(name) for name in names),
            )
            for label, names in self.folds
        ]

    # What is wrong.

    def problems(self, cleaned: dict[str, Any]) -> Iterable[tuple[str, str]]:
        """Yield (filter, message) for what its values are wrong together; rows that there are not,
        and ranges the wrong way round."""
        for name, one in self.filters.items():
            value = cleaned.get(name)
            if isinstance(one, Keys):
                for raw in value or ():
                    if raw not in one.said and self.named(one.field_name, raw) is None:
                        yield name, _("There is no such row, or not for you.")
                        break
            elif partner := self.end_of(name):
                end = cleaned.get(partner)
                if value is not None and end is not None and value > end:
                    yield (
                        name,
                        _("%(first)s “%(low)s” lies above %(second)s “%(high)s”; swap the two.")
                        % {
                            "first": one.label,
                            "low": one.told(self, self.data[name]),
                            "second": self.filters[partner].label,
                            "high": self.filters[partner].told(self, self.data[partner]),
                        },
                    )

    def end_of(self, name: str) -> str:
        """Return the other end of the range that a filter begins; "" for one that begins none."""
        for first, second in RANGE_ENDS:
            partner = name.removesuffix(first) + second
            if name.endswith(first) and partner in self.filters:
                return partner
        return ""


def asked_of(query: QueryDict, name: str) -> list[str]:
    """Return the values that an address has of a filter, those to leave out among them."""
    return query.getlist(name)[:MAX_VALUES] + query.getlist(f"{NOT}{name}")[:MAX_VALUES]


def problems_of(filterset: ParkFilterSet, query: QueryDict) -> list[str]:
    """Say for each filter with an unusable value what was given and what is accepted."""
    errors = filterset.errors
    if filterset.values_given > MAX_VALUES:
        return [
            _("The address has %(given)s values of filters, more than %(most)s; leave some out.")
            % {"given": filterset.values_given, "most": MAX_VALUES}
        ]
    return [
        problem_of(filterset.filters[name], query.getlist(name), errors)
        for name, errors in errors.items()
    ]


def problem_of(one: Kind, given: list[str], errors: Iterable[str]) -> str:
    """Say what is wrong with the values of one filter."""
    told = {"label": one.label, "value": ", ".join(given)[:SHOWN]}
    if isinstance(one, Choices):
        choices = [str(value) for value, _label in one.field.choices]
        wrong = [value for value in given if value not in choices]
        if wrong:
            accepted = ", ".join(choices[:NAMED_VALUES])
            told |= {
                "value": ", ".join(wrong)[:SHOWN],
                "choices": f"{accepted}, …" if len(choices) > NAMED_VALUES else accepted,
            }
            if not choices:
                return _("%(label)s: “%(value)s” is not known; there is none yet.") % told
            return _("%(label)s: “%(value)s” is not known. Accepted: %(choices)s.") % told
    told["reason"] = " ".join(errors)
    return _("%(label)s: “%(value)s” cannot be used. %(reason)s") % told
