"""The exam check in front of Django, in the same process: its requests meet no middleware and no form (ADR 0089)."""

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from kuaiji.common.address import sender
from kuaiji.examapi.protocol.requests import headers_of, target_of
from kuaiji.examapi.verification import Answer, Request, verify_all

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def in_front_of(django: Application, is_ours: Callable[[Environ], bool]) -> Application:
    """A WSGI application (PEP 3333) that answers what ``is_ours`` says, and hands on everything else."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not is_ours(environ):
            return django(environ, start_response)
        [answer] = answer_together([environ])
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers)
        return [answer.body]

    return application


def answer_together(environs: Sequence[Environ]) -> list[Answer]:
    """The answers to requests that came at about the same time, all of them the front's."""
    return verify_all([_request(environ) for environ in environs])


def _request(environ: Environ) -> Request:
    def body() -> bytes:
        # No further than what was announced (PEP 3333); it is read after that was looked at.
        read: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return read

    return Request(environ["REQUEST_METHOD"], target_of(environ), headers_of(environ), body, sender(environ))
