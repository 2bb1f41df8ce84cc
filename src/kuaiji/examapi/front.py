"""The exam check in front of Django, in the same process: its requests meet no middleware and no form (ADR 0089)."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from kuaiji.common.address import sender
from kuaiji.examapi.protocol.requests import headers_of, target_of
from kuaiji.examapi.verification import verify

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_front_of(django: Application, is_ours: Callable[[dict[str, Any]], bool]) -> Application:
    """A WSGI application (PEP 3333) that answers what ``is_ours`` says, and hands on everything else."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not is_ours(environ):
            return django(environ, start_response)
        # No further than what was announced (PEP 3333); it is read after that was looked at.
        answer = verify(
            environ["REQUEST_METHOD"],
            target_of(environ),
            headers_of(environ),
            lambda: environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])),
            sender=sender(environ),
        )
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers)
        return [answer.body]

    return application
