"""One request given to Django's view and to the front before Django: what each says, and whether it is the same."""

import contextlib
import io
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import time_machine
from django.db import transaction
from django.test.client import ClientHandler

from kuaiji.config.routing import _is_exam_host
from kuaiji.examapi.front import in_front_of
from people.exam_door import open_door
from people.hostile.exam_requests import fuzzed

PASSING = re.compile(rb'(?<="answer_id":")[0-9a-f-]{36}')
PROOFS = ("Content-Digest", "Signature")  # of an answer with an id of its own
Answer = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def standing_still() -> Iterator[None]:
    """Answers tell the time."""
    _is_exam_host.cache_clear()
    with time_machine.travel("2026-12-01T02:00:00Z", tick=False):
        yield
    _is_exam_host.cache_clear()


def by_both(environ: dict[str, Any]) -> tuple[Answer, Answer]:
    """The front's answer and the view's, without what is another one each time."""
    body = environ["wsgi.input"].read()
    front = undone(lambda: by_the_front({**environ, "wsgi.input": io.BytesIO(body)}))
    return front, undone(lambda: _by_the_view({**environ, "wsgi.input": io.BytesIO(body)}))


def is_alike(front: Answer, view: Answer) -> bool:
    """Whether both say the same; the view stands inside the headers that every answer of Django has."""
    lasting = {name: value for name, value in front[1].items() if name not in PROOFS}
    return (
        (front[0], front[2]) == (view[0], view[2])
        and front[1].keys() <= view[1].keys()
        and lasting.items() <= view[1].items()
    )


def differing(count: int) -> int:
    """How many of ``count`` fuzzed requests the two answer otherwise. The client is made in the current database."""
    with standing_still():
        door, chance = open_door(rate=1_000_000), random.Random(5000)
        return sum(not is_alike(*by_both(fuzzed(door, chance))) for _ in range(count))


def by_the_front(environ: dict[str, Any]) -> Answer:
    """Of the front alone. Raises LookupError where it would have asked Django."""
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def django(*_: object) -> list[bytes]:
        raise LookupError("Django was asked")

    pieces = in_front_of(django, lambda _: True)(environ, lambda status, headers: said.append((status, headers)))
    [(status, headers)] = said
    return int(status[:3]), dict(headers), b"".join(pieces)


def undone(answer: Callable[[], Answer]) -> Answer:
    """An answer whose nonce is not spent, so that the same request can be sent once more."""
    with transaction.atomic():
        status, headers, body = answer()
        transaction.set_rollback(True)
    return status, headers, PASSING.sub(b"", body)


def _by_the_view(environ: dict[str, Any]) -> Answer:
    response: Any = ClientHandler(enforce_csrf_checks=True)(environ)
    return response.status_code, dict(response.headers), response.content
