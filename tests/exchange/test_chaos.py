"""The bad network of the proofs does what it says, and counts it."""

import time
from collections.abc import Iterator

import httpx
import pytest

from people.houses.loopback import Loopback, free_port, loopback, reply
from prove.support.chaos import FAULTS, chaos


@pytest.fixture
def service() -> Iterator[Loopback]:
    with loopback(reply(200, {"said": "here"}, X_Kept="yes")) as running:
        yield running


def port_of(service: Loopback) -> int:
    return httpx.URL(service.url).port or 0


def ask(port: int) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{port}/a?b=c", content=b"body", timeout=5, trust_env=False)


def test_without_faults_everything_goes_through_as_it_came(service: Loopback) -> None:
    port = free_port()
    with chaos(port=port, to=port_of(service), seed=1, rates={}) as counts:
        answer = ask(port)
    [arrived] = service.requests
    assert (answer.status_code, answer.json(), answer.headers["x-kept"]) == (200, {"said": "here"}, "yes")
    assert (arrived.method, arrived.path, arrived.body) == ("POST", "/a?b=c", b"body")
    assert arrived.headers["host"] == f"127.0.0.1:{port}"
    assert counts == {"untouched": 1}


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [("lost_request", 0), ("lost_answer", 1), ("twice", 2), ("refused", 0), ("cut", 1), ("overtaken", 1)],
)
def test_each_fault(service: Loopback, fault: str, arrived: int) -> None:
    port = free_port()
    with chaos(port=port, to=port_of(service), seed=1, rates={fault: 1.0}) as counts:
        if fault in ("twice", "overtaken", "refused"):
            assert (ask(port).status_code == 200) == (fault != "refused")
        else:
            with pytest.raises(httpx.TransportError):
                ask(port)
    assert len(service.requests) == arrived
    assert counts == {fault: 1} and fault in FAULTS


def test_what_hangs_outlasts_its_sender(service: Loopback) -> None:
    port = free_port()
    with chaos(port=port, to=port_of(service), seed=1, rates={"hung": 1.0}) as counts:
        begin = time.monotonic()
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"http://127.0.0.1:{port}/", timeout=0.2, trust_env=False)
        assert time.monotonic() - begin < 5
    assert counts == {"hung": 1}
