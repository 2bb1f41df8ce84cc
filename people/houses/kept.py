"""A folder that is made once, by whoever needs it first, and copied by all who come later."""

import contextlib
import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def kept(folder: Path, digest: str, make: Callable[[Path], None]) -> Iterator[Path]:
    """``folder / digest``, which nobody takes away during the block. Where it is missing ``make`` fills it while all
    others wait, and what is there for other digests gives way. Raises what ``make`` raises; then nothing is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / digest
    with (folder / "lock").open("a") as lock:  # let go by the system when the process ends
        fcntl.flock(lock, fcntl.LOCK_SH)
        while not ready.is_dir():
            fcntl.flock(lock, fcntl.LOCK_UN)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.is_dir():
                _make(folder, ready, make)
            fcntl.flock(lock, fcntl.LOCK_SH)  # somebody else may have come in between: look again
        yield ready


def _make(folder: Path, ready: Path, make: Callable[[Path], None]) -> None:
    for other in folder.iterdir():
        if other.is_dir():
            shutil.rmtree(other)
    fresh = ready.with_name("unfinished")
    fresh.mkdir()
    make(fresh)
    fresh.rename(ready)
