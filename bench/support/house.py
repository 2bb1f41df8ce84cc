"""A house of the bench's own, as ``make run`` starts it: empty, durable, on free ports, gone afterwards."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django

from kuaiji.cli import APPLICATIONS
from kuaiji.house.development import open_development
from kuaiji.house.ports import HOST, is_ready
from people.houses.loopback import free_port
from people.houses.stack import READY_SECONDS, STOP_SECONDS, Stack, free_base_port, running_stack


@contextlib.contextmanager
def bench_house(**env: str) -> Iterator[Stack]:
    """The running house, told ``env`` as well. Inside the block this process is one of the platform's: it may import
    models."""
    for name in [name for name in os.environ if name.startswith(("KUAIJI_", "DATABASE_"))]:
        del os.environ[name]
    home, base_port = Path(tempfile.mkdtemp(prefix="kuaiji-bench-")), free_base_port()
    home.chmod(0o711)  # the database's system user passes through
    os.environ |= {"KUAIJI_HOME": str(home), "KUAIJI_BASE_PORT": str(base_port), "KUAIJI_ADDRESS_LIMITS": "off"} | env
    try:
        with running_stack(home, {"KUAIJI_ADDRESS_LIMITS": "off", **env}, base_port) as stack:
            os.environ |= open_development().platform_env()
            django.setup()
            yield stack
    finally:
        shutil.rmtree(home)


@contextlib.contextmanager
def served(target: str, server: str = "kuaiji.house.serving") -> Iterator[str]:
    """``module:attribute`` served beside the house and as the platform is, on the same database; its address.

    ``server`` is the module whose ``serve`` does it.
    """
    ours, port = APPLICATIONS["serve"], free_port()
    options = f"host={HOST!r}, port={port}, workers={ours.workers}, threads={ours.threads}"
    code = f"from {server} import serve; serve({target!r}, {options})"
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-c", code]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{target} did not get ready")
            time.sleep(0.1)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
