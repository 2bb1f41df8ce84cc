"""The client that docs/exam-api.md offers does what the page says when there is no answer."""

import json
import time
import types
from collections.abc import Iterator
from typing import Any

import pytest

from people.exam_client import client
from people.houses.loopback import Behaviour, Connection, Loopback, Request, loopback, reply, wire

KEY = {"keyid": "exam-0123456789abcdef", "alg": "hmac-sha256", "secret": "YW4gZXhhbXBsZSBvZiBhIHNlY3JldDogMzIgYnl0ZXM="}
PERSON = {"document_type": "01", "document_number": "440000199003070016", "name": "示例"}
EXAM = {"level": "2", "year": 2027}
ANSWER = {"outcome": "found", "eligible": True}
CUT = wire(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")  # and hangs up


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it waited each time; it does not really."""
    waited: list[float] = []
    monkeypatch.setattr(client, "time", types.SimpleNamespace(time=time.time, sleep=waited.append))
    return waited


@pytest.fixture
def platform() -> Iterator[Loopback]:
    with loopback(reply(200, ANSWER)) as partner:
        yield partner


def in_turn(*behaviours: Behaviour) -> Behaviour:
    left = iter(behaviours)

    def behave(request: Request, connection: Connection) -> None:
        next(left)(request, connection)

    return behave


def nonces(platform: Loopback) -> set[str]:
    return {
        request.headers["signature-input"].partition('nonce="')[2].partition('"')[0] for request in platform.requests
    }


@pytest.mark.parametrize(
    "first",
    [reply(503, {"code": "busy"}), reply(500, {"code": "broken"}), reply(429, {"code": "too_fast"}), CUT, wire(b"")],
    ids=["busy", "broken", "too fast", "cut off", "hung up"],
)
def test_what_passes_is_asked_again_signed_anew(platform: Loopback, pauses: list[float], first: Behaviour) -> None:
    platform.behaviour = in_turn(first, first, reply(200, ANSWER))
    assert client.ExamCheck(platform.url, KEY, proven=False).verify(PERSON, EXAM, "r-1") == ANSWER
    assert len(platform.requests) == len(nonces(platform)) == 3
    assert 1 <= pauses[0] <= 1.5 and 2 <= pauses[1] <= 3
    assert {request.body for request in platform.requests} == {platform.requests[0].body}
    assert platform.requests[0].json() == {**PERSON, "exam": EXAM, "reference": "r-1"}


def test_it_waits_as_long_as_it_is_told(platform: Loopback, pauses: list[float]) -> None:
    platform.behaviour = in_turn(reply(429, {"code": "too_fast"}, Retry_After="7"), reply(200, ANSWER))
    client.ExamCheck(platform.url, KEY, proven=False).verify(PERSON, EXAM)
    assert 7 <= pauses[0] <= 10.5


@pytest.mark.parametrize("status", [400, 401, 403, 413, 415, 422])
def test_what_is_wrong_is_not_sent_again(platform: Loopback, pauses: list[float], status: int) -> None:
    platform.behaviour = reply(status, {"code": "wrong", "remedy": "请改正"})
    with pytest.raises(client.Refused) as refused:
        client.ExamCheck(platform.url, KEY, proven=False).verify(PERSON, EXAM)
    assert refused.value.problem["code"] == "wrong" and PERSON["name"] not in str(refused.value)
    assert (len(platform.requests), pauses) == (1, [])


@pytest.mark.parametrize(("behaviour", "error"), [(reply(503, {}), "Refused"), (wire(b""), "RemoteDisconnected")])
def test_after_five_attempts_it_gives_up(
    platform: Loopback, pauses: list[float], behaviour: Behaviour, error: str
) -> None:
    platform.behaviour = behaviour
    with pytest.raises(Exception) as given_up:  # noqa: PT011 (the client's own class, of a module that is loaded)
        client.ExamCheck(platform.url, KEY, proven=False).verify(PERSON, EXAM)
    assert type(given_up.value).__name__ == error and len(platform.requests) == 5 and len(pauses) == 4


def test_batches_and_repairs_go_to_their_addresses(platform: Loopback) -> None:
    platform.behaviour = in_turn(reply(200, {"answers": [ANSWER]}), reply(200, {"repairs": [], "next": "7"}))
    door: Any = client.ExamCheck(platform.url, KEY, proven=False)
    assert door.batch([PERSON], EXAM) == [ANSWER]
    assert door.repairs("5") == {"repairs": [], "next": "7"}
    asked = [(request.method, request.path) for request in platform.requests]
    assert asked == [("POST", "/api/exam/v1/verifications/batch"), ("GET", "/api/exam/v1/repairs?after=5")]
    assert json.loads(platform.requests[0].body) == {"exam": EXAM, "candidates": [PERSON]}


def test_an_answer_that_nobody_signed_is_none(platform: Loopback, pauses: list[float]) -> None:
    with pytest.raises(client.NotProven):
        client.ExamCheck(platform.url, KEY).verify(PERSON, EXAM)
    assert (len(platform.requests), pauses) == (1, [])
