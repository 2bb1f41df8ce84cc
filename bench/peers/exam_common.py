"""What both peers of the exam check do alike: check the signature as docs/exam-api.md says, find whom it asks for.

Nothing of ours is imported: the peers run in an environment of their own (bench/peers/requirements.txt). Told by the
environment: DATABASE_URL, BENCH_KEYID, BENCH_SECRET (base64, for hmac-sha256), BENCH_FINGERPRINT_SUITE (sm or aes) and
BENCH_FINGERPRINT_KEY (base64).
"""

import base64
import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

KEYID = os.environ.get("BENCH_KEYID", "")
SECRET = base64.b64decode(os.environ.get("BENCH_SECRET", ""))
SUITE = hashes.SM3() if os.environ.get("BENCH_FINGERPRINT_SUITE") == "sm" else hashes.SHA256()
FINGERPRINT_KEY = base64.b64decode(os.environ.get("BENCH_FINGERPRINT_KEY", ""))
COVERED = ("@method", "@authority", "@path", "content-digest", "content-type")
PARAMETERS = re.compile(r'created=(\d+);nonce="([^"]+)";keyid="([^"]+)";alg="hmac-sha256"$')
SKEW = 300
COLUMNS = (
    "name_folded", "status", "division_code", "confirmed_at", "updated_at", "version", "qualifications", "education",
    "accounting_periods",
)  # fmt: skip


class Refused(Exception):
    """The signature does not hold."""


def check(method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
    """RFC 9421 over the fixed list of components. Raises Refused."""
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    parameters = headers["signature-input"].removeprefix("sig1=")
    said = PARAMETERS.search(parameters)
    if headers["content-digest"] != digest or not said or said[3] != KEYID:
        raise Refused
    if abs(time.time() - int(said[1])) > SKEW:
        raise Refused
    values = (method, headers["host"], path, digest, headers["content-type"])
    lines = [f'"{name}": {value}' for name, value in zip(COVERED, values, strict=True)]
    base = "\n".join([*lines, f'"@signature-params": {parameters}'])
    made = hmac.digest(SECRET, base.encode(), "sha256")
    if not hmac.compare_digest(base64.b64decode(headers["signature"][6:-1]), made):
        raise Refused


def fingerprint(candidate: Mapping[str, Any]) -> bytes:
    """By what a document is found."""
    made = HMAC(FINGERPRINT_KEY, SUITE)
    made.update(f"document\0{candidate['document_type']}  {candidate['document_number']}".encode())
    return made.finalize()


def answer(candidate: Mapping[str, Any], row: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was found, in the words of our answers; nothing is judged."""
    if row is None:
        return {"outcome": "not_found"}
    if row["name_folded"] != candidate["name"]:
        return {"outcome": "name_mismatch"}
    return {
        "outcome": "found",
        "collection_status": row["status"],
        "division_code": row["division_code"],
        "updated_at": row["updated_at"].isoformat(),
        "qualifications": _read(row["qualifications"]),
        "education": _read(row["education"]),
        "accounting_periods": _read(row["accounting_periods"]),
    }


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
