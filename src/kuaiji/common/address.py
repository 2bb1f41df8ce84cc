"""The network address of a request, as far as our own proxies vouch for it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from kuaiji.common.keyring import keyring

# One line at home or one office gets a network of this size.
IPV6_NETWORK = 64
# What one carrier, university or hosting firm is given at once: IPv4, IPv6.
NEIGHBOURHOOD = {4: 16, 6: 32}


def client_address(request: HttpRequest) -> str:
    """The client's address; for IPv6 its /64 network, which one person has whole.

    ``TRUSTED_PROXIES`` proxies of ours stand in front, and each appends to X-Forwarded-For whom it heard from: only
    that many entries, counted from the end, were written by somebody we trust. The rest is whatever the client liked.
    """
    heard = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies: int = settings.TRUSTED_PROXIES
    told = heard[-proxies] if 0 < proxies <= len(heard) else ""
    return _parse(told) or _parse(request.META.get("REMOTE_ADDR", "")) or "unknown"


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


def _parse(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
