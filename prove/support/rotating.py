"""People under the first keys, processes that differ about the current ones, and a rotation that is killed.

Imports models: only inside ``platform_inside``.
"""

import itertools
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from typing import Any

from django.db import connection, connections, transaction

from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import keyring
from kuaiji.house.databases import Server
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint, User
from kuaiji.identity.people.fingerprints import (
    document_fingerprints,
    number_fingerprints,
    phone_fingerprints,
    users_with,
)
from kuaiji.identity.registration.services import make_user
from kuaiji.keys.models import PersonKey
from people.records.key_rings import GONE, NEW, OLD, RETIRED, Rings
from prove.support.inside import in_processes
from prove.support.people import somebody

BATCH = 2000
PAUSE = 0.01  # seconds between two reads
FORK = multiprocessing.get_context("fork")
KINDS = len(FingerprintKind)


def rotate(server: Server, *, people: int, rivals: int, kills: int) -> tuple[dict[str, Any], list[str]]:
    """Figures, and what is wrong."""
    rings = Rings(os.environ["KUAIJI_KEYRING"])
    in_processes(_make, range(0, people, BATCH))
    ids = list(User.objects.values_list("pk", flat=True))
    calm = _meanwhile(rings, ids, rivals=range(0), work=lambda: time.sleep(5))
    command = _Command(server, rings)
    begin = time.monotonic()
    busy = _meanwhile(rings, ids, rivals=range(people, people + rivals), work=lambda: command.kill_and_finish(kills))
    seconds = round(time.monotonic() - begin, 1)
    command.run(rings.text())  # those whom the process with the old current key registered meanwhile
    command.run(rings.text(old=RETIRED))
    wrong = _wrong(rings, people + rivals)
    failed = calm["failed"] + busy["failed"]
    wrong += [f"{failed} failed reads"] if failed else []
    wrong += [f"{pair} for one person" for pair in busy["pairs"] if sorted(pair) != ["already_registered", "made"]]
    figures = {"people": people, "rivals": len(busy["pairs"]), "kills": kills, "seconds": seconds}
    latencies = {f"p99_ms_{name}": found["p99_ms"] for name, found in (("before", calm), ("during", busy))}
    return figures | {"reads": busy["reads"]} | latencies, wrong


def _make(start: int) -> None:
    """A batch of registered people under the first keys."""
    keys = []
    for _ in range(BATCH):
        key_id = uuid7()
        wrapping_key, wrapped = keyring().new_person_key(key_id)
        keys.append(PersonKey(id=key_id, wrapping_key=wrapping_key, wrapped=wrapped))
    questions = {"works_in_accounting": True, "holds_qualification": True, "password": "!"}
    made = [(key, somebody(number)) for number, key in enumerate(keys, start)]
    users = [
        User(
            person_key=key,
            **one.flat(),
            **questions,
        )
        for key, one in made
    ]
    with transaction.atomic():
        PersonKey.objects.bulk_create(keys)
        User.objects.bulk_create(users)
        Fingerprint.objects.bulk_create(itertools.chain.from_iterable(map(_indexes, users)), ignore_conflicts=True)


def _indexes(user: User) -> Iterator[Fingerprint]:
    values = {
        FingerprintKind.DOCUMENT: document_fingerprints(user.document),
        FingerprintKind.NUMBER: number_fingerprints(user.document_number),
        FingerprintKind.PHONE: phone_fingerprints(user.phone),
    }
    for kind, value in values.items():
        for key_id, fingerprint in value.items():
            yield Fingerprint(kind=kind, fingerprint=fingerprint, key_id=key_id, user=user)


class _Command:
    """``kuaiji rotate-keys`` in a process of its own."""

    def __init__(self, server: Server, rings: Rings) -> None:
        self._env = {**os.environ, "DATABASE_URL": server.url(server.app, connection.settings_dict["NAME"])}
        self._rings = rings

    def run(self, ring: str) -> None:
        """To its end. Raises CalledProcessError."""
        subprocess.run(self._words, env=self._env | {"KUAIJI_KEYRING": ring}, check=True, stdout=subprocess.DEVNULL)

    def kill_and_finish(self, kills: int) -> None:
        """Kill -9 so many times somewhere on the way, then let it finish."""
        rng = random.Random(kills)
        for _ in range(kills):
            env = self._env | {"KUAIJI_KEYRING": self._rings.text()}
            with subprocess.Popen(self._words, env=env, stdout=subprocess.DEVNULL) as process:
                time.sleep(rng.uniform(1, 3))
                process.kill()
        self.run(self._rings.text())

    @property
    def _words(self) -> list[str]:
        return ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "django", "rotate_keys"]


