"""Storage of the sealed files, under random names: ``ab/cd/<32 hex>``.

Any storage of Django will do; ``STORAGES["default"]`` names it.
"""

import datetime as dt
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages


class PrivateFiles(FileSystemStorage):
    """Files on this machine's disk that only our own system user reads, and that a power cut does not undo."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store and do not return before the disk has it."""
        saved = super().save(name, content, max_length)
        path = Path(self.path(saved))
        for part in (path, *path.parents):
            _sync(part)
            if part == Path(self.location):
                break
        return saved


def folder() -> Path:
    """Where the files stand on this machine's disk."""
    files = _files()
    assert isinstance(files, FileSystemStorage)
    return Path(files.location)


def new_key() -> str:
    """A random name for a file."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:4]}/{name}"


def write(key: str, sealed: bytes) -> None:
    """Store ``sealed`` under a new key; it is safe once this returns."""
    _files().save(key, ContentFile(sealed))


def read(key: str) -> bytes:
    """What was stored; raises FileNotFoundError."""
    with _files().open(key) as file:
        return bytes(file.read())


def remove(key: str) -> None:
    """Delete the file; does nothing when it is gone already."""
    _files().delete(key)


def written_at(key: str) -> dt.datetime | None:
    """When the file was stored, or None when it is gone."""
    try:
        return _files().get_modified_time(key)
    except FileNotFoundError:
        return None


def folders() -> Iterator[list[str]]:
    """Every key that has a file, folder by folder: about a 65,536th of them at a time."""
    for first in sorted(_list("")[0]):
        for second in sorted(_list(first)[0]):
            folder = f"{first}/{second}"
            yield [f"{folder}/{name}" for name in _list(folder)[1]]


def _files() -> Storage:
    return storages["default"]


def _list(folder: str) -> tuple[list[str], list[str]]:
    try:
        return _files().listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return [], []


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
