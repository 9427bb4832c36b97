"""What is refused of a document that is uploaded."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    pass


def accepted_files() -> str:
    """Say which files are taken."""
    return _("Accepted are PDF, PNG, JPEG, WebP, TIFF, XLSX, XLS, ODS and CSV, each up to 20 MB.")


class EmptyFileError(ValidationError):
    """A file without content was uploaded."""

    def __init__(self) -> None:
        super().__init__({"file": _("The file is empty.") + " " + accepted_files()})


class FileTooLargeError(ValidationError):
    """A file of more than 20 MB was uploaded."""

    def __init__(self) -> None:
        super().__init__({"file": _("The file is larger than 20 MB.") + " " + accepted_files()})


class UnknownFileError(ValidationError):
    """The content of a file is of no kind that is taken, whatever its name says."""

    def __init__(self) -> None:
        super().__init__(
            {
                "file": _("By its content, this file is none that is taken, or it is damaged.")
                + " "
                + accepted_files()
            }
        )


class MacroFileError(ValidationError):
    """A spreadsheet with macros was uploaded."""

    def __init__(self) -> None:
        super().__init__(
            {
                "file": _(
                    "This spreadsheet holds macros, which are programs; save it without them or "
                    "as PDF."
                )
            }
        )
