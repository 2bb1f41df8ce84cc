"""Between the server and a WSGI application: bodies are read here, threads are given to whole requests only (ADR 0061).

The server (granian) calls a ``Gateway`` on its event loop, once a request. The loop waits for bodies; the application
works in threads of its own, and with it its database connections. A connection that says nothing, sends slowly or reads
slowly holds neither.
"""

import asyncio
import contextlib
import functools
import io
import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]  # exported, untold

from kuaiji.house import bodies, busy
from kuaiji.house.lanes import Lane, LaneFull, SharedLane

if TYPE_CHECKING:
    from prometheus_client import Counter

log = logging.getLogger(__name__)

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
BodyCap = Callable[[Mapping[str, Any]], int]
MayBring = Callable[[Mapping[str, Any]], bool]
Answer = busy.Answer
# Requests to one address that one thread answers several at a time (ADR 0125): how many threads; whether an environ is
# one of them, said on the event loop; and their answers in their order, which raises nothing.
Together = tuple[int, Callable[[Environ], bool], Callable[[list[Environ]], list[Answer]]]

_PLAIN = ("content-type", "text/plain; charset=utf-8")
_CLOSE = ("connection", "close")  # what is left of the body is nobody's next request


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a request is told that the application does not hear of; ``reason`` is its name in the figures."""

    reason: str
    answer: Answer


def _refusal(reason: str, status: int, words: str, *headers: tuple[str, str]) -> Refusal:
    return Refusal(reason, (status, [_PLAIN, ("cache-control", "no-store"), *headers], words.encode()))


TOO_SLOW = _refusal(
    "too_slow",
    408,
    "网络太慢，提交的内容没有收全。请返回上一页重新提交。\nThe body came too slowly: send it again.\n",
    _CLOSE,
)
TOO_LARGE = _refusal(
    "too_large", 413, "提交的内容太大，请减少内容。\nThe body is larger than this address takes.\n", _CLOSE
)
NO_LENGTH = _refusal(
    "no_length", 411, "请在请求头中写明 Content-Length。\nSay how long the body is: Content-Length.\n", _CLOSE
)
TWO_HOSTS = _refusal("two_hosts", 400, "请求头 Host 只能有一个。\nThere must be one Host header.\n", _CLOSE)
BROKEN = _refusal("broken", 500, "系统出错，请稍后再试。\nA fault of ours: try again later.\n")


class Gateway:
    """One application in this process, in ``threads`` threads. ``apart`` gives addresses that programs ask, named by
    how they begin, so many threads of their own: neither they nor people's pages wait for the others. What comes
    ``together`` to an address, with a body that needs no room of its own, is answered so.

    ``body_cap`` says of an environ how many bytes its body may have, on the event loop: it must not wait. Of a body
    that would not stay in memory ``may_bring`` says whether its sender is known; it has a thread and may ask the
    database. What neither lets in is left where it is, and the application refuses it by its headers. Requests with a
    body on the disk, whose pictures take seconds, have half of the threads and wait for them in their order.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        body_cap: BodyCap,
        may_bring: MayBring,
        apart: Mapping[tuple[str, ...], int],
        in_memory: Mapping[tuple[str, ...], int],
        together: Mapping[str, Together],
    ) -> None:
        self._application, self._body_cap, self._may_bring = application, body_cap, may_bring
        self._lane = Lane(threads, name="application")
        self._apart = {
            begin: Lane(
                own,
                name=begin[0].strip("/"),
                in_memory=in_memory.get(begin, bodies.IN_MEMORY),
            )
            for begin, own in apart.items()
        }
        self._together = {
            path: (takes, SharedLane(own, name=f"{path.strip('/')}_together", carry_out=answer))
            for path, (own, takes, answer) in together.items()
        }
        self._room, self._memory = bodies.Room(bodies.AT_ONCE), bodies.Room(bodies.AT_ONCE_IN_MEMORY)
        self._large = asyncio.Semaphore(max(1, threads // 2))

    async def __rsgi__(self, scope: Scope, arriving: HTTPProtocol) -> None:
        """Answer one request."""
        lane = next((lane for begin, lane in self._apart.items() if scope.path.startswith(begin)), self._lane)
        if lane.is_full:  # before anything is done for it: many come then
            return self._come_back(scope, arriving, "busy", lane)
        environ = environ_of(scope)
        if ", " in environ.get("HTTP_HOST", ""):
            return _refuse(arriving, TWO_HOSTS)
        try:
            length = _length(environ)
            if length is None or length > self._body_cap(environ):
                environ["wsgi.input"] = bodies.Unread()
            elif bodies.IN_MEMORY < length <= min(lane.in_memory, self._memory.free):
                return await self._answer_in_memory(environ, arriving, length, lane)
            elif length > bodies.IN_MEMORY:
                return await self._answer_large(environ, arriving, length, lane)
            elif length:
                environ["wsgi.input"] = await bodies.read_small(arriving, length)
                if (shared := self._together.get(scope.path)) and shared[0](environ):
                    return _send(arriving, await shared[1].share(environ))
            await lane.do(lambda: _send(arriving, self._answer(environ)))
        except bodies.TooSlow:
            _refuse(arriving, TOO_SLOW)
        except LaneFull:
            self._come_back(scope, arriving, "busy", lane)
        except bodies.NoRoom:
            self._come_back(scope, arriving, "no_room", lane)
        except bodies.Torn:
            pass  # nobody is there
        except Exception:
            log.exception("application_broken")
            _refuse(arriving, BROKEN)

    def _come_back(self, scope: Scope, arriving: HTTPProtocol, reason: str, lane: Lane) -> None:
        """Refuse for now. The connection stays open where no body is on its way: to make a new one costs more."""
        status, headers, words = busy.answer(
            scope.method, scope.headers.get("accept") or "", apart=lane is not self._lane
        )
        if scope.method not in ("GET", "HEAD"):
            headers = [*headers, _CLOSE]
        _refuse(arriving, Refusal(reason, (status, headers, words)))

    async def _answer_in_memory(self, environ: Environ, arriving: HTTPProtocol, length: int, lane: Lane) -> None:
        """A body of programs whose lane keeps it in memory: it is theirs to be large, and answered by any thread of
        the lane. Where such bodies have taken their room already, it goes by the disk. Raises TooSlow, Torn,
        LaneFull."""
        with self._memory.share() as take:
            take(length)
            environ["wsgi.input"] = await bodies.read_whole(arriving, length)
            await lane.do(lambda: _send(arriving, self._answer(environ)))

    async def _answer_large(self, environ: Environ, arriving: HTTPProtocol, length: int, lane: Lane) -> None:
        """A body that would not stay in memory. Raises TooSlow, Torn, NoRoom, LaneFull."""
        if not await lane.do(lambda: self._may_bring(environ)):
            environ["wsgi.input"] = bodies.Unread()
            return await lane.do(lambda: _send(arriving, self._answer(environ)))
        with self._room.share() as take:
            environ["wsgi.input"] = await bodies.read_large(arriving, length, take)
            async with self._large:
                await lane.do(lambda: _send(arriving, self._answer(environ)))

    def _answer(self, environ: Environ) -> Answer:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            said.append((status, headers))

        try:
            pieces = self._application(environ, start_response)
            try:
                body = b"".join(pieces)
            finally:
                with contextlib.suppress(AttributeError):
                    pieces.close()  # type: ignore[attr-defined]
        except bodies.UnreadBody:
            return _counted(NO_LENGTH if _length(environ) is None else TOO_LARGE)
        except Exception:
            log.exception("application_broken")
            return _counted(BROKEN)
        finally:
            environ["wsgi.input"].close()
        status, headers = said[-1]
        if isinstance(environ["wsgi.input"], bodies.Unread):
            headers = [*headers, _CLOSE]
        return int(status[:3]), headers, body


def environ_of(scope: Scope) -> Environ:
    """The request as WSGI tells it (PEP 3333), nothing of the process's environment in it.

    A header whose name has ``_`` is dropped: WSGI could not tell it from the one with ``-``, which a proxy sets. One
    that came several times is one, its values joined in their order (RFC 9110, 5.3).
    """
    address, _, port = scope.client.rpartition(":")
    name, _, own_port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name,
        "SERVER_PORT": own_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address.strip("[]"),
        "REMOTE_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        if "_" in header:
            continue
        key = header.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{value}"
        environ[key] = value
    return environ


def _length(environ: Environ) -> int | None:
    """The bytes of the body; None when they are not known before it ends."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    said = environ.get("CONTENT_LENGTH", "0")
    return int(said) if said.isascii() and said.isdigit() else None


@functools.cache
def _refused() -> "Counter":
    """Made when it is first needed: the library decides by the environment where it counts, as it is imported, and
    ``kuaiji serve`` says there that all workers count together."""
    from prometheus_client import Counter

    return Counter("kuaiji_requests_refused", "Requests that the server refused before the application", ["reason"])


def _counted(refusal: Refusal) -> Answer:
    _refused().labels(refusal.reason).inc()
    return refusal.answer


def _refuse(arriving: HTTPProtocol, refusal: Refusal) -> None:
    _send(arriving, _counted(refusal))


def _send(arriving: HTTPProtocol, answer: Answer) -> None:
    with contextlib.suppress(ProtocolClosed):  # who asked is gone
        arriving.response_bytes(*answer)
