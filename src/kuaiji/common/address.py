"""The network address of a request, as far as our own proxies vouch for it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# One line at home or one office gets a network of this size.
IPV6_NETWORK = 64


def client_address(request: HttpRequest) -> str:
    """The client's address; for IPv6 its /64 network, which one person has whole.

    ``TRUSTED_PROXIES`` proxies of ours stand in front, and each appends to X-Forwarded-For whom it heard from: only
    that many entries, counted from the end, were written by somebody we trust. The rest is whatever the client liked.
    """
    heard = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies: int = settings.TRUSTED_PROXIES
    told = heard[-proxies] if 0 < proxies <= len(heard) else ""
    return _parse(told) or _parse(request.META.get("REMOTE_ADDR", "")) or "unknown"


def _parse(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
