"""Whom identity asks: the systems that this deployment's environment names."""

import functools
import os
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from kuaiji.common.http import Partner
from kuaiji.exchange.partners.holders import HolderLookup, NationalHolders
from kuaiji.exchange.partners.identity_check import IdentityCheck, IdentityChecker

IDENTITY_CHECK, HOLDERS = "KUAIJI_IDENTITY_CHECK", "KUAIJI_HOLDERS"
STANDINS = "KUAIJI_STANDINS"


@functools.cache
def identity_checker() -> IdentityChecker:
    """``KUAIJI_IDENTITY_CHECK_URL`` and ``_TOKEN``, else the stand-ins. Raises ImproperlyConfigured."""
    return IdentityCheck(_partner("identity_check", IDENTITY_CHECK))


@functools.cache
def holder_lookup() -> HolderLookup:
    """``KUAIJI_HOLDERS_URL`` and ``_TOKEN``, else the stand-ins. Raises ImproperlyConfigured."""
    return NationalHolders(_partner("holders", HOLDERS))


@register(deploy=True)
def check_partners(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Said before a start rather than at the first registration."""
    faults: list[CheckMessage] = []
    for find in (identity_checker, holder_lookup):
        try:
            find()
        except (ImproperlyConfigured, ValueError) as error:
            faults.append(Error(str(error), id="identity.E001"))
    return faults


def _partner(name: str, variable: str) -> Partner:
    for prefix in (variable, STANDINS):
        if url := os.environ.get(f"{prefix}_URL"):
            return Partner(name, url, os.environ.get(f"{prefix}_TOKEN", ""))
    raise ImproperlyConfigured(f"{variable}_URL is not set")
