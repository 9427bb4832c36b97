"""Names in both languages."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def reads_chinese() -> bool:
    """Whether the page, file or mail being made is in Chinese."""
    return (get_language() or "").startswith("zh")


def name_columns(prefix: str = "") -> list[str]:
    """Return the two name columns, the one of the current language first, for sorting."""
    order = ["name_zh", "name_en"] if reads_chinese() else ["name_en", "name_zh"]
    return [prefix + column for column in order]


class Given(Func):
    """A text, or NULL where it is empty.

    With the empty text written out, and no parameter: SQLite would not find the index by one.
    """

    template = "NULLIF(%(expressions)s, '')"
    arity = 1
    output_field = CharField()


def first_name(columns: Iterable[str]) -> Any:
    """Return the first of some text columns that is not empty, for sorting."""
    return first_of(Given(F(column)) for column in columns)


def first_of(given: Iterable[Any]) -> Any:
    """Return the first of some expressions that is not NULL."""
    first, *others = given
    return Coalesce(first, *others) if others else first


def name_indexes(name: str) -> list[models.Index]:
    """Return the indexes by which a list is sorted by name, one for each language."""
    columns = {"zh": ["name_zh", "name_en"], "en": ["name_en", "name_zh"]}
    return [
        models.Index(
            first_of(NullIf(F(column), Value(""), output_field=CharField()) for column in ordered),
            "id",
            name=f"{name}_{language}",
        )
        for language, ordered in columns.items()
    ]


class Bilingual(models.Model):
    """Something with a Chinese name, an English one or both; neither is machine-translated."""

    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.name_zh = " ".join(self.name_zh.split())
        self.name_en = " ".join(self.name_en.split())
        if not self.name_zh and not self.name_en:
            raise ValidationError({"name_zh": _("Give a Chinese name, an English name or both.")})

    @property
    def name(self) -> str:
        """The name in the current language, else the other one."""
        if reads_chinese():
            return self.name_zh or self.name_en
        return self.name_en or self.name_zh

    @property
    def other_name(self) -> str:
        """The name that `name` is not; "" where there is only one."""
        names = {self.name_zh, self.name_en} - {self.name, ""}
        return names.pop() if names else ""
