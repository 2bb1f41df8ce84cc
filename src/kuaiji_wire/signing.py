"""HTTP message signatures (RFC 9421, Ed25519) over requests and answers alike, in one fixed form.

One signature, labelled ``wire``, over a fixed list of components in a fixed order, with all six parameters. A request
names its address, so it holds nowhere else; an answer names its request and that one's signature, so it answers
nothing else. The library makes and checks the signature; what it leaves open is decided here, before it.
"""

import base64
import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import http_sf
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from kuaiji_wire.errors import (
    BadSignature,
    BadSignatureInput,
    DigestMismatch,
    Replayed,
    Stale,
    Tampered,
    UnknownKey,
    Unsigned,
    WrongTag,
)
from kuaiji_wire.keys import HUB, PrivateKey, PublicKeys, owner_of

LABEL = "wire"
TAG = "kuaiji-wire"
CONTENT_TYPE = "application/json"
LIFETIME = dt.timedelta(seconds=300)
SKEW = dt.timedelta(seconds=60)  # how far a sender's clock may be ahead of ours

_ADDRESS = ("@method", "@authority", "@path", "@query")
_BODY = ("content-type", "content-digest")
_ASKED = tuple(f'"{name}";req' for name in _ADDRESS)
REQUEST_WITH_BODY = _ADDRESS + _BODY
REQUEST_WITHOUT_BODY = _ADDRESS
# What a signed request is answered under, and an unsigned one.
RESPONSE = ("@status", *_BODY, *_ASKED, f'"signature";req;key="{LABEL}"')
RESPONSE_TO_UNSIGNED = ("@status", *_BODY, *_ASKED)
_PARAMETERS = {"created": int, "keyid": str, "alg": str, "expires": int, "nonce": str, "tag": str}
_NONCE = re.compile(r"[0-9A-Za-z_-]{22,64}")


@dataclass(frozen=True)
class Request:
    """``url`` is the whole address, on the server with the authority under which it is known to the world, never with
    what the request says of itself. Header names in any case, a header that came twice joined by ``, ``."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def components(self) -> tuple[str, ...]:
        """What its signature covers."""
        return REQUEST_WITH_BODY if self.method == "POST" else REQUEST_WITHOUT_BODY


@dataclass(frozen=True)
class Response:
    """``request`` is the one that it answers, with its headers as they were sent."""

    status_code: int
    request: Request
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def components(self) -> tuple[str, ...]:
        """What its signature covers."""
        return RESPONSE if _is_signature(_lower(self.request.headers).get("signature", "")) else RESPONSE_TO_UNSIGNED


_M = TypeVar("_M", Request, Response)


class Nonces(Protocol):
    """The memory of a verifier of requests."""

    def first_use(self, keyid: str, nonce: str, expires: dt.datetime) -> bool:
        """Remember the nonce of that key until ``expires``; False when it was remembered already. Atomic."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Proven: ``sender`` (a platform's code or ``hub``) signed this with ``keyid``."""

    sender: str
    keyid: str
    nonce: str
    created: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True)
