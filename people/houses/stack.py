"""The real house, as ``make run`` starts it, for browser journeys and other tests from outside."""

import contextlib
import functools
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from kuaiji.house.development import Development, open_development
from kuaiji.house.ports import is_ready
from kuaiji.house.run import platform_service, prepare

READY_SECONDS, STOP_SECONDS = 90, 30
FIRST, SECOND = "guangdong", "shenzhen"


@dataclass(frozen=True)
class Stack:
    """Addresses without a closing slash, the folder of the data, and the process of the supervisor."""

    platform: str
    standins: str
    home: Path
    process: subprocess.Popen[bytes]
    start_second: Callable[[], str] = field(repr=False)

    @property
    def base_port(self) -> int:
        """The first platform's; the second's, the hub's and the stand-ins' follow."""
        return int(self.platform.rpartition(":")[2])

    @functools.cached_property
    def other(self) -> str:
        """The address of the second platform, 深圳. Most tests need one only: it starts when it is asked for."""
        return self.start_second()


@contextlib.contextmanager
def running_stack(
    home: Path, env: Mapping[str, str], base_port: int, profiles: Sequence[str] = (FIRST,)
) -> Iterator[Stack]:
    """Start ``kuaiji run`` with these platforms and wait until it is ready; stop it as Ctrl-C would."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KUAIJI_", "DATABASE_"))}
    own |= {"KUAIJI_HOME": str(home), "KUAIJI_BASE_PORT": str(base_port), **env}
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "kuaiji.cli", "run", "--empty", *profiles]
    output = home / "run.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    addresses = f"http://127.0.0.1:{base_port}", f"http://127.0.0.1:{base_port + 3}"
    ports = [base_port + offset for offset in (0, 1, 2, 3) if offset != 1 or SECOND in profiles]
    with contextlib.ExitStack() as beside:
        start_second = functools.partial(_beside, beside, home, own, SECOND in profiles)
        stack = Stack(*addresses, home, process, start_second)
        try:
            _wait_ready(process, ports, output)
            yield stack
        finally:
            beside.close()
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


@contextlib.contextmanager
def opened_home(home: Path, durable: bool = True, /, **env: str) -> Iterator[Development]:
    """The home of a house, while the environment names it, says ``env``, and nothing else of ours."""
    with mock.patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith(("KUAIJI_", "DATABASE_"))]:
            del os.environ[name]
        os.environ |= {"KUAIJI_HOME": str(home), **env}
        yield open_development(durable=durable)


def _beside(processes: contextlib.ExitStack, home: Path, env: Mapping[str, str], runs_already: bool) -> str:
    """Start the second platform on its port beside a running house, for as long as ``processes`` is open."""
    ours = {name: value for name, value in env.items() if name.startswith(("KUAIJI_", "DATABASE_"))}
    with opened_home(home, **ours) as development:
        service = platform_service(development.of(SECOND))
        if not runs_already:
            prepare(development, [service])
            for words in (["serve", "--port", str(service.port)], ["worker"]):
                processes.enter_context(_running(words, service.env, home / "log" / f"{SECOND}-{words[0]}.log"))
    return development.address(SECOND)


@contextlib.contextmanager
def _running(words: Sequence[str], env: Mapping[str, str], output: Path) -> Iterator[None]:
    with output.open("wb") as log:
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "kuaiji.cli", *words]
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        if words[0] == "serve":
            _wait_ready(process, [int(words[-1])], output)
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_ready(process: "subprocess.Popen[bytes]", ports: Sequence[int], output: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    for port in ports:
        while not is_ready(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"port {port} did not get ready:\n{output.read_text()[-4000:]}")
            time.sleep(0.1)
