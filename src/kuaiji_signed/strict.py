"""The check of signed requests of one ``Scheme``, for a door that is asked thousands of times a second.

It reads the one spelling that the scheme allows and builds the signature base (RFC 9421, 2.5) of fixed texts; nothing
parses structured fields. What it lets in and what it refuses, and with which error, is what ``signing.verify_request``
does (docs/adr/0087; proven in tests/signed/test_strict.py). Only schemes of shared secrets, without tag and end.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kuaiji_signed.errors import BadSignatureInput, DigestMismatch, Stale, Tampered, UnknownKey, Unsigned
from kuaiji_signed.keys import SIGNATURE_BYTES, HmacSm3, Secret
from kuaiji_signed.signing import CONTENT_TYPE, Scheme

# ``;name=value``: an integer or a string in its only spelling (RFC 8941, 4.1.4 and 4.1.6).
_PARAMETER = re.compile(r';([a-z]+)=(?:(0|-?[1-9][0-9]{0,14})|"((?:[ !\x23-\x5b\x5d-\x7e]|\\["\\])*)")', re.ASCII)
_NAMES = {"created", "nonce", "keyid", "alg"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its signature is checked over. ``authority`` is lower case, without the port that https implies;
    ``path`` and ``query`` (without the question mark) as they were sent; names of headers in lower case."""

    method: str
    authority: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself, and its bytes; nothing of it is proven yet."""

    keyid: str
    algorithm: str
    nonce: str
    created: int
    value: bytes
    parameters: str


class Verifier:
    """The check of one scheme. Raises ValueError for a scheme that it is not made for."""

    def __init__(self, scheme: Scheme) -> None:
        if scheme.tag or scheme.has_expires or "ed25519" in scheme.algorithms:
            raise ValueError("only shared secrets, without tag and expires")
        self._scheme = scheme
        self._ahead = int(scheme.skew.total_seconds())
        self._long = int(scheme.lifetime.total_seconds())
        self._covered = {True: _covered(scheme.with_body), False: _covered(scheme.without_body)}
        self._input = f"{scheme.label}="
        self._answered = _covered(scheme.response)

    def read(self, asked: Asked) -> Signature:
        """The one signature. Raises Unsigned, BadSignatureInput."""
        headers, start = asked.headers, self._input + self._covered[asked.method == "POST"]
        if "signature" not in headers or "signature-input" not in headers:
            raise Unsigned("signature")
        value = self._value(headers["signature"])
        given = headers["signature-input"]
        if not given.startswith(start):
            raise BadSignatureInput("signature-input")
        found = _parameters(given[len(start) :])
        created, keyid, algorithm, nonce = (found[name] for name in ("created", "keyid", "alg", "nonce"))
        if algorithm not in self._scheme.algorithms or not self._scheme.nonce.fullmatch(nonce):
            raise BadSignatureInput("signature-input")
        return Signature(keyid, algorithm, nonce, int(created), value, given[len(self._input) :])

    def check_time(self, signature: Signature, *, now: float) -> None:
        """Whether it was made within the time of the scheme. Raises Stale."""
        if not signature.created - self._ahead <= now <= signature.created + self._long:
            raise Stale("signature-input")

    def check(self, asked: Asked, body: bytes, signature: Signature, key: Secret) -> bytes:
        """That the owner of ``key`` signed this request with this body; the SHA-256 of the body. Which types
        of bodies there are is for the caller to say.

        Raises BadSignatureInput, DigestMismatch, Tampered.
        """
        if signature.algorithm != key.algorithm:
            raise BadSignatureInput("signature-input")
        has_body = asked.method == "POST"
        digest = _check_body(asked.headers, body) if has_body else _check_no_body(body)
        names = self._scheme.with_body if has_body else self._scheme.without_body
        lines = [f'"{name}": {_value_of(name, asked)}' for name in names]
        base = "\n".join([*lines, f'"@signature-params": {signature.parameters}'])
        if not base.isascii() or not base.replace("\n", "").isprintable():
            raise Tampered("signature")
        if not hmac.compare_digest(mac(key, base.encode("ascii")), signature.value):
            raise Tampered("signature")
        return digest

    def sign_answer(
        self, asked: Asked, signature: Signature, key: Secret, *, status: int, body: bytes, now: int
    ) -> dict[str, str]:
        """The headers that prove an answer to ``asked``, whose ``signature`` was checked: what ``verify_response`` of
        ``signing`` lets in. The nonce is that of the request."""
        digest = content_digest(body)
        named = f'keyid="{signature.keyid}";alg="{key.algorithm}";nonce="{signature.nonce}"'
        parameters = f"{self._answered};created={now};{named}"
        lines = [f'"@status": {status}', f'"content-type": {CONTENT_TYPE}', f'"content-digest": {digest}']
        lines += [f'"{name}";req: {_value_of(name, asked)}' for name in self._scheme.without_body]
        proof = asked.headers["signature"].removeprefix(self._input)
        lines.append(f'"signature";req;key="{self._scheme.label}": {proof}')
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        value = base64.b64encode(mac(key, base.encode())).decode()
        return {
            "Content-Digest": digest,
            "Signature-Input": f"{self._input}{parameters}",
            "Signature": f"{self._input}:{value}:",
        }

    def _value(self, given: str) -> bytes:
        text = given.removeprefix(self._input + ":").removesuffix(":")
        try:
            raw = base64.b64decode(text, validate=True)
        except ValueError:
            raw = b""
        if len(raw) != SIGNATURE_BYTES["hmac-sha256"] or given != f"{self._input}:{base64.b64encode(raw).decode()}:":
            raise BadSignatureInput("signature")  # two spellings of the same bytes would be two signatures
        return raw


def verify(
    verifier: Verifier, asked: Asked, body: bytes, *, find: Callable[[str], Secret | None], now: float
) -> Signature:
    """Whose request this is; the nonce is the caller's to spend.

    Raises, in this order, Unsigned, BadSignatureInput, Stale, UnknownKey, BadSignatureInput (another algorithm than the
    key's), DigestMismatch, Tampered.
    """
    signature = verifier.read(asked)
    verifier.check_time(signature, now=now)
    key = find(signature.keyid)
    if key is None:
        raise UnknownKey("signature-input")
    if asked.method == "POST" and asked.headers.get("content-type") != CONTENT_TYPE:
        raise BadSignatureInput("content-type")
    verifier.check(asked, body, signature, key)
    return signature


def mac(key: Secret, text: bytes) -> bytes:
    """The 32 bytes by which ``key`` signs ``text`` (RFC 2104)."""
    if key.algorithm == "hmac-sha256":
        return hmac.digest(key.value, text, "sha256")
    return HmacSm3(private_key=key.value).sign(text)


def content_digest(body: bytes) -> str:
    """The header ``Content-Digest`` of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _covered(names: tuple[str, ...]) -> str:
    quoted = (name if name.startswith('"') else f'"{name}"' for name in names)
    return f"({' '.join(quoted)})"


def _parameters(text: str) -> dict[str, str]:
    """All four, each once, in any order. Raises BadSignatureInput."""
    found: dict[str, str] = {}
    end = count = 0
    while match := _PARAMETER.match(text, end):
        name, number, words = match.groups()
        if (number is None) is (name == "created"):
            break
        found[name], end, count = words if number is None else number, match.end(), count + 1
    if end != len(text) or count != len(_NAMES) or found.keys() != _NAMES:
        raise BadSignatureInput("signature-input")
    return found


def _check_body(headers: Mapping[str, str], body: bytes) -> bytes:
    digest = hashlib.sha256(body).digest()
    if headers.get("content-digest") != f"sha-256=:{base64.b64encode(digest).decode()}:":
        raise DigestMismatch("content-digest")
    return digest


def _check_no_body(body: bytes) -> bytes:
    if body:
        raise DigestMismatch("content-digest")  # a body that nothing vouches for
    return hashlib.sha256(b"").digest()


def _value_of(name: str, asked: Asked) -> str:
    if name == "@query":
        return f"?{asked.query}"
    if name.startswith("@"):
        return {"@method": asked.method, "@authority": asked.authority, "@path": asked.path}[name]
    return asked.headers.get(name, "")
