"""What an import found, as the command prints it and a page can show it."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing to mend; `line` counts as an editor does, None where no one line is wrong."""

    line: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Double:
    """A row whose amount may stand already.

    `repeats_line` is the line of the same file that it repeats, else `repeats_entry` the key of the
    ledger's entry; both are None when the row itself names what it repeats and nothing like it is
    recorded.
    """

    line: int
    column: str
    value: str
    reason: str
    repeats_line: int | None
    repeats_entry: int | None


@dataclass
class Report:
    """What became of the rows of a file; every row is posted, known, held or named as a problem.

    A row is known when all that it says stands already. In a dry run the counts are those of an
    import.
    """

    rows: int = 0
    posted: int = 0
    known: int = 0
    held: int = 0
    problems: list[Problem] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object that `import_record --json` prints."""
        return asdict(self)
