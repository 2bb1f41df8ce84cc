"""The real stand-ins, served as ``make run`` serves them, on a free port with a database of their own."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from people.houses.loopback import free_port
from people.houses.processes import inherited

MakeDatabase = Callable[[str], tuple[str, str]]
NOWHERE = Path("/nowhere")
TOKEN = "token-of-the-tests"
START_SECONDS = 60


@dataclass(frozen=True)
class Standins:
    """Where they answer, the token they ask for, and the folder where they look for the house's files."""

    url: str
    token: str
    home: Path

    def client(self) -> httpx.Client:
        """An HTTP client that carries the token."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, trust_env=False)


def environment(app_url: str, owner_url: str, home: Path = NOWHERE) -> dict[str, str]:
    """What the processes of the stand-ins are told."""
    return {
        **inherited(),
        "KUAIJI_ENV": "development",
        "KUAIJI_DEMO": "1",
        "KUAIJI_HOME": str(home),
        "KUAIJI_STANDINS_DATABASE_URL": app_url,
        "KUAIJI_STANDINS_OWNER_URL": owner_url,
        "KUAIJI_STANDINS_TOKEN": TOKEN,
        "DJANGO_SETTINGS_MODULE": "kuaiji_standins.settings",
    }


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a management command, warnings being errors; its output. Fails the test when the command fails."""
    command = [sys.executable, "-W", "error", "-m", "django", *arguments]
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def migrate(env: dict[str, str]) -> None:
    """Make the tables, as the owner."""
    manage(env | {"KUAIJI_DATABASE_ROLE": "owner"}, "migrate", "--verbosity=0")


@contextlib.contextmanager
def served(env: dict[str, str]) -> Iterator[Standins]:
    """The stand-ins for the length of the block; they answer when it begins."""
    port = free_port()
    command = [sys.executable, "-m", "kuaiji.cli", "standins-serve", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=env, stdout=log, stderr=log)
        try:
            _wait(url := f"http://127.0.0.1:{port}", process)
            yield Standins(url, TOKEN, Path(env["KUAIJI_HOME"]))
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, verify=False) as client:  # reading certificates takes longer than asking
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if client.get(f"{url}/healthz").status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError("the stand-ins did not start")
