"""The copy of the seals outside the database: a file that only grows, one JSON object a line.

It stands in ``KUAIJI_SEALS``, a folder that in production is another host's; by default in ``KUAIJI_HOME/seals``.
Whoever holds the database and the keys could seal anew what he changed, but not what has left the machine.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import structlog
from django.conf import settings

from kuaiji.audit.models import Seal
from kuaiji.common import environment
from kuaiji.common.profile import profile

log = structlog.get_logger(__name__)

LONGEST_LINE = 16 * 1024


def file() -> Path:
    """The file of this platform."""
    return (environment.SEALS.get() or settings.HOME / "seals") / f"{profile().slug}.jsonl"


def stands_beside() -> bool:
    """Whether the copy is on the file system of the data folder, so that one hand reaches both.

    Another file system is not yet another host: partitions of one disk, and a folder mounted twice, look apart.
    """
    return _disk(file().parent) == _disk(settings.HOME)


def bring_up() -> None:
    """Append the seals that the file lacks. What cannot be appended is an alarm and no reason to stop sealing."""
    try:
        if environment.SEALS.get() is None:
            file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file().open("a+b") as stream:
            if not _append(stream):
                log.error("audit_seals_differ")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        log.error("audit_seals_not_copied", error=type(error).__name__)


def size() -> int:
    """Bytes of the file; 0 when it is missing."""
    return file().stat().st_size if file().exists() else 0


def lines(until: int, *, after: int = 0) -> Iterator[bytes]:
    """The file's lines after its byte ``after`` and up to its byte ``until``."""
    if until > after:
        with file().open("rb") as stream:
            stream.seek(after)
            while stream.tell() < until:
                yield stream.readline()


def _disk(folder: Path) -> int:
    """Of the folder, or of what it would be made in."""
    return next(part for part in (folder, *folder.absolute().parents) if part.exists()).stat().st_dev


def _append(stream: BinaryIO) -> bool:
    """False when the end of the file is not what the table says: then it is left as it is, for evidence."""
    last, torn = _end(stream)
    number = _number(last)
    if number is None:
        return False
    seals = Seal.objects.filter(number__gte=number).order_by("number").iterator()
    if last and ((same := next(seals, None)) is None or same.line != last):
        return False
    for seal in seals:
        if not seal.line.startswith(torn):
            return False
        stream.write(seal.line[len(torn) :])
        torn = b""
    return not torn


def _end(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The last whole line, and what a crash left of one after it."""
    length = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, length - 2 * LONGEST_LINE))
    whole, newline, torn = stream.read().rpartition(b"\n")
    return whole.rpartition(b"\n")[2] + newline, torn


def _number(line: bytes) -> int | None:
    """Which seal the line is; 0 for none, None when it is no seal at all."""
    try:
        return int(json.loads(line)["number"]) if line else 0
    except (ValueError, KeyError, TypeError):
        return None
