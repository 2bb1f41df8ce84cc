"""A WSGI application that tells how a request reached it; ``test_wire.py`` serves it with the platform's own server."""

import json
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Method, path and body, as JSON."""
    body = environ["wsgi.input"].read().decode("latin-1")
    told = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "body": body}
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]
