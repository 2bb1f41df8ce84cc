"""A house of the caller's own, as durable as ``make run`` makes it, and work on its database from another process."""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from kuaiji.house.development import Development
from people.houses.prepared import prepare_home
from people.houses.stack import Stack, free_base_port, opened_home, running_stack

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def own_house() -> Iterator[Stack]:
    """The running house, empty, in a temporary home made ready before; it may be killed as one likes."""
    with tempfile.TemporaryDirectory(prefix="kuaiji-own-") as home:
        Path(home).chmod(0o711)  # the database's system user passes through
        prepare_home(Path(home), "sm")
        env = {"KUAIJI_ADDRESS_LIMITS": "off", "KUAIJI_REVIEW_SECONDS": "2"}
        with running_stack(Path(home), env, free_base_port()) as stack:
            yield stack


def development_of(house: Stack) -> Development:
    """Its secrets and its database server."""
    with opened_home(house.home) as development:
        return development


def run_inside(house: Stack, function: str, **arguments: Any) -> Any:
    """What ``module:name`` gives for ``arguments`` in a process of the platform: its keys, its database, the app role.

    Arguments and result travel as JSON. Raises RuntimeError with what a process that fails had to say.
    """
    with opened_home(house.home) as development:
        env = development.platform_env()
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", __name__, function],
        check=False,
        cwd=ROOT,
        env=env,
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{function} failed:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)


def _main(function: str) -> None:
    import django

    django.setup()
    module, _, name = function.partition(":")
    result = getattr(import_module(module), name)(**json.load(sys.stdin))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    _main(sys.argv[1])
