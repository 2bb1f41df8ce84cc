"""Two platforms that talk to the hub of the test."""

import pytest

from kuaiji_wire.client import HubClient
from people.houses.hub import Hub


@pytest.fixture(scope="module")
def here(hub: Hub) -> HubClient:
    return hub.client("440000")


@pytest.fixture(scope="module")
def there(hub: Hub) -> HubClient:
    return hub.client("440300")
