"""Two platforms and a hub that hears of nobody else: what other tests tell theirs would wait in the feeds."""

from collections.abc import Iterator

import pytest

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from people.houses.hub import Hub, MakeDatabase, new_hub, prepare, served
from people.houses.standins import Standins
from people.houses.two_platforms import Platform, two_platforms


@pytest.fixture(scope="session")
def hub(make_database: MakeDatabase) -> Iterator[Hub]:
    made = new_hub(make_database, "hub_of_two")
    prepare(made.env)
    with served(made):
        yield made


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
