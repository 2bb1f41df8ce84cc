"""One WSGI application under granian, behind a gateway of ours."""

import ctypes
import importlib
import multiprocessing
import os
import resource
import signal
import sys
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from kuaiji.house.bodies import IN_MEMORY
from kuaiji.house.gateway import Gateway

PR_SET_PDEATHSIG = 1
CONNECTIONS = 2048  # open ones a worker; the next wait to be taken. One that is idle costs some kilobytes
HEADER_MILLISECONDS = 10_000  # for the header of a request, and between two requests
STOP_SECONDS = 8  # less than the supervisor's patience


def serve(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve ``module:attribute`` until SIGTERM. Workers that fail are replaced; none outlives this process.

    The module may have a function ``body_cap``: how many bytes the body of a request may have, by its environ; else
    few.
    The application is imported here already: forked workers share it and are ready at once.
    """
    load(target)
    _allow_files()
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=workers,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=partial(load_leashed, threads=threads))


def load(target: str) -> tuple[Any, Any]:
    """The application that ``module:attribute`` names, and what its bodies may have."""
    name, _, attribute = target.partition(":")
    module = importlib.import_module(name)
    return getattr(module, attribute), getattr(module, "body_cap", lambda _: IN_MEMORY)


def load_leashed(target: str, *, threads: int) -> Any:
    """The gateway of the application, in a worker, which from now on dies with the process that made it."""
    parent = multiprocessing.parent_process()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is None or os.getppid() != parent.pid:
        sys.exit(1)
    application, body_cap = load(target)
    return Gateway(application, threads=threads, body_cap=body_cap)


def _allow_files() -> None:
    """As many open files as the machine allows us: a connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
