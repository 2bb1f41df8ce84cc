"""A WSGI application of a test or proof, served as ``kuaiji serve`` serves the platform, in processes of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kuaiji.house.ports import is_ready
from people.houses.loopback import free_port
from people.houses.processes import inherited

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import sys
from kuaiji.house import bodies, lanes, serving
for change in sys.argv[5:]:
    place, value = change.split("=")
    module, name = place.split(".")
    assert hasattr(globals()[module], name), place
    setattr(globals()[module], name, type(getattr(globals()[module], name))(value))
target, port, workers, threads = sys.argv[1], *map(int, sys.argv[2:5])
serving.serve(target, host="127.0.0.1", port=port, workers=workers, threads=threads)
"""


@dataclass(frozen=True)
class Served:
    """A running server: its port and its process, whose children work."""

    port: int
    process: "subprocess.Popen[bytes]"


@contextlib.contextmanager
def served(target: str, *, workers: int = 1, threads: int = 2, **numbers: Any) -> Iterator[Served]:
    """The server for the length of the block, which begins when it answers.

    ``numbers`` replace numbers of its modules, ``bodies_GRACE_SECONDS=1`` that of ``house/bodies.py``, so that nobody
    waits for what takes long. Raises AssertionError with what it said when it does not start.
    """
    port = free_port()
    changes = [f"{name.replace('_', '.', 1)}={value}" for name, value in numbers.items()]
    command = [sys.executable, "-c", SERVE, target, str(port), str(workers), str(threads), *changes]
    env = inherited() | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=env, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not is_ready(port):
                log.seek(0)
                assert process.poll() is None and time.monotonic() < deadline, log.read().decode()
                time.sleep(0.05)
            yield Served(port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
