"""A house of the walk's own, started from any checkout by its command alone."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from people.houses.bureau import command

READY_SECONDS, STOP_SECONDS = 300, 60
REVIEW_SECONDS = "20"  # long enough to look at what waits, on a busy machine too


class HouseFailed(Exception):
    """The house did not start, or a command did not work; says what it printed last."""


@dataclass(frozen=True)
class House:
    """Where it answers: 广东, 深圳, the stand-ins; and how its commands are run."""

    first: str
    second: str
    standins: str
    command: Path
    env: dict[str, str] = field(repr=False)

    def desk(self, *words: str) -> None:
        """What a member of the bureau of 广东 says: verdict, number of the application, name, own words."""
        checkout = self.command.parents[2]
        done = subprocess.run(
            command(str(self.command), *words),
            check=False,
            cwd=checkout,
            env=self.env | {"PYTHONPATH": str(checkout)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise HouseFailed(f"the bureau could not {words[0]}: {done.stderr[-2000:]}")


@contextlib.contextmanager
def running_house(checkout: Path) -> Iterator[House]:
    """``kuaiji run`` of ``checkout``, empty, on free ports; gone afterwards. Raises HouseFailed."""
    home, base = Path(tempfile.mkdtemp(prefix="kuaiji-pages-")), _free_ports()
    home.chmod(0o711)  # the database's system user passes through
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KUAIJI_", "DATABASE_"))}
    env |= {"KUAIJI_HOME": str(home), "KUAIJI_BASE_PORT": str(base), "KUAIJI_ADDRESS_LIMITS": "off"}
    env |= {"KUAIJI_REVIEW_SECONDS": REVIEW_SECONDS, "PYTHONUTF8": "1"}
    kuaiji = checkout / ".venv/bin/kuaiji"
    command = ["setpriv", "--pdeathsig", "TERM", str(kuaiji), "run"]
    addresses = [f"http://127.0.0.1:{base + offset}" for offset in range(4)]
    output = home / "run.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=checkout, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_ready(process, addresses, output)
        yield House(addresses[0], addresses[1], addresses[3], kuaiji, env)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _free_ports() -> int:
    while True:
        base = 20_000 + secrets.randbelow(3_000) * 4  # below the ports that connections of this machine take
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(base, base + 4):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return base


def _wait_ready(process: "subprocess.Popen[bytes]", addresses: list[str], output: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    for address in addresses:
        while not _is_ready(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise HouseFailed(f"{address} did not get ready:\n{output.read_text('utf-8')[-4000:]}")
            time.sleep(0.3)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
