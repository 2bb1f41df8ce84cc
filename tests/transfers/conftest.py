from collections.abc import Iterator

import pytest

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from tests.support.hub import Hub
from tests.support.standins import Standins
from tests.support.two_platforms import Platform, two_platforms


@pytest.fixture(scope="session")
def platforms(
    server: Server, template: str, development: Development, hub: Hub, standins: Standins
) -> Iterator[dict[str, Platform]]:
    with two_platforms(server, template, development, hub, standins) as made:
        yield made


@pytest.fixture
def guangdong(platforms: dict[str, Platform]) -> Platform:
    return platforms["440000"]


@pytest.fixture
def shenzhen(platforms: dict[str, Platform]) -> Platform:
    return platforms["440300"]
