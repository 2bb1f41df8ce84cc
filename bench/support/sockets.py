"""Sends prepared HTTP requests over some connections at once, as fast as they are answered: one process, no threads.

It knows no HTTP but Content-Length, so that on a machine of two cores it takes little from who is measured; what it can
do at most is measured against an answer that is always the same (``bench.exam_check``).
"""

import dataclasses
import selectors
import socket
import time
from collections.abc import Sequence

LENGTH = b"content-length:"
PATIENCE = 30.0


@dataclasses.dataclass(slots=True)
class Sent:
    """What came of some requests: seconds in all, of each, the status of each, and the words looked for in each."""

    seconds: float
    taken: list[float]
    statuses: list[int]
    marked: list[bool]


@dataclasses.dataclass(slots=True)
class _Line:
    """One connection, and which request is on its way."""

    socket: socket.socket
    at: int = -1
    begun: float = 0.0
    got: bytearray = dataclasses.field(default_factory=bytearray)
    wanted: int = 0  # bytes of the whole answer, 0 while its head is not there
    closes: bool = False  # the server closes after this answer


def send_all(host: str, port: int, requests: Sequence[bytes], connections: int, mark: bytes = b"") -> Sent:
    """Send all requests, each once, in order, over that many connections; ``mark`` is looked for in the answers.

    A connection that the server closes after an answer is made anew. Raises TimeoutError when nothing is answered for
    half a minute, ConnectionError when a connection is closed in an answer.
    """
    count = len(requests)
    sent = Sent(0.0, [0.0] * count, [0] * count, [False] * count)
    selector, following, open_lines = selectors.EpollSelector(), 0, 0
    lines = [_connected(selector, host, port) for _ in range(min(connections, count))]
    start = time.perf_counter()
    for line in lines:
        following = _send(line, requests, following)
        open_lines += 1
    while open_lines:
        ready = selector.select(PATIENCE)
        if not ready:
            raise TimeoutError(f"no answer for {PATIENCE} s")
        for key, _ in ready:
            line = key.data
            if not _whole(line, sent, mark):
                continue
            if line.closes or following == count:
                selector.unregister(line.socket)
                line.socket.close()
            if following == count:
                open_lines -= 1
                continue
            if line.closes:
                line = _connected(selector, host, port)
            following = _send(line, requests, following)
    sent.seconds = time.perf_counter() - start
    selector.close()
    return sent


def _connected(selector: selectors.BaseSelector, host: str, port: int) -> _Line:
    line = _Line(socket.create_connection((host, port), timeout=PATIENCE))
    line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(line.socket, selectors.EVENT_READ, line)
    return line


def _send(line: _Line, requests: Sequence[bytes], at: int) -> int:
    line.at, line.wanted = at, 0
    line.got.clear()
    line.begun = time.perf_counter()
    line.socket.sendall(requests[at])
    return at + 1


def _whole(line: _Line, sent: Sent, mark: bytes) -> bool:
    """Take what came; whether the answer is whole, which is written down then."""
    piece = line.socket.recv(262_144)
    if not piece:
        raise ConnectionError(f"closed after {len(line.got)} bytes of answer {line.at}")
    line.got += piece
    if not line.wanted:
        end = line.got.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(line.got[:end]).lower()
        length = head.index(LENGTH) + len(LENGTH)
        line.closes = b"\r\nconnection: close" in head
        line.wanted = end + 4 + int(head[length:].split(b"\r\n", 1)[0])
    if len(line.got) < line.wanted:
        return False
    sent.taken[line.at] = time.perf_counter() - line.begun
    sent.statuses[line.at] = int(line.got[9:12])
    sent.marked[line.at] = bool(mark) and mark in line.got
    return True
