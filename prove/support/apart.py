"""The platform as it runs in production: alone with its database, other people's systems in a database of their own.

Under ``make run`` both share a cluster, whose journal would then hold what the stand-ins were told.
"""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kuaiji.house.development import Development, open_development
from kuaiji.house.ports import is_ready
from kuaiji.house.postgres import Cluster
from kuaiji.house.run import platform_service, prepare
from people.houses.database import new_home, running_server
from people.houses.processes import wait_for
from people.houses.stack import free_base_port
from people.houses.standins import Standins, environment, manage, migrate, served

STOP_SECONDS = 30


@dataclass
class Apart:
    """The running platform. ``logs`` of its processes are in ``home / "log"``, the server's beside its data."""

    home: Path
    port: int
    cluster: Cluster
    database: str
    env: Mapping[str, str] = field(repr=False)
    _server: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def database_away(self) -> Iterator[None]:
        """No database for the length of the block. A worker ends when it loses its own, and is started anew."""
        self._server.close()
        yield
        self._end("worker")
        self.start()

    def start(self) -> None:
        """Start what does not run, and wait until it is ready."""
        self._server.enter_context(self.cluster.running())
        commands = {"platform": ["serve", "--port", str(self.port)], "worker": ["worker"]}
        for name in commands.keys() - self._processes.keys():
            command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "kuaiji.cli", *commands[name]]
            with (self.home / "log" / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        wait_for(lambda: is_ready(self.port))

    def stop(self) -> None:
        """End the processes, then the server."""
        for name in list(self._processes):
            self._end(name)
        self._server.close()

    def _end(self, name: str) -> None:
        process = self._processes.pop(name)
        process.terminate()
        process.wait(STOP_SECONDS)


@contextlib.contextmanager
def platform_apart() -> Iterator[Apart]:
    """The platform with reference data and nobody in it, on free ports, in demo; gone afterwards."""
    with temporary_home() as others, running_server(others) as server:
        server.ensure_database("standins")
        env = environment(server.url(server.app, "standins"), server.url(server.owner, "standins"))
        migrate(env)
        manage(env, "loademployers")
        with served(env) as partners, temporary_home() as development:
            house = laid(development, partners)
            try:
                house.start()
                yield house
            finally:
                house.stop()


@contextlib.contextmanager
def temporary_home() -> Iterator[Development]:
    """A home with a cluster that is safe against power cuts, as on a real disk."""
    home = new_home("sm").home
    try:
        yield open_development()
    finally:
        shutil.rmtree(home)


def laid(development: Development, partners: Standins) -> Apart:
    """The house with a prepared database; nothing of it runs yet."""
    assert development.cluster
    for folder in ("log", "tmp"):
        (development.home / folder).mkdir()
    service = platform_service(development)
    with running_server(development):
        prepare(development, [service])
    env = {
        **service.env,
        "KUAIJI_STANDINS_URL": partners.url,
        "KUAIJI_STANDINS_TOKEN": partners.token,
        "KUAIJI_ADDRESS_LIMITS": "off",
        "TMPDIR": str(development.home / "tmp"),
    }
    owner = development.server.url(development.server.owner, service.database)
    return Apart(development.home, free_base_port(), development.cluster, owner, env)
