"""Calls to other people's systems: every one is limited in time and size, and whatever is odd fails closed.

httpx limits each wait for the network, not their sum: a partner that sends one byte a second would hold a caller for
ever. Connections here also know when their call must be over.
"""

import contextvars
import functools
import ipaddress
import json
import math
import re
import ssl
import time
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0
ANSWER_CAP = 256 * 1024
CONNECTIONS = 32
KEEP_SECONDS = 5.0  # shorter than servers keep theirs: one that just closed costs the next call its answer

_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline", default=math.inf)


class PartnerUnavailable(Exception):
    """A partner did not answer, or not in a way that can be trusted: do without it, try again later.

    ``partner`` names it and ``reason`` says why (``timeout``, ``connection``, ``redirect``, ``status_503``,
    ``encoded``, ``too_large``, ``not_json``, ``bad_answer``). Neither holds personal data: both reach logs.
    """

    def __init__(self, partner: str, reason: str) -> None:
        super().__init__(f"{partner}: {reason}")
        self.partner = partner
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner said: a status of 2xx or 4xx and the JSON that came with it."""

    status: int
    data: Any


class Partner:
    """One partner's address, our token there, and connections kept open. Make one for a process: it is thread-safe."""

    def __init__(self, name: str, base_url: str, token: str = "", total_seconds: float = TOTAL_SECONDS) -> None:
        """Raise ValueError when ``base_url`` would carry data unencrypted beyond this machine."""
        if not _is_private(base_url):
            raise ValueError(f"{name}: the address must begin with https:// (http:// only on this machine)")
        self.name = name
        self._seconds = total_seconds
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kuaiji"}
        self._client = httpx.Client(
            base_url=base_url,
            headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}),
            transport=_Transport(),
            timeout=httpx.Timeout(total_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )
        weakref.finalize(self, self._client.close)

    def ask(self, method: str, path: str, **request: Any) -> Any:
        """The JSON of a 200 answer; raises PartnerUnavailable for any other. ``request`` as for ``call``."""
        answer = self.call(method, path, **request)
        if answer.status != 200:
            raise PartnerUnavailable(self.name, f"status_{answer.status}")
        return answer.data

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once, never a second time. Raise PartnerUnavailable unless JSON comes with 2xx or 4xx, whole, in time."""
        until = _deadline.set(time.monotonic() + self._seconds)
        try:
            with self._client.stream(
                method, path, json=json, content=content, params=params, headers=headers
            ) as response:
                return self._read(response)
        # What httpx says may quote the address or the answer, so it is not carried along.
        except httpx.TimeoutException:
            raise PartnerUnavailable(self.name, "timeout") from None
        except httpx.HTTPError:
            raise PartnerUnavailable(self.name, "connection") from None
        finally:
            _deadline.reset(until)

    def strings(self, data: Any, patterns: Mapping[str, str]) -> dict[str, str]:
        """The named strings of the object ``data``; raises PartnerUnavailable unless each matches its pattern."""
        found: dict[str, str] = {}
        for key, pattern in patterns.items():
            value = data.get(key) if isinstance(data, dict) else None
            if not isinstance(value, str) or not re.fullmatch(pattern, value):
                raise PartnerUnavailable(self.name, "bad_answer")
            found[key] = value
        return found

    def _read(self, response: httpx.Response) -> Answer:
        status = response.status_code
        if not 200 <= status < 300 and not 400 <= status < 500:
            raise PartnerUnavailable(self.name, "redirect" if 300 <= status < 400 else f"status_{status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            # Unpacking could turn a small answer into a huge one.
            raise PartnerUnavailable(self.name, "encoded")
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > ANSWER_CAP:
                raise PartnerUnavailable(self.name, "too_large")
        try:
            return Answer(status, json.loads(body))
        except (ValueError, RecursionError):
            raise PartnerUnavailable(self.name, "not_json") from None


def _is_private(base_url: str) -> bool:
    parts = urlsplit(base_url)
    if parts.scheme != "http" or not parts.hostname:
        return parts.scheme == "https" and bool(parts.hostname)
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def _time_left(timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise too_late
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection on which no wait outlasts the call it serves."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _time_left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _time_left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _time_left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _time_left(timeout, httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options))


class _Transport(httpx.HTTPTransport):
    """httpx's own transport over a pool whose connections know the deadline (it offers no way to hand one in)."""

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS // 4,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=_Backend(),
        )


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
