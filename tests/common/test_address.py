"""Whom a request is counted under: only what trusted proxies wrote is believed."""

import pytest
from django.test import RequestFactory

from kuaiji.common.address import client_address, neighbourhood


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "203.0.113.9", None, "203.0.113.9"),
        (0, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "192.0.2.66,192.0.2.67 , 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "10.0.0.1"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "not an address", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.1, ", "10.0.0.1"),
        (0, "", None, "unknown"),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (0, "2001:db8:1:2::9", None, "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.9", None, "203.0.113.9"),
        (1, "::1", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ],
)
def test_client_address(settings: object, proxies: int, remote: str, forwarded: str | None, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    assert client_address(RequestFactory(REMOTE_ADDR=remote).get("/", headers=headers)) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.0.0/16"),
        ("2001:db8:1:2::/64", "2001:db8::/32"),
        ("unknown", "unknown"),
    ],
)
def test_the_network_around_an_address(address: str, network: str) -> None:
    assert neighbourhood(address) == network
