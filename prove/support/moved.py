"""People on their way between two platforms while the network, the platforms, their workers and the hub fail."""

import dataclasses
import itertools
import random
import subprocess
import sys
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from people.houses.two_platforms import Gone, Platform
from prove.support.national import National
from prove.support.workers import Killer, until, working_for

Found = tuple[dict[str, Any], list[str]]
Move = dict[str, Any]
Arguments = dict[str, Any]
Errand = tuple[str, Arguments]

DIVISION = "440304"
LATER = 20  # days: past every review
WAVE, BATCH = 200, 20
PRESSED_AGAIN = 30  # seconds while the hub is away
LATER_PLEASE = ("hub_away", "limit_code_to_phone")  # what a claim may be answered that is tried again
SETTLES_SECONDS = 6  # what was answered a moment ago is left for the next comparison
TWICE = (
    "SELECT topic, subject_id FROM kuaiji_hub_message WHERE code = 'ok' AND topic IN"
    " ('transfer.released', 'transfer.received', 'transfer.withdrawn') GROUP BY topic, subject_id HAVING count(*) > 1"
)
HELD = "SELECT t.id, p.holder_id, t.state FROM kuaiji_hub_transfer t JOIN kuaiji_hub_person p ON p.id = t.person_id"


@dataclasses.dataclass
class Errands:
    """What one platform has to do, in this order; a batch whose process was killed is begun anew."""

    platform: Platform
    waiting: deque[Errand]
    answers: list[Any] = dataclasses.field(default_factory=list)

    def begin(self) -> None:
        """The next one."""
        if self.waiting:
            function, arguments = self.waiting[0]
            self.platform.start(function, **arguments)

    def look(self) -> None:
        """Take an answer that has come."""
        if not self.waiting or not self.platform.has_answered(within=0.05):
            return
        try:
            self.answers.append(self.platform.finish())
            self.waiting.popleft()
        except Gone:
            pass
        self.begin()


def run(*errands: Errands, meanwhile: Callable[[], None] = lambda: None) -> None:
    """All of them, the platforms at the same time."""
    for one in errands:
        one.begin()
    while any(one.waiting for one in errands):
        for one in errands:
            one.look()
        meanwhile()


def for_each(function: str, among: Sequence[Arguments]) -> list[Errand]:
    """One function for many people, some at a time."""
    starts = range(0, len(among), BATCH)
    return [("each", {"of": function, "among": list(among[start : start + BATCH])}) for start in starts]


def move_people(
    origin: Platform, destination: Platform, national: National, *, people: int, every: float, patience: float
) -> Found:
    """Everybody applies, is released and claims. Of four, one takes it back while it is claimed and one while it is
    reviewed. They come in waves: some apply while others are reviewed there."""
    begin = time.monotonic()
    with working_for([origin.env, destination.env]) as workers:
        killer = Killer(workers, national, every=every, seed=people, platforms=[origin, destination])
        journey = Journey(origin, destination, killer, random.Random(people))
        journey.travel(people, patience)
        until(lambda: _is_over(origin, destination), seconds=patience, meanwhile=killer)
    figures = {"transfers": people, "seconds": round(time.monotonic() - begin), "killed": dict(killer.killed)}
    ends, wrong = judge(origin, destination, national, journey.moves)
    if len(journey.moves) < people:
        wrong.append(f"only {len(journey.moves)} set out")
    return figures | {"ends": ends}, wrong


