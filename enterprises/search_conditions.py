"""The conditions of the search on texts and grams, for both engines (see enterprises.finding)."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from enterprises.search_index import FUNCTION, table_of
from enterprises.search_text import EDGE

# How well a row matches.
LINE, BEGINNING, ELSEWHERE = range(3)


class Fewer(Func):
    """Whether what parts of a query found is fewer than some rows; counted once, and only then."""

    output_field = models.BooleanField()
    arity = 0

    def __init__(self, number: int, *parts: str) -> None:
        super().__init__()
        self.number = number
        self.found = " UNION ".join(f"SELECT pk FROM {part}" for part in parts)  # noqa: S608

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        return f"(SELECT COUNT(*) FROM ({self.found}) AS found) < %s", [self.number]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        fewer, number = self.as_sql(compiler, connection)
        # True, and the same to no other process: else several would be started to look up what
        # is mostly not asked for, which takes longer than all the rest.
        return f"({fewer} AND pg_backend_pid() > 0)", number


class HasGrams(Func):
    """Whether the texts of a search entry have all of some grams; none is looked up unless `when`
    holds."""

    output_field = models.BooleanField()

    def __init__(self, kind: str, grams: Sequence[str], when: Fewer | None = None) -> None:
        super().__init__(F("text"), F("around"), F("pk"))
        self.kind = kind
        self.grams = tuple(grams)
        self.when = when

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        (text, _), (around, _) = map(compiler.compile, self.source_expressions[:2])
        grams = [gram.replace(EDGE, "\n") for gram in self.grams]
        has, of_has = f"{FUNCTION}({text}, {around}) @> %s::text[]", [grams]
        if self.when is None:
            return has, of_has
        when, of_when = compiler.compile(self.when)
        return f"({when} AND {has})", [*of_when, *of_has]

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        key, _ = compiler.compile(self.source_expressions[2])
        table = table_of(self.kind)
        asked, of_asked = (
            "%s",
            [" ".join('"' + gram.replace('"', '""') + '"' for gram in self.grams)],
        )
        if self.when is not None:
            # As a condition beside it, it would only be asked after the look-up.
            when, of_when = compiler.compile(self.when)
            asked, of_asked = f"CASE WHEN {when} THEN %s ELSE '\"\"' END", [*of_when, *of_asked]
        found = f"SELECT rowid FROM {table} WHERE {table} MATCH {asked}"  # noqa: S608
        return f"{key} IN ({found})", of_asked


def stands(word: str, column: str) -> Q:
    """Return the condition that a text has a word in it."""
    return Q(GreaterThan(StrIndex(F(column), Value(word)), 0))


def rank(phrase: str, column: str) -> Case:
    """Return LINE where a line of a text is just the phrase, BEGINNING where one begins so."""
    return Case(
        When(stands(f"\n{phrase}\n", column), then=Value(LINE)),
        When(stands(f"\n{phrase}", column), then=Value(BEGINNING)),
        default=Value(ELSEWHERE),
        output_field=models.SmallIntegerField(),
    )
