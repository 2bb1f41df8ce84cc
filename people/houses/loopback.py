"""A partner on the loopback that answers as it is told, well or badly, over real HTTP."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Connection:
    """What a behaviour may do: write bytes, and wait until the partner is taken down."""

    write: Callable[[bytes], object]
    wait: Callable[[float], bool]


Behaviour = Callable[[Request, Connection], None]


@dataclass
class Loopback:
    """A running partner. Change ``behaviour`` at any time; ``requests`` are those that arrived."""

    url: str
    behaviour: Behaviour
    requests: list[Request] = field(default_factory=list)


def reply(status: int, data: Any, **headers: str) -> Behaviour:
    """Answer with JSON."""
    return raw(status, json.dumps(data, ensure_ascii=False).encode(), **headers)


def raw(status: int, body: bytes, **headers: str) -> Behaviour:
    """Answer with ``body`` as it is; ``content_type`` and the like become header names."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return wire("\r\n".join([*lines, "", ""]).encode() + body)


def wire(data: bytes) -> Behaviour:
    """Put these bytes on the wire, whatever they are, and hang up."""

    def behave(request: Request, connection: Connection) -> None:
        connection.write(data)

    return behave


def hang(request: Request, connection: Connection) -> None:
    """Take the request and say nothing."""
    connection.wait(60)


def drip(data: bytes) -> Behaviour:
    """Send a byte every twentieth of a second: no single wait is ever long."""

    def behave(request: Request, connection: Connection) -> None:
        for byte in data:
            connection.write(bytes([byte]))
            if connection.wait(0.05):
                return

    return behave


@contextlib.contextmanager
def loopback(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """A partner for the length of the block, on a free port."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, body)
            behaviour = partner.behaviour
            partner.requests.append(request)
            self.close_connection = True
            with contextlib.suppress(OSError):
                behaviour(request, Connection(self.wfile.write, over.wait))

        do_GET = do_POST = _serve  # noqa: N815 (the names that http.server calls)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: tests speak through pytest."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    partner = Loopback(f"{scheme}://127.0.0.1:{server.server_port}", behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield partner
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
