"""The network address of a request, as far as our own proxies vouch for it."""

import functools
import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kuaiji.common.keyring import keyring

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# One line at home or one office gets a network of this size.
IPV6_NETWORK = 64
# What one carrier, university or hosting firm is given at once: IPv4, IPv6.
NEIGHBOURHOOD = {4: 16, 6: 32}


def client_address(request: HttpRequest) -> str:
    """The client's address; for IPv6 its /64 network, which one person has whole.

    ``TRUSTED_PROXIES`` proxies of ours stand in front, and each appends to X-Forwarded-For whom it heard from: only
    that many entries, counted from the end, were written by somebody we trust. The rest is whatever the client liked.
    """
    address = sender(request.META)
    if address is None:
        return "unknown"
    return str(address if address.version == 4 else ipaddress.ip_network((address, IPV6_NETWORK), strict=False))


def sender(meta: Mapping[str, Any]) -> Address | None:
    """The same address alone, of WSGI's ``meta``; an IPv6 address that stands for one of IPv4 is that one."""
    heard = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies: int = settings.TRUSTED_PROXIES
    told = heard[-proxies] if 0 < proxies <= len(heard) else ""
    return _parse(told) or _parse(meta.get("REMOTE_ADDR", ""))


def neighbourhood(address: str) -> str:
    """The /16 (IPv6: /32) network around what ``client_address`` gave; ``unknown`` stays what it is."""
    try:
        network = ipaddress.ip_network(address)
    except ValueError:
        return address
    return str(network.supernet(new_prefix=NEIGHBOURHOOD[network.version]))


def network_fingerprints(address: str) -> tuple[bytes, ...]:
    """The network around an address as it is kept, under every fingerprint key in use, the current one first."""
    return tuple(keyring().macs("network", neighbourhood(address).encode()))


@functools.lru_cache(maxsize=1024)  # a partner's program has one address for thousands of requests
def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address if address.version == 4 else address.ipv4_mapped or address
