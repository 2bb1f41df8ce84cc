"""Asking the exam check as an exam system does, without a server: signed by the library, given to ``verify``."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kuaiji.common.address import Address
from kuaiji.examapi import proving
from kuaiji.examapi.protocol.requests import SINGLE
from kuaiji.examapi.protocol.scheme import SCHEME
from kuaiji.examapi.verification import Answer, verify
from kuaiji_signed.keys import Secret
from kuaiji_signed.signing import Request, Signer
from people.records.exam_clients import added

HOST = "kuaiji.example"
Spoil = Callable[[Request], Request]


@dataclass(frozen=True, slots=True)
class Door:
    """The platform's door, and a client's key for it."""

    signer: Signer

    def request(self, body: bytes, *, path: str = SINGLE, method: str = "POST", nonce: str | None = None) -> Request:
        """Signed."""
        return self.signer.sign_request(Request(method, f"https://{HOST}{path}", body=body), nonce=nonce)

    def send(
        self, request: Request, *, sender: Address | None = None, read: Callable[[], bytes] | None = None
    ) -> Answer:
        """What ``verify`` says to it."""
        path = request.url.removeprefix(f"https://{HOST}")
        length = {"content-length": str(len(request.body))} if request.method == "POST" else {}
        headers = {"host": HOST, **length, **request.headers}
        return verify(request.method, path, headers, read or (lambda: request.body), sender=sender)

    def ask(self, question: Any, *, path: str = SINGLE) -> Answer:
        """A question as JSON, or the bytes of one."""
        body = question if isinstance(question, bytes) else json.dumps(question, ensure_ascii=False).encode()
        return self.send(self.request(body, path=path))


def open_door(**how: Any) -> Door:
    """With a client of its own; ``how`` is what ``added`` takes."""
    made = added(**how)
    proving.BOOK.forget()
    secret = Secret(base64.b64decode(made.secret), made.algorithm)  # type: ignore[arg-type]
    return Door(Signer(made.keyid, secret, SCHEME))


def said(answer: Answer) -> dict[str, Any]:
    """The answer's JSON."""
    value: dict[str, Any] = json.loads(answer.body)
    return value


def at(request: Request, **headers: str | None) -> Request:
    """With other headers; None takes one away."""
    changed = {**request.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return replace(request, headers={name: value for name, value in changed.items() if value is not None})


def created(request: Request) -> dt.datetime:
    """When it says that it was signed."""
    text = request.headers["signature-input"].partition("created=")[2].partition(";")[0]
    return dt.datetime.fromtimestamp(int(text), dt.UTC)
