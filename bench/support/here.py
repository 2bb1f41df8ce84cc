"""Requests that this process answers itself, through the platform's whole WSGI application: what one of them costs.

Imports the application: only inside ``bench_house``.
"""

import dataclasses
import io
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from kuaiji.config.wsgi import application

PART = 25  # requests of a part; the median of the parts is told, so that a pause of the machine spoils none


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """Of one request: CPU of this process and of its database backend in milliseconds, and statements."""

    cpu_ms: float
    database_ms: float
    statements: float

    def figures(self) -> dict[str, float]:
        """For the output."""
        return {name: round(value, 2) for name, value in dataclasses.asdict(self).items()}


def ask_here(path: str, *, cookies: Mapping[str, str], fields: Mapping[str, str] | None = None) -> tuple[int, str]:
    """GET, or POST of ``fields``, as ``bench.support.load.ask``: status and Location."""
    body = b"" if fields is None else urlencode(fields).encode()
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[..., Any]:
        said.append((status, headers))
        return lambda _: None

    pieces: Any = application(_environ(path, cookies, body, posted=fields is not None), start_response)
    try:
        for _ in pieces:
            pass
    finally:
        pieces.close()
    (status, headers) = said[-1]
    return int(status[:3]), dict(headers).get("Location", "")


def cost_of(work: Sequence[Callable[[], bool]]) -> Cost:
    """What one of ``work`` costs, done in turn after the first part has warmed up. Raises RuntimeError where one says
    that its answer was wrong."""
    counted: list[str] = []

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        counted.append(sql)
        return execute(sql, params, many, context)

    cpu, database, statements = [], [], []
    with connection.execute_wrapper(count):
        for part in _parts(work):
            counted.clear()
            before, there = time.thread_time(), _backend_seconds()
            if not all(one() for one in part):
                raise RuntimeError("an answer was not what it has to be")
            cpu.append((time.thread_time() - before) / len(part) * 1000)
            database.append((_backend_seconds() - there) / len(part) * 1000)
            statements.append(len(counted) / len(part))
    return Cost(*(statistics.median(each[1:] or each) for each in (cpu, database, statements)))


def _parts(work: Sequence[Callable[[], bool]]) -> Iterator[Sequence[Callable[[], bool]]]:
    for begin in range(0, len(work), PART):
        yield work[begin : begin + PART]


def _backend_seconds() -> float:
    """CPU of the database's process for this thread's connection."""
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(told.split()[0]) / 1e9


def _environ(path: str, cookies: Mapping[str, str], body: bytes, *, posted: bool) -> dict[str, Any]:
    """As ``house.gateway.environ_of`` makes it."""
    environ = {
        "REQUEST_METHOD": "POST" if posted else "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if posted:
        environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
    return environ