class Signer:
    """Who signs: a key id and its private key."""

    keyid: str
    private_key: PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError unless the key id is one."""
        if owner_of(self.keyid) is None:
            raise ValueError("a key id must look like 440000:2026-1 or hub:2026-1")

    def sign_request(self, request: Request, *, nonce: str | None = None) -> Request:
        """The request with the headers that prove it. Sign anew to send anew: a nonce holds once."""
        return self._sign(request, nonce)

    def sign_response(self, response: Response, *, nonce: str | None = None) -> Response:
        """The answer with the headers that prove it."""
        return self._sign(response, nonce)

    def _sign(self, message: _M, nonce: str | None) -> _M:
        headers = _lower(message.headers)
        has_body = "content-type" in message.components
        if has_body:
            headers["content-type"] = CONTENT_TYPE
        signed = replace(message, headers=headers)
        created = dt.datetime.now(dt.UTC)
        signer = HTTPMessageSigner(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={self.keyid: self.private_key}),
        )
        signer.sign(
            signed,
            key_id=self.keyid,
            created=created,
            expires=created + LIFETIME,
            nonce=nonce or secrets.token_urlsafe(16),
            label=LABEL,
            tag=TAG,
            covered_component_ids=signed.components,
            body=message.body if has_body else None,
        )
        return replace(signed, headers=_lower(headers))


def verify_request(request: Request, *, keys: PublicKeys, nonces: Nonces) -> Verified:
    """Who sent this request. The nonce is spent only once everything else holds.

    Raises Unsigned, BadSignatureInput, WrongTag, Stale, UnknownKey, DigestMismatch, Tampered, Replayed.
    """
    verified = _verify(request, keys)
    if verified.sender == HUB:
        raise UnknownKey("signature-input")
    if not nonces.first_use(verified.keyid, verified.nonce, verified.expires):
        raise Replayed("signature-input")
    return verified


def verify_response(response: Response, *, keys: PublicKeys) -> Verified:
    """Proof that the hub gave this answer to this very request, which was signed.

    Raises Unsigned, BadSignatureInput, WrongTag, Stale, UnknownKey, DigestMismatch, Tampered.
    """
    if response.components != RESPONSE:
        raise Unsigned("signature")
    verified = _verify(response, keys)
    if verified.sender != HUB:
        raise UnknownKey("signature-input")
    return verified


def is_canonical(message: Request | Response) -> bool:
    """Whether it carries one signature over the right components, in the only spelling there is. Proves nothing yet."""
    try:
        _read(_lower(message.headers), message.components)
    except BadSignature:
        return False
    return True


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = SKEW


def _verify(message: Request | Response, keys: PublicKeys) -> Verified:
    headers = _lower(message.headers)
    parameters = _read(headers, message.components)
    if parameters["tag"] != TAG:
        raise WrongTag("signature-input")
    _check_times(parameters["created"], parameters["expires"])
    keyid = parameters["keyid"]
    sender = owner_of(keyid)
    key = keys.find(keyid) if sender else None
    if sender is None or key is None:
        raise UnknownKey("signature-input")
    _check_body(message, headers)
    verifier = _Verifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={keyid: key}, private_keys={}),
    )
    try:
        verifier.verify(message, max_age=None, expect_tag=TAG, expect_label=LABEL)
    except InvalidSignature:
        raise Tampered("signature") from None
    created, expires = (dt.datetime.fromtimestamp(parameters[name], dt.UTC) for name in ("created", "expires"))
    return Verified(sender, keyid, parameters["nonce"], created, expires)


def _check_times(created: int, expires: int) -> None:
    now = dt.datetime.now(dt.UTC).timestamp()
    fresh = created - SKEW.total_seconds() <= now <= expires
    if not fresh or not 0 < expires - created <= LIFETIME.total_seconds():
        raise Stale("signature-input")


def _check_body(message: Request | Response, headers: Mapping[str, str]) -> None:
    if "content-type" not in message.components:
        if message.body:
            raise DigestMismatch("content-digest")  # a body that nothing vouches for
        return
    if headers.get("content-type") != CONTENT_TYPE:
        raise BadSignatureInput("content-type")
    if headers.get("content-digest") != ContentDigest.create(message.body):
        raise DigestMismatch("content-digest")


def _read(headers: Mapping[str, str], components: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of the one signature, both headers in their canonical spelling."""
    if "signature" not in headers or "signature-input" not in headers:
        raise Unsigned("signature")
    if not _is_signature(headers["signature"]):
        raise BadSignatureInput("signature")
    given = headers["signature-input"]
    covered = " ".join(name if name.startswith('"') else f'"{name}"' for name in components)
    try:
        members: Any = http_sf.parse(given.encode("ascii"), tltype="dictionary")
        if list(members) != [LABEL] or http_sf.ser(members) != given or not given.startswith(f"{LABEL}=({covered});"):
            raise ValueError
    except (ValueError, TypeError):
        raise BadSignatureInput("signature-input") from None
    parameters: dict[str, Any] = members[LABEL][1]
    # A boolean is an int to Python, not to the parameter.
    if {name: type(value) for name, value in parameters.items()} != _PARAMETERS:
        raise BadSignatureInput("signature-input")
    if parameters["alg"] != algorithms.ED25519.algorithm_id or not _NONCE.fullmatch(parameters["nonce"]):
        raise BadSignatureInput("signature-input")
    return parameters


def _is_signature(value: str) -> bool:
    """Whether it is ``wire=:…:`` with 64 bytes in their only base64 spelling."""
    prefix = f"{LABEL}=:"
    if not value.startswith(prefix) or not value.endswith(":"):
        return False
    try:
        raw = base64.b64decode(value[len(prefix) : -1], validate=True)
    except ValueError:
        return False
    return len(raw) == 64 and value == f"{prefix}{base64.b64encode(raw).decode()}:"


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
