"""The real national hub behind a network that can be bad, and the platform of this process as one that talks to it."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO

import httpx
from psycopg.conninfo import conninfo_to_dict

from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.partners import clients
from kuaiji.house.databases import Server
from people.houses import hub as hubs
from people.houses.loopback import free_port
from people.houses.processes import wait_for
from prove.support.chaos import chaos

OURS = "440000"
VARIABLES = ("KUAIJI_HUB_URL", "KUAIJI_WIRE_KEY_ID", "KUAIJI_WIRE_KEY", "KUAIJI_HUB_KEYS")


@dataclasses.dataclass
class National:
    """The hub: ``hub`` asks, sends and looks into its database, ``faults`` says in the end what the network did."""

    hub: hubs.Hub
    port: int
    faults: dict[str, int] = dataclasses.field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None
    _log: IO[bytes] = dataclasses.field(default_factory=tempfile.TemporaryFile)

    def start(self) -> None:
        """Serve, and wait until it answers."""
        words = [sys.executable, "-m", "kuaiji.cli", "hub-serve", "--port", str(self.port), "--workers", "1"]
        command = ["setpriv", "--pdeathsig", "KILL", *words]
        log = self._log
        self._process = subprocess.Popen(command, env=self.hub.env, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(self._answers)
        except AssertionError:
            log.seek(0)
            raise AssertionError(f"the hub did not start: {log.read()[-4000:].decode()}") from None

    def start_if_killed(self) -> None:
        """Serve again."""
        if self._process is None:
            self.start()

    def kill(self) -> None:
        """Kill -9 every process of it."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Leave nothing behind."""
        self.kill()
        self._log.close()

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", trust_env=False).status_code == 200
        return False


@contextlib.contextmanager
def national_hub(
    server: Server,
    name: str,
    *,
    like: hubs.Hub | None = None,
    rates: Mapping[str, float] | None = None,
    platform: str = OURS,
) -> Iterator[National]:
    """A running hub with a database of that name; this process is one of its platforms for the length of the block.

    With ``like``, it begins as that hub, which does not run. With ``rates`` a proxy stands in between that does these
    faults.
    """
    hub = _copied(server, like, name) if like else prepared_hub(server, name)
    public = httpx.URL(hub.url).port or 0
    national = National(hub, free_port() if rates is not None else public)
    network = contextlib.nullcontext(national.faults)
    try:
        national.start()
        with chaos(port=public, to=national.port, seed=1, rates=rates) if rates is not None else network as faults:
            national.faults = faults
            with platform_of(hub, platform):
                yield national
    finally:
        national.close()


def prepared_hub(server: Server, name: str) -> hubs.Hub:
    """A hub with its platforms and keys, that does not run."""

    def make_database(name: str) -> tuple[str, str]:
        server.ensure_database(name)
        return server.url(server.app, name), server.url(server.owner, name)

    hub = hubs.new_hub(make_database, name)
    hubs.prepare(hub.env)
    return hub


def _copied(server: Server, like: hubs.Hub, name: str) -> hubs.Hub:
    server.clone(_database(like), name)
    app_url, owner_url = server.url(server.app, name), server.url(server.owner, name)
    url = f"http://127.0.0.1:{free_port()}"
    own = {"KUAIJI_HUB_URL": url, "KUAIJI_HUB_DATABASE_URL": app_url, "KUAIJI_HUB_OWNER_URL": owner_url}
    return hubs.Hub(url, {**like.env, **own}, owner_url)


def _database(hub: hubs.Hub) -> str:
    return str(conninfo_to_dict(hub.owner_url)["dbname"])


@contextlib.contextmanager
def platform_of(hub: hubs.Hub, code: str, *, url: str = "", keys: str = "") -> Iterator[None]:
    """This process speaks for that platform; to ``url`` instead of the hub, believing ``keys``, if given."""
    keyid = f"{code}:t"
    keys = keys or ",".join(f"{name}={key}" for name, key in hub.public_keys().items())
    before = {name: os.environ.get(name) for name in VARIABLES}
    os.environ |= dict(zip(VARIABLES, (url or hub.url, keyid, hubs.seed(keyid), keys), strict=True))
    forget()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        forget()


def forget() -> None:
    """As a new process begins: no client of another hub, a closed breaker."""
    clients.hub.cache_clear()
    breaker.answered()
