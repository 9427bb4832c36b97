"""How enterprises, projects and groups are found by words, best match first.

A word of two signs or more is looked up in the index by its pairs of signs and, where these do not
prove it, confirmed on the text; a word of one sign is looked for in every text. Words are literal:
no sign of them stands for others.

The best match is the one of which a line is just what was asked for, then the one of which a line
begins so; among equals the largest contracted amount comes first.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from enterprises.search_index import FUNCTION, table_of
from enterprises.search_text import (
    EDGE,
    grams_for,
    grams_of_start,
    normalized,
    whole,
    words_of,
)

Row = TypeVar("Row", bound=models.Model, covariant=True)

# The condition on projects of whoever may see all of them.
EVERY = Q()
# How well a row matches.
LINE, BEGINNING, ELSEWHERE = range(3)
# As many matches are ranked in one go; of more only those that can be on the page.
FEW = 4000
# So many rows are looked at for those that match, in their own order; a word that many rows have
# fills a page with them.
FIRST = 1000
# Who turns pages beyond this has not found it; the page is then made without the shortcut.
FAR = 500
# So many candidates are looked at to suggest a few; more, when these do not suffice.
SOME = (100, 2000)


class HasGrams(Func):
    """Whether the texts of a search entry have all of some grams."""

    output_field = models.BooleanField()

    def __init__(self, kind: str, grams: Sequence[str]) -> None:
        super().__init__(F("text"), F("around"), F("pk"))
        self.kind = kind
        self.grams = tuple(grams)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        (text, _), (around, _) = map(compiler.compile, self.source_expressions[:2])
        grams = [gram.replace(EDGE, "\n") for gram in self.grams]
        return f"{FUNCTION}({text}, {around}) @> %s::text[]", [grams]

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        key, _ = compiler.compile(self.source_expressions[2])
        table = table_of(self.kind)
        quoted = " ".join('"' + gram.replace('"', '""') + '"' for gram in self.grams)
        return f"{key} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)", [quoted]  # noqa: S608


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


class FoundByWords(models.QuerySet[Row]):
    """Rows that have a search entry each."""

    kind: ClassVar[str]
    largest_first: ClassVar[tuple[Any, ...]] = (
        F("contracted_fen").desc(nulls_last=True),
        "pk",
    )
    by_name: ClassVar[tuple[Any, ...]] = ("name_en", "name_zh", "pk")

    def search(self, query: str, projects: Q = EVERY) -> Self:
        """Rows of which each word stands in their own texts, or in those around them.

        That is a name, former name, code or group of an enterprise, or the name of a project of it
        that meets `projects`: what somebody may not see must not be found either.
        """
        words = words_of(query)
        if not words:
            return self
        return self.filter(pk__in=self._entries_with(words, projects).values(self.kind))

    def by_match(self, query: str, projects: Q = EVERY) -> Self:
        """Add `match_rank` (0 a whole line, 1 the beginning of one, 2 elsewhere), the best first.

        Of an enterprise only its own lines count. With `projects`, rows of one rank come by name,
        for their kept amounts include those of projects that may not be seen.
        """
        ranked = self.annotate(match_rank=rank(normalized(query), "search_entry__text"))
        among_equals = self.by_name if projects else self.largest_first
        return ranked.order_by("match_rank", *among_equals)

    def best_keys(
        self, query: str, start: int, stop: int, *, total: int | None = None, projects: Q = EVERY
    ) -> list[int]:
        """Return the keys of the matches from `start` to before `stop`, the best first.

        These are the rows that `search()` finds among `self`, which must not be searched already,
        in the order of `by_match()`. `total` is how many there are, where that is known. One to
        five queries; of many matches only those that can be on the page are ranked.
        """
        phrase = normalized(query)
        if total is None and not projects:
            total = self._entries_with(words_of(query), projects)[: FEW + 1].count()
        ranked = self.search(query, projects).by_match(query, projects)
        in_one_go = ranked[start:stop].values_list("pk", flat=True)
        # Inside a scope there are fewer rows, and to walk through them costs more than to rank.
        if projects or total is None or total <= FEW or stop > FAR or not phrase:
            return [*in_one_go]
        best = self._with_line(f"\n{phrase}\n", [whole(phrase)], stop)
        first = self._among_first(query, min(FIRST, stop * 40))
        begun = [pk for pk, rank in first if rank == BEGINNING]
        if len(best) + len(begun) < stop:
            # There may be more among the smaller ones.
            line = f"\n{phrase}"
            begun = self._with_line(line, grams_of_start(line), stop)
        best = [*dict.fromkeys([*best, *begun])]
        if len(best) < stop:
            best += [pk for pk, rank in first if rank == ELSEWHERE]
        return best[start:stop] if len(best) >= stop else [*in_one_go]

    def suggested_keys(self, query: str, number: int, projects: Q = EVERY) -> list[int]:
        """Return the keys of the few best matches among `self`, in a few milliseconds.

        With `projects` only some candidates are looked at: those that begin so, and any.
        """
        words = words_of(query)
        if not words:
            return []
        if not projects:
            return self.best_keys(query, 0, number, total=FEW + 1)
        line = f"\n{normalized(query)}"
        begun = self._entries(grams_of_start(line)).filter(stands(line, "text"))
        keys: list[int] = []
        for most in SOME:
            some: set[int] = set()
            for entries in (begun, self._entries_with(words, EVERY)):
                some.update(entries.values_list(self.kind, flat=True)[:most])
            found = self.filter(pk__in=some)
            for word in words:
                found = found.filter(self._seen(word, projects, "search_entry__text", "pk"))
            keys = [*found.by_match(query, projects).values_list("pk", flat=True)[:number]]
            if len(keys) == number or len(some) < most:
                break
        return keys

    def count_of_all(self, query: str) -> int:
        """Return how many rows `search()` finds in the whole table, from the entries alone.

        For lists that nothing else narrows; it takes a fifth of the time of counting the rows.
        """
        return int(self._entries_with(words_of(query), EVERY).count())

    # How it is done.

    def _rows_of(self, name: str) -> "QuerySet[Any]":
        related: Any = self.model._meta.get_field(name).related_model
        rows: QuerySet[Any] = related._default_manager.all()
        return rows

    def _entries(self, grams: Sequence[str]) -> "QuerySet[Any]":
        """Return the search entries of this kind that have all grams."""
        entries = self._rows_of("search_entry").filter(**{f"{self.kind}__isnull": False})
        found = entries.order_by()
        return found.filter(HasGrams(self.kind, grams)) if grams else found

    def _entries_with(self, words: Sequence[str], projects: Q) -> "QuerySet[Any]":
        """Return the search entries that have all words where they may be found by them."""
        found = self._entries(grams_for(words))
        for word in words:
            if projects:
                found = found.filter(self._seen(word, projects, "text", "enterprise"))
            elif len(word) != 2:  # a pair that the index finds is there
                found = found.filter(stands(word, "text") | stands(word, "around"))
        return found

    def _seen(self, word: str, projects: Q, text: str, key: str) -> Q:
        """Return the condition that a word stands in an enterprise's own text, or in the name of
        one of these projects: the lines around it include those of the others."""
        named = self._rows_of("projects").filter(projects, stands(word, "search_entry__text"))
        return stands(word, text) | Q(Exists(named.order_by().filter(enterprise=OuterRef(key))))

    def _with_line(self, line: str, grams: Sequence[str], stop: int) -> list[int]:
        """Return the keys of the first rows whose own text has `line`, as it stands in the text."""
        entries = self._entries(grams).filter(stands(line, "text"))
        found = self.filter(pk__in=entries.values(self.kind)).order_by(*self.largest_first)
        return [*found.values_list("pk", flat=True)[:stop]]

    def _among_first(self, query: str, number: int) -> list[tuple[int, int]]:
        """Return key and rank of those matches that stand among the first rows of all."""
        text, around = "search_entry__text", "search_entry__around"
        stand = Q(*(stands(word, text) | stands(word, around) for word in words_of(query)))
        # Ranked while they are walked through in order: as a condition on the first thousand, the
        # whole table would be read to join it with them.
        ranked = self.annotate(match_rank=Case(When(stand, then=rank(normalized(query), text))))
        first = ranked.order_by(*self.largest_first).values_list("pk", "match_rank")[:number]
        return [(pk, rank) for pk, rank in first if rank is not None]
