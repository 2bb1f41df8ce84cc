"""The other systems that identity asks, as one partner on the loopback that answers as it is told."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.partners import clients
from kuaiji_wire.answers import Lookup
from kuaiji_wire.shapes import PlatformName
from people.houses.loopback import Connection, Loopback, Request, loopback, reply
from tests.support.wire_hub import Hub, environment

LOOKUPS = "/wire/v1/lookups"


@dataclasses.dataclass
class Others:
    """What the two systems say. ``down`` names paths that answer 503; ``known_otherwise`` is another name there."""

    partner: Loopback
    hub: Hub
    matches: bool = True
    covered: bool = True
    held_by: dict[str, str] | None = None
    known_otherwise: bool = False
    down: tuple[str, ...] = ()

    @property
    def asked(self) -> list[str]:
        """The paths that were asked, in order."""
        return [request.path for request in self.partner.requests]

    def answer(self, request: Request, connection: Connection) -> None:
        """Behave as one of the two systems."""
        if request.path in self.down:
            reply(503, {})(request, connection)
        elif request.path == LOOKUPS:
            self.hub.look_up = lambda _: self._lookup()  # type: ignore[method-assign,assignment]
            self.hub.behave(request, connection)
        else:
            result = ("match" if self.matches else "mismatch") if self.covered else "not_covered"
            said: dict[str, Any] = {"result": result}
            reply(200, said)(request, connection)

    def _lookup(self) -> Lookup:
        if self.known_otherwise:
            return Lookup(verdict="name_mismatch", held_by=None, transfer=None)
        if self.held_by is None:
            return Lookup(verdict="not_found", held_by=None, transfer=None)
        return Lookup(verdict="found", held_by=PlatformName(**self.held_by), transfer=None)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[Others]:
    """Both systems, for the length of the test."""
    with loopback(reply(500, {})) as partner:
        system = Others(partner, Hub(url=partner.url))
        partner.behaviour = system.answer
        for name, value in {"KUAIJI_IDENTITY_URL": partner.url, **environment(system.hub)}.items():
            monkeypatch.setenv(name, value)
        _forget()
        yield system
    _forget()


def _forget() -> None:
    clients.identity_checker.cache_clear()
    clients.hub.cache_clear()
    breaker.answered()
