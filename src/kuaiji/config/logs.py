"""Logs: one JSON object per line, holding only fields of an allow-list, so that nothing personal can slip in."""

import re
import sys
from typing import Any

import structlog

# A field that is not named here never reaches a log line. Free text (exception messages) is cut for the same reason.
ALLOWED = frozenset(
    {
        "attempt", "code", "count", "duration_ms", "error", "event", "exception", "job_id", "kind", "level", "logger",
        "message_id", "method", "name", "number", "outcome", "partner", "path", "port", "process", "provider", "queue",
        "reason", "request", "request_id", "route", "seconds", "sealed", "status", "subject_id", "task", "timestamp",
        "topic", "user_id", "version",
    }
)  # fmt: skip
SECRET_BEHIND = "/sms/reports/"  # what follows proves an SMS provider, whatever it looks like
# A method, words, ids, and names of files that carry their digest.
_OURS = re.compile(
    r"[A-Z]+ |[a-z_.-]*[0-9]?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z_.-]+\.[0-9a-f]{12}\.[a-z0-9]+"
)


def only_allowed(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Drop what the list does not name; names with an underscore are structlog's own."""
    return {key: value for key, value in event.items() if key in ALLOWED or key.startswith("_")}


def route_instead_of_path(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """django-structlog says ``request: GET /path?query``: keep what our addresses are made of, never what is typed."""
    if isinstance(request := event.get("request"), str):
        path = request.split("?", 1)[0]
        if (begin := path.find(SECRET_BEHIND)) >= 0:
            path = path[: begin + len(SECRET_BEHIND)] + "…"
        event["request"] = "/".join(part if _OURS.fullmatch(part) else "…" for part in path.split("/"))
    return event


def exception_place(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace a traceback by class and places: messages and locals may quote what a person typed.

    Lines of libraries often repeat the message; it is cut out of them.
    """
    info = event.pop("exc_info", None)
    if not info:
        return event
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        places, step = [], error.__traceback__
        while step:
            code = step.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('site-packages/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        event["exception"] = [type(error).__name__, *places[-12:]]
        if "_record" in event:  # not through structlog: free text
            for words in filter(None, (repr(error), str(error))):
                event["event"] = str(event["event"]).replace(words, "…")
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    exception_place,
    route_instead_of_path,
    only_allowed,
]


def logging_config() -> dict[str, Any]:
    """The standard library's loggers, written through the same list."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["out"], "level": "INFO"},
        "loggers": {
            # Their lines quote addresses with query strings, or whole job arguments.
            "httpx": {"level": "WARNING"},
            "django.request": {"level": "CRITICAL"},
            "procrastinate": {"level": "WARNING"},
            # Warns in the words of the database, which name values.
            "psycopg": {"level": "ERROR"},
        },
    }


def configure_structlog() -> None:
    """Our own loggers end in the same place."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
