"""Expressions that every app asks the database with."""

from typing import Any

from django.db.models import Aggregate, Case, IntegerField, TextField, When

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
