"""A hub on the loopback for the platform's own code, and messages that wait for it."""

from collections.abc import Iterator

import pytest

from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.partners import clients
from tests.support.wire_hub import Hub, environment, running_hub


@pytest.fixture
def small_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that this process exchanges with, for the length of the test."""
    with running_hub() as hub:
        for name, value in environment(hub).items():
            monkeypatch.setenv(name, value)
        clients.hub.cache_clear()
        breaker.answered()
        yield hub
    clients.hub.cache_clear()
    breaker.answered()
