"""A page that always costs the same, so that the server's own part shows whatever else the machine does."""

import time
from collections.abc import Callable, Iterable
from typing import Any

CPU_SECONDS = 0.0015  # a cheap page of the platform
PAGE = b"x" * 5000


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """That page, whatever is asked."""
    end = time.thread_time() + CPU_SECONDS
    while time.thread_time() < end:
        pass
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
