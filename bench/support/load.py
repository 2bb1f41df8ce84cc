"""Rounds of work by several clients at once, and what else the machine was doing meanwhile."""

import concurrent.futures
import dataclasses
import http.client
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

Task = TypeVar("Task")

CALM_CORES = 0.12  # foreign CPU below this counts as calm
PATIENCE_SECONDS = 20.0
TICK = os.sysconf("SC_CLK_TCK")
_USER, _NICE, _SYSTEM, _IRQ, _SOFTIRQ, _STEAL = 0, 1, 2, 5, 6, 7  # columns of the first line of /proc/stat


class Meter:
    """Cores that neither we nor what we started have used since it was made; what the host took counts as foreign."""

    def __init__(self) -> None:
        self._start, self._busy, self._ours = time.monotonic(), _busy_seconds(), _our_seconds()

    def foreign_cores(self) -> float:
        """The mean so far."""
        foreign = (_busy_seconds() - self._busy) - (_our_seconds() - self._ours)
        return round(max(0.0, foreign / (time.monotonic() - self._start)), 2)


def wait_for_calm() -> float:
    """Wait until others leave the machine alone, at most 20 s; the foreign cores of the last second."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        meter = Meter()
        time.sleep(1)
        cores = meter.foreign_cores()
        if cores <= CALM_CORES or time.monotonic() > deadline:
            return cores


@dataclasses.dataclass(frozen=True, slots=True)
class Round:
    """What one round came to: seconds of each task, and how many answers were not as they should be."""

    seconds: float
    taken: Sequence[float]
    failed: int
    foreign_cores: float

    @property
    def rate(self) -> float:
        """Tasks per second."""
        return len(self.taken) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds within which ``percent`` % of the tasks were done."""
        return statistics.quantiles(self.taken, n=100, method="inclusive")[percent - 1] * 1000

    def figures(self) -> dict[str, float]:
        """For the output."""
        percentiles = {f"p{percent}_ms": round(self.percentile(percent), 1) for percent in (50, 95, 99)}
        rate = {"per_second": round(self.rate, 1), "failed": self.failed}
        return rate | percentiles | {"foreign_cores": self.foreign_cores}


def run_round(task: Callable[[Task], bool], work: Iterable[Task], clients: int) -> Round:
    """Let ``clients`` threads do ``work``; ``task`` says whether it went well."""

    def timed(item: Task) -> tuple[bool, float]:
        begin = time.perf_counter()
        return task(item), time.perf_counter() - begin

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        meter, begin = Meter(), time.perf_counter()
        results = list(pool.map(timed, work))
        seconds = time.perf_counter() - begin
    failed = sum(not well for well, _ in results)
    return Round(seconds, [taken for _, taken in results], failed, meter.foreign_cores())


def ask(url: str, *, cookies: Mapping[str, str], fields: Mapping[str, str] | None = None) -> tuple[int, str]:
    """GET, or POST of ``fields``, over a connection of its own, following nothing: status and Location.

    The standard library's client, since a browser's would take a fair part of the two cores for itself.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    body = None
    if fields is not None:
        body = urlencode(fields)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request("GET" if body is None else "POST", parts.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")
    finally:
        connection.close()


class Kept:
    """Asks one server over a kept connection a thread, with requests made beforehand: a client that takes little of
    the cores which it shares with what it measures."""

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self._lines = threading.local()

    def request(self, path: str, *, cookies: Mapping[str, str], fields: Mapping[str, str] | None = None) -> bytes:
        """The bytes of a GET, or of a POST of ``fields``."""
        body = None if fields is None else urlencode(fields).encode()
        lines = [
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
            f"Host: {self._parts.netloc}",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}",
        ]
        if body is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + (body or b"")

    def ask(self, request: bytes) -> tuple[int, str]:
        """Status and Location. Raises OSError where the server hangs up before it has answered."""
        line = self._lines.__dict__.get("line") or self._connect()
        line.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(line)
        head = dict(each.partition(": ")[::2] for each in received[:end].decode("latin-1").lower().split("\r\n"))
        left = int(head["content-length"]) - (len(received) - end - 4)
        while left > 0:
            left -= len(self._more(line))
        if head.get("connection") == "close":
            self._lines.line = None
        return int(received[9:12]), head.get("location", "")

    def _connect(self) -> socket.socket:
        line = self._lines.line = socket.create_connection((self._parts.hostname, self._parts.port), timeout=30)
        return line

    def _more(self, line: socket.socket) -> bytes:
        part = line.recv(262_144)
        if not part:
            self._lines.line = None
            raise ConnectionError("hung up")
        return part


def _busy_seconds() -> float:
    columns = [int(column) for column in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(columns[column] for column in (_USER, _NICE, _SYSTEM, _IRQ, _SOFTIRQ, _STEAL)) / TICK


def _our_seconds() -> float:
    """CPU of this process and of all below it, those that have ended included."""
    parents, ticks = {}, {}
    for process in Path("/proc").glob("[0-9]*/stat"):
        try:
            columns = process.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(process.parent.name)
        parents[pid] = int(columns[1])
        ticks[pid] = sum(int(column) for column in columns[11:15])  # own and waited-for children's, user and system
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks[pid] for pid in ours) / TICK
