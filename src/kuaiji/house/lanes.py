"""How many requests a process works on at a time, how many wait for that, and who is told to come back (ADR 0099);
and what several of them share when one thread answers them together (ADR 0125)."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from kuaiji.house.bodies import IN_MEMORY

WAITING = 256  # requests that wait for the threads of a lane: a second of pages, some seconds of passwords
STANDING_SECONDS = 1.0
STAYING = 32  # the same where nobody finds a free thread: a third of a second of pages

TOGETHER = 16  # requests that a thread of a shared lane answers at a time: two milliseconds of the exam check

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
        done: T = await self._hand_over(work)
        return done

    async def _hand_over(self, work: Any) -> Any:
        if self.is_full:
            raise LaneFull
        self._inside += 1
        if self._started < min(self._inside, self._at_once):  # no sooner than it has work: with it comes a connection
            self._started += 1
            threading.Thread(target=self._work, name=f"{self._name}_{self._started}", daemon=True).start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
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

    def _take(self) -> list["_Handed"]:
        """What a thread works on next, as soon as there is something."""
        return [self._handed.get()]

    def _carry_out(self, works: list[Any]) -> list[Any]:
        return [work() for work in works]

    def _work(self) -> None:
        while True:
            handed = [one for one in self._take() if not one[2].cancelled()]
            results: list[Any] = []
            fault: BaseException | None = None
            try:
                results = self._carry_out([work for work, _, _ in handed])
            except BaseException as error:  # noqa: BLE001 - told to who waits for it
                fault = error
            with contextlib.suppress(RuntimeError, IndexError):  # the loop is closed: the worker ends; or all are gone
                handed[0][1].call_soon_threadsafe(_tell, [done for _, _, done in handed], results, fault)
            del handed, results, fault  # else they live until somebody else comes


class SharedLane(Lane):
    """A lane whose threads take all that waits, up to ``TOGETHER``, and let ``carry_out`` do it at once: what is done
    comes back in the order of what was to be done."""

    def __init__(self, threads: int, *, name: str, carry_out: Callable[[list[Any]], list[Any]]) -> None:
        super().__init__(threads, name=name)
        self._all = carry_out

    async def share(self, work: Any) -> Any:
        """What comes of ``work``. Raises LaneFull."""
        return await self._hand_over(work)

    def _take(self) -> list["_Handed"]:
        taken = super()._take()
        with contextlib.suppress(Empty):
            while len(taken) < TOGETHER:
                taken.append(self._handed.get_nowait())
        return taken

    def _carry_out(self, works: list[Any]) -> list[Any]:
        return self._all(works)


_Handed = tuple[Any, asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


def _tell(waiting: list["asyncio.Future[Any]"], results: list[Any], fault: BaseException | None) -> None:
    for place, done in enumerate(waiting):
        if done.done():  # nobody waits any more
            continue
        if fault is None:
            done.set_result(results[place])
        else:
            done.set_exception(fault)
