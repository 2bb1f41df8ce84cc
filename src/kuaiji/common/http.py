"""Calls to other people's systems: limited in time and size; an answer that is not as agreed counts as none."""

import json
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from kuaiji.common.readings import is_private_address
from kuaiji_signed.transport import Transport, at_most

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0
ANSWER_CAP = 256 * 1024
CONNECTIONS = 32
KEEP_SECONDS = 5.0  # shorter than servers keep theirs: one that just closed costs the next call its answer


class PartnerUnavailable(Exception):
    """A partner did not answer, or not in a way that can be trusted: do without it, try again later.

    ``partner`` names it and ``reason`` says why (``timeout``, ``connection``, ``redirect``, ``status_503``,
    ``encoded``, ``too_large``, ``not_json``, ``bad_answer``). Neither holds personal data: both reach logs.
    ``unanswered``: the question may have reached it, and what it made of it is not known.
    """

    def __init__(self, partner: str, reason: str, *, unanswered: bool = False) -> None:
        super().__init__(f"{partner}: {reason}")
        self.partner = partner
        self.reason = reason
        self.unanswered = unanswered


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner said: a status of 2xx or 4xx and the JSON that came with it."""

    status: int
    data: Any


class PartnerAnswer(BaseModel):
    """The base of the shapes of partners' answers: no value is turned into another kind, and additions do no harm."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


Shape = TypeVar("Shape", bound=PartnerAnswer)


class Partner:
    """One partner's address, our token there, and connections kept open. Make one for a process: it is thread-safe."""

    def __init__(self, name: str, base_url: str, token: str = "", total_seconds: float = TOTAL_SECONDS) -> None:
        """Raise ValueError when ``base_url`` would carry data unencrypted beyond this machine."""
        if not is_private_address(base_url):
            raise ValueError(f"{name}: the address must begin with https:// (http:// only on this machine)")
        self.name = name
        self._seconds = total_seconds
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kuaiji"}
        self._client = httpx.Client(
            base_url=base_url,
            headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}),
            transport=Transport(connections=CONNECTIONS, kept=CONNECTIONS // 4, keep_seconds=KEEP_SECONDS),
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
        asking = {"json": json, "content": content, "params": params, "headers": headers}
        try:
            with at_most(self._seconds), self._client.stream(method, path, **asking) as response:
                return self._read(response)
        # What httpx says may quote the address or the answer, so it is not carried along.
        except httpx.TimeoutException as error:
            asked = not isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)
            raise PartnerUnavailable(self.name, "timeout", unanswered=asked) from None
        except httpx.HTTPError as error:
            asked = not isinstance(error, httpx.ConnectError)
            raise PartnerUnavailable(self.name, "connection", unanswered=asked) from None

    def read(self, data: Any, shape: type[Shape]) -> Shape:
        """``data`` in its shape; raises PartnerUnavailable when it has another."""
        try:
            return shape.model_validate(data)
        except ValidationError:  # it quotes what the partner said
            raise PartnerUnavailable(self.name, "bad_answer") from None

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
