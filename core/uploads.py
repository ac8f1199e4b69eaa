"""Taking in what a browser sends: never more of a file on the disk than the limit lets anybody keep."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class LimitedUpload(TemporaryFileUploadHandler):
    """Write an upload to a temporary file up to the limit; what comes after is counted and dropped.

    The request is read to its end either way, so that the person gets a page with the reason. A full disk marks the
    file as `unwritten`; whoever stores it says so.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._unwritten = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._unwritten or start > settings.UPLOAD_LIMIT_BYTES:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self._unwritten = True

    def file_complete(self, file_size: int) -> TemporaryUploadedFile:
        try:
            super().file_complete(file_size)
        except OSError:
            self._unwritten = True
        self.file.size = file_size
        self.file.unwritten = self._unwritten  # type: ignore[attr-defined]
        return self.file
