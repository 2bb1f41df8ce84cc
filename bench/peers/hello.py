"""An answer that is always the same, as long as one of the exam check: what a client could do at most."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = b"{" + b" " * 1400 + b"}"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))])
    return [BODY]
