"""Who asks: what can be seen before the body is read, then the signature, and from where it may."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kuaiji.common.address import Address
from kuaiji.examapi.protocol.problems import Problem, ProblemCode
from kuaiji.examapi.protocol.scheme import SKEW_SECONDS, VERIFIER
from kuaiji.examchecks.services.key_book import Client, KeyBook, KeysUnknown
from kuaiji_signed.errors import (
    BadSignature,
    BadSignatureInput,
    DigestMismatch,
    Stale,
    Tampered,
    UnknownKey,
    Unsigned,
)
from kuaiji_signed.strict import Asked, Signature

BODY_CAP = 512 * 1024
_JSON_TYPES = {"application/json", "application/json;charset=utf-8"}
_CODES: dict[type[BadSignature], ProblemCode] = {
    Unsigned: ProblemCode.SIGNATURE_MISSING,
    BadSignatureInput: ProblemCode.SIGNATURE_MALFORMED,
    Stale: ProblemCode.CLOCK_SKEW,
    UnknownKey: ProblemCode.KEY_UNKNOWN,
    DigestMismatch: ProblemCode.DIGEST_MISMATCH,
    Tampered: ProblemCode.SIGNATURE_INVALID,
}
BOOK = KeyBook()


@dataclass(frozen=True, slots=True)
class Proven:
    """A question that its client signed; ``digest`` is the SHA-256 of the body."""

    client: Client
    signature: Signature
    digest: bytes
    body: bytes = field(repr=False)


def prove(asked: Asked, read: Callable[[], bytes], sender: Address | None, *, book: KeyBook = BOOK) -> Proven:
    """The body is read once the headers may be right. Raises Problem."""
    _check_length(asked)
    if asked.method == "POST" and _without_blanks(asked.headers.get("content-type", "")) not in _JSON_TYPES:
        found = asked.headers.get("content-type", "")[:80]
        raise Problem(ProblemCode.UNSUPPORTED_TYPE, field="content-type", found=found, limit="application/json")
    now = time.time()
    try:
        signature = VERIFIER.read(asked)
        VERIFIER.check_time(signature, now=now)
        client = book.find(signature.keyid, now=now)
        if client is None:
            raise UnknownKey("signature-input")
        body = read() if asked.method == "POST" else b""
        digest = VERIFIER.check(asked, body, signature, client.secret)
    except BadSignature as error:
        raise _problem(error, now) from None
    except KeysUnknown:
        raise Problem(ProblemCode.UNAVAILABLE) from None
    if not client.may_come_from(sender):
        raise Problem(ProblemCode.ADDRESS_NOT_ALLOWED, found=str(sender or ""))
    return Proven(client, signature, digest, body)


def _check_length(asked: Asked) -> None:
    headers: Mapping[str, str] = asked.headers
    said = headers.get("content-length", "")
    if asked.method == "GET":
        if headers.get("transfer-encoding") or said.strip("0"):
            raise Problem(ProblemCode.DIGEST_MISMATCH, field="content-length", limit="GET 不带正文")
        return
    if headers.get("transfer-encoding") or not (said.isascii() and said.isdigit()):
        raise Problem(ProblemCode.LENGTH_REQUIRED, field="content-length", found=said[:20])
    if len(said) > 12 or int(said) > BODY_CAP:
        raise Problem(ProblemCode.TOO_LARGE, field="content-length", found=f"{said[:20]}字节", limit=f"{BODY_CAP}字节")


def _problem(error: BadSignature, now: float) -> Problem:
    code = _CODES[type(error)]
    more: dict[str, Any] = {}
    if code is ProblemCode.CLOCK_SKEW:
        more = {"server_time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), "limit": f"前后{SKEW_SECONDS}秒"}
    return Problem(code, field=error.field or "", **more)


def _without_blanks(text: str) -> str:
    return text.lower().replace(" ", "").replace('"', "")
