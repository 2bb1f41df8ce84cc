"""A body that waits on the disk: read as it was written, and never there in the clear."""

import io
import os
import random
from pathlib import Path

from kuaiji.common.spool import SealedSpool

CANARY = b"a page of somebody's papers "


def on_disk(spool: SealedSpool) -> bytes:
    """What its file holds, found as somebody would who looks at the open files of the process."""
    (found,) = [
        path
        for path in Path("/proc/self/fd").iterdir()
        if os.path.lexists(path) and os.path.samestat(os.stat(path), os.fstat(spool.fileno()))
    ]
    return found.read_bytes()


def test_it_gives_back_what_was_put_in_however_it_is_read() -> None:
    rng = random.Random(7)
    whole = rng.randbytes(300_000) + b"\nlast line"
    spool, at = SealedSpool(), 0
    while at < len(whole):
        size = rng.randrange(1, 50_000)
        spool.put(whole[at : at + size])
        at += size
    spool.rewind()
    with io.BufferedReader(spool) as reader:
        parts = [reader.read(10), reader.readline()]
        while part := reader.read(rng.randrange(1, 90_000)):
            parts.append(part)
    assert b"".join(parts) == whole


def test_the_disk_holds_nothing_readable_and_forgets_it() -> None:
    spool = SealedSpool()
    spool.put(CANARY * 1000)
    stored = on_disk(spool)
    assert len(stored) == len(CANARY) * 1000 and CANARY not in stored
    assert stored[: len(CANARY)] != stored[len(CANARY) : 2 * len(CANARY)]
    assert os.fstat(spool.fileno()).st_nlink == 0  # no name, so it is gone with the process
    spool.close()


def test_two_bodies_are_sealed_differently() -> None:
    one, other = SealedSpool(), SealedSpool()
    for spool in (one, other):
        spool.put(CANARY)
    assert on_disk(one) != on_disk(other)
    one.close()
    other.close()
