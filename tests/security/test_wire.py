"""Where one request ends and the next begins, byte by byte, at the server the platform runs on (ASVS 4.2.1)."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from people.houses.loopback import free_port
from tests.support.sources import ROOT

SERVE = """
import sys
from kuaiji.house.serving import serve
serve("tests.support.echo:application", host="127.0.0.1", port=int(sys.argv[1]), workers=1, threads=2)
"""
pytestmark = pytest.mark.house  # a server of its own
HIDDEN = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The server of ``kuaiji serve`` with an application that echoes."""
    port = free_port()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-c", SERVE, str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not send(port, "GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def send(port: int, text: str) -> bytes:
    """All that comes back until the server hangs up, or half a second is quiet."""
    received = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(text.encode("latin-1"))
        wire.settimeout(0.5)
        while part := wire.recv(65536):
            received += part
    return received


def served(answer: bytes) -> list[dict[str, Any]]:
    """The requests the application saw."""
    return [json.loads(found) for found in re.findall(rb"^\{.*?\}(?=HTTP/1|\Z)", answer, re.MULTILINE)]


def post(*headers: str, body: str = "") -> str:
    return "\r\n".join(["POST / HTTP/1.1", "Host: x", *headers, "", ""]) + body


def test_two_requests_one_after_the_other_are_two(port: int) -> None:
    seen = served(send(port, post("Content-Length: 3", body="abc") + HIDDEN))
    assert [(one["method"], one["path"], one["body"]) for one in seen] == [("POST", "/", "abc"), ("GET", "/hidden", "")]


CHUNKED = "Transfer-Encoding: chunked"
AMBIGUOUS = {
    "length and chunks, end by chunks": post(f"Content-Length: {len(HIDDEN) + 5}", CHUNKED, body="0\r\n\r\n" + HIDDEN),
    "chunks and length, end by length": post(
        CHUNKED, "Content-Length: 4", body=f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
    ),
    "two lengths": post("Content-Length: 0", f"Content-Length: {len(HIDDEN)}", body=HIDDEN),
    "a list of lengths": post(f"Content-Length: 0, {len(HIDDEN)}", body=HIDDEN),
    "a length with a sign": post("Content-Length: +0", body=HIDDEN),
    "a negative length": post("Content-Length: -1", body=HIDDEN),
    "a length that is no number": post("Content-Length: 0x0", body=HIDDEN),
    "an unknown coding": post("Transfer-Encoding: xchunked", body="0\r\n\r\n" + HIDDEN),
    "chunks that are not last": post("Transfer-Encoding: chunked, identity", body="0\r\n\r\n" + HIDDEN),
    "a blank before the colon": post("Transfer-Encoding : chunked", "Content-Length: 0", body=HIDDEN),
    "a folded line": post("X: a\r\n Transfer-Encoding: chunked", "Content-Length: 0", body=HIDDEN),
    "a bare carriage return": post("X: a\rContent-Length: 0", body=HIDDEN),
    "a nul": post("X: a\0b", "Content-Length: 0", body=HIDDEN),
    "chunks of HTTP/1.0": post(CHUNKED, body="0\r\n\r\n" + HIDDEN).replace("HTTP/1.1", "HTTP/1.0", 1),
    "a chunk of no size": post(CHUNKED, body="zz\r\n" + HIDDEN),
    "a chunk larger than numbers are": post(CHUNKED, body="f" * 18 + "\r\n" + HIDDEN),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_could_be_read_in_two_ways_hides_no_request(name: str, port: int) -> None:
    """Refused, and the connection closed: what follows is never taken for a request."""
    answer = send(port, AMBIGUOUS[name])
    assert served(answer) == [] and answer.count(b"HTTP/1.") == 1
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400", b"HTTP/1.1 411", b"HTTP/1.0 411"))
