"""Looking at processes from outside."""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 30


def inherited() -> dict[str, str]:
    """What a process with an environment of its own still takes from ours: the paths, and that it is measured."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "PYTHONPATH") or name.startswith("COVERAGE_")
    }


def wait_for(what: Callable[[], object]) -> None:
    """Return when ``what()`` is true; raises AssertionError when it never becomes so."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"never became true: {what}"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Does the process run? A zombie that nobody has collected yet is dead."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def children(pid: int) -> set[int]:
    """The processes that the main thread of ``pid`` started and that are not collected yet."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def descendants(pid: int) -> set[int]:
    """All processes below ``pid`` at this moment."""
    below: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            below.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), set()).add(int(stat.parent.name))
    found, waiting = set[int](), {pid}
    while waiting:
        waiting = set().union(*(below.get(parent, set()) for parent in waiting)) - found
        found |= waiting
    return found
