"""One throw-away PostgreSQL for the whole run, with the databases the tests work on."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kuaiji.house.databases import Server
from kuaiji.house.development import Development, open_development
from kuaiji.house.run import platform_service, prepare

TEMPLATE = "kuaiji_template"
SHARED = "kuaiji_test"


def new_home() -> Development:
    """A development home of its own in a temporary folder; our variables of the caller's environment are dropped."""
    for name in [name for name in os.environ if name.startswith(("KUAIJI_", "DATABASE_"))]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="kuaiji-test-"))
    home.chmod(0o711)  # the database's system user passes through
    os.environ["KUAIJI_HOME"] = str(home)
    return open_development(durable=False)


@contextlib.contextmanager
def running_server(development: Development) -> Iterator[Server]:
    """The throw-away server with our roles, for as long as the block lasts."""
    assert development.cluster is not None
    with development.cluster.running():
        development.server.ensure_roles()
        yield development.server


def make_template(development: Development) -> None:
    """Migrate once as the owner and load the reference data, exactly as a start does."""
    prepare(development, platform_service(development, TEMPLATE))
