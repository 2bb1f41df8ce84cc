"""The other systems that identity asks, as one partner on the loopback that answers as it is told."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.partners import clients
from kuaiji_wire.answers import Lookup, OpenTransfer
from kuaiji_wire.shapes import PlatformName
from people.houses.loopback import Connection, Loopback, Request, loopback, reply
from people.wire_samples import NOW, TRANSFER
from tests.support.wire_hub import Hub, environment

LOOKUPS = "/wire/v1/lookups"


@dataclasses.dataclass
class Others:
    """What the two systems say. ``down`` names paths that answer 503; ``known_otherwise`` is another name there;
    ``released_to`` the platform to which ``held_by`` lets the person go."""

    partner: Loopback
    hub: Hub
    matches: bool = True
    covered: bool = True
    held_by: dict[str, str] | None = None
    released_to: str = ""
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
        holder = PlatformName(**self.held_by)
        return Lookup(verdict="found", held_by=holder, transfer=self._transfer(holder) if self.released_to else None)

    def _transfer(self, origin: PlatformName) -> OpenTransfer:
        return OpenTransfer(
            transfer_id=TRANSFER,
            state="released",
            origin=origin,
            destination=PlatformName(code=self.released_to, name="某地"),
            destination_division=None,
            released_at=NOW,
        )


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
