"""The kinds of filters: each reads its values, says what they mean, and how a chip writes them.

A filter is `of` one thing: the row of the list, its enterprise, its project, or the state of the
project. A filterset puts the conditions of one thing together, since one project must meet all of
those that speak of a project.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.amounts import NBSP, format_exact, format_table, in_page_unit, page_unit, rounded
from clusters.names import reads_chinese
from clusters.templatetags.numbers import date_short
from lists.filter_fields import AmountField, DayField, KeysField, MomentField, ValuesField

if TYPE_CHECKING:
    from lists.filters import ParkFilterSet

Label = str | Promise
Options = Sequence[tuple[str, Any]]
# Makes a condition of the values of a filter; the text leads from the row to what is asked about.
Condition = Callable[["ParkFilterSet", Any, str], Q]

ROW, ENTERPRISE, PROJECT, STATE = "row", "enterprise", "project", "state"
NOT = "not_"
ME, NOBODY = "me", "none"
LONGEST_CHIP = 80


class Kind(django_filters.Filter):
    """A filter; without a `condition` of its own it compares the column of its name."""

    # Whether an address may say that something is not so.
    is_negatable = False
    negates = ""

    def __init__(
        self,
        *args: Any,
        of: str = ROW,
        condition: Condition | None = None,
        is_hidden: bool = False,
        **kwargs: Any,
    ) -> None:
        self.of = of
        self._condition = condition
        if is_hidden:
            kwargs["widget"] = self.field_class.hidden_widget
        super().__init__(*args, **kwargs)

    def __deepcopy__(self, memo: Any) -> "Kind":
        """Copy what a filterset changes; each page makes one of every filter."""
        other = copy.copy(self)
        other.extra = {**self.extra}
        return other

    def condition(self, filterset: "ParkFilterSet", value: Any, at: str = "") -> Q:
        """Return what rows must meet; `at` is the way to them, such as "enterprise__"."""
        if self._condition is not None:
            return self._condition(filterset, value, at)
        return Q(**{f"{at}{self.field_name}__{self.lookup_expr}": value})

    def told(self, filterset: "ParkFilterSet", raw: str) -> str:
        """Write one value of the address as a chip shows it."""
        return raw[:LONGEST_CHIP]

    def read(self, raw: str) -> Any:
        """Return one value as the field reads it; None for one that it cannot read."""
        try:
            return self.field.clean(raw)
        except forms.ValidationError:
            return None


class Words(Kind):
    """Words that are looked for."""

    field_class = forms.CharField


class Choices(Kind):
    """Several values of a closed set, as `?name=a&name=b`: one of them is enough.

    Unless it is not `negatable`, `?not_name=a` leaves a value out.
    """

    field_class = ValuesField

    def __init__(
        self, *args: Any, choices: Options = (), negatable: bool = True, **kwargs: Any
    ) -> None:
        kwargs.setdefault("lookup_expr", "in")
        self.is_negatable = negatable
        super().__init__(*args, choices=choices, **kwargs)

    def told(self, filterset: "ParkFilterSet", raw: str) -> str:
        labels = {str(key): label for key, label in self.field.choices}
        return str(labels.get(raw, raw))[:LONGEST_CHIP]

    def negation(self, name: str) -> "Choices":
        """Return the filter that leaves out what this one, called `name`, looks for."""
        other = copy.deepcopy(self)
        other.negates = name
        other.label = is_not(self.label)
        return other


class Place(Choices):
    """Clusters, regions, sectors or parks by the keys that addresses have.

    Rows name them by number; `field_name` is the column where it is not called as they are.
    """

    def condition(self, filterset: "ParkFilterSet", value: Any, at: str = "") -> Q:
        kind = self.field_name.split("__")[-1]
        keys = [named.pk for named in filterset.places.all_of(kind) if named.key in value]
        return Q(**{f"{at}{self.field_name}__in": keys})


class People(Choices):
    """People by number, the reader as "me", and "none" for nobody."""

    def __init__(self, *args: Any, nobody: Label = "", **kwargs: Any) -> None:
        self.first = [(ME, gettext_lazy("Me")), *([(NOBODY, nobody)] if nobody else [])]
        super().__init__(*args, **kwargs)

    def condition(self, filterset: "ParkFilterSet", value: Any, at: str = "") -> Q:
        keys = [filterset.reader.pk if one == ME else int(one) for one in value if one != NOBODY]
        column = f"{at}{self.field_name}"
        found = Q(**{f"{column}__in": keys}) if keys else Q()
        return found | Q(**{f"{column}__isnull": True}) if NOBODY in value else found


class Yes(Choices):
    """A single box to tick: `?name=yes`."""

    def __init__(self, *args: Any, says: Label, **kwargs: Any) -> None:
        super().__init__(*args, choices=[("yes", says)], negatable=False, **kwargs)


class Day(Kind):
    """A day; with `lookup_expr` one end of a range."""

    field_class = DayField

    def told(self, filterset: "ParkFilterSet", raw: str) -> str:
        return date_short(self.read(raw)) or super().told(filterset, raw)


class RecordedDay(Day):
    """A day as one end of a range of moments, "gte" or "lte", that day included."""

    def condition(self, filterset: "ParkFilterSet", value: date, at: str = "") -> Q:
        if self.lookup_expr == "gte":
            return Q(**{f"{at}{self.field_name}__gte": start_of(value)})
        return Q(**{f"{at}{self.field_name}__lt": start_of(value + timedelta(days=1))})


class Moment(Kind):
    """A moment of recording."""

    field_class = MomentField

    def told(self, filterset: "ParkFilterSet", raw: str) -> str:
        moment = self.read(raw)
        if moment is None:
            return super().told(filterset, raw)
        return date_format(localtime(moment), "DATETIME_FORMAT")


class Amount(Kind):
    """One end of a range of amounts, typed as 3亿, 3000万 or 300m; compared in fen."""

    field_class = AmountField

    def told(self, filterset: "ParkFilterSet", raw: str) -> str:
        fen = self.read(raw)
        return super().told(filterset, raw) if fen is None else amount_words(fen)


class Keys(Kind):
    """Rows of another table by their numbers, which links have; `names` reads what they are called.

    `names(user, keys)` returns a query of kind, position, key and the columns of clusters.choices'
    Named, of those rows only that the user may see: any other is told like one that is not there.
    """

    field_class = KeysField
    is_negatable = False

    def __init__(
        self,
        *args: Any,
        names: Callable[[Any, Iterable[int]], Any] | None = None,
        words: Options = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("lookup_expr", "in")
        self.names = names
        self.said = dict(words)
        super().__init__(*args, words=tuple(self.said), **kwargs)

    def told(self, filterset: "ParkFilterSet", raw: str) -> str:
        if raw in self.said:
            return str(self.said[raw])
        named = filterset.named(self.negates or self.field_name, raw)
        return named.name if named else super().told(filterset, raw)


def start_of(day: date) -> datetime:
    """Return the first moment of a day in the park's time zone."""
    return make_aware(datetime.combine(day, time.min))


def is_not(label: Label) -> Any:
    """Return the label of a filter that leaves out."""
    return lazy(lambda: _("%(label)s is not") % {"label": label}, str)()


def amount_words(fen: int) -> str:
    """Write an amount as pages do where that loses nothing, else to the fen."""
    amount = in_page_unit(fen)
    if rounded(amount, 1 if reads_chinese() else 2) != amount:
        return format_exact(fen)
    return f"{format_table(fen)}{NBSP}{page_unit()}"