def _meanwhile(rings: Rings, ids: list[uuid.UUID], *, rivals: range, work: Callable[[], None]) -> dict[str, Any]:
    """What people who read and register saw while ``work`` was done; one process of two for each current key."""
    connections.close_all()
    stop, ready = FORK.Event(), FORK.Barrier(2)
    told: list[SimpleQueue[Any]] = [FORK.SimpleQueue() for _ in range(4)]
    texts = [rings.text(OLD), rings.text(NEW)]
    readers = [FORK.Process(target=_read, args=(text, ids, stop, told[at])) for at, text in enumerate(texts)]
    registrars = [
        FORK.Process(target=_register, args=(text, rivals, ready, told[at + 2])) for at, text in enumerate(texts)
    ]
    for process in readers + registrars:
        process.start()
    work()
    said = [told[2].get(), told[3].get()]
    stop.set()
    seen = [told[0].get(), told[1].get()]
    for process in readers + registrars:
        process.join()
    took = [seconds for one, _ in seen for seconds in one]
    return {
        "reads": len(took),
        "failed": sum(failed for _, failed in seen),
        "p99_ms": round(statistics.quantiles(took, n=100)[98] * 1000, 1),
        "pairs": list(zip(*said, strict=True)),
    }


def _read(ring: str, ids: list[uuid.UUID], stop: Event, told: "SimpleQueue[Any]") -> None:
    """Open somebody's number and find them by it, again and again."""
    _take(ring)
    rng, took, failed = random.Random(ring), [], 0
    while not stop.is_set():
        user_id, begin = rng.choice(ids), time.perf_counter()
        try:
            user = User.objects.select_related("person_key").get(pk=user_id)
            document = document_fingerprints(user.document)
            failed += user_id not in users_with(FingerprintKind.DOCUMENT, document).values_list("pk", flat=True)
        except Exception:  # noqa: BLE001 - whatever it is, somebody could not be read
            failed += 1
        took.append(time.perf_counter() - begin)
        time.sleep(PAUSE)
    told.put((took, failed))


def _register(ring: str, rivals: range, ready: Any, told: "SimpleQueue[Any]") -> None:
    """Register the same people as the other process, in the same order; what came of each."""
    _take(ring)
    said = []
    for number in rivals:
        ready.wait()
        try:
            with transaction.atomic():
                make_user(
                    somebody(number),
                    works_in_accounting=True,
                    holds_qualification=True,
                    password="mulan-9-tigers-hill",
                    is_confirmed=True,
                )
            said.append("made")
        except RuleBroken as broken:
            said.append(broken.code)
    told.put(said)


def _take(ring: str) -> None:
    os.environ["KUAIJI_KEYRING"] = ring
    keyring.cache_clear()


def _wrong(rings: Rings, people: int) -> list[str]:
    """What the old keys are still needed for, and who cannot be read without them."""
    wrong = []
    if left := PersonKey.objects.exclude(wrapping_key="w2").count():
        wrong.append(f"{left} keys under w1")
    indexes = Fingerprint.objects.count(), Fingerprint.objects.filter(key_id="f2").count()
    if indexes != (people * KINDS, people * KINDS):
        wrong.append(f"indexes: {indexes} of {people * KINDS}")
    _take(rings.text(old=GONE))
    batches = [
        list(User.objects.order_by("pk").values_list("pk", flat=True)[at : at + BATCH])
        for at in range(0, people, BATCH)
    ]
    if unreadable := sum(in_processes(_unreadable, batches)):
        wrong.append(f"{unreadable} unreadable")
    return wrong


def _unreadable(ids: list[uuid.UUID]) -> int:
    users = User.objects.select_related("person_key").filter(pk__in=ids)
    return sum(not (user.document_number and user.phone) for user in users)
