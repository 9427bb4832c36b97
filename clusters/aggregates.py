"""Aggregates that both engines have, under different names."""

from typing import Any

from django.db.models import Aggregate, TextField


class TextList(Aggregate):
    """The values of a group as one text, with commas between; None for none."""

    allow_distinct = True
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "STRING_AGG(%(distinct)s(%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **extra)
