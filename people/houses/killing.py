"""Processes of a house, and killing them as a power cut or the kernel would: without a word."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from people.houses.processes import children, descendants

WEB_PROCESS, WEB_WORKER, JOB_WORKER = "web process", "web worker", "job worker"
A_MOMENT = 0.2  # until somebody may be there to kill


def victims(supervisor: int) -> dict[str, list[int]]:
    """The processes that serve the pages and do the jobs, by their part."""
    found: dict[str, list[int]] = {WEB_PROCESS: [], WEB_WORKER: [], JOB_WORKER: []}
    with contextlib.suppress(FileNotFoundError):  # one ended while we looked
        for child in children(supervisor):
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"serve" in words:
                found[WEB_PROCESS].append(child)
                found[WEB_WORKER] += children(child)
            elif b"worker" in words:
                found[JOB_WORKER].append(child)
    return found


def kill(*processes: int) -> None:
    """Kill -9 each of them that is still there."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def kill_database(supervisor: int) -> int:
    """Kill every process of the house's database server at once; how many there were."""
    servers = sorted(process for process in descendants(supervisor) if _name(process) == "postgres")
    kill(*servers)
    return len(servers)


@contextlib.contextmanager
def killing(
    supervisor: int, *, every: float, rng: random.Random, is_serving: Callable[[], bool]
) -> Iterator[Counter[str]]:
    """Kill a web or a job process every so many seconds during the block; counts how many of which.

    While the site is only starting it is left alone, or it would never serve.
    """
    killed, over = Counter[str](), threading.Event()

    def work() -> None:
        due = time.monotonic() + every
        while not over.wait(due - time.monotonic()):
            there = victims(supervisor)
            if not is_serving():
                there[WEB_PROCESS] = there[WEB_WORKER] = []
            some = [(part, process) for part, processes in there.items() for process in processes]
            if some:
                part, process = rng.choice(some)
                kill(process)
                killed[part] += 1
                due += every
            else:
                due = time.monotonic() + A_MOMENT

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _name(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/comm").read_text().strip()
    return ""
