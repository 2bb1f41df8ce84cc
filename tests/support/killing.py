"""Processes of a house, and killing them as a power cut or the kernel would: without a word."""

import contextlib
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.support.processes import children, descendants

WEB_PROCESS, WEB_WORKER, JOB_WORKER = "web process", "web worker", "job worker"


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
def killing(supervisor: int, *, every: float, rng: random.Random) -> Iterator[Counter[str]]:
    """Kill a web or a job process every so many seconds during the block; counts how many of which."""
    killed, over = Counter[str](), threading.Event()

    def work() -> None:
        while not over.wait(every):
            there = victims(supervisor)
            if not there[WEB_WORKER]:
                there[WEB_PROCESS] = []  # it is only starting: killed again and again it would never serve
            some = [(part, process) for part, processes in there.items() for process in processes]
            if some:
                part, process = rng.choice(some)
                kill(process)
                killed[part] += 1

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
