"""Processes of the platform that exchange with the hub, and what kills them."""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.db import connection

from kuaiji.exchange.models import OutboxMessage
from kuaiji.house.databases import Server
from people.houses.two_platforms import Platform
from prove.support.national import National

COMMAND = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "django", "exchange"]


class Workers:
    """An ``exchange`` process for each environment."""

    def __init__(self, environments: Sequence[Mapping[str, str]]) -> None:
        self._environments = environments
        self._processes = [self._started(place) for place in range(len(environments))]

    def kill_one(self, rng: random.Random) -> None:
        """Kill -9 one of them; another begins in its place."""
        place = rng.randrange(len(self._processes))
        self._end(place)
        self._processes[place] = self._started(place)

    def end(self) -> None:
        """Kill all."""
        for place in range(len(self._processes)):
            self._end(place)

    def _started(self, place: int) -> "subprocess.Popen[bytes]":
        env = {**self._environments[place], "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings"}
        return subprocess.Popen(COMMAND, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _end(self, place: int) -> None:
        self._processes[place].kill()
        self._processes[place].wait()


@contextlib.contextmanager
def working(server: Server, count: int) -> Iterator[Workers]:
    """So many work on the database of this process for the length of the block."""
    database = server.url(server.app, connection.settings_dict["NAME"])
    with working_for([{**os.environ, "DATABASE_URL": database}] * count) as workers:
        yield workers


@contextlib.contextmanager
def working_for(environments: Sequence[Mapping[str, str]]) -> Iterator[Workers]:
    """They work for the length of the block."""
    workers = Workers(environments)
    try:
        yield workers
    finally:
        workers.end()


class Killer:
    """Kills a worker every so many seconds, every fourth time the hub instead, and with ``platforms`` every other time
    one of their processes; ``killed`` counts which.

    It works when it is called: a process must not outlive the thread that started it. With ``most`` it ends after so
    many, and what a killed worker had taken is taken by others at once, instead of after half a minute.
    """

    def __init__(
        self,
        workers: Workers,
        national: National,
        *,
        every: float,
        seed: int,
        most: int | None = None,
        platforms: Sequence[Platform] = (),
    ) -> None:
        self._workers, self._national, self._every, self._most = workers, national, every, most
        self._rng, self._platforms = random.Random(seed), platforms
        self._due = time.monotonic() + every
        self.killed = Counter[str]()

    def __call__(self) -> None:
        if time.monotonic() < self._due or self.killed.total() == self._most:
            return
        if self.killed.total() % 4 == 3:
            self._national.kill()
            self.killed["hub"] += 1
            time.sleep(1)
            self._national.start()
        elif self._platforms and self.killed.total() % 2:
            self._rng.choice(self._platforms).kill()
            self.killed["platform"] += 1
        else:
            self._workers.kill_one(self._rng)
            self.killed["worker"] += 1
            if self._most:
                OutboxMessage.objects.open().update(next_attempt_at=None)
        self._due = time.monotonic() + self._every


def until(done: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> float:
    """How long it took until ``done()``, or about that many seconds."""
    begin = time.monotonic()
    while not done() and time.monotonic() - begin < seconds:
        meanwhile()
        time.sleep(0.2)
    return time.monotonic() - begin
