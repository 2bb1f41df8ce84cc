"""The partners this deployment asks, by the addresses of its environment (README: Environment).

``KUAIJI_IDENTITY_URL``, ``KUAIJI_HOLDERS_URL`` and ``KUAIJI_EMPLOYERS_URL`` with their ``…_TOKEN``; in demo what is not
set is asked of the stand-ins. A partner without an address is one that is always away: work goes on without it (R1.4).
"""

import functools
import os
from typing import NoReturn

from django.conf import settings

from kuaiji.common.http import Partner, PartnerUnavailable
from kuaiji.exchange.partners.employers import EmployerRegister, EmployerSearch
from kuaiji.exchange.partners.holders import HolderLookup, NationalHolders
from kuaiji.exchange.partners.identity_check import IdentityCheck, IdentityChecker


@functools.cache
def identity_checker() -> IdentityChecker:
    """Whoever compares names with document numbers."""
    return IdentityCheck(_partner("identity"))


@functools.cache
def holder_lookup() -> HolderLookup:
    """Whoever knows which registry holds a person."""
    return NationalHolders(_partner("holders"))


@functools.cache
def employer_search() -> EmployerSearch:
    """Whoever keeps the register of employers."""
    return EmployerRegister(_partner("employers"))


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
