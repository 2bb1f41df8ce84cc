"""One WSGI application under granian."""

import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

PR_SET_PDEATHSIG = 1
WAITING = 64  # requests a worker accepts before it lets connections queue
HEADER_MILLISECONDS = 10_000
STOP_SECONDS = 8  # less than the supervisor's patience


def serve(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve ``module:attribute`` until SIGTERM. Workers that fail are replaced; none outlives this process.

    The application is imported here already: forked workers share it and are ready at once.
    """
    load(target)
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        backpressure=WAITING,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=load_leashed)


def load(target: str) -> Callable[..., Any]:
    """The application that ``module:attribute`` names."""
    module, _, name = target.partition(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application


def load_leashed(target: str) -> Callable[..., Any]:
    """Load the application in a worker, which from now on dies with the process that made it."""
    parent = multiprocessing.parent_process()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is None or os.getppid() != parent.pid:
        sys.exit(1)
    return load(target)
