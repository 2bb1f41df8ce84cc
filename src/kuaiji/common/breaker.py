"""When to leave a partner alone for a while: one breaker for a partner and process, shared by its threads."""

import datetime as dt
import threading

from kuaiji.common import clock

FAILURES = 3
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=1), dt.timedelta(seconds=60)
UNTRUSTED_PAUSE = dt.timedelta(minutes=5)


class Breaker:
    """Open means: do not ask. After its pause one question is let through; its answer closes the breaker again.

    It opens after FAILURES in a row, for ``first_pause``; each further failure doubles that, up to ``longest_pause``.
    """

    def __init__(self, *, first_pause: dt.timedelta = FIRST_PAUSE, longest_pause: dt.timedelta = LONGEST_PAUSE) -> None:
        self._lock = threading.Lock()
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._failures = 0
        self._pause = dt.timedelta(0)
        self._open_until: dt.datetime | None = None
        self._reason = ""

    @property
    def reason(self) -> str:
        """Why it is open; empty while it is closed."""
        return self._reason if self._open_until else ""

    @property
    def is_open(self) -> bool:
        """Whether nothing may be asked now."""
        return self._open_until is not None and clock.now() < self._open_until

    @property
    def is_trying(self) -> bool:
        """Whether the pause is over and nobody knows yet how it stands."""
        return self._open_until is not None and not self.is_open

    def admits(self) -> bool:
        """Whether this question may be asked: any while it is closed, one for each pause while it is not.

        Whoever is let through has to tell what came of it.
        """
        with self._lock:
            if self._open_until is None:
                return True
            if self.is_open:
                return False
            self._open_until = clock.now() + self._pause
            return True

    def answered(self) -> bool:
        """The partner answered; True when that closes the breaker."""
        with self._lock:
            was_open = self._open_until is not None
            self._failures, self._open_until, self._reason = 0, None, ""
        return was_open

    def failed(self, reason: str, *, untrusted: bool = False) -> None:
        """It did not, or it was not the partner that answered (``untrusted``): then people have to look."""
        with self._lock:
            self._failures += 1
            if untrusted:
                self._open(UNTRUSTED_PAUSE, reason)
            elif self._failures >= FAILURES:
                doublings = min(self._failures - FAILURES, 10)
                self._open(min(self._first_pause * 2**doublings, self._longest_pause), reason)

    def _open(self, pause: dt.timedelta, reason: str) -> None:
        until = clock.now() + pause
        self._open_until = max(until, self._open_until) if self._open_until else until
        self._pause, self._reason = pause, reason
