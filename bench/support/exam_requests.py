"""Questions of the exam system about people of a population, signed as docs/exam-api.md says it, ready to be sent."""

import base64
import dataclasses
import hashlib
import hmac
import json
import random
import secrets
import time
from collections.abc import Sequence
from typing import Any

from bench.population.personas import Pattern, Persona, persona

SINGLE, BATCH = "/api/exam/v1/verifications", "/api/exam/v1/verifications/batch"
EXAM = {"level": "2", "year": 2027}
UNKNOWN_FROM = 150_000_000  # nobody of any population is there


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """What signs."""

    keyid: str
    secret: bytes = dataclasses.field(repr=False)


class Asking:
    """Makes distinct questions: ``unknown`` percent about nobody who is known."""

    def __init__(
        self, patterns: Sequence[Pattern], people: range, exam_rows: range = range(0), unknown: int = 5
    ) -> None:
        self._patterns, self._people, self._exam_rows, self._unknown = list(patterns), people, exam_rows, unknown
        self._rng = random.Random(1)

    def person(self, at: int) -> Persona:
        """The ``at``-th, of whom there are as many as people, and then again."""
        return persona(self._patterns, self._people[at % len(self._people)])

    def known(self) -> Persona:
        """Anybody of those who are there, whole or with an exam row alone."""
        at = self._rng.randrange(len(self._people) + len(self._exam_rows))
        there = self._people[at] if at < len(self._people) else self._exam_rows[at - len(self._people)]
        return persona(self._patterns, there)

    def nobody(self) -> Persona:
        return persona(self._patterns, UNKNOWN_FROM + self._rng.randrange(900_000))

    def anybody(self) -> Persona:
        return self.nobody() if self._rng.randrange(100) < self._unknown else self.known()

    def singles(self, count: int) -> list[bytes]:
        """Bodies about one each."""
        return [single(self.anybody(), at) for at in range(count)]

    def batches(self, count: int, size: int) -> list[bytes]:
        """Bodies about ``size`` each."""
        return [
            _json({"exam": EXAM, "candidates": [_candidate(self.anybody(), at) for at in range(size)]})
            for _ in range(count)
        ]


def single(someone: Persona, at: int) -> bytes:
    """The body about one person."""
    return _json(_candidate(someone, at) | {"exam": EXAM})


def signed(key: Key, host: str, path: str, body: bytes) -> bytes:
    """The whole request, as it goes over the wire, good for five minutes."""
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    parameters = (
        '("@method" "@authority" "@path" "content-digest" "content-type")'
        f';created={int(time.time())};nonce="{secrets.token_urlsafe(18)}";keyid="{key.keyid}";alg="hmac-sha256"'
    )
    base = (
        f'"@method": POST\n"@authority": {host}\n"@path": {path}\n"content-digest": {digest}\n'
        f'"content-type": application/json\n"@signature-params": {parameters}'
    )
    signature = base64.b64encode(hmac.digest(key.secret, base.encode(), "sha256")).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Content-Digest: {digest}\r\nSignature-Input: sig1={parameters}\r\nSignature: sig1=:{signature}:\r\n\r\n"
    )
    return head.encode() + body


def _candidate(someone: Persona, at: int) -> dict[str, Any]:
    return {
        "document_type": "01",
        "document_number": someone.number,
        "name": someone.name,
        "reference": f"bench-{at}",
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
