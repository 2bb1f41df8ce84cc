"""How many requests a process works on at a time, how many wait for that, and who is told to come back (ADR 0099)."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

WAITING = 256  # requests that wait for the threads of a lane: a second of pages, some seconds of passwords
STANDING_SECONDS = 1.0
PROGRAMS_WAITING = 32  # the same of programs where nobody finds a free thread: their requests take milliseconds each

T = TypeVar("T")


class LaneFull(Exception):
    """More waits already than will be answered soon."""


class Lane:
    """Threads for one kind of requests, and those who wait for them. Used on the event loop alone.

    A crowd of a moment waits for its turn, ``WAITING`` of them at most. Where no thread has been free for
    ``STANDING_SECONDS``, more is asked than can be answered: from then on no more wait than there are threads, or than
    ``standing`` says, so that whoever is let in is answered soon and the others hear at once that they are not. That
    ends when a thread is free.
    """

    def __init__(self, threads: int, *, name: str, standing: int = 0) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._at_once = threads
        self._standing = standing or threads
        self._inside = 0  # given to the threads and not done yet
        self._free_at = time.monotonic()  # when somebody last came to a free thread

    async def do(self, work: Callable[[], T]) -> T:
        """What comes of ``work``, done by a thread. Raises LaneFull."""
        if self.is_full:
            raise LaneFull
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._inside -= 1

    @property
    def is_full(self) -> bool:
        """Whether somebody who comes now is told to come back."""
        now = time.monotonic()
        if self._inside < self._at_once:
            self._free_at = now
        may_wait = WAITING if now - self._free_at < STANDING_SECONDS else min(self._standing, WAITING)
        return self._inside >= self._at_once + may_wait
