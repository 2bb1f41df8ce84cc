"""A network that loses, doubles, reorders, breaks and delays: an HTTP proxy on the loopback, in a process of its own.

    python -m prove.support.chaos --port 8000 --to 8001 --seed 1 --rates '{"lost_request": 0.05}'

``Host`` goes through as it came, so the service behind it is known by the proxy's address. On SIGTERM it prints how
often it did what, as one JSON line.
"""

import argparse
import collections
import contextlib
import dataclasses
import http.client
import json
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from people.houses.processes import wait_for

FAULTS = (
    "lost_request",  # the service never sees it
    "lost_answer",  # the service did it, nobody hears of it
    "twice",  # the service gets the very same bytes again, and either answer arrives
    "overtaken",  # others get there first
    "refused",  # an answer of the proxy's own, as of one whose service is down
    "hung",  # longer than anybody waits; half of them arrive after that
    "cut",  # the answer ends in the middle
)
ROUGH: Mapping[str, float] = {
    "lost_request": 0.04, "lost_answer": 0.04, "twice": 0.04, "overtaken": 0.04, "refused": 0.02, "cut": 0.02,
    "hung": 0.001,
}  # fmt: skip
QUESTIONS = ("/wire/v1/lookups", "/wire/v1/transfer-matches")
HANG_SECONDS = 11.0  # the wire allows ten
OVERTAKEN_BY, OVERTAKEN_SECONDS = 3, 0.5
HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})  # the proxy's own affair


@dataclasses.dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Network:
    """What happens to each request, drawn in the order they come."""

    def __init__(self, to: int, rates: Mapping[str, float], seed: int) -> None:
        self._to = to
        self._rates = rates
        self._rng = random.Random(seed)
        self._lock = threading.Condition()
        self._passed = 0
        self.counts = collections.Counter[str]()
        self.over = threading.Event()

    def draw(self, path: str) -> str:
        """The fault of the next request; empty when it has none, like every question: people ask those again."""
        with self._lock:
            if path.startswith(QUESTIONS):
                return ""
            at = self._rng.random()
            for fault in FAULTS:
                at -= self._rates.get(fault, 0)
                if at < 0:
                    break
            else:
                fault = ""
            self.counts[fault or "untouched"] += 1
            return fault

    def toss(self) -> bool:
        """Heads or tails."""
        with self._lock:
            return self._rng.random() < 0.5

    def wait_for_others(self) -> None:
        """Until some that came later have gone by, or nobody comes."""
        with self._lock:
            mine = self._passed + OVERTAKEN_BY
            self._lock.wait_for(lambda: self._passed >= mine, OVERTAKEN_SECONDS)

    def forward(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> _Answer:
        """Ask the service. Raises OSError, HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self._to, timeout=HANG_SECONDS)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name.lower() not in HOP:
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            got = connection.getresponse()
            answer = _Answer(got.status, dict(got.getheaders()), got.read())
        with self._lock:
            self._passed += 1
            self._lock.notify_all()
        return answer


def handler(network: Network) -> type[BaseHTTPRequestHandler]:
    """What serves one connection of the proxy."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            with contextlib.suppress(OSError, http.client.HTTPException):  # the other side is gone
                self._treat(network.draw(self.path), (self.command, self.path, dict(self.headers.items()), body))

        do_GET = do_POST = _serve  # noqa: N815 (the names that http.server calls)

        def _treat(self, fault: str, asked: tuple[str, str, dict[str, str], bytes]) -> None:
            if fault == "lost_request":
                return
            if fault == "refused":
                self._say(_Answer(503 if network.toss() else 502, {"Content-Type": "text/html"}, b"<html>later</html>"))
                return
            if fault == "hung" and (network.over.wait(HANG_SECONDS) or network.toss()):
                return
            if fault == "overtaken":
                network.wait_for_others()
            answer = network.forward(*asked)
            if fault == "twice":
                again = network.forward(*asked)
                answer = again if network.toss() else answer
            if fault != "lost_answer":
                self._say(answer, half=fault == "cut")

        def _say(self, answer: _Answer, *, half: bool = False) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in HOP | {"content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that went away is what all this is about."""


def main() -> int:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--port", "--to", "--seed"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--rates", type=json.loads, default=dict(ROUGH))
    chosen = parser.parse_args()
    network = Network(chosen.to, chosen.rates, chosen.seed)
    server = _Server(("127.0.0.1", chosen.port), handler(network))
    signal.signal(signal.SIGTERM, lambda *_: network.over.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    network.over.wait()
    server.shutdown()
    print(json.dumps(network.counts))
    return 0


@contextlib.contextmanager
def chaos(*, port: int, to: int, seed: int, rates: Mapping[str, float]) -> Iterator[dict[str, int]]:
    """The proxy for the length of the block; afterwards the dictionary says what it did."""
    words = ["--port", str(port), "--to", str(to), "--seed", str(seed), "--rates", json.dumps(dict(rates))]
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "prove.support.chaos", *words]
    counts: dict[str, int] = {}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: _is_listening(port))
        yield counts
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=20)
        counts |= json.loads(said or "{}")


def _is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
