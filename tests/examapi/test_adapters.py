"""Django's view and the front before Django say the same, header for header and byte for byte."""

import functools
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from kuaiji.config.faces import CITIZEN, EXAM
from kuaiji.config.routing import _is_exam_host, is_for_exam_front
from kuaiji.examapi.front import answer_together
from kuaiji.examapi.protocol.requests import DOORS, OPENAPI, SINGLE
from people.exam_door import Door, open_door
from people.factories import RecordFactory
from people.hostile import exam_adapters
from people.hostile.exam_adapters import (
    PASSING,
    PROOFS,
    Answer,
    by_both,
    by_the_front,
    differing,
    is_alike,
    standing_still,
    undone,
)
from people.hostile.exam_requests import environ_of, fuzzed

pytestmark = pytest.mark.django_db
FUZZED = 250  # python -m prove.exam_checks takes 5,000


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with standing_still():
        yield


def both(environ: dict[str, Any]) -> Answer:
    """What both say."""
    front, view = by_both(environ)
    assert is_alike(front, view), (front, view)
    return front


def test_they_say_the_same_to_whatever_comes() -> None:
    door, chance = open_door(rate=1_000_000), random.Random(5000)
    statuses = [both(fuzzed(door, chance))[0] for _ in range(FUZZED)]
    assert {200, 400, 401, 405, 411, 413, 415, 422} <= set(statuses)
    assert statuses.count(200) > FUZZED / 20


def test_a_difference_would_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exam_adapters, "by_the_front", lambda environ: (200, {}, b""))
    assert differing(5) > 0


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
