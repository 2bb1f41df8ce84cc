"""Ids: making UUIDv7 (RFC 9562 §5.7), random but sorted by time; and reading ids that others send."""

import datetime as dt
import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A new id: 48 bits of milliseconds, then 74 random bits."""
    return _compose(time.time_ns() // 1_000_000, os.urandom(10))


def lowest_uuid7(moment: dt.datetime) -> uuid.UUID:
    """The smallest id of ``moment``'s millisecond: the bound for a partition or a range query."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def as_uuid(value: object) -> uuid.UUID | None:
    """An id from a session, a form or a command line, or None when it is none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def _compose(milliseconds: int, noise: bytes) -> uuid.UUID:
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(noise)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def short(value: uuid.UUID) -> str:
    """The random half of an id (RFC 9562), for people to tell things apart by: ``8ae9-823383c4a808``."""
    return str(value)[19:]
