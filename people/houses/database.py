"""One throw-away PostgreSQL for the whole run, with the databases the tests work on."""

import contextlib
import os
from collections.abc import Iterator

from kuaiji.house.databases import Server
from kuaiji.house.development import Development, open_development
from kuaiji.house.run import platform_service, prepare
from people.houses import prepared
from people.houses.prepared import TEMPLATE, Level

SHARED = "kuaiji_test"


def new_home(suite: str) -> Development:
    """A development home in a temporary folder that seals with ``suite``; our variables of the caller are dropped."""
    for name in [name for name in os.environ if name.startswith(("KUAIJI_", "DATABASE_"))]:
        del os.environ[name]
    home = prepared.temporary_home()
    prepared.give_secrets(home, suite)
    os.environ["KUAIJI_HOME"] = str(home)
    return open_development(durable=False)


@contextlib.contextmanager
def running_server(development: Development, suite: str = "sm") -> Iterator[Server]:
    """The throw-away server with our roles and what is prepared for ``suite``, for as long as the block lasts."""
    assert development.cluster is not None
    if not development.cluster.data.exists():
        prepared.fill(development, suite, Level.DATABASE)
    with development.cluster.running():
        development.server.ensure_roles()
        yield development.server


def make_template(development: Development) -> None:
    """Migrate once as the owner and load the reference data, exactly as a start does; nothing where it is prepared."""
    prepare(development, [platform_service(development, TEMPLATE)])
