"""A WSGI application that tells how a request reached it, for tests of the server that the platform runs on."""

import gc
import hashlib
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

StartResponse = Callable[..., Any]
_numbers = itertools.count(1)
apart = {("/programs/", "/alive"): 1}
in_memory = {("/programs/", "/alive"): 200_000}
closed: list[bool] = []
inside: list[bool] = []


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Method, path, headers and body, as JSON. Some paths do something else."""
    number = next(_numbers)
    special = {"/slow": _slow, "/stream": _stream, "/breaks": _breaks, "/large": _large, "/digest": _digest}
    special |= {"/collector": _collector, "/busy": _busy, "/programs/slow": _slow, "/programs/digest": _digest}
    if special_answer := special.get(environ["PATH_INFO"]):
        return special_answer(environ, start_response)
    told = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "number": number, "closed": len(closed)}
    told["body"] = environ["wsgi.input"].read().decode("latin-1")
    told["headers"] = {name: value for name, value in environ.items() if isinstance(value, str)}
    return _json(told, environ, start_response)


def _answer_together(environs: list[dict[str, Any]]) -> list[tuple[int, list[tuple[str, str]], bytes]]:
    """After a while, to each how many there are and its own body; a body that says so breaks all of them."""
    time.sleep(0.5)
    bodies = [environ["wsgi.input"].read().decode() for environ in environs]
    if "break" in bodies:
        raise LookupError("a fault")
    return [(200, [], json.dumps([len(bodies), body]).encode()) for body in bodies]


together = {"/together": (1, lambda environ: environ["QUERY_STRING"] != "alone", _answer_together)}


def body_cap(environ: dict[str, Any]) -> int:
    """Four megabytes, on one path little; on one nobody knows."""
    if environ["PATH_INFO"] == "/unknown":
        raise LookupError("a fault")
    return 1000 if environ["PATH_INFO"] == "/little" else 4_000_000


def may_bring(environ: dict[str, Any]) -> bool:
    """Larger bodies to all paths but one."""
    return bool(environ["PATH_INFO"] != "/unwanted")


def _json(told: Any, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer]


def _slow(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    time.sleep(1)
    return _json("slow", environ, start_response)


def _busy(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """After a while, how many were here when this one came."""
    inside.append(True)
    found = len(inside)
    time.sleep(0.3)
    inside.pop()
    return _json(found, environ, start_response)


def _digest(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """Of the body, read as Django reads it: line by line, then in pieces."""
    stream, found = environ["wsgi.input"], hashlib.sha256()
    found.update(stream.readline())
    while piece := stream.read(10_000):
        found.update(piece)
    return _json(found.hexdigest(), environ, start_response)


def _collector(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """How many objects the search for cycles passes over, and after how many new ones it begins."""
    return _json([gc.get_freeze_count(), gc.get_threshold()[0]], environ, start_response)


def _large(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * 20_000_000]


def _breaks(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    raise LookupError("a fault")


class _Stream:
    def __iter__(self) -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    def close(self) -> None:
        closed.append(True)


def _stream(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return _Stream()
