"""The addresses of the exam check, and what ``verify`` needs of a request, out of what WSGI says of it."""

from collections.abc import Mapping
from typing import Any

SINGLE, BATCH = "/api/exam/v1/verifications", "/api/exam/v1/verifications/batch"
REPAIRS, OPENAPI = "/api/exam/v1/repairs", "/api/exam/v1/openapi.json"
# Address, method, and what answers there.
DOORS = {
    SINGLE: ("POST", "single"),
    BATCH: ("POST", "batch"),
    REPAIRS: ("GET", "repairs"),
    OPENAPI: ("GET", "openapi"),
}

# All headers that are looked at, each with its name in WSGI (PEP 3333).
_HEADERS = {
    "host": "HTTP_HOST",
    "content-type": "CONTENT_TYPE",
    "content-length": "CONTENT_LENGTH",
    "transfer-encoding": "HTTP_TRANSFER_ENCODING",
    "content-digest": "HTTP_CONTENT_DIGEST",
    "signature-input": "HTTP_SIGNATURE_INPUT",
    "signature": "HTTP_SIGNATURE",
}


def headers_of(meta: Mapping[str, Any]) -> dict[str, str]:
    """Those that were sent, by their names in lower case."""
    return {name: meta[key] for name, key in _HEADERS.items() if key in meta}


def target_of(meta: Mapping[str, Any]) -> str:
    """Path and query as they were sent."""
    query = meta.get("QUERY_STRING", "")
    return f"{meta['PATH_INFO']}?{query}" if query else str(meta["PATH_INFO"])
