"""One hub and one set of stand-ins for the whole run; they start when the first test asks for them."""

from collections.abc import Iterator

import pytest

from people.houses import hub as hubs
from people.houses import standins as stand_ins
from people.houses.hub import Hub
from people.houses.standins import MakeDatabase, Standins


@pytest.fixture(scope="session")
def standins(make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standins]:
    """Stand-ins with employers, for the whole session."""
    env = stand_ins.environment(*make_database("standins"), tmp_path_factory.mktemp("standins"))
    stand_ins.migrate(env)
    stand_ins.manage(env, "loademployers")
    with stand_ins.served(env) as running:
        yield running


@pytest.fixture(scope="session")
def hub(make_database: MakeDatabase) -> Iterator[Hub]:
    """A hub with the platforms of the country, for the whole session."""
    made = hubs.new_hub(make_database, "hub")
    hubs.prepare(made.env)
    with hubs.served(made):
        yield made
