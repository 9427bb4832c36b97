"""How much of an upload is taken in, whatever is sent."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

MAX_FILE_BYTES = 20 * 1024 * 1024
# A form with one file of that size and all its text.
MAX_REQUEST_BYTES = 2 * MAX_FILE_BYTES


class CappedUploadHandler(FileUploadHandler):
    """Lets no more of a file through to memory or disk than tells that it is too large.

    It stands first of the handlers. The form then refuses the file by its size, beside the field;
    a request that is announced as far too large is refused before anything of it is read.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > MAX_REQUEST_BYTES:
            raise RequestDataTooBig(
                _("This is too much to send: a file may have at most %(most)s MB.")
                % {"most": MAX_FILE_BYTES // 1024**2}
            )

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.let_through = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.let_through > MAX_FILE_BYTES:
            return None
        self.let_through += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
