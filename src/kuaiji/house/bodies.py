"""The body of a request: read whole, under a deadline, before a thread of the application is given to it."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import BinaryIO, Protocol

from kuaiji.common.spool import SealedSpool

# So much of a body, or the rest of it, has so long: 4 KiB a second, less than a telephone in a village sends.
STRETCH_BYTES, STRETCH_SECONDS = 81_920, 20
IN_MEMORY = 65_536  # bytes; nearly every form. What is larger waits on the disk, sealed
AT_ONCE_IN_MEMORY = 16 << 20  # bytes of such larger bodies as a lane of programs keeps in memory, announced or read
AT_ONCE = 2 << 30  # bytes that the larger bodies of one process may hold together


class Arriving(Protocol):
    """A body that the server has not read yet: all of it at once, or piece by piece."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class TooSlow(Exception):
    """A stretch of it took too long."""


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
        self._free = size

    @property
    def free(self) -> int:
        """Bytes that nobody has."""
        return self._free

    @contextlib.contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """What takes bytes for one body, which are given back when it is over. It raises NoRoom."""
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            if size > self._free:
                raise NoRoom
            self._free -= size
            taken += size

        try:
            yield take
        finally:
            self._free += taken


async def read_small(arriving: Arriving, length: int) -> BinaryIO:
    """A body of ``length`` bytes, at most IN_MEMORY. Raises TooSlow, Torn."""
    try:
        async with asyncio.timeout(STRETCH_SECONDS):
            data = await arriving()
    except TimeoutError:
        raise TooSlow from None
    if len(data) != length:
        raise Torn
    return io.BytesIO(data)


async def read_whole(arriving: Arriving, length: int) -> BinaryIO:
    """A larger body of ``length`` bytes, kept in memory. Raises TooSlow, Torn."""
    data = bytearray()
    await _pour(arriving, length, data.extend)
    return io.BytesIO(data)


async def read_large(arriving: Arriving, length: int, take: Callable[[int], None]) -> BinaryIO:
    """A body of ``length`` bytes, sealed on the disk; ``take`` makes room for it. Raises TooSlow, Torn, NoRoom."""
    spool = SealedSpool()

    def put(piece: bytes) -> None:
        take(len(piece))
        try:
            spool.put(piece)
        except OSError:
            raise NoRoom from None

    try:
        await _pour(arriving, length, put)
        spool.rewind()
    except BaseException:
        spool.close()
        raise
    return io.BufferedReader(spool)


async def _pour(arriving: Arriving, length: int, put: Callable[[bytes], None]) -> None:
    """Each piece as it comes, each stretch in its time. Raises TooSlow, Torn, and what ``put`` raises."""
    pieces, received = aiter(arriving), 0
    while received < length:
        stretch = min(received + STRETCH_BYTES, length)
        try:
            async with asyncio.timeout(STRETCH_SECONDS):
                while received < stretch:
                    piece = await anext(pieces)
                    put(piece)
                    received += len(piece)
        except TimeoutError:
            raise TooSlow from None
        except StopAsyncIteration:
            raise Torn from None
