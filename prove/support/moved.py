"""People on their way between two platforms while the network, the workers and the hub fail."""

import contextlib
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from prove.support.national import National
from prove.support.workers import Killer, until, working_for
from tests.support.two_platforms import Platform, Refused

Found = tuple[dict[str, Any], list[str]]
Move = dict[str, Any]

DIVISION = "440304"
LATER = 20  # days: past every review
TWICE = (
    "SELECT topic, subject_id FROM kuaiji_hub_message WHERE code = 'ok' AND topic IN"
    " ('transfer.released', 'transfer.received', 'transfer.withdrawn') GROUP BY topic, subject_id HAVING count(*) > 1"
)
HELD = "SELECT t.id, p.holder_id, t.state FROM kuaiji_hub_transfer t JOIN kuaiji_hub_person p ON p.id = t.person_id"


def move_people(
    origin: Platform, destination: Platform, national: National, *, people: int, every: float, patience: float
) -> Found:
    """Everybody applies, is released and claims; every second one takes it back at the very moment of the claim."""
    moves: list[Move] = [origin.do("collect", seed=number) for number in range(people)]
    begin, both = time.monotonic(), (origin, destination)
    with working_for([origin.env, destination.env]) as workers:
        killer = Killer(workers, national, every=every, seed=people)
        for move in moves:
            move["transfer"] = origin.do("apply", user=move["user"], destination=destination.code, division=DIVISION)
            killer()
        origin.do("review", days=LATER)
        until(lambda: destination.do("releases") >= people, seconds=patience, meanwhile=killer)
        for number, move in enumerate(moves):
            _claim(origin, destination, move, withdraws=number % 2 == 1)
            killer()
        until(lambda: _is_over(both), seconds=patience, meanwhile=killer)
    figures = {"transfers": people, "seconds": round(time.monotonic() - begin), "killed": dict(killer.killed)}
    ends, wrong = judge(origin, destination, national, moves)
    return figures | {"ends": ends}, wrong


def judge(
    origin: Platform, destination: Platform, national: National, moves: Sequence[Move]
) -> tuple[dict[str, int], list[str]]:
    """How the transfers ended, and what is wrong: who belongs nowhere, or to two; what cannot be read; the books."""
    held = {transfer: (holder, state) for transfer, holder, state in national.hub.sql(HELD)}
    ends, wrong = Counter[str](), list[str]()
    for move in moves:
        holder, state = held[uuid.UUID(move["transfer"])]
        here = origin.do("record_of", user=move["user"])
        there = destination.do("record_of", user=move["claimant"]) if move["claimant"] else {}
        ends[state] += 1
        stays, came = here["status"] == "collected", bool(there)
        if stays == came or holder != (origin.code if stays else destination.code):
            wrong.append(f"{move['transfer']}: {state}, held by {holder}, here {here['status']}, there {there != {}}")
        if not here["readable"] or (came and not _is_whole(here, there)):
            wrong.append(f"{move['transfer']}: history")
    wrong += [f"twice: {topic} {subject}" for topic, subject in national.hub.sql(TWICE)]
    for platform in (origin, destination):
        time.sleep(6)  # what was answered a moment ago is left for the next comparison
        done = _reconciled(platform)
        if done.returncode:
            wrong.append(f"{platform.code}: {done.stdout[-2000:]}{done.stderr[-500:]}")
    return dict(ends), wrong


def _claim(origin: Platform, destination: Platform, move: Move, *, withdraws: bool) -> None:
    """确认调入, for some while 撤回 is under way at the origin."""
    move["claimant"] = ""
    if withdraws:
        origin.start("withdraw", user=move["user"], transfer=move["transfer"])
    with contextlib.suppress(Refused):  # it was faster
        move["claimant"] = destination.do("claim", details=move["details"], division=DIVISION)["user"]
    if withdraws:
        with contextlib.suppress(Refused):
            origin.finish()


def _is_over(both: Sequence[Platform]) -> bool:
    """Nothing waits at either, and no review is left."""
    both[1].do("review", days=LATER)
    return not any(sum(platform.do("waiting").values()) for platform in both)


def _is_whole(here: dict[str, Any], there: dict[str, Any]) -> bool:
    """Everything that was there before is there now, once and readable."""
    came = [number for _, _, platform, number in there["chain"] if platform]
    return bool(there["readable"]) and came == [number for number, *_ in here["chain"]]


def _reconciled(platform: Platform) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "django", "reconcile"]
    env = {**platform.env, "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
