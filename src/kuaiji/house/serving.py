"""One WSGI application under granian, behind a gateway of ours."""

import ctypes
import gc
import importlib
import multiprocessing
import os
import resource
import signal
import sys
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings

from kuaiji.house.bodies import IN_MEMORY
from kuaiji.house.gateway import Gateway

PR_SET_PDEATHSIG = 1
CONNECTIONS = 2048  # open ones a worker; the next wait to be taken. One that is idle costs some kilobytes
HEADER_MILLISECONDS = 10_000  # for the header of a request, and between two requests
COLLECT_AFTER = 20_000  # objects made and still there, as Python counts them; 700 by itself
STOP_SECONDS = 8  # less than the supervisor's patience


def serve(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve ``module:attribute`` until SIGTERM. Workers that fail are replaced; none outlives this process.

    The module may have ``body_cap`` and ``may_bring``, which say what of a request's body is read, ``apart`` and
    ``in_memory``, which give addresses threads and memory of their own, and ``together``, which has them answered
    several at a time (see Gateway); else little is read, of anybody, and all share the threads.
    The application is imported here already: forked workers share it and are ready at once.
    """
    load(target)
    _allow_files()
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=workers,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=partial(load_leashed, threads=threads))


def load(target: str) -> dict[str, Any]:
    """What a gateway needs of the module of ``module:attribute``."""
    name, _, attribute = target.partition(":")
    module = importlib.import_module(name)
    return {
        "application": getattr(module, attribute),
        "body_cap": getattr(module, "body_cap", lambda _: IN_MEMORY),
        "may_bring": getattr(module, "may_bring", lambda _: True),
        "apart": getattr(module, "apart", {}),
        "in_memory": getattr(module, "in_memory", {}),
        "together": getattr(module, "together", {}),
    }


def load_leashed(target: str, *, threads: int) -> Any:
    """The gateway of the application, in a worker, which from now on dies with the process that made it."""
    parent = multiprocessing.parent_process()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is None or os.getppid() != parent.pid:
        sys.exit(1)
    gateway = Gateway(**load(target), threads=threads)
    _spare_the_collector()
    return gateway


def _spare_the_collector() -> None:
    """What is loaded by now stays for good: cycles are no longer looked for among it, and elsewhere less often. A batch
    of the exam check, which makes a hundred thousand objects and leaves no cycle, takes a seventh less (ADR 0125)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def _allow_files() -> None:
    """As many open files as the machine allows us: a connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
