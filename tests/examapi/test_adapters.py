"""Django's view and the front before Django say the same, header for header and byte for byte."""

import functools
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test.client import ClientHandler
from pytest_django.fixtures import Settings

from kuaiji.config.faces import CITIZEN, EXAM
from kuaiji.config.routing import _is_exam_host, is_for_exam_front
from kuaiji.examapi.front import answer_together, in_front_of
from kuaiji.examapi.protocol.requests import DOORS, OPENAPI, SINGLE
from people.exam_door import Door, open_door
from people.factories import RecordFactory
from people.hostile.exam_requests import environ_of, fuzzed

pytestmark = pytest.mark.django_db
FUZZED = 250  # python -m prove.exam_adapters takes 5,000
PASSING = re.compile(rb'(?<="answer_id":")[0-9a-f-]{36}')
PROOFS = ("Content-Digest", "Signature")  # of an answer with an id of its own
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    """Answers tell the time."""
    _is_exam_host.cache_clear()
    with time_machine.travel("2026-12-01T02:00:00Z", tick=False):
        yield
    _is_exam_host.cache_clear()


def undone(answer: Callable[[], Answer]) -> Answer:
    """An answer whose nonce is not spent, so that the same request can be sent once more."""
    with transaction.atomic():
        status, headers, body = answer()
        transaction.set_rollback(True)
    return status, headers, PASSING.sub(b"", body)


def by_the_front(environ: dict[str, Any]) -> Answer:
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def django(*_: object) -> list[bytes]:
        raise AssertionError("Django was asked")

    pieces = in_front_of(django, lambda _: True)(environ, lambda status, headers: said.append((status, headers)))
    [(status, headers)] = said
    return int(status[:3]), dict(headers), b"".join(pieces)


def by_the_view(environ: dict[str, Any]) -> Answer:
    response: Any = ClientHandler(enforce_csrf_checks=True)(environ)
    return response.status_code, dict(response.headers), response.content


def both(environ: dict[str, Any]) -> Answer:
    """What both say; the view stands inside the headers that every answer of Django has."""
    body = environ["wsgi.input"].read()
    front = undone(lambda: by_the_front({**environ, "wsgi.input": io.BytesIO(body)}))
    view = undone(lambda: by_the_view({**environ, "wsgi.input": io.BytesIO(body)}))
    assert (front[0], front[2]) == (view[0], view[2])
    assert front[1].keys() <= view[1].keys()
    assert {name: view[1][name] for name in front[1] if name not in PROOFS} == {
        name: value for name, value in front[1].items() if name not in PROOFS
    }
    return front


def test_they_say_the_same_to_whatever_comes() -> None:
    door, chance = open_door(rate=1_000_000), random.Random(5000)
    statuses = [both(fuzzed(door, chance))[0] for _ in range(FUZZED)]
    assert {200, 400, 401, 405, 411, 413, 415, 422} <= set(statuses)
    assert statuses.count(200) > FUZZED / 20


def test_those_that_come_together_are_told_what_each_is_told_alone() -> None:
    door, chance = open_door(rate=1_000_000), random.Random(125)
    environs = [fuzzed(door, chance) for _ in range(120)]
    bodies = [environ["wsgi.input"].read() for environ in environs]

    def fresh() -> list[dict[str, Any]]:
        return [{**one, "wsgi.input": io.BytesIO(body)} for one, body in zip(environs, bodies, strict=True)]

    alone = [undone(functools.partial(by_the_front, one)) for one in fresh()]
    with transaction.atomic():
        together = [(one.status, dict(one.headers), PASSING.sub(b"", one.body)) for one in answer_together(fresh())]
        transaction.set_rollback(True)
    told = [
        ({k: v for k, v in headers.items() if k not in PROOFS}, *rest)
        for headers, *rest in ((one[1], one[0], one[2]) for one in together)
    ]
    assert told == [({k: v for k, v in one[1].items() if k not in PROOFS}, one[0], one[2]) for one in alone]
    assert {200, 400, 401, 405, 411, 415, 422} <= {one[0] for one in together}


def test_they_say_the_same_of_somebody() -> None:
    user = RecordFactory.create().user
    asked = {"document_type": "01", "document_number": user.document_number, "name": user.name}
    body = json.dumps(asked | {"exam": {"level": "2", "year": 2027}}).encode()
    status, headers, answer = both(environ_of(open_door().request(body)))
    assert status == 200 and json.loads(answer)["outcome"] == "found"
    assert headers["Cache-Control"] == "no-store" and int(headers["Content-Length"]) > len(answer)


@pytest.fixture
def door() -> Door:
    return open_door()


def test_the_front_takes_the_door_s_addresses_alone(door: Door, settings: Settings) -> None:
    environ = environ_of(door.request(b"{}"))
    assert is_for_exam_front(environ)
    for path in ("/", "/me/", "/api/exam/v1/", f"{SINGLE}/", "/api/exam/v1/nothing"):
        assert not is_for_exam_front({**environ, "PATH_INFO": path})
    assert all(is_for_exam_front({**environ, "PATH_INFO": path}) for path in DOORS)


def test_the_front_takes_no_host_that_is_not_the_exam_system_s(door: Door, settings: Settings) -> None:
    environ = environ_of(door.request(b"{}"))
    for faces, hosts, host, taken in (
        ({CITIZEN: (), EXAM: ()}, ["kuaiji.example"], "kuaiji.example", True),
        ({CITIZEN: (), EXAM: ()}, ["kuaiji.example"], "other.example", False),
        ({CITIZEN: (), EXAM: ()}, ["kuaiji.example"], "", False),
        ({CITIZEN: (), EXAM: ("exam.example",)}, ["kuaiji.example", "exam.example"], "kuaiji.example", False),
        ({CITIZEN: (), EXAM: ("exam.example",)}, ["kuaiji.example", "exam.example"], "exam.example:443", True),
        ({CITIZEN: ()}, ["kuaiji.example"], "kuaiji.example", False),
    ):
        settings.FACES, settings.ALLOWED_HOSTS = faces, hosts
        _is_exam_host.cache_clear()
        assert is_for_exam_front({**environ, "HTTP_HOST": host}) is taken, (hosts, host)


def test_over_plain_http_django_leads_to_https(door: Door, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    environ = environ_of(door.request(b"{}"))
    assert not is_for_exam_front(environ)
    assert is_for_exam_front({**environ, "HTTP_X_FORWARDED_PROTO": "https"})


def test_the_description_needs_no_signature() -> None:
    status, _, body = both({**environ_of(open_door().request(b"")), "REQUEST_METHOD": "GET", "PATH_INFO": OPENAPI})
    assert status == 200 and b'"openapi":"3.1.0"' in body
