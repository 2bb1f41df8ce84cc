"""The body of a request: read whole, under a deadline, before a thread of the application is given to it."""

import asyncio
import io
import time
from collections.abc import AsyncIterator, Awaitable
from typing import BinaryIO, Protocol

from kuaiji.common.spool import SealedSpool

GRACE_SECONDS = 20  # for anything to arrive, and between two pieces
LEAST_RATE = 4096  # bytes a second on the whole, after the grace: less than a telephone in a village sends
IN_MEMORY = 65_536  # bytes; nearly every form. What is larger waits on the disk, sealed
AT_ONCE = 1 << 30  # bytes that the larger bodies of one process may hold together


class Arriving(Protocol):
    """A body that the server has not read yet: all of it at once, or piece by piece."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class TooSlow(Exception):
    """It stood still, or came slower than the least rate."""


class NoRoom(Exception):
    """The bodies that are on their way hold all that they may together, or the disk is full."""


class Torn(Exception):
    """The sender went away in the middle."""


class Unread(io.RawIOBase):
    """Stands for a body that nobody reads: it is larger than its address takes, or of unknown length.

    An application that looks at the lengths first never notices; one that reads gets UnreadBody.
    """

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise UnreadBody

    def readall(self) -> bytes:
        raise UnreadBody


class UnreadBody(OSError):
    """Somebody reads a body that was not taken in."""


class Room:
    """How many bytes the larger bodies of this process may still take. Used in one thread."""

    def __init__(self, size: int) -> None:
        self.free = size

    def take(self, size: int) -> None:
        """Keep so many for a body. Raises NoRoom."""
        if size > self.free:
            raise NoRoom
        self.free -= size

    def give_back(self, size: int) -> None:
        self.free += size


async def read_small(arriving: Arriving, length: int) -> BinaryIO:
    """A body of ``length`` bytes, at most IN_MEMORY. Raises TooSlow, Torn."""
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            data = await arriving()
    except TimeoutError:
        raise TooSlow from None
    if len(data) != length:
        raise Torn
    return io.BytesIO(data)


async def read_large(arriving: Arriving, length: int) -> BinaryIO:
    """A body of ``length`` bytes, sealed on the disk. Raises TooSlow, Torn, NoRoom."""
    spool, begun, received = SealedSpool(), time.monotonic(), 0
    pieces = aiter(arriving)
    try:
        while received < length:
            patience = min(GRACE_SECONDS, begun + GRACE_SECONDS + received / LEAST_RATE - time.monotonic())
            try:
                async with asyncio.timeout(patience):
                    piece = await anext(pieces)
            except TimeoutError:
                raise TooSlow from None
            except StopAsyncIteration:
                raise Torn from None
            try:
                spool.put(piece)
            except OSError:
                raise NoRoom from None
            received += len(piece)
        spool.rewind()
    except BaseException:
        spool.close()
        raise
    return io.BufferedReader(spool)
