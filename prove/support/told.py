"""Telling many records over a bad network, and to a hub that was away.

Imports models: only inside ``platform_inside``.
"""

import datetime as dt
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import time_machine
from django.test import Client

from kuaiji.common import clock
from kuaiji.exchange import loop
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji.house.databases import Server
from kuaiji.reconciliation.services import Comparison
from prove.support.collected import collect
from prove.support.national import National, forget
from prove.support.workers import Killer, until, working

Found = tuple[dict[str, Any], list[str]]

WORKERS = 3
PAGES = ("/", "/login/", "/register/", "/guide/", "/directory/")
AWAY = dt.timedelta(hours=4)
STEPS = 16
KEPT = "SELECT id, subject_id FROM kuaiji_hub_message WHERE sender_id IS NOT NULL ORDER BY received_at, id"
HELD = "SELECT count(*), count(DISTINCT record_id), min(version), max(version) FROM kuaiji_hub_person"
WANTED_A_SECOND = 50


def through_chaos(
    server: Server,
    national: National,
    *,
    people: int,
    versions: int,
    every: float,
    patience: float,
    most_kills: int | None = None,
) -> Found:
    """Report so many versions of so many people while the network does its worst and everybody is killed in turn."""
    collect(people, versions_each=versions)
    with working(server, WORKERS) as workers:
        killer = Killer(workers, national, every=every, seed=people, most=most_kills)
        seconds = until(_nothing_waits, seconds=patience, meanwhile=killer)
    wrong = compare(national, people=people, versions=versions)
    figures = {
        "reports": people * versions,
        "waiting": OutboxMessage.objects.open().count(),
        "killed": dict(killer.killed),
        "seconds": round(seconds),
        "retried": OutboxMessage.objects.filter(attempts__gt=0).count(),
    }
    return figures, wrong


def compare(national: National, *, people: int, versions: int) -> list[str]:
    """What is wrong with the books once everything was told: nothing lost, nothing twice, everybody's in order."""
    sent = {row.message_id: row for row in OutboxMessage.objects.all()}
    kept = national.hub.sql(
        "SELECT id, subject_id FROM kuaiji_hub_message WHERE sender_id IS NOT NULL ORDER BY received_at, id"
    )
    order = defaultdict[uuid.UUID, list[int]](list)
    for message_id, subject in kept:
        order[subject].append(sent[message_id].version if message_id in sent else 0)
    held = national.hub.sql(
        "SELECT count(*), count(DISTINCT record_id), min(version), max(version) FROM kuaiji_hub_person"
    )
    differences = [f"{one.kind} {one.subject}" for one in Comparison(clients.hub(), begun=clock.now()).differences()]
    checks = {
        "waiting": all(row.done_at and row.answer_code == "ok" for row in sent.values()),
        "kept": len(kept) == len(sent) == people * versions,
        "order": all(told == list(range(1, versions + 1)) for told in order.values()) and len(order) == people,
        "held": held == [(people, people, versions, versions)],
    }
    return [name for name, well in checks.items() if not well] + differences[:20]


def while_away(
    server: Server, national: National, *, people: int, versions: int, requests: int, patience: float
) -> Found:
    """Four hours without the hub, and the hub's return; before it, how ``requests`` of public pages fare without."""
    figures: dict[str, Any] = {"p95_ms": _pages(server, national, requests)} if requests else {}
    national.kill()
    begin, each = clock.now() - AWAY, -(-people // STEPS)
    asked = 0
    for step in range(STEPS):
        with time_machine.travel(begin + AWAY * step / STEPS, tick=True):
            collect(min(each, people - asked), versions_each=versions, seed=step)
            asked += min(each, people - asked)
            loop.once()
    figures["given_up"] = OutboxMessage.objects.exclude(parked_at=None, dropped_at=None).count()
    waited = OutboxMessage.objects.open().count()
    national.start()
    forget()
    with working(server, WORKERS):
        until(lambda: OutboxMessage.objects.exclude(done_at=None).exists(), seconds=patience)
        seconds = until(_nothing_waits, seconds=patience)
    figures |= {"waited": waited, "drain_seconds": round(seconds, 1), "a_second": round(waited / max(seconds, 0.1))}
    wrong = compare(national, people=people, versions=versions)
    return figures, wrong + (["given_up"] if figures["given_up"] else [])


def _pages(server: Server, national: National, requests: int) -> dict[str, float]:
    """The 95th percentile of public pages with a hub and without, in turns, while a worker looks for it."""
    taken: dict[str, list[float]] = {"with_hub": [], "without_hub": []}
    client = Client(REMOTE_ADDR="127.0.0.1")
    _asked(client, len(PAGES) * 4, random.Random(0))  # what is read once
    with working(server, 1):
        for turn in range(4):
            times = taken["without_hub" if turn % 2 else "with_hub"]
            national.kill() if turn % 2 else national.start_if_killed()
            times += _asked(client, requests // 4, random.Random(turn))
    national.start_if_killed()
    return {name: round(1000 * sorted(times)[int(len(times) * 0.95)], 1) for name, times in taken.items()}


def _asked(client: Client, count: int, rng: random.Random) -> Sequence[float]:
    times = []
    for _ in range(count):
        path = rng.choice(PAGES)
        begin = time.perf_counter()
        assert client.get(path, follow=True).status_code == 200, path
        times.append(time.perf_counter() - begin)
    return times


def _nothing_waits() -> bool:
    return not OutboxMessage.objects.open().exists()
