"""Visitors who hold connections and do nothing with them: slow bodies, silence, and answers that nobody reads.

    python -m people.hostile.slow_visitors PORT --bodies 64 --idle 500 --readers 64

runs them against a server of this machine until it is killed, each again as soon as its connection is closed, and tells
on every line how many there are and how many times they were cut off. A process of its own, for it is busy itself.
"""

import argparse
import contextlib
import json
import select
import socket
import time
from collections import Counter
from dataclasses import dataclass, field

# What lets a body be read at all: a plausible form of the platform, a plausible signature of the wire.
HEADERS = f"Cookie: kuaiji_guangdong_csrf={'a' * 32}\r\nSignature: w=:YQ==:\r\nSignature-Input: w=()\r\n"
BODY = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Length: 100000\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n" + HEADERS + "\r\n"
)
PAGE = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
BYTE_SECONDS = 1.5  # a slow body sends one byte in this time
ASKED_AT_ONCE = 20  # pages that a reader asks for before it reads none of them
SMALLEST_BUFFER = 4096


@dataclass
class Crowd:
    """The visitors of one server. ``path`` takes the bodies, ``page`` is what readers ask for."""

    port: int
    path: str = "/login/"
    page: str = "/"
    open: dict[int, tuple[socket.socket, str]] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)

    def join(self, kind: str, count: int) -> None:
        """So many more of ``bodies``, ``idle`` or ``readers``."""
        for _ in range(count):
            wire = socket.socket()
            if kind == "readers":
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
            wire.settimeout(5)
            wire.connect(("127.0.0.1", self.port))
            first = {
                "bodies": BODY.format(path=self.path, port=self.port),
                "idle": "",
                "readers": PAGE.format(path=self.page, port=self.port) * ASKED_AT_ONCE,
            }[kind]
            wire.sendall(first.encode())
            self.open[wire.fileno()] = (wire, kind)

    def drip(self) -> None:
        """A byte of every body."""
        for wire, kind in list(self.open.values()):
            if kind == "bodies":
                with contextlib.suppress(OSError):
                    wire.send(b"a")

    def come_back(self) -> None:
        """Whose connection was closed opens another; readers do not look whether there is something to read."""
        watched = select.poll()
        for number, (_, kind) in self.open.items():
            watched.register(number, select.POLLRDHUP | (0 if kind == "readers" else select.POLLIN))
        for number, _ in watched.poll(0):
            wire, kind = self.open.pop(number)
            wire.close()
            self.ended[kind] += 1
            with contextlib.suppress(OSError):
                self.join(kind, 1)

    def leave(self) -> None:
        for wire, _ in self.open.values():
            wire.close()
        self.open.clear()


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--path", default=Crowd.path)
    parser.add_argument("--page", default=Crowd.page)
    for kind in ("bodies", "idle", "readers"):
        parser.add_argument(f"--{kind}", type=int, default=0)
    chosen = parser.parse_args()
    crowd = Crowd(chosen.port, chosen.path, chosen.page)
    for kind in ("bodies", "idle", "readers"):
        crowd.join(kind, getattr(chosen, kind))
    while True:
        crowd.drip()
        crowd.come_back()
        print(json.dumps({"open": len(crowd.open), **crowd.ended}), flush=True)
        time.sleep(BYTE_SECONDS)


if __name__ == "__main__":
    main()
