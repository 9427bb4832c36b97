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
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django_cte import CTE, with_cte

from enterprises.search_conditions import BEGINNING, LINE, Fewer, HasGrams, rank, stands
from enterprises.search_text import grams_for, grams_of_start, normalized, whole, words_of

Row = TypeVar("Row", bound=models.Model, covariant=True)

# The condition on projects of whoever may see all of them.
EVERY = Q()
# As many matches are ranked in one go; of more only those that can be on the page.
FEW = 4000
# So many rows are looked at for those that match, in their own order; a word that many rows have
# fills a page with them.
FIRST = 1000
# Who turns pages beyond this has not found it; the page is then made without the shortcut.
FAR = 500
# So many that begin as asked, and so many of any, are looked at where these are the likeliest.
LIKELY = 100


class FoundByWords(models.QuerySet[Row]):
    """Rows that have a search entry each."""

    kind: ClassVar[str]
    largest_first: ClassVar[tuple[Any, ...]] = (
        F("contracted_fen").desc(nulls_last=True),
        "pk",
    )
    # Whether there may be so many that not all matches can be ranked.
    are_many: ClassVar[bool] = True
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
        in the order of `by_match()`. `total` is how many there are, None where that is not known.
        One query: of many matches only those that can be on the page are ranked.

        With `projects` and without `total`, as for suggestions, they are the best of the likeliest
        ones only where these are enough, in up to three queries.
        """
        phrase = normalized(query)
        if projects and total is None:
            keys = self._best_of_likely(query, stop, projects)
            if len(keys) == stop:
                return keys[start:]
        is_few = not self.are_many or (total is not None and total <= FEW)
        # Inside a scope there are fewer rows, and to walk through them costs more than to rank.
        if projects or is_few or stop > FAR or not phrase:
            ranked = self.search(query, projects).by_match(query, projects)
            return [*ranked.values_list("pk", flat=True)[start:stop]]
        return [row["pk"] for row in self._best_of_many(query, phrase, stop)[start:stop]]

    def _best_of_many(self, query: str, phrase: str, stop: int) -> "QuerySet[Any, Any]":
        """Return key and rank of matches, of which the first `stop` are the best of all.

        Whole lines are looked up, and a walk through the first rows finds what else is best as
        long as many rows match. Only when that does not fill the page are the beginnings of lines
        looked up too, and only when that does not either are all matches ranked.
        """
        columns = ("pk", "match_rank", "contracted_fen")
        words, line = words_of(query), f"\n{phrase}"
        text, around = "search_entry__text", "search_entry__around"
        stand = Q(*(stands(word, text) | stands(word, around) for word in words))
        # Ranked while they are walked through in order: as a condition on the first thousand, the
        # whole table would be read to join it with them.
        walked = self.annotate(match_rank=Case(When(stand, then=rank(phrase, text))))
        first = walked.order_by(*self.largest_first).values(*columns)[: min(FIRST, stop * 40)]
        walk = CTE(first, name="walk", materialized=True)

        def part(name: str, entries: "QuerySet[Any]", place: Any) -> CTE:
            rows = self.filter(pk__in=entries.values(self.kind)).annotate(match_rank=place)
            # Not cut in order: to find a few in order, a database may go through all rows.
            return CTE(rows.order_by().values(*columns), name=name, materialized=True)

        is_line, begins = stands(f"{line}\n", "text"), stands(line, "text")
        lines = part("lines", self._entries([whole(phrase)]).filter(is_line), Value(LINE))
        few = Fewer(stop, "lines", f"walk WHERE match_rank = {BEGINNING}")
        starting = self._entries(grams_of_start(line), few).filter(begins, ~is_line)
        begun = part("begun", starting, Value(BEGINNING))
        few = Fewer(stop, "lines", "begun", "walk WHERE match_rank IS NOT NULL")
        every = part("every", self._entries_with(words, EVERY, few), rank(phrase, text))
        found, *others = (one.queryset().order_by() for one in (walk, lines, begun, every))
        keys: QuerySet[Any, Any] = with_cte(
            walk,
            lines,
            begun,
            every,
            select=found.filter(match_rank__isnull=False).union(*others),
        )
        return keys.order_by("match_rank", *self.largest_first)

    def _best_of_likely(self, query: str, stop: int, projects: Q) -> list[int]:
        """Return the keys of the best among some that begin so, and some of any."""
        words, line = words_of(query), f"\n{normalized(query)}"
        begun = self._entries(grams_of_start(line)).filter(stands(line, "text"))
        likely: set[int] = set()
        for entries in (begun, self._entries_with(words, EVERY)):
            likely.update(entries.values_list(self.kind, flat=True)[:LIKELY])
        found = self.filter(pk__in=likely)
        for word in words:
            found = found.filter(self._seen(word, projects, "search_entry__text", "pk"))
        return [*found.by_match(query, projects).values_list("pk", flat=True)[:stop]]

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

    def _entries(self, grams: Sequence[str], when: Fewer | None = None) -> "QuerySet[Any]":
        """Return the search entries of this kind that have all grams; none unless `when` holds."""
        entries = self._rows_of("search_entry").filter(**{f"{self.kind}__isnull": False})
        found = entries.order_by()
        if grams:
            return found.filter(HasGrams(self.kind, grams, when))
        return found.filter(when) if when else found

    def _entries_with(
        self, words: Sequence[str], projects: Q, when: Fewer | None = None
    ) -> "QuerySet[Any]":
        """Return the search entries that have all words where they may be found by them."""
        found = self._entries(grams_for(words), when)
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
