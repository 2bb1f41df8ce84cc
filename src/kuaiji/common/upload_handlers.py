"""What is kept of a file on its way in."""

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler


class FirstBytes(MemoryFileUploadHandler):
    """Keeps a file in memory, but no more of it than the largest that any field takes, and one byte.

    The field then refuses it by its ``size``, which is what was sent, and everything else of the form stays.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Drop what lies beyond; ``None`` tells Django that no other handler is asked."""
        if not self.activated:
            return raw_data
        if (room := settings.FILE_CAP + 1 - start) > 0:
            self.file.write(raw_data[:room])
        return None
