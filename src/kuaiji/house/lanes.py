"""How many requests a process works on at a time, how many wait for that, and who is told to come back (ADR 0099)."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from kuaiji.house.bodies import IN_MEMORY

WAITING = 256  # requests that wait for the threads of a lane: a second of pages, some seconds of passwords
STANDING_SECONDS = 1.0
STAYING = 32  # the same where nobody finds a free thread: a third of a second of pages

T = TypeVar("T")


class LaneFull(Exception):
    """More waits already than will be answered soon."""


class Lane:
    """Threads for one kind of requests, and those who wait for them. Used on the event loop alone.

    A crowd of a moment waits for its turn, ``WAITING`` of them at most. Where no thread has been free for
    ``STANDING_SECONDS``, more is asked than can be answered: from then on ``STAYING`` wait at most, so that whoever is
    let in is answered soon and the others hear at once that they are not. That ends when a thread is free.

    A request is handed over by one queue and one future: an executor's own would cost it a lock and a future more.
    """

    def __init__(self, threads: int, *, name: str, in_memory: int = IN_MEMORY) -> None:
        self._handed: SimpleQueue[_Handed] = SimpleQueue()
        self._name, self._at_once = name, threads
        self._started = 0
        self.in_memory = in_memory  # bytes of a body; what is larger waits on the disk
        self._inside = 0  # given to the threads and not done yet
        self._free_at = time.monotonic()  # when somebody last came to a free thread

    async def do(self, work: Callable[[], T]) -> T:
        """What comes of ``work``, done by a thread. Raises LaneFull."""
        if self.is_full:
            raise LaneFull
        self._inside += 1
        if self._started < min(self._inside, self._at_once):  # no sooner than it has work: with it comes a connection
            self._started += 1
            threading.Thread(target=self._work, name=f"{self._name}_{self._started}", daemon=True).start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._handed.put((work, loop, done))
        try:
            return await done
        finally:
            self._inside -= 1

    @property
    def is_full(self) -> bool:
        """Whether somebody who comes now is told to come back."""
        now = time.monotonic()
        if self._inside < self._at_once:
            self._free_at = now
        may_wait = WAITING if now - self._free_at < STANDING_SECONDS else min(STAYING, WAITING)
        return self._inside >= self._at_once + may_wait

    def _work(self) -> None:
        while True:
            work, loop, done = self._handed.get()
            result: Any = None
            fault: BaseException | None = None
            if done.cancelled():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - told to who waits for it
                fault = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: the worker ends
                loop.call_soon_threadsafe(_tell, done, result, fault)
            del work, done, result, fault  # else they live until somebody else comes


_Handed = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


def _tell(done: "asyncio.Future[Any]", result: Any, fault: BaseException | None) -> None:
    if done.done():  # nobody waits any more
        return
    if fault is None:
        done.set_result(result)
    else:
        done.set_exception(fault)
