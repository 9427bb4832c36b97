"""The form fields of filters: what people type into a filter, read and refused with a reason."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import from_current_timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.amounts import parse_fen
from clusters.exceptions import UnreadableAmountError
from clusters.forms import DayInput

FIRST_YEAR, LAST_YEAR = 1900, 2999
# Near the ends of the calendar a moment cannot be turned into the database's time zone.
FIRST_MOMENT = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(LAST_YEAR, 12, 31, tzinfo=UTC)
MOMENT_EXAMPLE = gettext_lazy("Write a moment like 2025-12-31T18:00.")
DAY_EXAMPLE = gettext_lazy("Write a date like 2025-12-31.")
MAX_KEY = 2**62

Label = str | Promise


class ValuesField(forms.MultipleChoiceField):
    """Several values of a closed set; the whole set may come later, when it is asked for.

    It is kept as it is given, or as it came when it was first asked for. Django's own field takes
    all of it apart and together again each time, and for its widget once more; a page has dozens,
    and draws their values as boxes from here (lists.templatetags.facets).
    """

    _choices: Any = ()

    @property
    def choices(self) -> Any:
        if callable(self._choices):
            self._choices = list(self._choices())
        return self._choices

    @choices.setter
    def choices(self, given: Any) -> None:
        self._choices = given

    def validate(self, value: Any) -> None:
        if not value:
            return
        known = {str(key) for key, _label in self.choices}
        if any(one not in known for one in value):
            raise ValidationError(_("Choose from what there is."), code="invalid_choice")


class DayField(forms.DateField):
    """A day in ISO form, picked with the browser's own calendar."""

    widget = DayInput
    default_error_messages = {"invalid": DAY_EXAMPLE}

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            day = parse_date(text)
        except ValueError:  # of the right form, but no such day
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class MomentField(forms.DateTimeField):
    """A moment in ISO form; without an offset in the park's time zone, without a time its end."""

    default_error_messages = {"invalid": MOMENT_EXAMPLE}
    default_validators = [
        MinValueValidator(FIRST_MOMENT, MOMENT_EXAMPLE),
        MaxValueValidator(LAST_MOMENT, MOMENT_EXAMPLE),
    ]

    def to_python(self, value: Any) -> datetime | None:
        # A plus sign that was not escaped in an address arrives as a space.
        text = str(value or "").strip()
        if "T" in text:
            text = text.replace(" ", "+")
        try:
            day = parse_date(text)
            if day is not None:
                return from_current_timezone(datetime.combine(day, time.max))
            return super().to_python(text)
        except (OverflowError, ValueError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class AmountField(forms.CharField):
    """An amount in yuan as people write it, "3亿", "3000万", "300m"; becomes fen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"placeholder": gettext_lazy("3亿, 3000万, 300m")})
        )
        super().__init__(strip=True, empty_value=None, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text is None:
            return None
        try:
            return parse_fen(text)
        except UnreadableAmountError as error:
            raise ValidationError(str(error), code="invalid") from None


class KeysField(forms.Field):
    """Numbers of rows, one or several, as links have them; `words` are accepted beside numbers.

    Whether there are such rows is for the filterset to say, which has read their names.
    """

    widget = forms.MultipleHiddenInput
    hidden_widget = forms.MultipleHiddenInput

    def __init__(self, *, words: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def to_python(self, value: Any) -> list[str]:
        found = [str(one).strip() for one in value or () if str(one).strip()]
        for one in found:
            if one not in self.words and read_key(one) is None:
                raise ValidationError(_("Give the number of a row, such as 17."), code="invalid")
        return found


def read_key(text: str) -> int | None:
    """Return a primary key; None for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return int(text) if 0 < int(text) <= MAX_KEY else None
