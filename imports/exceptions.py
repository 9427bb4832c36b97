"""What an import refuses before it looks at rows."""

from imports.reports import Problem


class FileRefusedError(Exception):
    """A file that cannot be read as a table of the import's columns."""

    def __init__(self, reason: str, *, line: int | None = None, column: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem(line=line, column=column, value="", reason=reason)


class ImportRefusedError(Exception):
    """The person may not import."""


class RowRefusedError(Exception):
    """A row that does not fit what the record has; `column` names the cell to mend."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