@dataclasses.dataclass
class Journey:
    """Everybody's way, wave by wave; ``moves`` says who set out, and whether they are through with confirming."""

    origin: Platform
    destination: Platform
    killer: Killer
    rng: random.Random
    moves: list[Move] = dataclasses.field(default_factory=list)

    def travel(self, people: int, patience: float) -> None:
        """Until everybody has confirmed or was refused, or nobody came for so many seconds."""
        seeds, claimed, last = iter(range(people)), list[Move](), time.monotonic()
        while time.monotonic() - last < patience:
            wave = list(itertools.islice(seeds, WAVE))
            self._set_out(wave, claimed)
            claimed = self._claim()
            if wave or claimed:
                last = time.monotonic()
            elif all(move["through"] for move in self.moves):
                return
            else:
                time.sleep(1)

    def _set_out(self, wave: Sequence[int], claimed: Sequence[Move]) -> None:
        """A wave applies and is reviewed here; the one before is reviewed there, and every fourth takes it back."""
        where = {"destination": self.destination.code, "division": DIVISION}
        errands = for_each("set_out", [{"seed": seed} | where for seed in wave]) + _taking_back(claimed, 3)
        self.rng.shuffle(errands)
        here = Errands(self.origin, deque([*errands, ("review", {"days": LATER})]))
        run(here, Errands(self.destination, deque([("review", {"days": LATER})])), meanwhile=self.killer)
        for (_, arguments), answers in zip(errands, here.answers, strict=False):
            if arguments["of"] == "set_out":
                self.moves += [move | {"through": False} for move in answers]

    def _claim(self) -> list[Move]:
        """Whoever was let go confirms there, while every fourth takes it back here; who is through."""
        waiting = [move for move in self.moves if not move["through"]]
        came = set(self.destination.do("here", transfers=[move["transfer"] for move in waiting]))
        ready = [move for move in waiting if move["transfer"] in came]
        self.rng.shuffle(ready)
        about = {"division": DIVISION, "patience": PRESSED_AGAIN}
        there = Errands(
            self.destination, deque(for_each("claim", [{"details": move["details"]} | about for move in ready]))
        )
        run(Errands(self.origin, deque(_taking_back(ready, 1))), there, meanwhile=self.killer)
        answers = (answer for batch in there.answers for answer in batch)
        for move, answer in zip(ready, answers, strict=True):
            move["through"] = answer not in LATER_PLEASE
        return [move for move in ready if move["through"]]


def judge(
    origin: Platform, destination: Platform, national: National, moves: Sequence[Move]
) -> tuple[dict[str, int], list[str]]:
    """How the transfers ended, and what is wrong: who belongs nowhere, or to two; what cannot be read; the books."""
    held = {transfer: (holder, state) for transfer, holder, state in national.hub.sql(HELD)}
    ends, wrong = Counter[str](), list[str]()
    claimants = _seen(destination, "claimant_of", [{"transfer": move["transfer"]} for move in moves])
    stayed = _seen(origin, "record_of", [{"user": move["user"]} for move in moves])
    known = [claimant for claimant in claimants if claimant]
    came = dict(zip(known, _seen(destination, "record_of", [{"user": one} for one in known]), strict=True))
    for move, claimant, here in zip(moves, claimants, stayed, strict=True):
        holder, state = held[uuid.UUID(move["transfer"])]
        there = came.get(claimant, {})
        ends[state] += 1
        if (here["status"] == "collected") == bool(there) or holder != (destination if there else origin).code:
            wrong.append(f"{move['transfer']}: {state}, held by {holder}, here {here['status']}, there {there != {}}")
        if not here["readable"] or (there and not _is_whole(here, there)):
            wrong.append(f"{move['transfer']}: history")
    wrong += [f"twice: {topic} {subject}" for topic, subject in national.hub.sql(TWICE)]
    time.sleep(SETTLES_SECONDS)
    for platform in (origin, destination):
        if told := platform.do("told_twice"):
            wrong.append(f"{platform.code}: {told} messages sent twice")
        done = _reconciled(platform)
        if done.returncode:
            wrong.append(f"{platform.code}: {done.stdout[-2000:]}{done.stderr[-500:]}")
    return dict(ends), wrong


def _seen(platform: Platform, function: str, among: Sequence[Arguments]) -> list[Any]:
    errands = Errands(platform, deque(for_each(function, among)))
    run(errands)
    return [answer for batch in errands.answers for answer in batch]


def _taking_back(moves: Sequence[Move], remainder: int) -> list[Errand]:
    """撤回 of every fourth."""
    theirs = (move for move in moves if move["number"] % 4 == remainder)
    return for_each("withdraw", [{"user": move["user"], "transfer": move["transfer"]} for move in theirs])


def _is_over(origin: Platform, destination: Platform) -> bool:
    """Nothing waits at either, and no review is left."""
    destination.do("review", days=LATER)
    return not any(sum(platform.do("waiting").values()) for platform in (origin, destination))


def _is_whole(here: dict[str, Any], there: dict[str, Any]) -> bool:
    """Everything that was there before is there now, once and readable."""
    came = [number for _, _, platform, number in there["chain"] if platform]
    return bool(there["readable"]) and came == [number for number, *_ in here["chain"]]


def _reconciled(platform: Platform) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "django", "reconcile"]
    env = {**platform.env, "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=1200)
