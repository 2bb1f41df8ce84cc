"""Looking at processes from outside."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 30


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


def descendants(pid: int) -> set[int]:
    """All processes below ``pid`` at this moment."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), set()).add(int(stat.parent.name))
    found, waiting = set[int](), {pid}
    while waiting:
        waiting = set().union(*(children.get(parent, set()) for parent in waiting)) - found
        found |= waiting
    return found
