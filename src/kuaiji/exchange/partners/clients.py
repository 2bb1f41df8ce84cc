"""The partners this deployment asks, by the addresses of its environment (README: Environment).

``KUAIJI_IDENTITY_URL``, ``KUAIJI_EMPLOYERS_URL`` and ``KUAIJI_RECEIPTS_URL`` with their ``…_TOKEN``; in demo what is
not set is asked of the stand-ins. The national hub by ``KUAIJI_HUB_URL``, its keys and ours. A partner without an
address is one that is always away.
"""

import functools
from typing import NoReturn

from django.conf import settings

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError, Variable
from kuaiji.common.http import Partner, PartnerUnavailable
from kuaiji.exchange.partners.employers import EmployerRegister, EmployerSearch
from kuaiji.exchange.partners.holders import HolderLookup, NationalHolders
from kuaiji.exchange.partners.identity_check import IdentityCheck, IdentityChecker
from kuaiji.exchange.partners.receipts import PhotoReceipts, PhotoService
from kuaiji_wire.client import TOTAL_SECONDS, HubClient
from kuaiji_wire.errors import HubUnavailable
from kuaiji_wire.keys import KeyBook, load_private_key
from kuaiji_wire.signing import Signer

QUESTION_SECONDS = 5.0  # somebody waits


@functools.cache
def identity_checker() -> IdentityChecker:
    """Whoever compares names with document numbers."""
    return IdentityCheck(_partner("identity", environment.IDENTITY_URL, environment.IDENTITY_TOKEN))


@functools.cache
def employer_search() -> EmployerSearch:
    """Whoever keeps the register of employers."""
    return EmployerRegister(_partner("employers", environment.EMPLOYERS_URL, environment.EMPLOYERS_TOKEN))


@functools.cache
def photo_receipts() -> PhotoReceipts:
    """Whoever took the photo that a receipt stands for."""
    return PhotoService(_partner("receipts", environment.RECEIPTS_URL, environment.RECEIPTS_TOKEN))


def holder_lookup() -> HolderLookup:
    """Whoever knows which registry holds a person."""
    return NationalHolders(lambda: hub(QUESTION_SECONDS))


def wire_version() -> int:
    """Up to which version of the wire this deployment speaks: 1 unless told that the hub reads more."""
    return environment.WIRE_VERSION.get()


def has_hub() -> bool:
    """Whether this deployment knows a national hub."""
    return bool(environment.HUB_URL.get())


@functools.cache
def hub(total_seconds: float = TOTAL_SECONDS) -> HubClient:
    """The national hub, one client for a process. Raises HubUnavailable where there is none.

    Never call it inside a transaction. Raises ConfigurationError, naming variables and never their values.
    """
    if not has_hub():
        raise HubUnavailable("not_configured")
    environment.require(environment.HUB_ACCESS)
    try:
        signer = Signer(environment.WIRE_KEY_ID.get(), load_private_key(environment.WIRE_KEY.get()))
        book = KeyBook(environment.HUB_KEYS.get())
        return HubClient(environment.HUB_URL.get(), signer=signer, hub_keys=book, total_seconds=total_seconds)
    except ValueError as error:
        names = ", ".join(variable.name for variable in environment.HUB_ACCESS)
        raise ConfigurationError(f"{names}: {error}") from None


class _Away(Partner):
    """A partner nobody has given an address for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ask(self, *args: object, **kwargs: object) -> NoReturn:
        raise PartnerUnavailable(self.name, "not_configured")

    call = ask


def _partner(name: str, url: Variable[str], token: Variable[str]) -> Partner:
    if address := url.get():
        return Partner(name, address, token.get())
    if settings.DEMO and (standins := environment.STANDINS_URL.get()):
        return Partner(name, standins, environment.STANDINS_TOKEN.get())
    return _Away(name)
