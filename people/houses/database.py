"""One throw-away PostgreSQL for the whole run, with the databases the tests work on."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kuaiji.common.keyring import generate_keyring, parse_keyring
from kuaiji.house.databases import Server
from kuaiji.house.development import Development, open_development
from kuaiji.house.run import platform_service, prepare
from kuaiji.house.secrets import FILE_NAME

TEMPLATE = "kuaiji_template"
SHARED = "kuaiji_test"


def new_home(suite: str) -> Development:
    """A development home in a temporary folder that seals with ``suite``; our variables of the caller are dropped."""
    keyring = generate_keyring(suite)
    parse_keyring(keyring)  # refuses a suite that is none
    for name in [name for name in os.environ if name.startswith(("KUAIJI_", "DATABASE_"))]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="kuaiji-test-"))
    home.chmod(0o711)  # the database's system user passes through
    (home / FILE_NAME).write_text(json.dumps({"keyring": keyring}))
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
    prepare(development, [platform_service(development, TEMPLATE)])
