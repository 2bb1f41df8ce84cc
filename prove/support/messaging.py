"""A gateway for short messages that knows them by their ids and treats its callers badly. Imports no models."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

from people.houses.loopback import Connection, Request, reply

HANG_SECONDS = 8.0  # longer than any caller waits

# How often of a hundred. Lost: hung up before it was taken. Cut: taken, and hung up without a word. Silent: taken, and
# no answer while the caller waits. Broken: an error, and not taken.
FATES = {"well": 90, "lost": 4, "cut": 3, "silent": 1, "broken": 2}


@dataclass
class Gateway:
    """A behaviour for a loopback. ``taken``: how often each message was handed over and taken; a phone gets it once."""

    rng: random.Random
    fates: dict[str, int] = field(default_factory=lambda: dict(FATES))
    taken: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    serials: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request, connection: Connection) -> None:
        """Take a message, or not, and say so, or not."""
        with self._lock:
            [fate] = self.rng.choices(list(self.fates), list(self.fates.values()))
            self.met[fate] += 1
            if fate in ("well", "cut", "silent"):
                key = request.json()["id"]
                self.taken[key] += 1
                serial = self.serials.setdefault(key, f"SI{len(self.serials):010}")
        if fate == "well":
            reply(200, {"status": "accepted", "serial": serial})(request, connection)
        elif fate == "silent":
            connection.wait(HANG_SECONDS)
        elif fate == "broken":
            reply(503, {})(request, connection)

    def reported(self) -> list[str]:
        """The numbers of all messages that were taken, in no order."""
        with self._lock:
            found = list(self.serials.values())
        self.rng.shuffle(found)
        return found
