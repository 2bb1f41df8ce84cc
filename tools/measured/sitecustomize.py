"""Begun by every Python of ``make coverage``: servers are measured in threads of their own too.

Before Python 3.12 a tracer is set for each thread by ``threading``, which knows nothing of granian's threads.
"""

import os
import sys
import threading
from typing import Any

if sys.version_info < (3, 12) and any(name.startswith("COVERAGE_") for name in os.environ):
    from django.core.handlers.wsgi import WSGIHandler

    handle = WSGIHandler.__call__

    def traced(self: WSGIHandler, environ: dict[str, Any], start_response: Any) -> Any:
        if sys.gettrace() is None:
            sys.settrace(threading.gettrace())
        return handle(self, environ, start_response)

    WSGIHandler.__call__ = traced  # type: ignore[method-assign]
