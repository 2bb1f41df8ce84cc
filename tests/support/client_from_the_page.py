"""A client written from docs/wire.md alone: nothing of ours is imported here (a test holds that).

It is what another team's first afternoon would give: sign, ask, prove the answer, read it.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

REQUEST_WITH_BODY = '("@method" "@authority" "@path" "@query" "content-type" "content-digest")'
REQUEST_WITHOUT_BODY = '("@method" "@authority" "@path" "@query")'
ANSWER = (
    '("@status" "content-type" "content-digest" "@method";req "@authority";req "@path";req "@query";req'
    ' "signature";req;key="wire")'
)
PARAMETERS = re.compile(
    r';created=(?P<created>[0-9]{1,12});keyid="(?P<keyid>[^"]+)";alg="ed25519";expires=(?P<expires>[0-9]{1,12})'
    r';nonce="(?P<nonce>[0-9A-Za-z_-]{22,64})";tag="kuaiji-wire"'
)


class NotProven(Exception):
    """The answer is not the hub's."""


class Client:
    """One platform, one hub."""

    def __init__(self, base_url: str, keyid: str, private_key: str, hub_keys: dict[str, str]) -> None:
        self.base_url = base_url
        self.keyid = keyid
        self.private_key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private_key))
        self.hub_keys = {
            name: Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for name, key in hub_keys.items()
        }

    def send(self, id: str, topic: str, version: int, sent_at: str, body: dict[str, Any]) -> tuple[int, Any]:
        envelope = {"id": id, "topic": topic, "version": version, "sent_at": sent_at, "body": body}
        return self.ask("POST", "/wire/v1/messages", envelope)

    def release(self, ids: tuple[str, str], sent_at: str, body_2: dict[str, Any]) -> tuple[int, Any]:
        """Say transfer.released in version 2; where its destination reads 1, once more in that, under the second id."""
        status, answer = self.send(ids[0], "transfer.released", 2, sent_at, body_2)
        if status == 200 and answer["code"] == "destination_reads_1":
            return self.send(ids[1], "transfer.released", 1, sent_at, in_version_1(body_2))
        return status, answer

    def feed(self, after: int) -> tuple[int, Any]:
        return self.ask("GET", f"/wire/v1/feed?after={after}&limit=50")

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer that is proven to be the hub's, to this very request."""
        content = b"" if body is None else canonical(body)
        url = self.base_url + path
        headers = self.signed(method, url, content)
        answer = httpx.request(method, url, headers=headers, content=content, timeout=10, trust_env=False)
        self.prove(
            answer.status_code,
            dict(answer.headers),
            answer.content,
            method,
            url,
            request_signature=headers["signature"],
        )
        return answer.status_code, json.loads(answer.content)

    def signed(self, method: str, url: str, content: bytes) -> dict[str, str]:
        now = int(time.time())
        headers = {}
        covered = REQUEST_WITHOUT_BODY
        if method == "POST":
            covered = REQUEST_WITH_BODY
            headers = {"content-type": "application/json", "content-digest": digest_header(content)}
        parameters = (
            f';created={now};keyid="{self.keyid}";alg="ed25519";expires={now + 300}'
            f';nonce="{secrets.token_urlsafe(16)}";tag="kuaiji-wire"'
        )
        base = request_base(method, url, headers, covered + parameters)
        signature = base64.b64encode(self.private_key.sign(base)).decode()
        return headers | {"signature-input": f"wire={covered}{parameters}", "signature": f"wire=:{signature}:"}

    def prove(
        self,
        status: int,
        headers: dict[str, str],
        content: bytes,
        method: str,
        url: str,
        request_signature: str,
    ) -> None:
        """Raise NotProven unless the answer is the hub's to that request."""
        given = headers.get("signature-input", "")
        parameters = PARAMETERS.fullmatch(given.removeprefix(f"wire={ANSWER}"))
        if parameters is None or headers.get("content-type") != "application/json":
            raise NotProven
        created, expires, now = int(parameters["created"]), int(parameters["expires"]), time.time()
        if not created - 60 <= now <= expires or not 0 < expires - created <= 300:
            raise NotProven
        if headers.get("content-digest") != digest_header(content) or parameters["keyid"] not in self.hub_keys:
            raise NotProven
        base = answer_base(status, headers, method, url, request_signature, ANSWER + parameters[0])
        try:
            signature = base64.b64decode(headers["signature"].removeprefix("wire=:").removesuffix(":"))
            self.hub_keys[parameters["keyid"]].verify(signature, base)
        except (InvalidSignature, ValueError, KeyError):
            raise NotProven from None


