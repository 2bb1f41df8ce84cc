"""The tests talk to this machine only."""

import ipaddress
import socket
import sys
from typing import Any

LOCAL_NAMES = {"localhost", "", None}


def forbid_the_internet() -> None:
    """From now on every connection or name look-up that would leave this machine raises RuntimeError."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
        _require_local(arguments[1][0])
    elif event == "socket.getaddrinfo":
        _require_local(arguments[0])


def _require_local(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in LOCAL_NAMES and not _is_loopback(name or ""):
        raise RuntimeError(f"a test tried to reach {name}: only this machine is allowed")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
