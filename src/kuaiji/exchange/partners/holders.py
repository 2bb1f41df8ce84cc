"""全国平台: is this person held by a platform already, and by which (R1.4)?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kuaiji.common.http import PartnerUnavailable
from kuaiji.exchange.breaker import breaker
from kuaiji_wire.client import HubClient
from kuaiji_wire.errors import HubOverQuota, HubRefused, HubUnavailable, HubUntrusted
from kuaiji_wire.people import Person

NAME = "hub"


class KnownOtherwise(Exception):
    """The document is known there under another name; nothing else is told (R1.4)."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A platform of platforms.csv. ``released_to`` is the code of the platform to which it lets the person go."""

    code: str
    name: str
    released_to: str = ""


class HolderLookup(Protocol):
    """Whoever keeps the book of who is held where."""

    def look_up_holder(self, person: Person) -> Holder | None:
        """None when nobody holds the person. Raises KnownOtherwise, PartnerUnavailable."""


class NationalHolders:
    """Asks the national hub."""

    def __init__(self, hub: Callable[[], HubClient]) -> None:
        self._hub = hub

    def look_up_holder(self, person: Person) -> Holder | None:
        if breaker.is_open:
            raise PartnerUnavailable(NAME, "breaker_open")
        try:
            hub = self._hub()
        except HubUnavailable as nowhere:
            raise PartnerUnavailable(NAME, nowhere.reason) from None
        try:
            answer = hub.look_up(person)
        except HubOverQuota as over:
            raise PartnerUnavailable(NAME, over.reason) from None
        except HubUnavailable as away:
            breaker.failed(away.reason)
            raise PartnerUnavailable(NAME, away.reason) from None
        except HubUntrusted as untrusted:
            breaker.failed(untrusted.reason, untrusted=True)
            raise PartnerUnavailable(NAME, untrusted.reason) from None
        except HubRefused as refused:
            raise PartnerUnavailable(NAME, refused.code) from None
        breaker.answered()
        if answer.verdict == "name_mismatch":
            raise KnownOtherwise
        if answer.held_by is None:
            return None
        released_to = answer.transfer.destination.code if answer.transfer else ""
        return Holder(answer.held_by.code, answer.held_by.name, released_to)