def in_version_1(released: dict[str, Any]) -> dict[str, Any]:
    """A release of version 2 without the members that version 1 does not have."""
    body = {name: value for name, value in released.items() if name != "proofs"}
    body["archive"] = sections_in_1(
        {name: value for name, value in released["archive"].items() if name not in ("ended", "credit_years")}
    )
    kinds = {"imported": "collected", "reviewed": "collected"}
    body["history"] = [
        sections_in_1({**past, "kind": kinds.get(past["kind"], past["kind"])}) for past in released["history"]
    ]
    return body


def sections_in_1(holder: dict[str, Any]) -> dict[str, Any]:
    return {**holder, "sections": known_in_1(holder["sections"])}


def known_in_1(value: Any) -> Any:
    if isinstance(value, list):
        return [known_in_1(each) for each in value]
    if not isinstance(value, dict):
        return value
    new = re.compile(r".*_precision|(full|part)_time_enrolled_on")
    return {name: known_in_1(each) for name, each in value.items() if not new.fullmatch(name)}


def _code_points(ranges: str) -> frozenset[int]:
    ends = [[int(end, 16) for end in part.split("-")] for part in ranges.split()]
    return frozenset(code for part in ends for code in range(part[0], part[-1] + 1))


UNSEEN = _code_points(
    """00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0
    FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"""
)
NO_LETTERS = _code_points("02B9-02BF 02C8 1427 A78B A78C A78F")


def folded(name: str) -> str:
    """What of a name counts when names are compared."""
    text = "".join(one for one in name if ord(one) not in UNSEEN)
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u0131", "i").replace("i\u0307", "i")
    kept = [
        one
        for one in text
        if (unicodedata.category(one)[0] in "LMN" or 0x20000 <= ord(one) <= 0x3FFFD) and ord(one) not in NO_LETTERS
    ]
    return unicodedata.normalize("NFKC", "".join(kept)) or name


def phone_digest(phone: str, key: str) -> str:
    return hmac.new(base64.b64decode(key), phone.encode("ascii"), "sha256").hexdigest()


def code_digest(code: str, proof: dict[str, Any]) -> str:
    made = Argon2id(
        salt=base64.b64decode(proof["salt"]),
        length=32,
        iterations=proof["passes"],
        lanes=proof["lanes"],
        memory_cost=proof["memory_kib"],
    )
    return base64.b64encode(made.derive(code.encode("ascii"))).decode()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def said(envelope: dict[str, Any]) -> str:
    """The digest of what an envelope says."""
    return hashlib.sha256(canonical({name: envelope[name] for name in ("topic", "version", "body")})).hexdigest()


def digest_header(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def request_base(method: str, url: str, headers: dict[str, str], parameters: str) -> bytes:
    parts = urlsplit(url)
    lines = [
        f'"@method": {method}',
        f'"@authority": {parts.netloc}',
        f'"@path": {parts.path}',
        f'"@query": ?{parts.query}',
        *[f'"{name}": {headers[name]}' for name in ("content-type", "content-digest") if method == "POST"],
        f'"@signature-params": {parameters}',
    ]
    return "\n".join(lines).encode("ascii")


def answer_base(
    status: int, headers: dict[str, str], method: str, url: str, request_signature: str, parameters: str
) -> bytes:
    parts = urlsplit(url)
    lines = [
        f'"@status": {status}',
        f'"content-type": {headers["content-type"]}',
        f'"content-digest": {headers["content-digest"]}',
        f'"@method";req: {method}',
        f'"@authority";req: {parts.netloc}',
        f'"@path";req: {parts.path}',
        f'"@query";req: ?{parts.query}',
        f'"signature";req;key="wire": {request_signature.removeprefix("wire=")}',
        f'"@signature-params": {parameters}',
    ]
    return "\n".join(lines).encode("ascii")
