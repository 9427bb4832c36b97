"""Expressions that every app asks the database with."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Field,
    ForeignObject,
    IntegerField,
    Lookup,
    TextField,
    When,
)

from clusters.vocabulary import Stage


def stage_rank(column: str = "stage") -> Case:
    """Return how far a stage is, from 0."""
    ranks = (When(**{column: stage.value}, then=stage.rank) for stage in Stage)
    return Case(*ranks, output_field=IntegerField())


class TextList(Aggregate):
    """The values of a group as one text, with commas between; None for none.

    Each engine has it under a name of its own.
    """

    allow_distinct = True
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "STRING_AGG(%(distinct)s(%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **extra)


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup[Iterable[int]]):
    """Whether a key is one of very many, which go to the database in one parameter.

    With `__in` each of them is a parameter of its own. To write and read ten thousand of those
    takes longer than the rows that they name, and SQLite takes only so many.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> list[int]:
        return [int(key) for key in self.rhs]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        among = "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", [*params, json.dumps(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, self.rhs]
