"""The other systems that identity asks, as one partner on the loopback that answers as it is told."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from kuaiji.exchange import asking
from tests.support.loopback import Connection, Loopback, Request, loopback, reply


@dataclasses.dataclass
class Others:
    """What the two systems say. ``down`` names paths that answer 503."""

    partner: Loopback
    matches: bool = True
    held_by: dict[str, str] | None = None
    down: tuple[str, ...] = ()

    @property
    def asked(self) -> list[str]:
        """The paths that were asked, in order."""
        return [request.path for request in self.partner.requests]

    def answer(self, request: Request, connection: Connection) -> None:
        """Behave as one of the two systems."""
        said: dict[str, Any] = {"result": "match" if self.matches else "mismatch"}
        if request.path == "/holders/lookups":
            said = {"held_by": self.held_by}
        status = 503 if request.path in self.down else 200
        reply(status, said)(request, connection)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[Others]:
    """Both systems, for the length of the test."""
    with loopback(reply(500, {})) as partner:
        system = Others(partner)
        partner.behaviour = system.answer
        for name in ("KUAIJI_IDENTITY_URL", "KUAIJI_HOLDERS_URL"):
            monkeypatch.setenv(name, partner.url)
        _forget()
        yield system
    _forget()


def _forget() -> None:
    asking.identity_checker.cache_clear()
    asking.holder_lookup.cache_clear()
