"""The real house, as ``make run`` starts it, for browser journeys and other tests from outside."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kuaiji.house.ports import is_ready

READY_SECONDS, STOP_SECONDS = 90, 30


@dataclass(frozen=True, slots=True)
class Stack:
    """Addresses without a closing slash, the folder of the data, and the process of the supervisor."""

    platform: str
    standins: str
    home: Path
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running_stack(home: Path, env: Mapping[str, str], base_port: int) -> Iterator[Stack]:
    """Start ``kuaiji run`` and wait until it is ready; stop it as Ctrl-C would."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KUAIJI_", "DATABASE_"))}
    own |= {"KUAIJI_HOME": str(home), "KUAIJI_BASE_PORT": str(base_port), **env}
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "kuaiji.cli", "run"]
    output = home / "run.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    stack = Stack(f"http://127.0.0.1:{base_port}", f"http://127.0.0.1:{base_port + 3}", home, process)
    try:
        _wait_ready(stack, (base_port, base_port + 2, base_port + 3), output)
        yield stack
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def free_base_port() -> int:
    """A base port with the three after it free at this moment."""
    while True:
        base = 20_000 + secrets.randbelow(10_000) * 4
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(base, base + 4):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return base


def _wait_ready(stack: Stack, ports: tuple[int, ...], output: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    for port in ports:
        while not is_ready(port):
            if stack.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"port {port} did not get ready:\n{output.read_text()[-4000:]}")
            time.sleep(0.1)
