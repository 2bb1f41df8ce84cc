"""How fast a client may ask, counted in this process: a bucket of tokens for each (docs/exam-api.md, Rates)."""

import math
import threading
import time
import uuid
from collections.abc import Callable

BATCH_SHARE = 10  # so many candidates of a batch are one token: they cost about as much as one question alone
SECONDS = 2  # of its rate a client may save up
SMALLEST_BUCKET = 100.0  # tokens: the largest batch fits


class Buckets:
    """The buckets of all clients. ``processes`` answer together, so each gives out its part of a client's rate."""

    def __init__(self, *, processes: int, now: Callable[[], float] = time.monotonic) -> None:
        self._processes, self._now = processes, now
        self._lock = threading.Lock()
        self._left: dict[uuid.UUID, tuple[float, float]] = {}  # tokens, and when that was so

    def take(self, client: uuid.UUID, rate: int, tokens: int) -> int:
        """0, and they are taken; or after how many whole seconds they will be there, and none is taken."""
        share = rate / self._processes
        most = max(share * SECONDS, SMALLEST_BUCKET)
        with self._lock:
            now = self._now()
            left, since = self._left.get(client, (most, now))
            left = min(most, left + (now - since) * share)
            missing = tokens - left
            self._left[client] = (left if missing > 0 else left - tokens, now)
        return max(1, math.ceil(missing / share)) if missing > 0 else 0


def cost_of_batch(candidates: int) -> int:
    """The tokens of a batch of so many."""
    return math.ceil(candidates / BATCH_SHARE)
