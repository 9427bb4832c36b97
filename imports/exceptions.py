"""What an import refuses before it looks at rows."""

from imports.reports import Problem


class FileRefusedError(Exception):
    """A file that cannot be read as a table of the import's columns."""

    def __init__(self, reason: str, *, line: int | None = None, column: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem(line=line, column=column, value="", reason=reason)


class ImportRefusedError(Exception):
    """The person may not import."""
