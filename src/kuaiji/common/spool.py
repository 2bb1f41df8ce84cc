"""A body on its way in, kept out of memory and never in the clear on a disk."""

import io
import os
import tempfile

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class SealedSpool(io.RawIOBase):
    """What is written in pieces, and then read once from its beginning.

    It lies in a file without a name, in the folder that ``TMPDIR`` says, under AES-256-CTR with a key that only this
    object knows: whoever reads the disk finds noise, and the noise goes with the process. Nothing proves that it was
    not changed meanwhile: nobody else can open it.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115, closed by close
        cipher = Cipher(algorithms.AES(os.urandom(32)), modes.CTR(os.urandom(16)))
        self._sealing, self._opening = cipher.encryptor(), cipher.decryptor()

    def put(self, data: bytes) -> None:
        """Add ``data`` at the end. Raises OSError when the disk is full."""
        sealed = memoryview(self._sealing.update(data))
        while sealed:
            sealed = sealed[self._file.write(sealed) :]

    def rewind(self) -> None:
        """Begin to read. Nothing is added from here on."""
        self._sealing.finalize()
        self._file.seek(0)

    def fileno(self) -> int:
        return self._file.fileno()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill ``buffer`` with what comes next; 0 at the end."""
        opened = self._opening.update(self._file.read(len(buffer)))
        buffer[: len(opened)] = opened
        return len(opened)

    def close(self) -> None:
        self._file.close()
        super().close()
