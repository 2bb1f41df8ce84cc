"""The partners this deployment asks, by the addresses of its environment (README: Environment).

``KUAIJI_IDENTITY_URL``, ``KUAIJI_EMPLOYERS_URL`` and ``KUAIJI_RECEIPTS_URL`` with their ``…_TOKEN``; in demo what is
not set is asked of the stand-ins. The national hub by ``KUAIJI_HUB_URL``, its keys and ours. A partner without an
address is one that is always away: work goes on without it (R1.4).
"""

import functools
import os
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

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
HUB_VARIABLES = ("KUAIJI_HUB_URL", "KUAIJI_WIRE_KEY_ID", "KUAIJI_WIRE_KEY", "KUAIJI_HUB_KEYS")


@functools.cache
def identity_checker() -> IdentityChecker:
    """Whoever compares names with document numbers."""
    return IdentityCheck(_partner("identity"))


@functools.cache
def employer_search() -> EmployerSearch:
    """Whoever keeps the register of employers."""
    return EmployerRegister(_partner("employers"))


@functools.cache
def photo_receipts() -> PhotoReceipts:
    """Whoever took the photo that a receipt stands for."""
    return PhotoService(_partner("receipts"))


def holder_lookup() -> HolderLookup:
    """Whoever knows which registry holds a person."""
    return NationalHolders(lambda: hub(QUESTION_SECONDS))


def has_hub() -> bool:
    """Whether this deployment knows a national hub."""
    return bool(os.environ.get(HUB_VARIABLES[0]))


@functools.cache
def hub(total_seconds: float = TOTAL_SECONDS) -> HubClient:
    """The national hub, one client for a process. Raises HubUnavailable where there is none.

    Never call it inside a transaction. Raises ImproperlyConfigured, naming variables and never their values.
    """
    if not has_hub():
        raise HubUnavailable("not_configured")
    missing = [name for name in HUB_VARIABLES if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"set {', '.join(missing)}")
    url, keyid, key, hub_keys = (os.environ[name] for name in HUB_VARIABLES)
    try:
        book = KeyBook(dict(pair.strip().split("=", 1) for pair in hub_keys.split(",")))
        return HubClient(url, signer=Signer(keyid, load_private_key(key)), hub_keys=book, total_seconds=total_seconds)
    except ValueError as error:
        raise ImproperlyConfigured(f"{', '.join(HUB_VARIABLES)}: {error}") from None


class _Away(Partner):
    """A partner nobody has given an address for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ask(self, *args: object, **kwargs: object) -> NoReturn:
        raise PartnerUnavailable(self.name, "not_configured")

    call = ask


def _partner(name: str) -> Partner:
    variable = f"KUAIJI_{name.upper()}"
    if address := os.environ.get(f"{variable}_URL"):
        return Partner(name, address, os.environ.get(f"{variable}_TOKEN", ""))
    if settings.DEMO and (standins := os.environ.get("KUAIJI_STANDINS_URL")):
        return Partner(name, standins, os.environ.get("KUAIJI_STANDINS_TOKEN", ""))
    return _Away(name)
