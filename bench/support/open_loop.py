"""Requests that come at their own pace, whatever becomes of those before: as people and other systems do.

A loop that waits for each answer before it asks again slows down with the server, and never asks too much of it.
"""

import asyncio
import dataclasses
import statistics
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """When it was asked for (seconds since the loop began), its status, 0 for none, and how long it took."""

    at: float
    status: int
    seconds: float


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """The answers of one loop that went on for ``seconds``."""

    seconds: float
    answers: list[Answer]

    def of(self, *statuses: int) -> list[Answer]:
        """Those with one of these statuses."""
        return [answer for answer in self.answers if answer.status in statuses]

    def figures(self, well: int = 200) -> dict[str, Any]:
        """For the output: how many, what came of them, and how long that took."""
        good, refused = self.of(well), self.of(503)
        return {
            "asked": len(self.answers),
            "asked_per_second": round(len(self.answers) / self.seconds, 1),
            "answered": len(good),
            "answered_per_second": round(len(good) / self.seconds, 1),
            "refused": len(refused),
            "failed": len(self.answers) - len(good) - len(refused),
            "answered_p50_ms": percentile(good, 50),
            "answered_p95_ms": percentile(good, 95),
            "refused_p95_ms": percentile(refused, 95),
        }


def percentile(answers: list[Answer], percent: int) -> float:
    """Milliseconds within which ``percent`` % of them came; 0 for fewer than two."""
    taken = [answer.seconds for answer in answers]
    if len(taken) < 2:
        return 0.0
    return round(statistics.quantiles(taken, n=100, method="inclusive")[percent - 1] * 1000, 1)


async def ask_on(address: str, requests: Iterator[bytes], *, per_second: float, seconds: float) -> Told:
    """Send ``requests`` one after the other at that pace, each over a connection that is free, or a new one."""
    parts = urlsplit(address)
    lines = _Lines(parts.hostname or "", parts.port or 80)
    begin, tasks = time.perf_counter(), []
    for number in range(int(per_second * seconds)):
        wait = begin + number / per_second - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(lines.ask(next(requests), begin)))
    answers = await asyncio.gather(*tasks)
    lines.close()
    return Told(seconds, answers)


class _Lines:
    """Kept connections to one server."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: bytes, begin: float) -> Answer:
        """What became of it, from the moment it was due."""
        asked = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status = await self._status(request)
        except (OSError, EOFError, TimeoutError):
            status = 0
        return Answer(asked - begin, status, time.perf_counter() - asked)

    async def _status(self, request: bytes) -> int:
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            headers = dict(line.partition(": ")[::2] for line in head.split("\r\n"))
            await reader.readexactly(int(headers["content-length"]))
        except BaseException:
            writer.close()
            raise
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._free.append((reader, writer))
        return int(head[9:12])

    def close(self) -> None:
        for _, writer in self._free:
            writer.close()
