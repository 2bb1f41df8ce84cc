"""HTTP message signatures (RFC 9421) over requests and answers alike, in the one fixed form of a ``Scheme``.

One signature over a fixed list of components in a fixed order, with all parameters of the scheme. A request names its
address, so it holds nowhere else; an answer names its request and that one's signature, so it answers nothing else.
The library makes and checks the signature; what it leaves open is decided here, before it.
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
)

from kuaiji_signed.errors import (
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
from kuaiji_signed.keys import (
    SIGNATURE_BYTES,
    AlgorithmName,
    PublicKeys,
    SigningKey,
    algorithm_of,
    for_the_library,
)

CONTENT_TYPE = "application/json"
_BODY = ("content-type", "content-digest")


@dataclass(frozen=True)
class Request:
    """``url`` is the whole address, on the server with the authority under which it is known to the world, never with
    what the request says of itself. Header names in any case, a header that came twice joined by ``, ``."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """``request`` is the one that it answers, with its headers as they were sent."""

    status_code: int
    request: Request
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


_M = TypeVar("_M", Request, Response)


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """The one form in which the signatures of a door come.

    ``key_id`` has a group ``owner``: whose key that is. ``with_body`` and ``without_body`` are the components of a
    request, in their order. Without a ``tag`` none may be there; where a signature does not name its own end
    (``has_expires``) it holds for ``lifetime``.
    """

    label: str
    algorithms: tuple[AlgorithmName, ...]
    key_id: re.Pattern[str]
    key_id_example: str
    with_body: tuple[str, ...]
    without_body: tuple[str, ...]
    tag: str | None = None
    has_expires: bool = True
    lifetime: dt.timedelta = dt.timedelta(seconds=300)
    skew: dt.timedelta = dt.timedelta(seconds=60)  # how far a sender's clock may be ahead of ours
    nonce: re.Pattern[str] = re.compile(r"[0-9A-Za-z_-]{22,64}")

    @property
    def response_to_unsigned(self) -> tuple[str, ...]:
        """What the signature of an answer covers when its request had none."""
        return ("@status", *_BODY, *(f'"{name}";req' for name in self.without_body))

    @property
    def response(self) -> tuple[str, ...]:
        """What the signature of an answer covers: the signature of its request as well, so it answers nothing else."""
        return (*self.response_to_unsigned, f'"signature";req;key="{self.label}"')

    @property
    def parameters(self) -> dict[str, type]:
        """The parameters of a signature, all of them and no other."""
        wanted: dict[str, type] = {"created": int, "keyid": str, "alg": str, "nonce": str}
        return wanted | ({"expires": int} if self.has_expires else {}) | ({"tag": str} if self.tag else {})

    def components(self, message: Request | Response) -> tuple[str, ...]:
        """What the signature of this message covers."""
        if isinstance(message, Request):
            return self.with_body if message.method == "POST" else self.without_body
        signature = _lower(message.request.headers).get("signature", "")
        return self.response if self.is_signature(signature) else self.response_to_unsigned

    def owner_of(self, keyid: str) -> str | None:
        """Whose key that is; None when it is no key id."""
        match = self.key_id.fullmatch(keyid)
        return match["owner"] if match else None

    def is_signature(self, value: str) -> bool:
        """Whether it is ``label=:…:`` with as many bytes as a signature has, in their only base64 spelling."""
        prefix = f"{self.label}=:"
        if not value.startswith(prefix) or not value.endswith(":"):
            return False
        try:
            raw = base64.b64decode(value[len(prefix) : -1], validate=True)
        except ValueError:
            return False
        lengths = {SIGNATURE_BYTES[name] for name in self.algorithms}
        return len(raw) in lengths and value == f"{prefix}{base64.b64encode(raw).decode()}:"


class Nonces(Protocol):
    """The memory of a verifier of requests."""

    def first_use(self, keyid: str, nonce: str, expires: dt.datetime) -> bool:
        """Remember the nonce of that key until ``expires``; False when it was remembered already. Atomic."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Proven: ``sender`` (the owner of the key) signed this with ``keyid``."""

    sender: str
    keyid: str
    nonce: str
    created: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True)
class Signer:
    """Who signs, and in which form: a key id, its private key or secret, the scheme."""

    keyid: str
    private_key: SigningKey = field(repr=False)
    scheme: Scheme

    def __post_init__(self) -> None:
        """Raise ValueError unless the key id is one of the scheme's."""
        if self.scheme.owner_of(self.keyid) is None:
            raise ValueError(f"a key id must look like {self.scheme.key_id_example}")

    def sign_request(self, request: Request, *, nonce: str | None = None) -> Request:
        """The request with the headers that prove it. Sign anew to send anew: a nonce holds once."""
        return self._sign(request, nonce)

    def sign_response(self, response: Response, *, nonce: str | None = None) -> Response:
        """The answer with the headers that prove it."""
        return self._sign(response, nonce)

    def _sign(self, message: _M, nonce: str | None) -> _M:
        headers, scheme = _lower(message.headers), self.scheme
        has_body = "content-type" in scheme.components(message)
        if has_body:
            headers["content-type"] = CONTENT_TYPE
        signed = replace(message, headers=headers)
        created = dt.datetime.now(dt.UTC)
        algorithm, material = for_the_library(self.private_key)
        signer = HTTPMessageSigner(
            signature_algorithm=algorithm,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={self.keyid: material}),
        )
        signer.sign(
            signed,
            key_id=self.keyid,
            created=created,
            expires=created + scheme.lifetime if scheme.has_expires else None,
            nonce=nonce or secrets.token_urlsafe(16),
            label=scheme.label,
            tag=scheme.tag,
            covered_component_ids=scheme.components(signed),
            body=message.body if has_body else None,
        )
        return replace(signed, headers=_lower(headers))


