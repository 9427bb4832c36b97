"""Indexes that both engines can make use of."""

from typing import Any

from django.db import models
from django.db.models.expressions import OrderBy


class MissingLastIndex(models.Index):
    """An index on expressions of which those from the largest down have what is missing last.

    Lists sort so. SQLite puts NULL last of itself then, and takes no word about it in an index.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "sqlite":
            return super().create_sql(model, schema_editor, using, **kwargs)
        plain = [
            expression.expression.desc() if isinstance(expression, OrderBy) else expression
            for expression in self.expressions
        ]
        return models.Index(*plain, name=self.name).create_sql(model, schema_editor, using)
