"""How enterprises and projects are edited: what a person changed goes in, what others did stays.

Pages, data entry, the import and bulk work end here. `edit_enterprise()` and `edit_project()` lock
one row, compare what was changed with what others changed since the version that the person has
seen, and write; `edit_many()` does the same for many rows in a few statements. Each edit raises the
row's `version` by one and leaves one Revision; one that changes nothing leaves none.

Only what has no date is edited. A stage or standing is recorded (enterprises.recording) and does
not raise the version: it is a fact of its own and overwrites nothing.
"""

from enterprises.editing.many import UNCHANGED, Changes, edit_many
from enterprises.editing.one import (
    create_enterprise,
    edit_enterprise,
    edit_project,
    note_creation,
)
from enterprises.editing.words import (
    ENTERPRISE_COLUMNS,
    Told,
    label_of,
    last_changes,
    revisions_of,
    told,
    words_of,
)

__all__ = [
    "ENTERPRISE_COLUMNS",
    "UNCHANGED",
    "Changes",
    "Told",
    "create_enterprise",
    "edit_enterprise",
    "edit_many",
    "edit_project",
    "label_of",
    "last_changes",
    "note_creation",
    "revisions_of",
    "told",
    "words_of",
]