def verify_request(request: Request, *, scheme: Scheme, keys: PublicKeys, nonces: Nonces) -> Verified:
    """Who sent this request. The nonce is spent only once everything else holds.

    Raises Unsigned, BadSignatureInput, WrongTag, Stale, UnknownKey, DigestMismatch, Tampered, Replayed.
    """
    verified = _verify(request, scheme, keys)
    if not nonces.first_use(verified.keyid, verified.nonce, verified.expires):
        raise Replayed("signature-input")
    return verified


def verify_head(request: Request, *, scheme: Scheme, keys: PublicKeys) -> None:
    """Proof that a request comes from the owner of one of ``keys``, before its body is there: that it is the body which
    was signed, and comes for the first time, is for ``verify_request`` to say.

    Raises Unsigned, BadSignatureInput, WrongTag, Stale, UnknownKey, Tampered.
    """
    _verify(request, scheme, keys, has_body=False)


def verify_response(response: Response, *, scheme: Scheme, keys: PublicKeys) -> Verified:
    """Proof that the owner of one of ``keys`` gave this answer to this very request, which was signed.

    Raises Unsigned, BadSignatureInput, WrongTag, Stale, UnknownKey, DigestMismatch, Tampered.
    """
    if scheme.components(response) != scheme.response:
        raise Unsigned("signature")
    return _verify(response, scheme, keys)


def is_canonical(message: Request | Response, *, scheme: Scheme) -> bool:
    """Whether it carries one signature over the right components, in the only spelling there is. Proves nothing yet."""
    try:
        _read(_lower(message.headers), scheme, scheme.components(message))
    except BadSignature:
        return False
    return True


def _verify(message: Request | Response, scheme: Scheme, keys: PublicKeys, *, has_body: bool = True) -> Verified:
    headers = _lower(message.headers)
    parameters = _read(headers, scheme, scheme.components(message))
    if parameters.get("tag") != scheme.tag:
        raise WrongTag("signature-input")
    created, expires = _times(parameters, scheme)
    keyid = parameters["keyid"]
    sender = scheme.owner_of(keyid)
    key = keys.find(keyid) if sender else None
    if sender is None or key is None:
        raise UnknownKey("signature-input")
    if parameters["alg"] != algorithm_of(key):
        raise BadSignatureInput("signature-input")
    if has_body:
        _check_body(message, scheme, headers)
    algorithm, material = for_the_library(key)
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithm,
        key_resolver=MappingKeyResolver(public_keys={keyid: material}, private_keys={}),
    )
    verifier.max_clock_skew = scheme.skew
    try:
        # One signature is all there is (_read), so without a tag nothing needs to be chosen.
        verifier.verify(message, max_age=None, expect_tag=scheme.tag, expect_label=scheme.label if scheme.tag else None)
    except InvalidSignature:
        raise Tampered("signature") from None
    return Verified(sender, keyid, parameters["nonce"], created, expires)


def _times(parameters: Mapping[str, Any], scheme: Scheme) -> tuple[dt.datetime, dt.datetime]:
    """From when until when it holds. Raises Stale."""
    created, longest = parameters["created"], int(scheme.lifetime.total_seconds())
    expires = parameters.get("expires", created + longest)
    now = dt.datetime.now(dt.UTC).timestamp()
    fresh = created - scheme.skew.total_seconds() <= now <= expires
    if not fresh or not 0 < expires - created <= longest:
        raise Stale("signature-input")
    return dt.datetime.fromtimestamp(created, dt.UTC), dt.datetime.fromtimestamp(expires, dt.UTC)


def _check_body(message: Request | Response, scheme: Scheme, headers: Mapping[str, str]) -> None:
    if "content-type" not in scheme.components(message):
        if message.body:
            raise DigestMismatch("content-digest")  # a body that nothing vouches for
        return
    if headers.get("content-type") != CONTENT_TYPE:
        raise BadSignatureInput("content-type")
    if headers.get("content-digest") != ContentDigest.create(message.body):
        raise DigestMismatch("content-digest")


def _read(headers: Mapping[str, str], scheme: Scheme, components: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of the one signature, both headers in their canonical spelling."""
    if "signature" not in headers or "signature-input" not in headers:
        raise Unsigned("signature")
    if not scheme.is_signature(headers["signature"]):
        raise BadSignatureInput("signature")
    given = headers["signature-input"]
    covered = " ".join(name if name.startswith('"') else f'"{name}"' for name in components)
    try:
        members: Any = http_sf.parse(given.encode("ascii"), tltype="dictionary")
        spelt = http_sf.ser(members) == given and given.startswith(f"{scheme.label}=({covered});")
        if list(members) != [scheme.label] or not spelt:
            raise ValueError
    except (ValueError, TypeError):
        raise BadSignatureInput("signature-input") from None
    parameters: dict[str, Any] = members[scheme.label][1]
    # A boolean is an int to Python, not to the parameter.
    if {name: type(value) for name, value in parameters.items()} != scheme.parameters:
        raise BadSignatureInput("signature-input")
    if parameters["alg"] not in scheme.algorithms or not scheme.nonce.fullmatch(parameters["nonce"]):
        raise BadSignatureInput("signature-input")
    return parameters


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
